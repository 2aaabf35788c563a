"""The district at a glance, from the kept rows alone: who needs help with what, by when; what falls due; counts.

Pure. Rows are those of one board: of one day and under one rubric.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rubric.schema import Rubric

from .requirement import Status
from .scorecard import ANNOUNCED_DAYS
from .standing import CELL, LETTERS, NO_DAY, cells, day_letter, day_of_letter
from .totals import TotalsRow

_WORST, _MENDABLE, _DUE = 0, 1, 2
_PART_OF = {
    Status.MISSED: _WORST,
    Status.OVERDUE: _MENDABLE,
    Status.UNEARNED: _MENDABLE,
    Status.BEHIND: _MENDABLE,
    Status.OPEN: _MENDABLE,
    Status.JUDGED: _WORST,
    Status.MET: _WORST,
    Status.NOT_APPLICABLE: _WORST,
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
    """What one unit needs help with: a clause, how it stands, by when (None: at once)."""

    clause: str
    status: Status
    due: date | None


class District:
    """The rows of a board under *rubric* on *day*."""

    def __init__(self, rows: Sequence[TotalsRow], rubric: Rubric, day: date) -> None:
        self.rows = rows
        self.rubric = rubric
        self.day = day
        self.clauses = [clause.id for group in rubric.indicator_clauses.values() for clause in group]
        opens_on = rubric.opens_on
        self._today = day_letter(day, opens_on)
        self._soon = day_letter(day + timedelta(days=ANNOUNCED_DAYS), opens_on)

    def among(self, rows: Sequence[TotalsRow]) -> District:
        """Return the same with *rows* only."""
        return District(rows, self.rubric, self.day)

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
        letter, part = LETTERS[status], _part(clauses, _PART_OF[status])
        return [row for row in self.rows if letter in row.standing[part]]

    def undone(self, clauses: slice) -> list[TotalsRow]:
        """Return the rows in which one of *clauses* is not done: missed, overdue, unearned, behind or open."""
        part, done = _part(clauses, _WORST), LETTERS[Status.JUDGED]
        return [row for row in self.rows if min(row.standing[part], default=done) < done]

    def needing_help(self, clauses: slice) -> list[TotalsRow]:
        """Return the rows in which one of *clauses* is overdue or behind."""
        part, overdue, behind = _part(clauses, _MENDABLE), LETTERS[Status.OVERDUE], LETTERS[Status.BEHIND]
        return [row for row in self.rows if overdue in row.standing[part] or behind in row.standing[part]]

    def due_soon(self, clauses: slice) -> list[TotalsRow]:
        """Return the rows in which one of *clauses* falls due within 30 days."""
        part = _part(clauses, _DUE)
        return [row for row in self.rows if self._earliest(row.standing[part]) <= self._soon]

    def by_need(self) -> list[TotalsRow]:
        """Return the rows, what presses most first: overdue, behind, what falls due next; then by unit."""
        overdue, behind = LETTERS[Status.OVERDUE], LETTERS[Status.BEHIND]

        def need(row: TotalsRow) -> tuple[int, int, str, str]:
            mendable = row.standing[_MENDABLE::CELL]
            earliest = self._earliest(row.standing[_DUE::CELL])
            return -mendable.count(overdue), -mendable.count(behind), earliest, row.unit

        return sorted(self.rows, key=need)

    def _earliest(self, dues: str) -> str:
        return min((due for due in set(dues) if due != NO_DAY and due >= self._today), default="\U0010ffff")

    # -- what they add up to --------------------------------------------------------------------------------------

    def counts(self) -> list[ClauseCount]:
        """Return in how many units each clause is short, for those clauses that are short in one."""
        found = []
        whole = "".join([row.standing for row in self.rows])
        width = CELL * len(self.clauses)
        for place, clause in enumerate(self.clauses):
            mendable = whole[CELL * place + _MENDABLE :: width]
            count = ClauseCount(
                clause,
                behind=mendable.count(LETTERS[Status.BEHIND]),
                overdue=mendable.count(LETTERS[Status.OVERDUE]),
                missed=whole[CELL * place :: width].count(LETTERS[Status.MISSED]),
                unearned=mendable.count(LETTERS[Status.UNEARNED]),
            )
            if count.behind or count.overdue or count.missed or count.unearned:
                found.append(count)
        return found

    def falling_due(self) -> list[FallingDue]:
        """Return what falls due within 30 days, by day, then in the rubric's order."""
        whole = "".join([row.standing for row in self.rows])
        width, found = CELL * len(self.clauses), []
        for place, clause in enumerate(self.clauses):
            for letter, units in Counter(whole[CELL * place + _DUE :: width]).items():
                due = day_of_letter(letter, self.rubric.opens_on)
                if due is not None and self._today <= letter <= self._soon:
                    found.append((due, place, FallingDue(due, clause, units)))
        return [each for _, _, each in sorted(found, key=lambda each: each[:2])]

    def needs(self, row: TotalsRow) -> list[Need]:
        """Return what a unit needs help with, what presses most first: overdue, then by due day."""
        found = []
        for clause, cell in zip(self.clauses, cells(row.standing, self.rubric.opens_on), strict=False):
            if cell.mendable is Status.OVERDUE:
                found.append(Need(clause, Status.OVERDUE, None))
            elif cell.mendable is Status.BEHIND or (cell.mendable and self._is_soon(cell.due)):
                found.append(Need(clause, cell.mendable, cell.due))
        return sorted(found, key=lambda need: (need.due is not None, need.due or self.day))

    def _is_soon(self, due: date | None) -> bool:
        return due is not None and 0 <= (due - self.day).days <= ANNOUNCED_DAYS


def _part(clauses: slice, part: int) -> slice:
    return slice(CELL * clauses.start + part, CELL * clauses.stop, CELL)
