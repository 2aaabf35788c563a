"""How long after it happened things are recorded: late entry is allowed, and always visible."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from ledger.events.types import type_of
from ledger.intake.clock_guard import Confirmation, known_recorded

from .records import Record, Records

STEPS = (0, 3, 7, 15, 30)
"""Upper ends, in days, of the steps that entries are counted in; the last step has none."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Lags:
    """The lags of some entries, in whole days between the day it happened and the day it was recorded."""

    entries: int
    median: int
    ninth: int
    """Nine in ten entries came within so many days."""
    longest: int
    steps: tuple[int, ...]
    """How many entries fell in each of `STEPS`, and beyond the last."""


def recorded_day(record: Record, clocks: Sequence[Confirmation]) -> date:
    """Return the day in Asia/Shanghai on which *record* is known to have been recorded (see `known_day`)."""
    return known_day(record.sequence, record.recorded, clocks)


def known_day(sequence: str, recordedtime: str, clocks: Sequence[Confirmation]) -> date:
    """Return the day in Asia/Shanghai by which the event *sequence* is known to have been recorded.

    *clocks*: who answered for the clock, and when; without any it is the day of its *recordedtime*.
    """
    known = known_recorded(int(sequence), recordedtime, clocks) if clocks else recordedtime
    return _in_shanghai(known[:13])


@lru_cache(
    maxsize=8192
)  # an append records many events at once, and a year has few hours in which anybody writes
def _in_shanghai(hour: str) -> date:
    """Return the day in Asia/Shanghai of an *hour* of UTC, 2017-03-15T06: eight hours ahead all year since 1992."""
    day = date.fromisoformat(hour[:10])
    return day + _DAY if hour[11:] >= "16" else day


def lag_days(record: Record, clocks: Sequence[Confirmation]) -> int:
    """Return how many days after it happened (as corrected) *record* was recorded, at least 0."""
    return max((recorded_day(record, clocks) - record.day).days, 0)


def first_day(records: Records, clocks: Sequence[Confirmation]) -> date:
    """Return the day on which a unit came into the ledger: nothing of it could be recorded before."""
    registration = records.registration()
    return recorded_day(registration, clocks) if registration is not None else date.min


def is_late(record: Record, first: date, late_days: int, clocks: Sequence[Confirmation]) -> bool:
    """Whether *record* came more than *late_days* after it could be recorded first.

    *first*: the unit's `first_day`. What happened before it was late by no fault of the unit until then.
    """
    return (recorded_day(record, clocks) - max(record.day, first)).days > late_days


def is_first_entry(record: Record, first: date, late_days: int, clocks: Sequence[Confirmation]) -> bool:
    """Whether *record* is of the time before the unit came into the ledger, and came as soon as it could."""
    return record.day < first and not is_late(record, first, late_days, clocks)


def lags_of(records: Iterable[Record], clocks: Sequence[Confirmation]) -> list[int]:
    """Return the lags of what the unit did and recorded, retracted records left out, shortest first."""
    return sorted(
        lag_days(record, clocks) for record in records if type_of(record.type).lived and not record.retracted
    )


def summary(lags: Sequence[int]) -> Lags:
    """Return what *lags* (sorted) amount to."""
    if not lags:
        return Lags(0, 0, 0, 0, (0,) * (len(STEPS) + 1))
    ends = [bisect_left(lags, step + 1) for step in STEPS]
    counts = [end - start for start, end in zip([0, *ends], [*ends, len(lags)], strict=True)]
    return Lags(len(lags), _part(lags, 50), _part(lags, 90), lags[-1], tuple(counts))


def _part(lags: Sequence[int], percent: int) -> int:
    """Return the smallest lag within which at least *percent* of a hundred entries came."""
    return lags[(len(lags) * percent + 99) // 100 - 1]
