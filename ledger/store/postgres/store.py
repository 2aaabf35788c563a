"""The ledger in a PostgreSQL database. What it promises:

- An append is there whole, with the projections it moved, or not at all; what was acknowledged is on the server's disk
  (and on a standby's where the operator has made commits wait for it).
- Sequences run from 1 without gap in the order of commits, with any number of servers appending, and nobody sees an
  event before all that stand before it: who commits holds the ledger's head (see `group`). recordedtime grows strictly.
- Writers to one unit come one after the other; writers to different units do not wait for each other's scoring.
- A broken connection, a restarted server, a promoted standby: what is safe is tried again for a while, the rest is
  told. An append is safe: its events have ids.
- Events are never updated or deleted: triggers refuse it, and the program's role need not have the right.
- One store object may be used by several threads: appends that come at once are committed together.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, Self

import orjson
import psycopg

from ledger import verifying
from ledger.events.event import StoredEvent
from ledger.intake.append import check_recorder
from ledger.problem import Broken, StoreError
from ledger.store import statements as both
from ledger.store.components import Component, Migration
from ledger.store.postgres import checking, statements
from ledger.store.postgres.connection import PostgresConnection, ServerConnection
from ledger.store.postgres.connections import Connections
from ledger.store.postgres.errors import in_doubt, is_lost, store_error, told_clearly
from ledger.store.postgres.guards import see_guards_hold
from ledger.store.postgres.listening import Listening
from ledger.store.postgres.nodes import is_distributed, let_guards_be_made, node_of
from ledger.store.postgres.pooler import refuse_shared_sessions
from ledger.store.postgres.schema import MIGRATIONS, prepare
from ledger.store.postgres.shared_pool import SharedPool
from ledger.store.postgres.work import PostgresWork
from ledger.store.postgres.writer import Writer
from ledger.store.protocol import (
    NOTHING_KNOWN,
    Appended,
    EngineChecked,
    Known,
    Line,
    Progress,
    Projector,
    Recorder,
    Restored,
    SchemaChecked,
    Transaction,
    Verified,
    Vocabularies,
    Watch,
)
from ledger.store.transaction import PAGE_ROWS
from ledger.text import Text
from ledger.vocabulary import Vocabulary

PATIENCE_SECONDS = 30.0
POOL_SIZE = 16
ROOMS = 2
"""Makes of the ledger's number the lock of who writes tables of other rooms."""


def open_postgres(
    url: str,
    *,
    vocabulary: Vocabularies,
    projector: Projector | None = None,
    read_only: bool = False,
    components: Sequence[Component] = (),
    migrations: Sequence[Migration] = MIGRATIONS,
    patience: float = PATIENCE_SECONDS,
    pool_size: int = POOL_SIZE,
    durable: bool = True,
    create: bool = True,
    as_found: bool = False,
    shared: SharedPool | None = None,
    begins: str = "",
) -> PostgresStore:
    """Open the ledger in the database at *url* (``postgresql://…``), migrating its tables; made there if *create*.

    The tables stand in the first schema of the connection's search_path. *vocabulary* is asked once an append, and
    *projector* called, inside its transaction; *components* are the tables of other rooms. What fails for a
    reason that passes is tried again for *patience* seconds. What is appended without *durable* may be lost when the
    server crashes: for ledgers that can be made again. The guards of the events are tried, and made anew where they are
    gone, unless the ledger is wanted *as_found*; where they do not hold it is refused. Raises NoLedger where there is
    none, StoreError for everything else that stands in the way. *shared*: connections of several ledgers together.
    *begins*: what this opening makes is only begun (see `ledger.store.begun`).
    """
    connections = Connections(url, pool_size=pool_size, patience=patience, durable=durable, shared=shared)
    with told_clearly(connections.place):
        refuse_shared_sessions(connections.open_plain, connections.place)
        raw = connections.open_given()
        try:
            connection = PostgresConnection(raw)
            (standby,) = connection.execute("SELECT pg_is_in_recovery()").fetchone() or (False,)
            only_reads = read_only or bool(standby)
            prepare(
                connection,
                connections.place,
                read_only=only_reads,
                migrations=migrations,
                components=components,
                create=create and not read_only,
                begins=begins,
            )
            if not (only_reads or as_found) and migrations is MIGRATIONS:
                see_guards_hold(connection, connections.place)
            (space,) = connection.execute(statements.LOCK_SPACE).fetchone() or (0,)
            if is_distributed(connection):
                connections.know_node(node_of(connection))
        finally:
            raw.close()
    return PostgresStore(connections, space, vocabulary, projector, only_reads)


