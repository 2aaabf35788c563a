"""A sheet before and after it is read: its cells, and what each row was found to say."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ledger.text import Text
from taizhang.people.person import Person

from ..parsing.cells import Cell
from .drafts import Draft
from .kinds import Kind
from .recognise import Header


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet, row by row; `numbers` are the rows' numbers on the user's screen, by default from 1."""

    name: str
    rows: Sequence[Sequence[Cell]]
    numbers: Sequence[int] | None = None
    from_1904: bool = False
    """The file counts its days from 1904-01-01, as Excel for Mac did."""
    hidden: frozenset[int] = frozenset()
    """The numbers of rows that are hidden or filtered away on the user's screen."""

    def number(self, place: int) -> int:
        """Return the number of the row at *place* (from 0)."""
        return self.numbers[place] if self.numbers is not None else place + 1

    def without(self, numbers: Container[int]) -> Grid:
        """Return the sheet without the rows of these numbers; the others keep theirs."""
        kept = [
            (number, row)
            for number, row in ((self.number(place), row) for place, row in enumerate(self.rows))
            if number not in numbers
        ]
        return replace(self, rows=[row for _number, row in kept], numbers=[number for number, _row in kept])

    def with_cells(self, mended: Mapping[tuple[int, int], str]) -> Grid:
        """Return the sheet with other texts in some cells, by (number of the row, place of the column from 0)."""
        rows = []
        for place, row in enumerate(self.rows):
            here = {column: text for (number, column), text in mended.items() if number == self.number(place)}
            width = max(len(row), *(column + 1 for column in here)) if here else len(row)
            rows.append([here.get(at, row[at] if at < len(row) else None) for at in range(width)])
        return replace(self, rows=rows)

    def cell(self, number: int, column: int) -> Cell:
        """Return what stands in the row of that *number*, None where there is nothing."""
        row = next((row for place, row in enumerate(self.rows) if self.number(place) == number), ())
        return row[column] if column < len(row) else None


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row; `column` is the header of the column, empty when the row as a whole is meant."""

    sheet: str
    row: int
    column: str
    text: Text
    place: int | None = None
    """The place of the cell's column (from 0), None when the row as a whole is meant."""
    suggestions: tuple[str, ...] = ()
    """What may be meant, as it would be written in the cell."""


@dataclass
class RowReading:
    """One row that is not empty."""

    sheet: str
    row: int
    drafts: list[Draft] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    person: Person | None = None
    """What the directory is to know after this row."""
    is_new_person: bool = False

    left_out: list[RowProblem] = field(default_factory=list)
    """Cells of it that were not taken, and why."""

    def leave_out(self, column: str, text: Text) -> None:
        """Note a cell that is not taken and stops nothing."""
        self.left_out.append(RowProblem(self.sheet, self.row, column, text))

    def blame(
        self, column: str, text: Text, place: int | None = None, suggestions: tuple[str, ...] = ()
    ) -> None:
        """Note a problem; *place* is that of the column, *suggestions* what may be meant there."""
        self.problems.append(RowProblem(self.sheet, self.row, column, text, place, suggestions))


@dataclass
class SheetReading:
    """One sheet: what it was taken for, column by column, and its rows."""

    name: str
    header: Header | None
    header_row: int = 0
    rows: list[RowReading] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    left_out: list[RowProblem] = field(default_factory=list)
    """What was not taken although something is written there, and why: rows that are no record, cells left out."""
    notes: list[Text] = field(default_factory=list)
    """What is to be known of how its columns were read."""
    is_empty: bool = False
    leave: bool = False
    """Somebody has said that it is not to be read."""
    asks_for_columns: bool = False
    """The kind is known but not what its columns are: someone has to say (`Context.headers`)."""

    @property
    def kind(self) -> Kind | None:
        """The kind it was taken for, None when it was left out."""
        return self.header.kind if self.header is not None else None
