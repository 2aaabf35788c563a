"""A district's year as entries: what is appended, by whom, and at which instant of the ledger's clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from ledger.events.event import ClientEvent
from taizhang.demo.unit_year import live_unit


@dataclass(frozen=True, slots=True)
class Entry:
    """One append: events in client form (contract §2), recorded together by one account at one instant."""

    recorded: datetime
    by: str
    events: list[ClientEvent]


def generate(units: int, seed: int, year: int = 2017) -> Iterator[Entry]:
    """Yield the entries of a whole district by the instant of recording, each later than the one before.

    The same numbers give the same entries on every machine. All units are held in memory: for load tests with
    thousands of units there is `generate_by_unit`.
    """
    entries = sorted(generate_by_unit(units, seed, year), key=lambda entry: entry.recorded)
    last: datetime | None = None
    for entry in entries:
        # The ledger's clock never gives the same instant twice (contract §2); two units may meet on a second.
        recorded = (
            entry.recorded if last is None or entry.recorded > last else last + timedelta(microseconds=1)
        )
        last = recorded
        yield Entry(recorded, entry.by, entry.events)


def generate_by_unit(units: int, seed: int, year: int = 2017) -> Iterator[Entry]:
    """Yield the same entries one unit after the other, in order inside each; memory holds one unit at a time."""
    for number in range(1, units + 1):
        for (recorded, by), drafts in groupby(
            live_unit(number, seed, year), key=lambda d: (d.recorded, d.by)
        ):
            yield Entry(recorded, by, [draft.client_event() for draft in drafts])