class PostgresStore:
    """A ledger in a PostgreSQL database (see the promises above); made by `open_postgres`."""

    closing: tuple[str, ...] = statements.CLOSING
    reopening: str = statements.REOPENING

    def __init__(
        self,
        connections: Connections,
        lock_space: int,
        vocabulary: Vocabularies,
        projector: Projector | None,
        only_reads: bool,
    ) -> None:
        self.only_reads = only_reads
        """The database is a standby's, or was opened for reading."""
        self._connections = connections
        self._lock_space = lock_space
        self._writer = Writer(connections, vocabulary, projector)
        self._listening = Listening(connections)
        if projector is not None:
            connections.other_server = partial(projector.forget, None)
        self._reading = threading.RLock()
        """Held while a reading transaction is open: what is kept in memory for answering is used by one at a time."""
        self._here = threading.local()

    @property
    def place(self) -> str:
        """What the store is called in messages: its address without a password."""
        return self._connections.place

    def append(
        self,
        lines: Iterable[Line],
        *,
        by: Recorder,
        now: datetime,
        progress: Progress | None = None,
        known: Known = NOTHING_KNOWN,
    ) -> Appended:
        """Store all events of *lines* at the clock *now* (with time zone), or none (contract §2).

        Raises NotPermitted, Refused with all problems of all lines, StoreError when the database cannot be written.
        """
        check_recorder(by, now)
        self._check_writing()
        return self._writer.append(lines, by, now, progress, known)

    def restore(self, lines: Iterable[Line], *, progress: Progress | None = None) -> Restored:
        """Take an export into this empty ledger, byte for byte, or nothing (contract §6).

        Checks form, hashes and order, not references and codes. Raises Refused, StoreError.
        """
        self._check_writing()
        return self._writer.restore(lines, progress)

    def extend(self, lines: Iterable[Line], *, progress: Progress | None = None) -> int:
        """Take exported events that follow those that are here, or nothing; leaves the projections. Raises Refused."""
        self._check_writing()
        return self._writer.extend(lines, progress)

    def check_engine(self) -> EngineChecked:
        """Look through the indexes: with amcheck where that is installed, else those of the events."""
        with self._transaction(statements.BEGIN_READ) as work:
            return checking.check_engine(work.postgres)

    def check_schema(self, components: Sequence[Component]) -> SchemaChecked:
        """Hold tables, indexes, triggers and functions to those that this program, with *components*, makes."""
        with self._transaction(statements.BEGIN_READ) as work:
            return checking.check_schema(work.postgres, components)

    def verify(self, *, progress: Progress | None = None, watch: Watch | None = None) -> Verified:
        """Check hashes, form, order, columns, ids and references of every event; raises Broken."""
        with self._transaction(statements.BEGIN_READ) as work:
            found = verifying.verify(work, progress, watch)
            stray = work.connection.execute(statements.STRAY_IDS).fetchone()
            if stray is not None:
                raise Broken(stray[0], Text("第 {place} 号事件与编号表不符", place=stray[0]))
            if work.last_event()[0] != found.events:
                raise Broken(found.events + 1, Text("第 {place} 号事件缺失", place=found.events + 1))
            return found

    def export(self, unit: str | None = None) -> Iterator[bytes]:
        """Yield the stored bytes (no newline) in sequence order, of one unit's tree or of all."""
        last = 0
        while True:
            # Page by page: events are only ever added behind, so that no snapshot has to be held.
            if unit is None:
                page = self._rows(both.PAGE, (last, last + PAGE_ROWS))
            else:
                page = self._rows(both.PAGE_OF_UNIT, (unit, last, PAGE_ROWS))
            for sequence, body in page:
                last = sequence
                yield body
            if not page:
                if unit is not None or last >= self.size():
                    return
                # So many are missing that a page is empty: `verify` says so, and what is there comes out.
                last += PAGE_ROWS

    def stream(self, unit: str, after: int = 0) -> Iterator[StoredEvent]:
        """Yield the unit's events with a sequence above *after*, in ledger order."""
        for (body,) in self._rows(both.BODIES_OF_UNIT, (unit, after)):
            yield orjson.loads(body)

    def find(self, event_id: str) -> StoredEvent | None:
        """Return the event of that id, None when there is none."""
        if any("\ud800" <= character <= "\udfff" or character == "\0" for character in event_id):
            return None
        rows = self._rows(statements.BODIES_BY_IDS, ([event_id],))
        return orjson.loads(rows[0][1]) if rows else None

    def units(self) -> list[str]:
        """Return the ids of all units that have events, sorted."""
        return [unit for (unit,) in self._rows(both.UNITS)]

    def changed_units(self, after: int) -> list[str]:
        """Return the ids of the units that have events with a sequence above *after*, sorted."""
        return [unit for (unit,) in self._rows(both.CHANGED_UNITS, (after,))]

    def size(self) -> int:
        """Return the number of events."""
        ((sequence, _),) = self._rows(statements.HEAD)
        return int(sequence)

    def wait(self, seconds: float) -> None:
        """Return when somebody may have appended since the last call, at the latest after *seconds*."""
        self._listening.wait(seconds)

    def root(self) -> str:
        """Return the RFC 6962 root hash (hex) over all leaf hashes."""
        with self.read() as work:
            return work.tree().root().hex()

    @contextmanager
    def read(self) -> Iterator[PostgresWork]:
        """Open a reading transaction: one state of the store until it ends. Inside `write` it is part of it."""
        outer = self._work_here()
        if outer is not None:
            yield outer
            return
        with self._reading, self._transaction(statements.BEGIN_READ) as work:
            yield work

    @contextmanager
    def write(self, *, alone: bool = False, shape: bool = False) -> Iterator[PostgresWork]:
        """Open a writing transaction for the tables of other components: committed at the end, or rolled back.

        Such transactions come one after the other, also those of other servers. *alone*: nothing is appended
        meanwhile either, for what is written from the events. *shape*: tables or triggers themselves are made or
        dropped; in a distributed database its coordinator does that.
        """
        self._check_writing()
        with self._transaction(statements.BEGIN_WRITE, alone=alone, shape=shape) as work:
            yield work

    def reader(self) -> Callable[[], PostgresStore]:
        """Return what opens this ledger for reading again, also in another process."""
        return partial(_open_reader, self._connections.url)

    def drop_remains(self) -> bool:
        """Return False: old rows and the log of a server are its own, and go as its operator has set it up."""
        return False

    def close(self) -> None:
        """Close the store; further calls raise StoreError."""
        self._connections.close()
        self._writer.close()
        self._listening.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- transactions ------------------------------------------------------------------------------------------

    def _work_here(self) -> PostgresWork | None:
        """Return the transaction that this thread has open."""
        work: PostgresWork | None = getattr(self._here, "work", None)
        return work

    def _check_writing(self) -> None:
        if self._work_here() is not None:
            raise RuntimeError("a writing transaction inside another")
        if self.only_reads:
            raise StoreError(Text("台账 {path} 是只读的，不能写入；请连接主库", path=self.place))

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return what one reading statement brings; it is repeated when the connection breaks."""
        here = self._work_here()
        if here is not None:
            with told_clearly(self.place):
                return here.connection.execute(sql, values).fetchall()
        for attempt in self._connections.attempts():
            with attempt, self._connections.one() as raw:
                attempt.uses(raw)
                found = PostgresConnection(raw).execute(sql, values).fetchall()
        return found

    @contextmanager
    def _transaction(self, begin: str, *, alone: bool = False, shape: bool = False) -> Iterator[PostgresWork]:
        raw, connection = self._begin(begin, alone=alone, shape=shape)
        committing = False
        self._here.work = work = PostgresWork(connection)
        try:
            yield work
            committing = True
            connection.execute("COMMIT")
        except psycopg.Error as error:
            if committing and begin == statements.BEGIN_WRITE and is_lost(error):
                raise in_doubt(self.place) from error
            raise store_error(error, self.place) from error
        finally:
            self._here.work = None
            self._connections.give_back(raw)

    def _begin(self, begin: str, *, alone: bool, shape: bool) -> tuple[ServerConnection, PostgresConnection]:
        """Begin a transaction; a broken connection is replaced, as nothing has been done on it."""
        distributed = self._connections.is_distributed
        for attempt in self._connections.attempts():
            with attempt:
                raw = self._connections.open_given() if shape and distributed else self._connections.take()
                try:
                    connection = PostgresConnection(raw)
                    connection.execute(begin)
                    if shape:
                        let_guards_be_made(connection)
                    if begin == statements.BEGIN_WRITE:
                        if distributed:
                            connection.execute(statements.LOCK_ROOMS_ROW).fetchall()
                        else:
                            connection.execute(statements.LOCK, (self._lock_space ^ ROOMS,))
                    if alone:
                        PostgresWork(connection).lock_head()
                except BaseException:
                    self._connections.give_back(raw)
                    raise
        return raw, connection


def _open_reader(url: str) -> PostgresStore:
    return open_postgres(url, vocabulary=_no_vocabulary, read_only=True, pool_size=2)


def _no_vocabulary(_work: Transaction) -> Vocabulary:
    raise AssertionError("a reader never appends")
