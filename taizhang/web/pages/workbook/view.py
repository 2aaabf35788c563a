"""What the page of an import shows: the file held against the ledger as the form says, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any

from ledger.json_object import JsonObject
from taizhang.accounts.account import Account
from taizhang.accounts.recording import recorder_of
from taizhang.app.ledger import OpenLedger
from taizhang.documents.workbook_import import summary_of
from taizhang.entry.sheets import BY_KEY, KINDS, Grid, RowProblem, State
from taizhang.entry.sheets.recognise import header_word
from taizhang.entry.workbooks.importing import REASON, Prepared, prepare, prepare_without_faults
from taizhang.entry.workbooks.read import Workbook, read_workbook
from taizhang.entry.workbooks.uploads import Upload
from taizhang.language.i18n import _
from taizhang.language.names import Names
from taizhang.web.http.form_data import Posted
from taizhang.web.http.templates import Context
from taizhang.web.pages.log.preview_view import counted
from taizhang.web.pages.workbook.mended_cells import Fault, MendedCells, faults_of, mended_cells

ROWS_SHOWN = 300
"""So many rows of a sheet are shown; what is wrong or doubtful is shown of all."""
FAULTS_SHOWN = 60
"""So many cells are mended at a time."""
_CHOICES = {"correct": State.CHANGED, "new": State.NEW, "leave": State.THERE}
_NOT_SAID = "?"


@dataclass
class Looked:
    """A file as it was read, what an import would do, and what the form said about it."""

    book: Workbook
    mended: MendedCells
    grids: list[Grid]
    """The book's tables, mended."""
    prepared: Prepared
    kinds: dict[str, str]
    headers: dict[tuple[str, str], str]
    year: int | None
    now: datetime
    left_out: list[RowProblem]
    """What was wrong with rows that somebody said to leave out."""

    @property
    def ready(self) -> bool:
        """Whether it can be recorded as it stands."""
        prepared = self.prepared
        return not prepared.problems and not prepared.undecided and bool(prepared.events or prepared.people)


def look(session: OpenLedger, account: Account, unit: str, upload: Upload, sent: Posted) -> Looked:
    """Read *upload* as the form *sent* says. Raises FileRefused."""
    name = PurePath(upload.filename.replace("\\", "/")).name
    book = read_workbook(upload.content, PurePath(name).stem)
    kinds = _kinds_said(book.grids, sent)
    year = year_said(sent.one("year"))
    now = session.clock()
    said = sent.one("reason").strip()[:500]
    headers = headers_in(book.grids, kinds, sent)

    mended = mended_cells(sent)
    grids = mended.of(book.grids)

    def prepare_of(grids: Sequence[Grid]) -> Prepared:
        return prepare(
            session,
            unit,
            grids,
            workbook=name,
            by=recorder_of(session, account),
            now=now,
            today=session.clock.today(),
            year=year,
            kinds=kinds,
            headers=headers,
            changed=_CHOICES.get(sent.one("changed")),
            reason=said or _(REASON),
            everybody=sent.one("everybody") == "yes",
            branches=account.only_branches(unit),
        )

    left: list[RowProblem] = []
    if sent.one("wrong") == "leave":
        prepared, left = prepare_without_faults(prepare_of, grids)
    else:
        prepared = prepare_of(grids)
    return Looked(book, mended, grids, prepared, kinds, headers, year, now, left)


