"""When a duty is spoken of: its lead days, the day it turns overdue or missed, the day it was raised. Pure.

A lead day that cannot be written on is kept on the last day before it that can; what happens on a day that cannot be
written on is told on the first day after. So every sending day answers for a window of days, the windows of one person
follow each other without gap, and after a standstill one wider window takes the place of those that were missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from projections.duties import Duty

from .workdays import SendingDays

LEADS = (14, 5, 1)
"""Days before the due day, unless a rubric or an operator says otherwise for a clause."""
OVERDUE, MISSED, TURNED, RAISED, SUMMER = "overdue", "missed", "turned", "raised", "summer"
LAST_CHANCE, PACE = "last-chance", "pace"
PAST = frozenset({OVERDUE, MISSED, TURNED})
SUMMER_HOLIDAY = (7, 1)
"""Month and day on which the summer holiday begins; a week before, the third quarter's duties are announced."""
_SUMMER_LEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Window:
    """What a run on `day` answers for: lead days in [`ahead_from`, `ahead_until`), events after `past_after`."""

    day: date
    ahead_from: date
    ahead_until: date
    past_after: date

    def leads_to(self, day: date) -> bool:
        """Whether a reminder meant for *day* is written in this run."""
        return self.ahead_from <= day < self.ahead_until

    def saw(self, day: date) -> bool:
        """Whether what happened on *day* is told in this run."""
        return self.past_after < day <= self.day

    def may_have_missed(self, day: date) -> bool:
        """Whether what the ledger heard of on *day* is told in this run, unless the run before has told it.

        It may have heard of it after that run; the plan sees to it that it is told once.
        """
        return self.past_after <= day <= self.day


def window(day: date, days: SendingDays, runs: Sequence[date] | None = None) -> Window | None:
    """Return what a run on *day* answers for; None when nobody may be written to on it.

    *runs* are the days of earlier runs, where those in between were missed and are to be made up for: only a run on a
    day on which he could be written to has told him anything.
    """
    if not days.include(day):
        return None
    before = days.before(day)
    if runs is not None:
        before = max((run for run in runs if run < day and days.include(run)), default=before)
    return Window(day, days.after(before), days.after(day), before)


def stage_of(duty: Duty, leads: Sequence[int], window: Window) -> str | None:
    """Return why *duty* is spoken of in *window*; None when it is not.

    The nearest lead day as a number of days; `overdue` and `missed` when it becomes so; `turned` when it was met and is
    past now, a record having been taken back; `raised` for a new request or finding.
    """
    day = window.day
    if day > duty.due:
        past = _past_stage(duty, leads, window)
        return past or (TURNED if duty.turned is not None and window.may_have_missed(duty.turned) else None)
    for lead in sorted(leads):
        if window.leads_to(duty.due - timedelta(days=lead)):
            return str(lead)
    return RAISED if any(map(window.may_have_missed, duty.raised)) else None


def _past_stage(duty: Duty, leads: Sequence[int], window: Window) -> str | None:
    if window.day > duty.final:
        return MISSED if window.saw(duty.final + timedelta(days=1)) else None
    if not duty.award and window.saw(duty.due + timedelta(days=1)):
        return OVERDUE
    for lead in sorted(leads):
        if window.leads_to(duty.final - timedelta(days=lead)):
            return f"{LAST_CHANCE}-{lead}"
    return None


@lru_cache(maxsize=64)
def quarter_told(window: Window) -> str | None:
    """Return which quarter's end is written of in *window*, as `2017-Q1-14`; None when none is."""
    for year in (window.day.year, window.day.year + 1):
        for quarter, end in enumerate(_quarter_ends(year), 1):
            for lead in sorted(LEADS):
                if window.leads_to(end - timedelta(days=lead)):
                    return f"{year}-Q{quarter}-{lead}"
    return None


def announces_summer(window: Window) -> bool:
    """Whether the third quarter's duties are announced in *window*."""
    return window.leads_to(date(window.day.year, *SUMMER_HOLIDAY) - _SUMMER_LEAD)


def in_third_quarter(due: date) -> bool:
    """Whether *due* is the third quarter's last day."""
    return (due.month, due.day) == (9, 30)


def _quarter_ends(year: int) -> tuple[date, ...]:
    return date(year, 3, 31), date(year, 6, 30), date(year, 9, 30), date(year, 12, 31)
