"""The events inside a PostgreSQL transaction; and those that stand in the queue, not yet stored (`QueuedWork`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from operator import itemgetter

import orjson

from ledger.events.event import StoredEvent
from ledger.store.log import keep_subtrees
from ledger.store.postgres import statements
from ledger.store.postgres.connection import PostgresConnection
from ledger.store.transaction import SEQUENCE_MAX, EventRow, EventsTransaction

COPY_ROWS_MIN = 65
"""From so many rows on, COPY is cheaper than one statement with arrays."""

Head = tuple[int, str]
"""Where the ledger ends: the last sequence and its recordedtime; (0, "") when it is empty."""


class PostgresWork(EventsTransaction):
    """One transaction: `connection` for the tables of other components, the events through the methods."""

    __slots__ = ("postgres",)

    def __init__(self, connection: PostgresConnection) -> None:
        super().__init__(connection)
        self.postgres = connection

    def find_many(self, event_ids: Sequence[str]) -> dict[str, StoredEvent]:
        """Return those of the events that are stored, by id."""
        if not event_ids:
            return {}
        # PostgreSQL's text has no NUL, nor has an event's id.
        wanted = [event_id for event_id in event_ids if "\0" not in event_id]
        rows = self.connection.execute(statements.BODIES_BY_IDS, (wanted,)).fetchall()
        return {event_id: orjson.loads(body) for event_id, body in rows}

    def streams(self, units: Sequence[str]) -> Iterator[tuple[str, Iterator[StoredEvent]]]:
        """Yield each of *units* that has events with its whole stream, sorted, all from one answer of the server."""
        self.connection.execute(statements.BY_THE_KEY).fetchall()
        rows = self.connection.execute(statements.BODIES_OF_UNITS, (list(units),)).fetchall()
        for unit, group in groupby(rows, itemgetter(0)):
            yield unit, (orjson.loads(body) for _, body in group)

    def last_event(self) -> Head:
        """Return sequence and recordedtime of the ledger's last event, (0, "") when it is empty."""
        sequence, recordedtime = self.connection.execute(statements.HEAD).fetchone()
        return sequence, recordedtime

    def lock_head(self) -> Head:
        """Wait until this transaction is the one that writes at the ledger's end, and return where that is."""
        sequence, recordedtime = self.connection.execute(statements.HEAD_LOCKED).fetchone()
        return sequence, recordedtime

    def insert(self, rows: Sequence[EventRow]) -> None:
        """Store the events of *rows*; they stand in the order of their sequences, from the ledger's end on."""
        if not rows:
            return
        if len(rows) < COPY_ROWS_MIN:
            self.put(rows)
            return
        cursor = self.postgres.raw.cursor()
        with cursor.copy(statements.COPY_EVENTS) as events:
            events.set_types(["int8", "text", "text", "text", "bytea", "bytea"])
            for row in rows:
                events.write_row(row)
        with cursor.copy(statements.COPY_IDS) as ids:
            ids.set_types(["text", "text", "int8"])
            for sequence, unit, event_id, *_ in rows:
                ids.write_row((event_id, unit, sequence))
        last, recordedtime = rows[-1][0], rows[-1][3]
        moved = self.connection.execute(statements.MOVE_HEAD, (last, recordedtime, rows[0][0] - 1))
        assert moved.rowcount == 1, "whoever copies rows holds the head"
        self.connection.execute(statements.NOTIFY, (str(last),)).fetchone()
        keep_subtrees(self.connection, rows[0][0] - 1, last)

    def put(self, rows: Sequence[EventRow], unit_keys: Sequence[int] = ()) -> None:
        """Store a few rows in one statement.

        It fails with MOVED where the ledger does not end before them, or a lock of *unit_keys* (one a row) is taken.
        """
        behind = rows[0][0] - 1
        _, *columns = zip(*rows, strict=True)
        values = [*unit_keys, behind, *chain.from_iterable(columns)]
        self.connection.execute(statements.append(len(rows), keyed=bool(unit_keys)), values)
        keep_subtrees(self.connection, behind, behind + len(rows))


class QueuedWork(PostgresWork):
    """A transaction in which several appends are checked one after the other before any event is stored.

    What earlier ones have brought is seen by later ones as if it were there.
    """

    __slots__ = ("_head", "_known", "_lasts", "_queued")

    def __init__(self, connection: PostgresConnection, head: Head) -> None:
        super().__init__(connection)
        self._head = head
        self._known: dict[str, StoredEvent | None] = {}
        self._queued: dict[str, list[StoredEvent]] = {}
        self._lasts: dict[str, int] = {}

    def know(self, event_ids: Sequence[str], found: dict[str, StoredEvent]) -> None:
        """Take it that of *event_ids* those in *found* are stored and no others."""
        for event_id in event_ids:
            self._known[event_id] = found.get(event_id)

    def know_lasts(self, lasts: dict[str, int]) -> None:
        """Take it that the last events of these units have these sequences."""
        self._lasts.update(lasts)

    def queue(self, unit: str, event: StoredEvent, last: int) -> None:
        """Take in an event that has its place now; *last* is the sequence of the unit's event before it."""
        self._known[event["id"]] = event
        self._lasts.setdefault(unit, last)
        self._queued.setdefault(unit, []).append(event)

    def find_many(self, event_ids: Sequence[str]) -> dict[str, StoredEvent]:
        """Return those of the events that are stored or queued, by id."""
        unknown = [event_id for event_id in event_ids if event_id not in self._known]
        if unknown:
            self.know(unknown, super().find_many(unknown))
        found = zip(event_ids, map(self._known.get, event_ids), strict=True)
        return {event_id: event for event_id, event in found if event is not None}

    def stream(self, unit: str, after: int = 0) -> Iterator[StoredEvent]:
        """Yield the unit's events, those in the queue last."""
        yield from super().stream(unit, after)
        for event in self._queued.get(unit, ()):
            if int(event["sequence"]) > after:
                yield event

    def last_sequence(self, unit: str, before: int = SEQUENCE_MAX) -> int:
        """Return the sequence of the unit's last event below *before*, 0 when it has none."""
        for event in reversed(self._queued.get(unit, ())):
            if int(event["sequence"]) < before:
                return int(event["sequence"])
        last = self._lasts.get(unit)
        return super().last_sequence(unit, before) if last is None or last >= before else last

    def last_event(self) -> Head:
        """Return where the ledger ends, without the queue."""
        return self._head
