"""The pace line of a total: threshold x days of the year gone by / days of the year (contract §5)."""

from __future__ import annotations

from datetime import date, timedelta

from rubric.periods import days_elapsed, days_in

from ..requirement import NEVER


def lags(year: int, day: date, reached: int, threshold: int) -> bool:
    """Whether *reached* is below the pace line of *threshold* (same unit) on *day*; exact, in integers."""
    return reached * days_in(year) < threshold * days_elapsed(year, day)


def falls_behind_on(year: int, day: date, reached: int, threshold: int) -> date:
    """Return the first day after *day* on which *reached* lies below the pace line, NEVER when none does."""
    if threshold <= 0 or reached >= threshold:
        return NEVER
    # Below once reached * days_in < threshold * elapsed: the smallest such number of elapsed days.
    elapsed = reached * days_in(year) // threshold + 1
    return max(date(year, 1, 1) + timedelta(days=elapsed - 1), day + timedelta(days=1))
