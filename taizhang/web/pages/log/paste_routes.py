"""`/log/paste`: a table copied from Excel or WPS, looked at row by row, then recorded whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any

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
from taizhang.entry.sheets import KINDS, RowProblem, State, Step, grid_of_text
from taizhang.entry.sheets.side_by_side import tables_of
from taizhang.entry.workbooks.importing import Prepared, prepare
from taizhang.entry.workbooks.importing import record as record_prepared
from taizhang.language.event_labels import RecordWords
from taizhang.language.i18n import N_, _, say
from taizhang.web.http.auth import Ledger, May, require
from taizhang.web.http.form_data import Form, Posted
from taizhang.web.http.templates import render
from taizhang.web.pages.log.preview_view import counted
from taizhang.web.pages.log.situation import situation_of, unit_for
from taizhang.web.pages.workbook.view import year_said

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
    kind = sent.one("kind")
    prepared = prepare(
        session,
        unit,
        grids,
        workbook="",
        by=recorder_of(visit.account),
        now=session.clock(),
        today=session.clock.today(),
        year=year_said(sent.one("year")),
        kinds={grid.name: kind for grid in grids} if kind else None,
        changed=_CHANGED.get(sent.one("changed")),
        reason=sent.one("reason").strip() or _("粘贴的表里改过"),
        branches=visit.account.only_branches(unit),
    )
    ready = not prepared.problems and not prepared.undecided and _is_table(prepared)
    asked = prepared.warnings and sent.one("another") != "yes"
    if sent.one("step") != "save" or not ready or asked:
        return _page(request, session, unit, sent, prepared)
    try:
        append = partial(append_as, session, visit.account, now=session.clock())
        done = record_prepared(session, prepared, append)
    except (NotPermitted, Refused) as refused:
        return _page(request, session, unit, sent, prepared, list(refused.problems))
    return RedirectResponse(f"/log/paste?unit={unit}&done={done.appended}", status_code=303)


def _is_table(prepared: Prepared) -> bool:
    return any(sheet.kind is not None for sheet in prepared.plan.sheets)


def _page(
    request: Request,
    session: OpenLedger,
    unit: str,
    sent: Posted | None = None,
    prepared: Prepared | None = None,
    problems: list[Problem] | None = None,
    *,
    done: str = "",
    status: int = 200,
) -> Response:
    situation = situation_of(session, unit)
    sent = sent or Posted()
    rows = _rows(session, prepared) if prepared is not None else []
    known: dict[str, Any] = {
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
        "is_table": prepared is not None and _is_table(prepared),
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
    }
    refused = prepared is not None and sent.one("step") == "save"
    return render(request, "log/paste.html", known, status_code=422 if refused else status)


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
