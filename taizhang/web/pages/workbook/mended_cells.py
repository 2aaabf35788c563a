"""Cells that are mended on the page of an import, and rows left out there: what its form says of them.

`cell-0-7-2` is the text of the first sheet's row 7, third column; `pick` puts a suggestion there at one press;
`drop-0-7` leaves the row out. All of it travels with the form until the file is recorded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ledger.text import Text
from taizhang.entry.parsing.cells import Unreadable, written
from taizhang.entry.sheets import Grid, RowProblem
from taizhang.web.http.form_data import Posted

CELL_CHARACTERS_MAX = 2000
_CELL = re.compile(r"cell-(\d{1,3})-(\d{1,7})-(\d{1,3})", re.ASCII)
_DROP = re.compile(r"drop-(\d{1,3})-(\d{1,7})", re.ASCII)
_PICK = re.compile(r"(cell-\d{1,3}-\d{1,7}-\d{1,3})=(.*)", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class MendedCells:
    """What somebody wrote into cells, and which rows are to be left out; the file itself stays as it is."""

    cells: dict[tuple[int, int, int], str]
    """(place of the sheet, number of the row, place of the column) -> text."""
    dropped: frozenset[tuple[int, int]]
    """(place of the sheet, number of the row)."""

    def of(self, grids: Sequence[Grid]) -> list[Grid]:
        """Return *grids* with the cells mended and without the rows that are left out."""
        return [self._mended(grid, place) for place, grid in enumerate(grids)]

    def _mended(self, grid: Grid, place: int) -> Grid:
        here = {(row, column): text for (at, row, column), text in self.cells.items() if at == place}
        without = {row for at, row in self.dropped if at == place}
        grid = grid.with_cells(here) if here else grid
        return grid.without(without) if without else grid

    def kept(self, shown: Iterable[Fault]) -> list[tuple[str, str]]:
        """Return the names and texts that the form has to carry on besides the fields of the faults that it shows."""
        fields = {fault.field for fault in shown}
        named = ((f"cell-{place}-{row}-{column}", text) for (place, row, column), text in self.cells.items())
        return [(name, text) for name, text in named if name not in fields]


@dataclass(frozen=True, slots=True)
class Fault:
    """One problem of a row as the page shows it."""

    sheet: str
    row: int
    column: str
    text: Text
    field: str = ""
    """The name of the field that mends it, empty where no cell is to blame."""
    said: str = ""
    """What stands in the cell."""
    suggestions: tuple[str, ...] = ()
    drop: str = ""
    """The name of the box that leaves the row out, empty for what is wrong with a whole sheet."""


def mended_cells(sent: Posted) -> MendedCells:
    """Return what the form *sent* says; what was picked goes before what stands in the field."""
    cells: dict[tuple[int, int, int], str] = {}
    said = [(name, texts[0]) for name, texts in sent.values.items()]
    picked = _PICK.fullmatch(sent.one("pick"))
    for name, text in (*said, *([(picked[1], picked[2])] if picked is not None else [])):
        if (match := _CELL.fullmatch(name)) is not None:
            place, row, column = map(int, match.groups())
            cells[place, row, column] = text[:CELL_CHARACTERS_MAX]
    dropped = frozenset(
        (int(match[1]), int(match[2])) for name in sent.values if (match := _DROP.fullmatch(name)) is not None
    )
    return MendedCells(cells, dropped)


def faults_of(
    problems: Iterable[RowProblem], grids: Sequence[Grid], headers: Iterable[tuple[str, int]]
) -> list[Fault]:
    """Return *problems* with the field that mends each; *headers* are the sheets' header rows, by (sheet, row)."""
    places = {grid.name: place for place, grid in enumerate(grids)}
    whole = set(headers)
    found: list[Fault] = []
    boxes: set[str] = set()
    for problem in problems:
        fault = _fault(problem, grids, places.get(problem.sheet), whole)
        found.append(replace(fault, drop="") if fault.drop in boxes else fault)
        boxes.add(fault.drop)
    return found


def _fault(
    problem: RowProblem, grids: Sequence[Grid], place: int | None, whole: set[tuple[str, int]]
) -> Fault:
    sheet, row, column = problem.sheet, problem.row, problem.place
    if place is None or (sheet, row) in whole:
        return Fault(sheet, row, problem.column, problem.text)
    drop = f"drop-{place}-{row}"
    if column is None:
        return Fault(sheet, row, problem.column, problem.text, drop=drop)
    try:
        said = written(grids[place].cell(row, column))
    except Unreadable:
        said = ""
    suggestions = tuple(each for each in dict.fromkeys(problem.suggestions) if each and each != said)
    return Fault(
        sheet, row, problem.column, problem.text, f"cell-{place}-{row}-{column}", said, suggestions, drop
    )
