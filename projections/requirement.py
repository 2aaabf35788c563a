"""A requirement: one thing a clause asks for, what it came to on a day, and what that costs (contract §5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from rubric.amounts import Amount

from .records import Record

NEVER = date.max
_DAY = timedelta(days=1)


class Status(StrEnum):
    """What a requirement, and by its worst requirement a clause, has come to."""

    MISSED = "missed"
    OVERDUE = "overdue"
    UNEARNED = "unearned"
    BEHIND = "behind"
    OPEN = "open"
    AWAITING = "awaiting"
    MET = "met"
    NOT_APPLICABLE = "not_applicable"
    JUDGED = "judged"


_WORST_FIRST = {status: rank for rank, status in enumerate(Status)}
LOST_NOW = frozenset({Status.UNEARNED, Status.OVERDUE, Status.MISSED})
MAY_BE_LOST = LOST_NOW | {Status.OPEN, Status.BEHIND}
LAGGING = frozenset({Status.OVERDUE, Status.BEHIND})
PENDING = frozenset({Status.OPEN, Status.BEHIND, Status.UNEARNED})


@dataclass(slots=True)
class Requirement:
    """One requirement on one day.

    `missing` is in hundredths of a thing or an hour; `changes_on` is the first later day on which the status may
    be another though no event came; `part` is what the rule needs to explain it (a period, a need, an item).
    """

    subject: str
    status: Status
    due: date | None
    missing: int
    records: Sequence[Record] = ()
    changes_on: date = NEVER
    part: Any = None


@dataclass(frozen=True, slots=True)
class Loss:
    """What is lost in the score, in the floor (nothing more is done) and in the ceiling (all is still done)."""

    score: Amount
    floor: Amount
    ceiling: Amount


NO_LOSS = Loss(0, 0, 0)


def worst(statuses: Iterable[Status]) -> Status:
    """Return the worst of *statuses*; not_applicable when there is none."""
    return min(statuses, key=_WORST_FIRST.__getitem__, default=Status.NOT_APPLICABLE)


def unmet_status(
    day: date,
    due: date,
    final: date,
    *,
    expected_by: date | None = None,
    lagging: bool = False,
    award: bool = False,
) -> Status:
    """Return the status on *day* of a requirement that is not satisfied."""
    if day > final:
        return Status.MISSED
    if award:
        return Status.UNEARNED
    if day > due:
        return Status.OVERDUE
    return Status.BEHIND if lagging or (expected_by is not None and day > expected_by) else Status.OPEN


def next_change(day: date, *boundaries: date | None) -> date:
    """Return the first day after *day* that lies just behind one of *boundaries*, NEVER when none does."""
    return min(
        (edge + _DAY for edge in boundaries if edge is not None and day <= edge < NEVER), default=NEVER
    )
