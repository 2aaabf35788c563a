"""The peer: the PyPI package `eventsourcing` on its SQLite module, with a unit as an aggregate of the same events.

Its module sets WAL itself and leaves synchronous at SQLite's FULL. What its aggregate keeps is next to nothing
(a count and the last time), so that it is measured for its own work.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate

from .events import history_of, unit_name

AT_ONCE = 20
"""Aggregates saved in one commit. More make it slower (46 µs an event for 500, 27 for 20), so these are its best terms,
though an import is all or nothing and this is not."""


class UnitHistory(Aggregate):
    """A unit and its recorded events."""

    class Created(Aggregate.Created):
        """The first event."""

        unit: str

    class Recorded(Aggregate.Event):
        """One event of the unit."""

        event: dict[str, Any]

        def apply(self, aggregate: Any) -> None:
            """Count it."""
            aggregate.events += 1
            aggregate.last_time = self.event["time"]

    def __init__(self, unit: str) -> None:
        self.unit = unit
        self.events = 0
        self.last_time = ""

    @staticmethod
    def create_id(unit: str) -> UUID:
        """Return the aggregate's id."""
        return uuid5(NAMESPACE_URL, unit)

    def record(self, line: bytes) -> None:
        """Apply one event, given in the client's form."""
        self.trigger_event(self.Recorded, event=orjson.loads(line))


class Peer:
    """An application of the package on the file *path*, or as *settings* say."""

    def __init__(
        self, path: Path | None = None, *, cached: bool = False, settings: dict[str, str] | None = None
    ) -> None:
        settings = settings or {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
        if cached:
            settings["AGGREGATE_CACHE_MAXSIZE"] = "512"
        self.application: Application[UUID] = Application(settings)

    def get_apply_save(self, lines: Iterable[bytes]) -> None:
        """Record one line after the other, each in a commit of its own."""
        for line in lines:
            unit = orjson.loads(line)["subject"].partition("/")[0]
            aggregate: UnitHistory = self.application.repository.get(UnitHistory.create_id(unit))
            aggregate.record(line)
            self.application.save(aggregate)

    def create_and_save(self, units: int, events_each: int, at_once: int = AT_ONCE) -> None:
        """Create *units* aggregates with the generated histories; *at_once* of them in one commit."""
        for first in range(0, units, at_once):
            aggregates = []
            for number in range(first, min(units, first + at_once)):
                aggregate = UnitHistory(unit_name(number))
                for line in history_of(number, events_each):
                    aggregate.record(line)
                aggregates.append(aggregate)
            self.application.save(*aggregates)

    def replay(self, units: int) -> int:
        """Get every aggregate from its events; return the number of events."""
        repository = self.application.repository
        return sum(repository.get(UnitHistory.create_id(unit_name(number))).events for number in range(units))

    def close(self) -> None:
        """Close the file."""
        self.application.close()
