"""What is worked out of one unit's year as of a day, and remembered: the columns of every district-wide page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rubric.amounts import Amount

from .results import Result


@dataclass(frozen=True, slots=True)
class UnitYear:
    """One unit's year as of a day."""

    unit: str
    name: str
    kind: str
    sequence: int
    """The unit's last event that was looked at."""
    score: Amount
    floor: Amount
    ceiling: Amount
    forecast: Amount
    bonus: Amount
    figures: dict[int, Amount]
    """The points of each indicator."""
    unsettled: int
    """Clauses that can still move by themselves."""
    awaiting: int
    """Clauses that only people can decide, and nobody has."""
    short: frozenset[str]
    """Clauses that are behind, overdue, unearned or missed."""
    overdue: frozenset[str]
    missed: frozenset[str]
    lost: dict[str, Amount]
    """What each clause has cost, where it cost something."""
    last_done: date | None
    """The day of the latest thing that the unit did in the year; None when there is none."""
    result: Result
    grade: str = ""
    """What the points come to by the records, where the rubric has grades."""
