"""Who records may be held to a guard: it decides on the very events that are stored, inside their append.

There is one reading of what was sent: the guard is handed the parsed value that will be stored, or of a line that is
refused anyway as much as could be read. Nothing that it has not looked at is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from ledger.events.event import ClientEvent
from ledger.json_object import JsonMapping
from ledger.text import Text


class Seen(Protocol):
    """The ledger as the append sees it: what is stored, and the lines before."""

    def record(self, event_id: str) -> JsonMapping | None:
        """Return the event of that id, also of a line before that was forbidden itself; None when there is none."""
        ...

    def stream(self, unit: str) -> Iterable[ClientEvent]:
        """Yield the unit's events in ledger order."""
        ...


class Guard(Protocol):
    """Says why an event may not be stored for who sends it; None: it may."""

    def __call__(self, said: Mapping[str, object], seen: Seen) -> Text | None:
        """*said* is the event in its stored form; of a line that is refused anyway, whatever could be read of it."""
        ...
