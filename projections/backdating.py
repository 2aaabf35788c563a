"""What an inspector looks for in when things were written down: late entries, bursts, and edits after the quarter.

None of it is a fault by itself (late entry is allowed, mistakes are mended in the open); it is where to ask.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.events.event import StoredEvent, day_of
from ledger.events.types import type_of
from ledger.intake.clock_guard import Confirmation
from ledger.json_object import JsonObject
from rubric.periods import periods_of

from .delays import Lags, lag_days, recorded_day, summary
from .records import CORRECTED, RETRACTED, Record, Records

BURST_ENTRIES = 8
"""So many entries recorded on one day, of things more than `BURST_DAYS` old, are a burst."""
BURST_DAYS = 7
BEFORE_INSPECTION_DAYS = 7


@dataclass(frozen=True, slots=True)
class LateEntry:
    """Something recorded long after it happened."""

    id: str
    type: str
    subject: str
    occurred: date
    recorded: str
    by: str
    lag: int


@dataclass(frozen=True, slots=True)
class Burst:
    """A day on which much was recorded of what was long past; *inspected*: when somebody looked soon after, if so."""

    day: date
    entries: int
    old: int
    inspected: date | None


@dataclass(frozen=True, slots=True)
class Edit:
    """A correction or retraction recorded after the quarter of what it mends had ended."""

    record: str
    type: str
    occurred: date
    quarter_end: date
    kind: str
    recorded: str
    by: str
    reason: str
    moved_to: date | None
    """The day that the correction moves the record to, None when it leaves the day."""


@dataclass(frozen=True, slots=True)
class Trail:
    """One unit's entries as far as time goes."""

    unit: str
    lags: Lags
    late_days: int
    late: tuple[LateEntry, ...]
    bursts: tuple[Burst, ...]
    edits: tuple[Edit, ...]


def trail_of(
    unit: str,
    events: Iterable[StoredEvent],
    *,
    late_days: int,
    year: int | None = None,
    clocks: Sequence[Confirmation] = (),
) -> Trail:
    """Return the trail of *unit* from its stream; with *year*, only of what occurred in that year.

    *clocks*: who answered for the clock; lateness is counted from what is known since.
    """
    stream = list(events)
    records = Records(unit, stream)
    lived = [
        record
        for record in records.by_id.values()
        if type_of(record.type).lived and not record.retracted and year in (None, record.day.year)
    ]
    lags = {record.id: lag_days(record, clocks) for record in lived}
    return Trail(
        unit,
        summary(sorted(lags.values())),
        late_days,
        tuple(_late(record, lags[record.id]) for record in lived if lags[record.id] > late_days),
        tuple(_bursts(lived, records.by_id.values(), clocks)),
        tuple(_edits(stream, year, clocks)),
    )


def quarter_end(day: date) -> date:
    """Return the last day of the quarter of *day*."""
    return periods_of(day.year, "quarter")[(day.month - 1) // 3].end


def _late(record: Record, lag: int) -> LateEntry:
    return LateEntry(record.id, record.type, record.subject, record.day, record.recorded, record.by, lag)


def _bursts(
    lived: Iterable[Record], everything: Iterable[Record], clocks: Sequence[Confirmation]
) -> list[Burst]:
    inspections = sorted(
        {recorded_day(record, clocks) for record in everything if type_of(record.type).inspects}
    )
    entries: Counter[date] = Counter()
    old: Counter[date] = Counter()
    for record in lived:
        day = recorded_day(record, clocks)
        entries[day] += 1
        old[day] += lag_days(record, clocks) > BURST_DAYS
    found = []
    for day in sorted(day for day, count in old.items() if count >= BURST_ENTRIES):
        soon = day + timedelta(days=BEFORE_INSPECTION_DAYS)
        inspected = next((each for each in inspections if day <= each <= soon), None)
        found.append(Burst(day, entries[day], old[day], inspected))
    return found


def _edits(stream: Iterable[StoredEvent], year: int | None, clocks: Sequence[Confirmation]) -> list[Edit]:
    by_id: dict[str, StoredEvent] = {}
    days: dict[str, date] = {}
    found = []
    for event in stream:
        if event["type"] not in (CORRECTED, RETRACTED):
            by_id[event["id"]] = event
            days[event["id"]] = day_of(event["time"])
            continue
        data: JsonObject = event["data"]
        record = by_id.get(data["record"])
        if record is None or not type_of(record["type"]).lived:
            continue
        occurred = days[record["id"]]
        end = quarter_end(occurred)
        moved = day_of(data["time"]) if "time" in data else occurred
        days[record["id"]] = moved
        if year not in (None, occurred.year) or recorded_day(Record(event), clocks) <= end:
            continue
        found.append(
            Edit(
                record["id"],
                record["type"],
                occurred,
                end,
                event["type"],
                event["recordedtime"],
                event["authid"],
                data["reason"],
                moved if moved != occurred else None,
            )
        )
    return found
