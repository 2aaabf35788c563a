"""Reading the events table inside a transaction, as the intake and the other rooms do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

import orjson

from ledger.event import StoredEvent
from ledger.sqlite import statements

PAGE_ROWS = 2000
SEQUENCE_MAX = 10**12
"""Above every sequence: they have twelve digits."""


class SqliteWork:
    """One transaction: `connection` for the tables of other rooms, the events through the methods."""

    __slots__ = ("connection",)

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def stream(self, unit: str, after: int = 0) -> Iterator[StoredEvent]:
        """Yield the unit's events with a sequence above *after*, in ledger order."""
        loads = orjson.loads
        for (body,) in self.connection.execute(statements.BODIES_OF_UNIT, (unit, after)).fetchall():
            yield loads(body)

    def last_sequence(self, unit: str, before: int = SEQUENCE_MAX) -> int:
        """Return the sequence of the unit's last event below *before*, 0 when it has none."""
        (last,) = self.connection.execute(statements.LAST_OF_UNIT, (unit, before)).fetchone()
        return last or 0

    def find_many(self, event_ids: Sequence[str]) -> dict[str, StoredEvent]:
        """Return those of the events that are stored, by id."""
        if len(event_ids) > 3:
            rows = self.connection.execute(
                statements.BODIES_BY_IDS, (orjson.dumps(event_ids).decode(),)
            ).fetchall()
            return {event_id: orjson.loads(body) for event_id, body in rows}
        found: dict[str, StoredEvent] = {}
        for event_id in event_ids:
            row = self.connection.execute(statements.BODY_BY_ID, (event_id,)).fetchone()
            if row is not None:
                found[event_id] = orjson.loads(row[0])
        return found

    def last_event(self) -> tuple[int, str]:
        """Return sequence and recordedtime of the ledger's last event, (0, "") when it is empty."""
        row: tuple[int, str] | None = self.connection.execute(statements.LAST_EVENT).fetchone()
        return row if row is not None else (0, "")
