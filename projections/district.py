"""The district at a glance, from the kept rows alone: who needs help with what, by when; what falls due; counts.

Pure. Rows are those of one board: of one day and under one rubric.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rubric.schema import Rubric

from .requirement import Status
from .scorecard import ANNOUNCED_DAYS
from .status_codes import (
    DUE,
    GONE,
    LETTERS,
    MENDABLE,
    NO_DAY,
    WORST,
    Cell,
    cells,
    cells_of,
    day_letter,
    day_of_letter,
    part_of,
    worst_of,
)
from .totals import TotalsRow

_LATER_THAN_ANY = "\uffff"
_PART_OF = {
    Status.MISSED: WORST,
    Status.OVERDUE: MENDABLE,
    Status.UNEARNED: MENDABLE,
    Status.BEHIND: MENDABLE,
    Status.OPEN: MENDABLE,
    Status.JUDGED: WORST,
    Status.AWAITING: WORST,
    Status.MET: WORST,
    Status.NOT_APPLICABLE: WORST,
}
"""Where in a cell a status is looked for: what is missed hides nothing that can still be done."""


@dataclass(frozen=True, slots=True)
class ClauseCount:
    """In how many units one clause is short, and how."""

    clause: str
    behind: int
    overdue: int
    missed: int
    unearned: int


@dataclass(frozen=True, slots=True)
class FallingDue:
    """A clause that comes due on a day in so many units."""

    due: date
    clause: str
    units: int


@dataclass(frozen=True, slots=True)
class Need:
    """What one unit needs help with: a clause, how it stands, by when (None: at once; missed: since when)."""

    clause: str
    status: Status
    due: date | None
    short: int | None = None
    """How much is missing of what is due first, in hundredths of a thing or an hour; None of what is missed."""


class District:
    """The rows of a board under *rubric* on *day*.

    What is missed is told of once it has been for longer than *grace_days*: until then who held it may still record it.
    """

    def __init__(self, rows: Sequence[TotalsRow], rubric: Rubric, day: date, grace_days: int = 0) -> None:
        self.rows = rows
        self.grace_days = grace_days
        self.rubric = rubric
        self.day = day
        self.clauses = [clause.id for group in rubric.indicator_clauses.values() for clause in group]
        opens_on = rubric.opens_on
        # Days are characters: what is missed was due before this one. "-", which is no day, stands below them all.
        self._edge = day_letter(day - timedelta(days=grace_days), opens_on)
        # Days as characters: those from today until 30 days from now.
        self._soon = frozenset(
            day_letter(day + timedelta(days=days), opens_on) for days in range(ANNOUNCED_DAYS + 1)
        )

    def among(self, rows: Sequence[TotalsRow]) -> District:
        """Return the same with *rows* only."""
        return District(rows, self.rubric, self.day, self.grace_days)

    # -- which clauses are meant ---------------------------------------------------------------------------------

    def everything(self) -> slice:
        """Return the places of all clauses."""
        return slice(0, len(self.clauses))

    def place_of(self, clause: str) -> slice | None:
        """Return the place of one clause, None when the rubric has none of that id."""
        if clause not in self.clauses:
            return None
        start = self.clauses.index(clause)
        return slice(start, start + 1)

    def indicators(self) -> Iterator[tuple[int, slice]]:
        """Yield each indicator's number and the places of its clauses, in the rubric's order."""
        start = 0
        for number, group in self.rubric.indicator_clauses.items():
            yield number, slice(start, start + len(group))
            start += len(group)

    # -- which rows -----------------------------------------------------------------------------------------------

    def with_status(self, status: Status, clauses: slice) -> list[TotalsRow]:
        """Return the rows in which one of *clauses* is, or has a part that is, of that status."""
        if status is Status.MISSED:
            gone, edge = self._part(clauses, GONE), self._edge
            return [row for row in self.rows if any(NO_DAY < day < edge for day in row.standing[gone])]
        letter, part = LETTERS[status], self._part(clauses, _PART_OF[status])
        return [row for row in self.rows if letter in row.standing[part]]

    def undone(self, clauses: slice) -> list[TotalsRow]:
        """Return the rows in which one of *clauses* is not done: missed, overdue, unearned, behind or open."""
        part, done = self._part(clauses, WORST), LETTERS[Status.JUDGED]
        return [row for row in self.rows if min(row.standing[part], default=done) < done]

    def needing_help(self, clauses: slice, forecast_line: int) -> list[TotalsRow]:
        """Return the rows in which one of *clauses* is overdue, or missed for longer than the days of grace.

        Asked of all clauses, also those whose forecast is below *forecast_line* (hundredths).
        """
        part, overdue = self._part(clauses, MENDABLE), LETTERS[Status.OVERDUE]
        gone, edge = self._part(clauses, GONE), self._edge
        whole = clauses == self.everything()
        return [
            row
            for row in self.rows
            if (whole and row.forecast < forecast_line)
            or overdue in row.standing[part]
            or any(NO_DAY < day < edge for day in row.standing[gone])
        ]

    def due_soon(self, clauses: slice) -> list[TotalsRow]:
        """Return the rows in which one of *clauses* falls due within 30 days."""
        part, soon = self._part(clauses, DUE), self._soon
        return [row for row in self.rows if not soon.isdisjoint(row.standing[part])]

    def by_need(self) -> list[TotalsRow]:
        """Return the rows, what presses most first: the lowest forecast, then what is overdue and falls due next."""
        overdue = LETTERS[Status.OVERDUE]
        mendable, dues = self._part(self.everything(), MENDABLE), self._part(self.everything(), DUE)

        def need(row: TotalsRow) -> tuple[int, int, str, str]:
            earliest = min(row.standing[dues].replace(NO_DAY, _LATER_THAN_ANY))
            return row.forecast, -row.standing[mendable].count(overdue), earliest, row.unit

        return sorted(self.rows, key=need)

    def _part(self, clauses: slice, part: int) -> slice:
        start = part * len(self.clauses)
        return slice(start + clauses.start, start + clauses.stop)

    # -- what they add up to --------------------------------------------------------------------------------------

    def counts(self) -> list[ClauseCount]:
        """Return in how many units each clause is short, for those clauses that are short in one."""
        found = []
        for clause, gone, mendable in zip(
            self.clauses, self._columns(GONE), self._columns(MENDABLE), strict=True
        ):
            count = ClauseCount(
                clause,
                behind=mendable.count(LETTERS[Status.BEHIND]),
                overdue=mendable.count(LETTERS[Status.OVERDUE]),
                missed=sum(NO_DAY < day < self._edge for day in gone),
                unearned=mendable.count(LETTERS[Status.UNEARNED]),
            )
            if count.behind or count.overdue or count.missed or count.unearned:
                found.append(count)
        return found

    def falling_due(self) -> list[FallingDue]:
        """Return what falls due within 30 days, by day, then in the rubric's order."""
        found = []
        for place, dues in enumerate(self._columns(DUE)):
            for letter in self._soon.intersection(dues):
                due = day_of_letter(letter, self.rubric.opens_on)
                assert due is not None, "a day from today on"
                found.append((due, place, FallingDue(due, self.clauses[place], dues.count(letter))))
        return [each for _, _, each in sorted(found, key=lambda each: each[:2])]

    def _columns(self, part: int) -> Iterator[str]:
        """Yield one text a clause, in the rubric's order: one character of *part* for each unit."""
        whole = "".join([part_of(row.standing, part, self.everything()) for row in self.rows])
        clauses = len(self.clauses)
        return (whole[place::clauses] for place in range(clauses))

    def needs(self, row: TotalsRow, clauses: slice | None = None, status: Status | None = None) -> list[Need]:
        """Return what a unit needs help with, what presses most first: overdue, missed past grace, then by due day.

        Of *clauses* only; with a *status* just what stands so, whenever it is due.
        """
        places = clauses or self.everything()
        found = []
        for place, cell in enumerate(cells(row.standing, self.rubric.opens_on)):
            if not places.start <= place < places.stop:
                continue
            clause = self.clauses[place]
            missed = self._is_told(cell)
            if status is Status.MISSED:
                if missed:
                    found.append(Need(clause, status, cell.gone))
            elif status is not None:
                if status in (cell.worst, cell.mendable):
                    found.append(Need(clause, status, cell.due, cell.short))
            elif cell.mendable is Status.OVERDUE:
                found.append(Need(clause, Status.OVERDUE, None, cell.short))
            elif missed:
                found.append(Need(clause, Status.MISSED, cell.gone))
            elif cell.mendable and (
                clauses is not None or cell.mendable is Status.BEHIND or self.is_soon(cell.due)
            ):
                found.append(Need(clause, cell.mendable, cell.due, cell.short))
        order = (Status.OVERDUE, Status.MISSED)
        return sorted(
            found,
            key=lambda need: (order.index(need.status) if need.status in order else 2, need.due or self.day),
        )

    def missed(self, row: TotalsRow) -> int:
        """Return of how many clauses something has been missed for longer than the days of grace."""
        gone = part_of(row.standing, GONE, self.everything())
        return sum(NO_DAY < day < self._edge for day in gone)

    def mark(self, row: TotalsRow, clauses: slice) -> tuple[Status, int]:
        """Return the worst status of *clauses* that is told of, and the first place that has it."""
        status, place = worst_of(row.standing, clauses)
        if status is not Status.MISSED:
            return status, place
        marks = []
        for place, cell in enumerate(cells_of(row.standing, clauses, self.rubric.opens_on), clauses.start):
            told = cell.worst
            if told is Status.MISSED and not self._is_told(cell):
                told = cell.mendable or Status.OPEN
            marks.append((LETTERS[told], place, told))
        _letter, place, told = min(marks)
        return told, place

    def _is_told(self, cell: Cell) -> bool:
        return cell.gone is not None and (self.day - cell.gone).days > self.grace_days

    def is_soon(self, due: date | None) -> bool:
        """Whether a day lies within the 30 days from today on."""
        return due is not None and 0 <= (due - self.day).days <= ANNOUNCED_DAYS
