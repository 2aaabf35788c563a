"""The calendar of a school year in Wujin: terms, holidays, and the days on which people meet and write."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache

SHANGHAI = timezone(timedelta(hours=8))
"""A fixed offset: Shanghai has had no summer time since 1991."""

ONE_DAY = timedelta(days=1)

# Spring Festival and the other days off, as (month, day) from and to. The lunar ones stand as they fell in 2017;
# the demo of another year borrows them.
_HOLIDAYS = (
    ((1, 1), (1, 2)),
    ((1, 27), (2, 2)),
    ((4, 2), (4, 4)),
    ((4, 29), (5, 1)),
    ((5, 28), (5, 30)),
    ((10, 1), (10, 8)),
)

LAST_OF_QUARTER = {1: (3, 31), 2: (6, 30), 3: (9, 30), 4: (12, 31)}


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return the instant *hour*:*minute* in Shanghai on *day*."""
    return datetime.combine(day, time(hour, minute), SHANGHAI)


@lru_cache(maxsize=4096)
def is_workday(day: date) -> bool:
    """Return whether schools and offices are open on *day* (weekends and public holidays are not)."""
    if day.weekday() >= 5:
        return False
    month_day = (day.month, day.day)
    return not any(first <= month_day <= last for first, last in _HOLIDAYS)


def workday_from(day: date) -> date:
    """Return *day*, or the next workday after it."""
    while not is_workday(day):
        day += ONE_DAY
    return day


def workday_until(day: date) -> date:
    """Return *day*, or the last workday before it."""
    while not is_workday(day):
        day -= ONE_DAY
    return day


def workday_in_month(day: date) -> date:
    """Return the workday nearest to *day*, first looked for ahead, that lies in the month of *day*."""
    ahead = workday_from(day)
    return ahead if ahead.month == day.month else workday_until(day)


def is_vacation(month: int) -> bool:
    """Return whether *month* is one of the summer holidays' (July and August)."""
    return month in (7, 8)


def quarter_of(month: int) -> int:
    """Return the quarter, 1 to 4, of *month*."""
    return (month + 2) // 3


@lru_cache(maxsize=4096)
def quarter_end(day: date) -> date:
    """Return the last day of the quarter of *day*."""
    month, last = LAST_OF_QUARTER[quarter_of(day.month)]
    return date(day.year, month, last)
