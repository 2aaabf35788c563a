"""Workdays as they are in China (调休): weekends that are worked, weekdays that are free.

The notice of a year comes out late in the year before. The package chinesecalendar knows the years up to its release;
an operator loads the notices of later ones. A year that neither knows is provisional: weekends and the holidays that
have a fixed date are free, and whoever shows such a day says so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

import chinese_calendar

ONE_DAY = timedelta(days=1)
_SATURDAY = 5
# New Year, Labour Day and National Day; the others move with the moon.
_FIXED_HOLIDAYS = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
_LONGEST_BREAK_DAYS = 400
"""No break is longer: whoever has told us that every day is quiet gets his mail all the same."""


class Workdays:
    """Which days are worked; *notices* says, by year, what a loaded notice makes of single days (True: worked)."""

    def __init__(self, notices: Mapping[int, Mapping[date, bool]] | None = None) -> None:
        self._years = frozenset(notices or ())
        self._exceptions = {day: worked for days in (notices or {}).values() for day, worked in days.items()}
        self._known: dict[date, bool] = {}

    def is_workday(self, day: date) -> bool:
        """Whether *day* is worked."""
        if day not in self._known:
            self._known[day] = self._find(day)
        return self._known[day]

    def is_provisional(self, day: date) -> bool:
        """Whether the notice of the day's year is not known here."""
        return day.year not in self._years and not _packaged(day.year)

    def _find(self, day: date) -> bool:
        told = self._exceptions.get(day)
        if told is not None:
            return told
        on_weekday = day.weekday() < _SATURDAY
        if day.year in self._years:
            return on_weekday
        if _packaged(day.year):
            return bool(chinese_calendar.is_workday(day))
        return on_weekday and (day.month, day.day) not in _FIXED_HOLIDAYS


_PACKAGED_YEARS = range(min(chinese_calendar.holidays).year, max(chinese_calendar.holidays).year + 1)


def _packaged(year: int) -> bool:
    return year in _PACKAGED_YEARS


class SendingDays:
    """The days on which somebody is written to: workdays that are not his quiet days; *weekly*: each week's first."""

    def __init__(
        self, workdays: Workdays, quiet: Collection[tuple[date, date]] = (), *, weekly: bool = False
    ) -> None:
        self.workdays = workdays
        self.weekly = weekly
        self._quiet = tuple(quiet)

    @property
    def each(self) -> SendingDays:
        """Every day on which he may be written to, where something cannot wait for the week's."""
        return SendingDays(self.workdays, self._quiet) if self.weekly else self

    def allow(self, day: date) -> bool:
        """Whether he may be written to on *day*."""
        return self.workdays.is_workday(day) and not any(first <= day <= last for first, last in self._quiet)

    def include(self, day: date) -> bool:
        """Whether *day* is one of them."""
        if not self.allow(day):
            return False
        return not self.weekly or not any(
            self.allow(day - number * ONE_DAY) for number in range(1, day.weekday() + 1)
        )

    def after(self, day: date) -> date:
        """Return the next such day after *day*."""
        return self._seek(day, ONE_DAY)

    def before(self, day: date) -> date:
        """Return the last such day before *day*."""
        return self._seek(day, -ONE_DAY)

    def _seek(self, day: date, step: timedelta) -> date:
        for _ in range(_LONGEST_BREAK_DAYS):
            day += step
            if self.include(day):
                break
        return day
