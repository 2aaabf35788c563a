"""How a unit stands with every clause, as one short text that is kept beside its totals.

From these texts ten thousand units are searched, counted and drawn without folding one of them. A text has five parts
of one character for each clause, in the rubric's order:

    worst     the clause's status: a missed, b overdue, c unearned, d behind, e open, f judged, g awaiting,
              h met, i not applicable
    mendable  the worst of what can still be done, in the same letters (b to e); "z" when there is nothing
    due       when the next of it is due, U+0100 plus the days since the rubric's first day; "-" when nothing has a day
    gone      when the first of what is missed was due, written alike; "-" when nothing is missed
    short     how much is missing of what can still be done and is due first, U+0100 plus hundredths; "-" for nothing

Letters in the alphabet's order, so that the smallest of several is the worst; one character a day, so that a clause's
column of the district can be counted as text. A text holds for as long as the row that it stands in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from .clause_result import ClauseResult
from .evaluation import Evaluation
from .requirement import PENDING, Status

PARTS = 5
WORST, MENDABLE, DUE, GONE, SHORT = range(PARTS)
LETTERS = {
    Status.MISSED: "a",
    Status.OVERDUE: "b",
    Status.UNEARNED: "c",
    Status.BEHIND: "d",
    Status.OPEN: "e",
    Status.JUDGED: "f",
    Status.AWAITING: "g",
    Status.MET: "h",
    Status.NOT_APPLICABLE: "i",
}
"""Not the order of `requirement.worst`: points that a judgement took weigh more than a clause that is met."""
STATUSES = {letter: status for status, letter in LETTERS.items()}
NOTHING, NO_DAY = "z", "-"
_FIRST_DAY = 0x100
_DAYS_MAX = 4000
_SHORT_MAX = 50_000
"""More is not told apart: what follows are no characters of their own."""
_MENDABLE = PENDING | {Status.OVERDUE}


@dataclass(frozen=True, slots=True)
class Cell:
    """One clause of one unit; `mendable`, `due` and `short` are None when nothing can be done (any more), `gone` when
    nothing is missed. `short` in hundredths of a thing or an hour, of all branches together."""

    worst: Status
    mendable: Status | None
    due: date | None
    gone: date | None
    short: int | None = None


def standing_of(evaluation: Evaluation) -> str:
    """Return the text of an evaluation; only what was evaluated since the last time is said anew."""
    opens_on = evaluation.rule_set.rubric.opens_on
    cells, results = evaluation.cells, evaluation.results
    for index in evaluation.unsaid:
        cells[index] = _cell(results[index], opens_on)
    evaluation.unsaid.clear()
    text = "".join(cells)
    return "".join(text[part::PARTS] for part in range(PARTS))


def _cell(result: ClauseResult, opens_on: date) -> str:
    mendable = NOTHING
    due: date | None = None
    gone: date | None = None
    first: date | None = None
    short = 0
    for requirement in result.requirements:
        status, when = requirement.status, requirement.due
        if status in _MENDABLE:
            mendable = min(mendable, LETTERS[status])
            if first is None or (when is not None and when < first):
                first, short = when, requirement.missing
            elif when == first:
                short += requirement.missing
            if status is not Status.OVERDUE and when is not None and (due is None or when < due):
                due = when
        elif status is Status.MISSED and when is not None and (gone is None or when < gone):
            gone = when
    lacking = NO_DAY if mendable == NOTHING else chr(_FIRST_DAY + min(short, _SHORT_MAX))
    return LETTERS[result.status] + mendable + _letter(due, opens_on) + _letter(gone, opens_on) + lacking


def _letter(day: date | None, opens_on: date) -> str:
    return NO_DAY if day is None else day_letter(day, opens_on)


def day_letter(day: date, opens_on: date) -> str:
    """Return the character that stands for *day*; days before the year count as its first."""
    return chr(_FIRST_DAY + min(max((day - opens_on).days, 0), _DAYS_MAX))


def day_of_letter(letter: str, opens_on: date) -> date | None:
    """Return the day that *letter* stands for, None for none."""
    return None if letter == NO_DAY else opens_on + timedelta(days=ord(letter) - _FIRST_DAY)


def part_of(standing: str, part: int, clauses: slice) -> str:
    """Return one part (WORST, MENDABLE, DUE, GONE or SHORT) of *clauses*, a stretch of the rubric's order."""
    start = part * (len(standing) // PARTS)
    return standing[start + clauses.start : start + clauses.stop]


def cells(standing: str, opens_on: date) -> Iterator[Cell]:
    """Yield the cells of a text, in the rubric's order of clauses."""
    clauses = len(standing) // PARTS
    parts = [standing[part * clauses : (part + 1) * clauses] for part in range(PARTS)]
    for worst, mendable, due, gone, short in zip(*parts, strict=True):
        yield Cell(
            STATUSES[worst],
            STATUSES.get(mendable),
            day_of_letter(due, opens_on),
            day_of_letter(gone, opens_on),
            None if short == NO_DAY else ord(short) - _FIRST_DAY,
        )


def cells_of(standing: str, clauses: slice, opens_on: date) -> Iterator[Cell]:
    """Yield the cells of *clauses*, a stretch of the rubric's order."""
    return cells("".join(part_of(standing, part, clauses) for part in range(PARTS)), opens_on)


def worst_of(standing: str, clauses: slice) -> tuple[Status, int]:
    """Return the worst status among *clauses*, a stretch of the rubric's order, and the first place that has it."""
    letters = part_of(standing, WORST, clauses)
    worst = min(letters)
    return STATUSES[worst], clauses.start + letters.index(worst)
