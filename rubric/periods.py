"""The periods of a year that a rule can ask for: months, quarters and halves."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

PeriodKind = Literal["month", "quarter", "half"]

_MONTHS: dict[PeriodKind, int] = {"month": 1, "quarter": 3, "half": 6}


@dataclass(frozen=True, slots=True)
class Period:
    """One month, quarter or half: its number in the year (from 1), first and last day."""

    kind: PeriodKind
    number: int
    start: date
    end: date


@cache
def periods_of(year: int, kind: PeriodKind) -> tuple[Period, ...]:
    """Return the periods of *kind* in *year*, in order."""
    length = _MONTHS[kind]
    return tuple(
        Period(kind, number, date(year, number * length - length + 1, 1), month_end(year, number * length))
        for number in range(1, 12 // length + 1)
    )


def month_end(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def days_in(year: int) -> int:
    """Return the number of days of *year*."""
    return (date(year, 12, 31) - date(year, 1, 1)).days + 1


def days_elapsed(year: int, day: date) -> int:
    """Return how many days of *year* have gone by on *day*, that day included; 0 before the year, all after."""
    return min(max((day - date(year, 1, 1)).days + 1, 0), days_in(year))
