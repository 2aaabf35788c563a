"""What was known at an instant: the events that the ledger had recorded by then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger.events.event import StoredEvent


def recorded_by(instant: str, events: Iterable[StoredEvent]) -> Iterator[StoredEvent]:
    """Yield those of *events*, in ledger order, recorded by *instant* (text as the ledger writes it)."""
    for event in events:
        # The ledger writes instants of one width in UTC, so that text compares as time does.
        if event["recordedtime"] > instant:
            return
        yield event
