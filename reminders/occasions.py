"""When a duty is spoken of: its lead days, the day it turns overdue or missed, the day it was raised. Pure.

A lead day that cannot be written on is kept on the last day before it that can; what happens on a day that cannot be
written on is told on the first day after. So every sending day answers for a window of days, the windows of one person
follow each other without gap, and after a standstill one wider window takes the place of those that were missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from projections.duties import Duty

from .workdays import SendingDays

LEADS = (14, 5, 1)
"""Days before the due day, unless a rubric or an operator says otherwise for a clause."""
OVERDUE, MISSED, RAISED, SUMMER = "overdue", "missed", "raised", "summer"
LAST_CHANCE, PACE = "last-chance", "pace"
PAST = frozenset({OVERDUE, MISSED})
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


def window(day: date, days: SendingDays, last_run: date | None = None) -> Window | None:
    """Return what a run on *day* answers for; None when nobody may be written to on it.

    *last_run* is the day of the run before, where the runs in between were missed and are to be made up for.
    """
    if not days.include(day):
        return None
    before = days.before(day)
    if last_run is not None:
        before = min(before, days.at_or_before(last_run))
    return Window(day, days.after(before), days.after(day), before)


def stage_of(duty: Duty, leads: Sequence[int], window: Window) -> str | None:
    """Return why *duty* is spoken of in *window*: the nearest lead day, `overdue`, `missed`, `raised`; None if not."""
    day = window.day
    if day > duty.final:
        return MISSED if window.saw(duty.final + timedelta(days=1)) else None
    if day > duty.due and not duty.award and window.saw(duty.due + timedelta(days=1)):
        return OVERDUE
    late = day > duty.due
    for lead in sorted(leads):
        if window.leads_to((duty.final if late else duty.due) - timedelta(days=lead)):
            return f"{LAST_CHANCE}-{lead}" if late else str(lead)
    # The ledger may have heard of it after that day's run: it is told on the next, the plan sees to it that once.
    if any(window.past_after <= raised <= day for raised in duty.raised):
        return RAISED
    return None


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
