"""When a duty is spoken of: its lead days, the day it turns overdue or missed, the day it was raised. Pure.

A lead day that cannot be written on is kept on the last day before it that can; what happens on a day that cannot be
written on is told on the first day after. So every sending day answers for a window of days, the windows of one person
follow each other without gap, and after a standstill one wider window takes the place of those that were missed. A
weekly digest is no more than that: one sending day a week, and a window of a week.
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
WATCHER_LEADS = (7,)
"""Of who looks on: early enough to help, late enough to be rare."""
QUARTER_LEAD = 14
"""So many days before a quarter's end its letter is written: once, what grows slowly is not made up in a day."""
OVERDUE, MISSED, TURNED, RAISED, SUMMER = "overdue", "missed", "turned", "raised", "summer"
LAST_CHANCE, PACE, EXPECTED = "last-chance", "pace", "expected"
YEAR, TERM = "year", "term"
_LETTER_MONTHS = {1: YEAR, 9: TERM}
"""In which month which letter is written: the first of it that can be, and where none was, a later one."""
_ONE_MAIL = timedelta(days=5)
"""A lead day so soon after a request was raised is left out: it was just told of."""
ASIDE = "aside"
"""Before a stage: worth a line in a digest that goes out anyway, and none by itself."""
_WEEK, _FORTNIGHT, _APART, _MONTH = 7, 14, 21, 31
_TOO_LATE = timedelta(days=2)
"""What is due by so many days after the next digest does not wait for it."""
PAST = frozenset({OVERDUE, MISSED, TURNED})
SUMMER_HOLIDAY = (7, 1)
"""Month and day on which the summer holiday begins; before it the third quarter's duties are announced."""
_SUMMER_LEAD = timedelta(days=15)
"""With the second quarter's letter."""


@dataclass(frozen=True, slots=True)
class Window:
    """What a run on `day` answers for: lead days in [`ahead_from`, `ahead_until`), events after `past_after`."""

    day: date
    ahead_from: date
    ahead_until: date
    past_after: date
    digest: bool = False
    """It is a weekly one."""
    urgent_until: date | None = None
    """Between two digests: only what was raised and is due by then is spoken of."""

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
    day on which he could be written to has told him anything. A digest that fell out is made up for on the next day.
    """
    if not days.allow(day):
        return None
    first = day if days.include(day) else days.before(day)
    """The day that answers for `day`: itself, or that of the week's digest."""
    if first != day:
        each = days.each
        seen = [run for run in runs or () if first <= run < day and each.include(run)]
        if seen or not runs:
            yesterday = max(seen, default=each.before(day))
            return Window(day, day, day, yesterday, digest=True, urgent_until=days.after(day) + _TOO_LATE)
    before = days.before(first)
    if runs is not None:
        before = max((run for run in runs if run < first and days.include(run)), default=before)
    return Window(day, days.after(before), days.after(day), before, digest=days.weekly)


def stage_of(
    duty: Duty, leads: Sequence[int], window: Window, grace_days: int = 0, period_days: int | None = None
) -> str | None:
    """Return why *duty* is spoken of in *window*; None when it is not.

    The nearest lead day as a number of days, before it is due or expected; `overdue` and `missed` when it becomes so
    (missed *grace_days* later); `turned` when it was met and is past now, a record having been taken back; `raised` for
    a new request or finding. In a digest only some lead days are worth a mail (`digest_leads`); *period_days* is how
    often the duty comes back, None where it comes once.
    """
    day = window.day
    if window.urgent_until is not None:
        urgent = day <= duty.due <= window.urgent_until and any(map(window.may_have_missed, duty.raised))
        return RAISED if urgent else None
    if duty.pace:
        leads = leads and (max(leads),)
    if day > duty.due:
        past = _past_stage(duty, leads, window, grace_days)
        return past or (TURNED if duty.turned is not None and window.may_have_missed(duty.turned) else None)
    worth = digest_leads(leads, period_days) if window.digest and not duty.pace else leads
    stage = _ahead_stage(duty, worth, window)
    if stage is None and any(map(window.may_have_missed, duty.raised)):
        return RAISED
    if stage is None and worth is not leads:
        aside = _ahead_stage(duty, leads, window)
        return f"{ASIDE}-{aside}" if aside is not None else None
    return stage


