"""The events table inside a transaction, on whichever engine, as append, restore, verify and the rooms use it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson

from ledger.events.event import StoredEvent
from ledger.merkle.tree import Tree
from ledger.store import statements
from ledger.store.log import StoredSubtrees, keep_subtrees
from ledger.store.protocol import Known
from ledger.store.sql import Connection

PAGE_ROWS = 2000
SEQUENCE_MAX = 10**12
"""Above every sequence: they have twelve digits."""

EventRow = tuple[int, str, str, str, bytes, bytes]
"""A row of the events table: sequence, unit, id, recordedtime, body, leaf hash."""


class EventsTransaction:
    """One transaction: `connection` for the tables of other components, the events through the methods."""

    __slots__ = ("connection", "known")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.known: Known = {}
        """What whoever appends has read of some units."""

    def stream(self, unit: str, after: int = 0) -> Iterator[StoredEvent]:
        """Yield the unit's events with a sequence above *after*, in ledger order."""
        known = self.known.get(unit)
        if known:
            last = int(known[-1]["sequence"])
            # A ledger is only added to; but where it was read may not be where it is written.
            if after < last == EventsTransaction.last_sequence(self, unit, last + 1):
                yield from (event for event in known if int(event["sequence"]) > after)
                after = last
        loads = orjson.loads
        for (body,) in self.connection.execute(statements.BODIES_OF_UNIT, (unit, after)).fetchall():
            yield loads(body)

    def streams(self, units: Sequence[str]) -> Iterator[tuple[str, Iterator[StoredEvent]]]:
        """Yield each of *units* that has events with its whole stream, sorted; read each before the next."""
        return ((unit, self.stream(unit)) for unit in sorted(units))

    def stream_to(self, unit: str, last: int) -> Iterator[StoredEvent]:
        """Yield the unit's events up to the sequence *last*, in ledger order."""
        rows = self.connection.execute(statements.BODIES_OF_UNIT_UP_TO, (unit, last)).fetchall()
        return (orjson.loads(body) for (body,) in rows)

    def last_sequence(self, unit: str, before: int = SEQUENCE_MAX) -> int:
        """Return the sequence of the unit's last event below *before*, 0 when it has none."""
        (last,) = self.connection.execute(statements.LAST_OF_UNIT, (unit, before)).fetchone()
        return last or 0

    def find_many(self, event_ids: Sequence[str]) -> dict[str, StoredEvent]:
        """Return those of the events that are stored, by id."""
        if len(event_ids) > 3:
            # A number of marks that is a power of two: an engine keeps few statements prepared, not one for each.
            marks = 1 << (len(event_ids) - 1).bit_length()
            padded = [*event_ids, *[event_ids[0]] * (marks - len(event_ids))]
            rows = self.connection.execute(statements.bodies_by_ids(marks), padded).fetchall()
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

    def page(self, after: int, count: int, unit: str | None = None) -> list[tuple[int, bytes]]:
        """Return sequence and stored bytes of up to *count* events above *after*, of one unit's tree or of all."""
        if unit is None:
            return self.connection.execute(statements.PAGE, (after, after + count)).fetchall()
        return self.connection.execute(statements.PAGE_OF_UNIT, (unit, after, count)).fetchall()

    def back(self, until: int, count: int, unit: str | None = None) -> list[StoredEvent]:
        """Return up to *count* events from the sequence *until* backwards, the latest first, of one unit or of all."""
        if unit is None:
            found = self.connection.execute(statements.PAGE_BACK, (until - count, until))
        else:
            found = self.connection.execute(statements.PAGE_BACK_OF_UNIT, (unit, until, count))
        return [orjson.loads(body) for (body,) in found.fetchall()]

    def first_recorded(self, recordedtime: str) -> int:
        """Return the sequence of the first event recorded at *recordedtime* or later, one past the last for none."""
        # Sequences have no gaps and recordedtime never falls: twenty looks find one in a million.
        low, high = 1, self.last_event()[0] + 1
        while low < high:
            middle = (low + high) // 2
            row = self.connection.execute(statements.RECORDED_AT, (middle,)).fetchone()
            if row is not None and row[0] < recordedtime:
                low = middle + 1
            else:
                high = middle
        return low

    def doubled_id(self) -> tuple[str, int, int] | None:
        """Return an id that two events have, with the sequences of the first and the last; None when none is."""
        row: tuple[str, int, int] | None = self.connection.execute(statements.DOUBLED_ID).fetchone()
        return row

    def rows(self, after: int) -> list[EventRow]:
        """Return the rows above the sequence *after*, in order, up to *after* + PAGE_ROWS."""
        return self.connection.execute(statements.PAGE_WHOLE, (after, after + PAGE_ROWS)).fetchall()

    def insert(self, rows: Sequence[EventRow]) -> None:
        """Store the events of *rows*; they stand in the order of their sequences, behind those there are."""
        if not rows:
            return
        if len(rows) == 1:
            self.connection.execute(statements.INSERT_EVENT, rows[0])
        else:
            self.connection.executemany(statements.INSERT_EVENT, rows)
        keep_subtrees(self.connection, rows[0][0] - 1, rows[-1][0])

    def tree(self) -> Tree:
        """Return the Merkle tree over all events."""
        return Tree(StoredSubtrees(self.connection), self.last_event()[0])
