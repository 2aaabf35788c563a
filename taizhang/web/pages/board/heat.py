"""The heat map: every unit and every indicator on one screen, units side by side, indicators below each other."""

from __future__ import annotations

from dataclasses import dataclass

from projections.requirement import Status
from taizhang.language.i18n import _
from taizhang.language.labels import status_word
from taizhang.web.pages.board.cache import Glance
from taizhang.web.pages.board.view import Question, answered

A_PAGE = 100
"""So many units stand side by side; more come page by page."""
GLYPHS = {
    Status.MISSED: "✕",
    Status.OVERDUE: "▲",
    Status.UNEARNED: "＋",
    Status.BEHIND: "◐",
    Status.OPEN: "○",
    Status.JUDGED: "◆",
    Status.AWAITING: "◇",
    Status.MET: "✓",
    Status.NOT_APPLICABLE: "–",
}
"""A character each, as the shapes of other pages: a cell is smaller than a shape."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit's indicator: its worst status, and the clause that has it."""

    unit: str
    mark: str
    glyph: str
    clause: str
    presses: bool


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One indicator over all units; `short`: in how many it is missed, overdue, unearned or behind."""

    no: int
    title: str
    short: int
    cells: list[Cell]


_PRESSING = (Status.MISSED, Status.OVERDUE, Status.UNEARNED, Status.BEHIND)


def heat_page(shown: Glance, question: Question, forecast_line: int) -> dict[str, object]:
    """Return what the template shows: the units that *question* asks for, by id."""
    district, rubric = shown.district, shown.rubric
    found = answered(question, district, ranking=False, forecast_line=forecast_line)
    pages = max(1, -(-len(found) // A_PAGE))
    page = min(max(question.page, 1), pages)
    units = found[(page - 1) * A_PAGE : page * A_PAGE]
    rows = []
    for number, place in district.indicators():
        marks = [district.mark(row, place) for row in units]
        cells = [
            Cell(row.unit, status.value, GLYPHS[status], district.clauses[at], status in _PRESSING)
            for row, (status, at) in zip(units, marks, strict=True)
        ]
        short = sum(cell.presses for cell in cells)
        rows.append(HeatRow(number, rubric.words[number].title, short, cells))
    return {
        "question": question,
        "rubric_title": rubric.title,
        "units": [(row.unit, row.name) for row in units],
        "units_found": len(found),
        "units_total": len(district.rows),
        "rows": rows,
        "legend": [(status.value, glyph, status_word(status.value)) for status, glyph in GLYPHS.items()],
        "page": page,
        "pages": pages,
        "since": shown.since,
        "title": _("各单位各指标"),
    }
