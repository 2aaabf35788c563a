"""`/log/paste`: a table copied from Excel or WPS, looked at row by row, its cells mended in place, then recorded.

It is recorded whole or not at all, but for rows that somebody said to leave out. What was mended belongs to the text
that was pasted: with another text it is forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.problem import NotPermitted, Problem, Refused
from taizhang.accounts.entry import Visit
from taizhang.accounts.recording import append_as, recorder_of
from taizhang.app.ledger import OpenLedger
from taizhang.documents.workbook_import import difference_words, not_taken
from taizhang.entry.forms.situation import names_in
from taizhang.entry.parsing.cells import Unreadable
from taizhang.entry.sheets import KINDS, Grid, RowProblem, State, Step, grid_of_text
from taizhang.entry.sheets.side_by_side import tables_of
from taizhang.entry.workbooks.importing import Prepared, prepare, prepare_without_faults
from taizhang.entry.workbooks.importing import record as record_prepared
from taizhang.language.event_labels import RecordWords
from taizhang.language.i18n import N_, _, say
from taizhang.web.http.auth import Ledger, May, require
from taizhang.web.http.form_data import Form, Posted
from taizhang.web.http.templates import render
from taizhang.web.pages.log.preview_view import counted
from taizhang.web.pages.log.situation import situation_of, unit_for
from taizhang.web.pages.workbook.mended_cells import MendedCells, faults_of, mended_cells
from taizhang.web.pages.workbook.view import FAULTS_SHOWN, can_leave, headers_in, year_said

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("log"))]
SHEET = N_("粘贴的表")
ROWS_SHOWN = 300
_CHANGED = {"correct": State.CHANGED, "new": State.NEW, "skip": State.THERE}
_STATES = {
    State.NEW: N_("要记入"),
    State.THERE: N_("已经记过，不再记"),
    State.DOUBLE: N_("和上面一行重复，不再记"),
    State.CHANGED: N_("和已有的记录不同"),
}


@dataclass
class Row:
    """One row of the table as the page shows it."""

    number: int
    said: list[str]
    state: str = ""
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Pasted:
    """A table as it was pasted and mended, and what an import of it would do."""

    seen: str
    """What tells the text that was pasted from another."""
    mended: MendedCells
    grids: list[Grid]
    prepared: Prepared
    left_out: list[RowProblem]
    """What was wrong with rows that somebody said to leave out."""
    headers: dict[tuple[str, str], str]

    @property
    def is_table(self) -> bool:
        """Whether anything of it was recognised."""
        return any(sheet.kind is not None for sheet in self.prepared.plan.sheets)


@router.get("/log/paste")
def paste_form(request: Request, visit: Visitor, session: Ledger, unit: str = "", done: str = "") -> Response:
    """Show the field to paste into."""
    own = unit_for(visit, unit)
    if own is None:
        return RedirectResponse("/log", status_code=303)
    return _page(request, session, own, done=done)


@router.post("/log/paste")
def paste(request: Request, visit: Visitor, session: Ledger, sent: Form) -> Response:
    """Look at the table, or record it."""
    unit = sent.one("unit")
    require(visit, "log", unit)
    table = sent.one("table")
    try:
        grids = tables_of(grid_of_text(table, _(SHEET)))
    except Unreadable as error:
        return _page(request, session, unit, sent, problems=[Problem("table", error.text)])
    if not table.strip():
        return _page(request, session, unit, sent, status=422 if sent.one("step") == "save" else 200)
    pasted = _pasted(session, visit, unit, grids, sent)
    prepared = pasted.prepared
    ready = not prepared.problems and not prepared.undecided and pasted.is_table
    asked = prepared.warnings and sent.one("another") != "yes"
    if sent.one("step") != "save" or not ready or asked:
        return _page(request, session, unit, sent, pasted)
    try:
        append = partial(append_as, session, visit.account, now=session.clock())
        done = record_prepared(session, prepared, append, pasted.headers)
    except (NotPermitted, Refused) as refused:
        return _page(request, session, unit, sent, pasted, list(refused.problems))
    return RedirectResponse(f"/log/paste?unit={unit}&done={done.appended}", status_code=303)


def _pasted(session: OpenLedger, visit: Visit, unit: str, grids: Sequence[Grid], sent: Posted) -> Pasted:
    seen = sha256(sent.one("table").encode(errors="replace")).hexdigest()[:16]
    mended = mended_cells(sent) if sent.one("seen") == seen else MendedCells({}, frozenset())
    kind = sent.one("kind")
    kinds = {grid.name: kind for grid in grids} if kind else {}
    headers = headers_in(grids, kinds, sent) if sent.one("seen") == seen else {}

    def prepare_of(grids: Sequence[Grid]) -> Prepared:
        return prepare(
            session,
            unit,
            grids,
            workbook="",
            by=recorder_of(session, visit.account),
            now=session.clock(),
            today=session.clock.today(),
            year=year_said(sent.one("year")),
            kinds=kinds,
            headers=headers,
            changed=_CHANGED.get(sent.one("changed")),
            reason=sent.one("reason").strip() or _("粘贴的表里改过"),
            branches=visit.account.only_branches(unit),
        )

    whole = mended.of(grids)
    left: list[RowProblem] = []
    if sent.one("wrong") == "leave":
        prepared, left = prepare_without_faults(prepare_of, whole)
    else:
        prepared = prepare_of(whole)
    return Pasted(seen, mended, whole, prepared, left, headers)


def _page(
    request: Request,
    session: OpenLedger,
    unit: str,
    sent: Posted | None = None,
    pasted: Pasted | None = None,
    problems: list[Problem] | None = None,
    *,
    done: str = "",
    status: int = 200,
) -> Response:
    situation = situation_of(session, unit)
    sent = sent or Posted()
    prepared = pasted.prepared if pasted is not None else None
    rows = _rows(session, prepared) if prepared is not None else []
    known: dict[str, object] = {
        "unit": unit,
        "situation": situation,
        "kinds": [("", _("自动识别")), *((kind.key, _(kind.title)) for kind in KINDS)],
        "kind": sent.one("kind"),
        "table": sent.one("table"),
        "year": sent.one("year"),
        "reason": sent.one("reason"),
        "changed": sent.one("changed"),
        "another": sent.one("another") == "yes",
        "problems": problems or [],
        "prepared": prepared,
        "is_table": pasted is not None and pasted.is_table,
        "recognised": _recognised(prepared),
        "rows": rows
        if len(rows) <= ROWS_SHOWN
        else sorted(rows, key=lambda row: not row.problems)[:ROWS_SHOWN],
        "row_count": len(rows),
        "wrong_count": sum(bool(row.problems) for row in rows),
        "headless": [
            say(problem.text)
            for problem in (prepared.problems if prepared else ())
            if not _has_row(rows, problem)
        ],
        "notes": [*_notes(prepared), *not_taken(prepared)] if prepared else [],
        "counted": counted(prepared.previews, session.shelf, names_in(situation))
        if prepared and prepared.previews
        else [],
        "done": int(done) if done.isdigit() else None,
        "leave": sent.one("wrong") == "leave",
        **(_mending(pasted) if pasted is not None else {}),
    }
    refused = prepared is not None and sent.one("step") == "save"
    return render(request, "log/paste.html", known, status_code=422 if refused else status)


def _mending(pasted: Pasted) -> dict[str, object]:
    """Return what the page needs to mend cells, leave rows out and say what columns are."""
    prepared = pasted.prepared
    headers = [(sheet.name, sheet.header_row) for sheet in prepared.plan.sheets]
    faults = faults_of(prepared.problems, pasted.grids, headers)
    shown = [fault for fault in faults if fault.field or fault.drop][:FAULTS_SHOWN]
    several = len(pasted.grids) > 1
    places = {grid.name: place for place, grid in enumerate(pasted.grids)}
    return {
        "seen": pasted.seen,
        "faults": [fault if several else replace(fault, sheet="") for fault in shown],
        "kept": pasted.mended.kept(shown),
        "dropped": [
            (f"drop-{place}-{row}", pasted.grids[place].name if several else "", row)
            for place, row in sorted(pasted.mended.dropped)
            if place < len(pasted.grids)
        ],
        "left_out": pasted.left_out,
        "can_leave": can_leave(prepared),
        "sheets": [
            {
                "place": places[sheet.name],
                "kind": sheet.kind.key,
                "asks": sheet.asks_for_columns,
                "choices": sheet.kind.columns,
                "columns": [
                    {"header": word, "column": column.key if column is not None else None}
                    for _place, word, column in sheet.header.cells
                ],
            }
            for sheet in prepared.plan.sheets
            if sheet.kind is not None and sheet.header is not None
        ],
    }


def _notes(prepared: Prepared) -> list[str]:
    read = [note for sheet in prepared.plan.sheets for note in sheet.notes]
    return [say(note) for note in (*read, *prepared.notes)]


def _has_row(rows: list[Row], problem: RowProblem) -> bool:
    return any(row.number == problem.row for row in rows)


def _recognised(prepared: Prepared | None) -> str:
    kinds = [sheet.kind for sheet in prepared.plan.sheets if sheet.kind] if prepared else []
    return _("、").join(_(kind.title) for kind in kinds)


def _rows(session: OpenLedger, prepared: Prepared) -> list[Row]:
    words = RecordWords(session.shelf, prepared.directory.name_of)
    wrong: dict[int, list[str]] = {}
    for problem in (*prepared.problems, *prepared.warnings):
        where = f"{problem.column}：" if problem.column else ""
        wrong.setdefault(problem.row, []).append(where + say(problem.text))
    rows = []
    for _sheet, row, steps in prepared.plan.rows():
        said = [_line(session, step, words, prepared) for step in steps]
        state = _(_STATES[steps[0].state]) if steps else ""
        rows.append(Row(row.row, said, state, wrong.get(row.row, [])))
    return rows


def _line(session: OpenLedger, step: Step, words: RecordWords, prepared: Prepared) -> str:
    title = words.title(step.draft.type, step.draft.data)
    line = _("{day} {title}", day=step.draft.moment.day, title=title)
    if step.state is State.CHANGED:
        line += "　" + _("；").join(difference_words(session, step, prepared.directory))
    return line
