"""Records: what a unit's stream says, with corrections, retractions and reviews applied in ledger order.

A correction or retraction acts from when it was recorded (contract §3), so folding a prefix of the stream gives
what was known then; nothing here depends on the day of a question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from datetime import date
from sys import intern

from ledger.events.event import StoredEvent, day_of
from ledger.events.types import EVENT_TYPES
from ledger.json_object import JsonObject

CORRECTED = "record.corrected"
RETRACTED = "record.retracted"
REVIEWED = "claim.reviewed"
REGISTERED = "organization.registered"
CLOSED = "organization.closed"
AFTER_CLOSING = frozenset(name for name, row in EVENT_TYPES.items() if row.counts_after_closing)
"""Types that may count for a year though they occurred after its closing day."""


class Record:
    """An event as later events left it. `day` is when it occurred; `sequence` breaks ties within a day."""

    __slots__ = (
        "by", "corrected", "data", "day", "id", "recorded", "retracted", "reviews", "sequence", "subject", "type",
    )  # fmt: skip

    def __init__(self, event: StoredEvent) -> None:
        self.id: str = event["id"]
        self.sequence: str = event["sequence"]
        self.type: str = event["type"]
        self.subject: str = event["subject"]
        self.day: date = day_of(event["time"])
        self.data: JsonObject = event["data"]
        self.recorded: str = event["recordedtime"]
        self.by: str = intern(event["authid"])
        self.corrected: str | None = None
        """The sequence of its last correction."""
        self.retracted = False
        self.reviews: list[tuple[date, str, str]] | None = None

    @property
    def for_year(self) -> int:
        """The year the record is for: its own word, else the year of its (corrected) day."""
        return int(self.data.get("for_year", self.day.year))

    def verdict(self, day: date) -> str | None:
        """Return the latest review's verdict by *day*, None when there is none."""
        latest = max((review for review in self.reviews or () if review[0] <= day), default=None)
        return latest[2] if latest else None


class Records:
    """One unit's records, folded event by event."""

    __slots__ = ("by_id", "last_day", "last_review_day", "last_sequence", "other_days", "unit")

    def __init__(self, unit: str, events: Iterable[StoredEvent] = ()) -> None:
        self.unit = unit
        self.by_id: dict[str, Record] = {}
        self.other_days: list[date] = []
        self.last_sequence = 0
        self.last_day = date.min
        self.last_review_day = date.min
        for event in events:
            self.apply(event)

    def apply(self, event: StoredEvent) -> Record | None:
        """Take the stream's next event; return the new record, or None when the event looks back at one."""
        self.last_sequence = int(event["sequence"])
        kind = event["type"]
        if kind == REVIEWED:
            day = day_of(event["time"])
            self.other_days.append(day)
            self.last_review_day = max(day, self.last_review_day)
            reviewed = self.by_id.get(event["data"]["record"])
            if reviewed is not None:
                reviewed.reviews = [
                    *(reviewed.reviews or ()),
                    (day, event["sequence"], event["data"]["verdict"]),
                ]
            return None
        if kind in (CORRECTED, RETRACTED):
            self.other_days.append(day_of(event["time"]))
            named = self.by_id.get(event["data"]["record"])
            if named is not None:
                self._change(named, event)
            return None
        record = Record(event)
        self.by_id[record.id] = record
        if record.day > self.last_day:
            self.last_day = record.day
        return record

    def copied(self) -> Records:
        """Return the same records apart from these: what is applied to one is not in the other."""
        other = Records(self.unit)
        other.by_id = {record_id: copy(record) for record_id, record in self.by_id.items()}
        other.other_days = list(self.other_days)
        other.last_sequence = self.last_sequence
        other.last_day = self.last_day
        other.last_review_day = self.last_review_day
        return other

    def renumber(self, events: Sequence[StoredEvent]) -> None:
        """Take in where in the ledger *events*, the last ones applied, have come to stand.

        Their order among each other and after all others is as it was, so that nothing else moves.
        """
        self.last_sequence = int(events[-1]["sequence"])
        for event in events:
            record = self.by_id.get(event["id"])
            if record is not None:
                record.sequence = event["sequence"]
                record.recorded = event["recordedtime"]

    def _change(self, record: Record, event: StoredEvent) -> None:
        if event["type"] == RETRACTED:
            record.retracted = True
            return
        record.corrected = event["sequence"]
        data = event["data"]
        if "time" in data:
            record.day = day_of(data["time"])
            self.last_day = max(record.day, self.last_day)
        if "data" in data:
            record.data = data["data"]
        if "subject" in data:
            record.subject = data["subject"]

    def counting(self, day: date, closes_on: date) -> Iterator[Record]:
        """Yield what counts as of *day* for a year that closes on *closes_on*, by day and sequence.

        Retracted records never count, returned ones not from their review on; after the closing day nothing that
        occurred later counts, but for reviews, judgements, answers and rectifications: until which day those do is
        for their rules to say (contract §1, §3).
        """
        limit = min(day, closes_on)
        counted = [
            record
            for record in self.by_id.values()
            if (record.day <= limit or (record.type in AFTER_CLOSING and record.day <= day))
            and not record.retracted
            and (record.reviews is None or self._stands(record, day))
        ]
        counted.sort(key=place)
        return iter(counted)

    def _stands(self, record: Record, day: date) -> bool:
        # A unit whose registration was returned is still the unit that was asked about.
        if record.type == REGISTERED and record.subject == self.unit:
            return True
        return record.verdict(day) != "returned"

    def arriving(self, after: date, until: date, closes_on: date) -> Iterator[Record]:
        """Yield what begins to count after the day *after* and up to *until*; not what was returned by its own day."""
        for record in self.by_id.values():
            if (
                after < record.day <= (until if record.type in AFTER_CLOSING else min(until, closes_on))
                and not record.retracted
                and (record.reviews is None or self._stands(record, record.day))
            ):
                yield record

    def review_days(self) -> set[date]:
        """Return the days of the reviews: on each of them a record may begin or cease to count."""
        return {day for record in self.by_id.values() for day, _, _ in record.reviews or ()}

    def registration(self) -> Record | None:
        """Return the unit's registration, None when there is none."""
        return next(
            (
                record
                for record in self.by_id.values()
                if record.type == REGISTERED and record.subject == self.unit and not record.retracted
            ),
            None,
        )

    def registered(self) -> date | None:
        """Return the day of the unit's registration, None when there is none."""
        registration = self.registration()
        return registration.day if registration is not None else None

    def closed(self, day: date) -> date | None:
        """Return the day on which the unit closed, as of *day*; None while it stands."""
        days = (
            record.day
            for record in self.by_id.values()
            if record.type == CLOSED
            and record.subject == self.unit
            and record.day <= day
            and not record.retracted
            and record.verdict(day) != "returned"
        )
        return min(days, default=None)

    def all_count(self, day: date, closes_on: date) -> bool:
        """Whether every day of the stream lies within what *day* can see, so that live facts serve."""
        return self.last_day <= min(day, closes_on) and self.last_review_day <= day

    def events_by(self, day: date) -> int:
        """Return how many events of the stream occurred by *day*."""
        if self.last_day <= day:
            return len(self.by_id) + sum(other <= day for other in self.other_days)
        return sum(record.day <= day for record in self.by_id.values()) + sum(
            other <= day for other in self.other_days
        )


def place(record: Record) -> tuple[date, str]:
    """Return where a record stands in "latest" and "first": by day, then by sequence."""
    return record.day, record.sequence
