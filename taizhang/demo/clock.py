"""When things get written down: some the same day, most within the week, a third as the quarter ends.

Calibrated by `test_demo_figures` to the domain's figures: a median of 3 days, a third of the entries in the last
ten days of a quarter, 5 to 10 in a hundred more than 15 days late.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from taizhang.demo.habits import Habit
from taizhang.demo.school_year import at, is_workday, quarter_end

LATE_DAYS = 15
"""An entry that comes more than so many days after the fact is called back-dated."""


@dataclass(frozen=True, slots=True)
class WritingDays:
    """When one account usually writes: on one weekday, and on two of the last ten days of a quarter."""

    weekday: int
    of_the_last_ten: tuple[int, int]
    """Counted from 0."""


def writing_days(chance: random.Random) -> WritingDays:
    """Return the habit of one account."""
    return WritingDays(chance.randrange(5), (chance.randrange(5), chance.randrange(5, 10)))


_ON_WRITING_DAY = 0.3
_ORDINARY_LAGS = (1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 7)
_WAITS_FOR_QUARTER_END = 0.76
_FINISHES_BEFORE_QUARTER_END = 0.8


def entry_day(chance: random.Random, habit: Habit, usual: WritingDays, occurred: date, last: date) -> date:
    """Return the day on which what happened on *occurred* is entered, not after *last*."""
    draw = chance.random()
    if draw < habit.back_dates:
        return min(_long_after(chance, occurred), last)
    window = quarter_end(occurred) - timedelta(days=9)
    if 0 < (window - occurred).days <= LATE_DAYS - 1 and chance.random() < _WAITS_FOR_QUARTER_END:
        latest = min(9, LATE_DAYS - (window - occurred).days)
        offset = chance.choice(usual.of_the_last_ten)
        return _if_at_work(chance, window + timedelta(days=min(offset, latest)), occurred, last)
    if draw > 1 - habit.enters_the_same_day:
        return occurred
    if chance.random() < _ON_WRITING_DAY:
        lag = (usual.weekday - occurred.weekday() - 1) % 7 + 1
    else:
        lag = chance.choice(_ORDINARY_LAGS)
    if occurred >= window and chance.random() < _FINISHES_BEFORE_QUARTER_END:
        last = min(last, quarter_end(occurred))
    return _if_at_work(chance, occurred + timedelta(days=lag), occurred, last)


def _long_after(chance: random.Random, occurred: date) -> date:
    """Return a day more than `LATE_DAYS` later, mostly in the last ten days of a quarter (补台账)."""
    soonest = occurred + timedelta(days=LATE_DAYS + 1)
    end = quarter_end(soonest)
    if (end - soonest).days > 60 or chance.random() < 0.3:
        return soonest + timedelta(days=chance.randint(0, 20))
    return max(soonest, end - timedelta(days=chance.randint(0, 9)))


def _if_at_work(chance: random.Random, day: date, occurred: date, last: date) -> date:
    """Return *day*, moved off most weekends and holidays to the nearest workday that is still after the fact."""
    if is_workday(day) or chance.random() < 0.25:
        return min(day, last)
    for distance in range(1, 9):
        for moved in (day - timedelta(days=distance), day + timedelta(days=distance)):
            if is_workday(moved) and occurred <= moved <= last:
                return moved
    return min(day, last)


def sitting(chance: random.Random, day: date) -> datetime:
    """Return the instant at which somebody sits down on *day* to write the ledger: after lessons, or at night."""
    hour = chance.choice((8, 9, 10, 12, 13, 15, 16, 16, 17, 17, 19, 20, 21))
    return at(day, hour, chance.randrange(60)) + timedelta(seconds=chance.randrange(60))