def shown(session: OpenLedger, looked: Looked, sent: Posted) -> Context:
    """Return what the template draws."""
    prepared = looked.prepared
    summary = summary_of(session, prepared, None, looked.book.notes)
    headers = [(sheet.name, sheet.header_row) for sheet in prepared.plan.sheets]
    faults = faults_of(prepared.problems, looked.grids, headers)
    problems: dict[tuple[str, int], list[Fault]] = {}
    for fault in faults:
        problems.setdefault((fault.sheet, fault.row), []).append(fault)
    places = {grid.name: place for place, grid in enumerate(looked.book.grids)}
    sheets = [
        _sheet(sheet, places[sheet["name"]], reading, looked, problems)
        for sheet, reading in zip(summary["sheets"], prepared.plan.sheets, strict=True)
    ]
    return {
        "summary": summary,
        "sheets": sheets,
        "problems": faults,
        "faults": faults[:FAULTS_SHOWN],
        "kept": looked.mended.kept(faults[:FAULTS_SHOWN]),
        "dropped": [
            (f"drop-{place}-{row}", looked.grids[place].name, row)
            for place, row in sorted(looked.mended.dropped)
            if place < len(looked.grids)
        ],
        "left_out": looked.left_out,
        "leave": sent.one("wrong") == "leave",
        "nobodys": bool(prepared.nobodys),
        "everybody": sent.one("everybody") == "yes",
        "can_leave": can_leave(prepared),
        "counted": counted(prepared.previews, session.shelf, Names({})) if prepared.previews else [],
        "kinds": KINDS,
        "year": looked.year or "",
        "changed": sent.one("changed"),
        "reason": sent.one("reason"),
        "ready": looked.ready,
    }


def can_leave(prepared: Prepared) -> bool:
    """Whether there are rows without faults beside those that have some."""
    wrong = {(problem.sheet, problem.row) for problem in prepared.problems}
    return any((step.row.sheet, step.row.row) not in wrong for step in prepared.steps)


def _sheet(
    sheet: JsonObject,
    place: int,
    reading: Any,
    looked: Looked,
    problems: dict[tuple[str, int], list[Fault]],
) -> Context:
    rows = [{**row, "problems": problems.get((sheet["name"], row["row"]), [])} for row in sheet["rows"]]
    pressing = [row for row in rows if row["problems"] or _is_doubtful(row)]
    calm = [row for row in rows if not (row["problems"] or _is_doubtful(row))]
    kind = BY_KEY.get(sheet["kind"] or "")
    return {
        **sheet,
        "place": place,
        "title": kind.title if kind is not None else "",
        "choices": kind.columns if kind is not None else (),
        "asks": reading.asks_for_columns,
        "header_problems": list(reading.problems),
        "rows": sorted([*pressing, *calm[:ROWS_SHOWN]], key=lambda row: row["row"]),
        "count": len(rows),
        "more": max(0, len(calm) - ROWS_SHOWN),
    }


def _is_doubtful(row: JsonObject) -> bool:
    return any(step["state"] in ("changed", "double") for step in row["steps"])


def _kinds_said(grids: Sequence[Grid], sent: Posted) -> dict[str, str]:
    """Return what the form says each sheet is: `kind-0` is that of the first."""
    said: dict[str, str] = {}
    for place, grid in enumerate(grids):
        value = sent.one(f"kind-{place}") or _NOT_SAID
        if value == "-" or value in BY_KEY:
            said[grid.name] = "" if value == "-" else value
    return said


def headers_in(grids: Sequence[Grid], kinds: Mapping[str, str], sent: Posted) -> dict[tuple[str, str], str]:
    """Return what the form says headers mean: `header-0-3` is the first sheet's fourth, `column-0-3` its column."""
    said: dict[tuple[str, str], str] = {}
    for place, grid in enumerate(grids):
        kind = BY_KEY.get(kinds.get(grid.name) or sent.one(f"kind-{place}"))
        number = 0
        while kind is not None and (header := sent.one(f"header-{place}-{number}")):
            column = sent.one(f"column-{place}-{number}")
            if column == "-" or column in kind.by_key:
                said[kind.key, header_word(header)] = "" if column == "-" else column
            number += 1
    return said


def year_said(text: str) -> int | None:
    """Return the year that somebody said, None where the sheets have to say."""
    return int(text) if text.isascii() and text.isdigit() and 1950 <= int(text) <= 2999 else None