def digest_leads(leads: Sequence[int], period_days: int | None = None) -> Sequence[int]:
    """Return the lead days that a weekly digest is written for; the others are asides.

    Of those within a week the first, so that there are five days and more to act; before it those that lie three weeks
    and more apart. Of what comes back every month only that one, every quarter or half-year none but a fortnight's.
    """
    last = max((lead for lead in leads if lead <= _WEEK), default=min(leads, default=0))
    if period_days is not None:
        farthest = _WEEK if period_days <= _MONTH else _FORTNIGHT
        return [lead for lead in leads if lead == last or _WEEK < lead <= farthest]
    kept = [last]
    for lead in sorted(leads):
        if lead - kept[-1] >= _APART:
            kept.append(lead)
    return kept


def _ahead_stage(duty: Duty, leads: Sequence[int], window: Window) -> str | None:
    lead = _lead_to(duty.due, leads, window, duty.raised)
    if lead is not None:
        return str(lead)
    if duty.expected is None or window.day > duty.expected:
        return None
    lead = _lead_to(duty.expected, leads, window, duty.raised)
    return f"{EXPECTED}-{lead}" if lead is not None else None


def _lead_to(due: date, leads: Sequence[int], window: Window, raised: Sequence[date]) -> int | None:
    heard = max(raised, default=None)
    for lead in sorted(leads):
        day = due - timedelta(days=lead)
        if window.leads_to(day) and (heard is None or day - heard > _ONE_MAIL):
            return lead
    return None


def _past_stage(duty: Duty, leads: Sequence[int], window: Window, grace_days: int) -> str | None:
    if window.day > duty.final:
        return MISSED if window.saw(duty.final + timedelta(days=1 + grace_days)) else None
    if not duty.award and window.saw(duty.due + timedelta(days=1)):
        return OVERDUE
    lead = _lead_to(duty.final, digest_leads(leads, _MONTH) if window.digest else leads, window, ())
    return f"{LAST_CHANCE}-{lead}" if lead is not None else None


@lru_cache(maxsize=64)
def quarter_told(window: Window) -> str | None:
    """Return which quarter's end is written of in *window*, as `2017-Q1-14`; None when none is."""
    for year in (window.day.year, window.day.year + 1):
        for quarter, end in enumerate(_quarter_ends(year), 1):
            if window.leads_to(end - timedelta(days=QUARTER_LEAD)):
                return f"{year}-Q{quarter}-{QUARTER_LEAD}"
    return None


def letter_told(window: Window) -> str | None:
    """Return which letter on all that the year asks can be written in *window*: `year-2017`, `term-2017` or None."""
    kind = _LETTER_MONTHS.get(window.day.month) if window.urgent_until is None else None
    return f"{kind}-{window.day.year}" if kind is not None else None


def is_letter(stage: str) -> bool:
    """Whether a stage is that of a letter on all that the year asks."""
    return stage.startswith((f"{YEAR}-", f"{TERM}-"))


def announces_summer(window: Window) -> bool:
    """Whether the third quarter's duties are announced in *window*."""
    return window.leads_to(date(window.day.year, *SUMMER_HOLIDAY) - _SUMMER_LEAD)


def in_third_quarter(due: date) -> bool:
    """Whether *due* is the third quarter's last day."""
    return (due.month, due.day) == (9, 30)


def _quarter_ends(year: int) -> tuple[date, ...]:
    return date(year, 3, 31), date(year, 6, 30), date(year, 9, 30), date(year, 12, 31)
