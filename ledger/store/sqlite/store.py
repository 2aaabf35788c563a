"""The ledger in one SQLite file. What it promises:

- An append is there whole, with the projections it moved, or not at all: a crash at any instruction, a full disk, a
  refused line, a failing projection leave the file as it was. What was acknowledged survives a power cut
  (WAL, synchronous=FULL).
- Sequences run from 1 without gap in the order of commits, also with several processes appending at once: the number
  is max + 1 inside the writing transaction. recordedtime grows strictly from append to append.
- Events are never updated, deleted or replaced: triggers in the file refuse it to every program.
- The stored bytes are the RFC 8785 form that is hashed and exported; they are never serialised again.
- One store object may be used by several threads; they take turns.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import chain, islice
from pathlib import Path
from threading import RLock
from time import monotonic, sleep
from typing import Self

import orjson

from ledger import verifying
from ledger.checks.unit_state_cache import UnitStateCache
from ledger.events.event import StoredEvent
from ledger.intake import restore as restoring
from ledger.intake.append import Append, check_recorder, read_drafts
from ledger.problem import StoreError
from ledger.store import statements
from ledger.store.components import Component, Migration
from ledger.store.garbage import no_cycle_search
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
from ledger.store.sqlite import checking
from ledger.store.sqlite.errors import closed, told_clearly
from ledger.store.sqlite.opening import BUSY_SECONDS, Connect, open_connection
from ledger.store.sqlite.schema import MIGRATIONS
from ledger.store.sqlite.statements import BEGIN_READ, BEGIN_WRITE, CLOSING_GUARD, REOPENING
from ledger.store.transaction import PAGE_ROWS, EventsTransaction
from ledger.text import Text
from ledger.vocabulary import Vocabulary

READ_BEFORE_MAX = 2048
"""So many lines of an append are read before its turn to write."""
REMAINS_SECONDS = 5.0
_PAUSE_SECONDS = 0.01
"""Between two tries to write while another process does."""


def open_sqlite(
    path: str | Path,
    *,
    vocabulary: Vocabularies,
    projector: Projector | None = None,
    read_only: bool = False,
    components: Sequence[Component] = (),
    migrations: Sequence[Migration] = MIGRATIONS,
    connect: Connect = sqlite3.connect,
    busy_seconds: float = BUSY_SECONDS,
    durable: bool = True,
    as_found: bool = False,
    create: bool = True,
    begins: str = "",
) -> SqliteStore:
    """Open the ledger at *path*, migrating it forward; one that is not there is made if *create* (and not *read_only*).

    *vocabulary* is asked once an append, and *projector* called, inside its transaction; *components* are the tables
    of other rooms. A file that may not be written is opened for reading: appends then raise StoreError.
    Raises NoLedger where there is none, StoreError for everything else that stands in the way. What is appended
    without *durable* may be lost, and the file damaged, by a power cut: for ledgers that can be made again, as the
    demo's. *as_found*: guards that somebody removed are not put back, for who wants to look. *begins*: what
    this opening makes is only begun (see `ledger.store.begun`). *connect* and *migrations* are for tests.
    """
    path = Path(path)
    connection, only_reads = open_connection(
        path,
        read_only=read_only,
        migrations=migrations,
        components=components,
        connect=connect,
        busy_seconds=busy_seconds,
        durable=durable,
        as_found=as_found,
        create=create,
        begins=begins,
    )
    return SqliteStore(path, connection, vocabulary, projector, only_reads, busy_seconds)


class SqliteStore:
    """A ledger in a SQLite file (see the promises above); made by `open_sqlite`."""

    closing: tuple[str, ...] = (CLOSING_GUARD,)
    reopening: str = REOPENING

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        vocabulary: Vocabularies,
        projector: Projector | None,
        only_reads: bool,
        busy_seconds: float,
    ) -> None:
        self.path = path
        self.only_reads = only_reads
        """The file may not be written, or was opened for reading."""
        self._connection: sqlite3.Connection | None = connection
        self._work = EventsTransaction(connection)
        self._vocabulary = vocabulary
        self._projector = projector
        self._registers = UnitStateCache()
        self._busy_seconds = busy_seconds
        self._lock = RLock()
        self._within = False
        """Somebody's block is inside a transaction; only under the lock."""

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

        Raises NotPermitted, Refused with all problems of all lines, StoreError when the file cannot be written.
        """
        check_recorder(by, now)
        # Nothing of what a few lines take to be read keeps others from writing; many are read as they are taken.
        drafts = read_drafts(lines, by)
        first = list(islice(drafts, READ_BEFORE_MAX))
        append: Append | None = None
        with self._turn_to_write():
            self._work.known = known
            try:
                with no_cycle_search(), self._transaction():
                    vocabulary = self._vocabulary(self._work)
                    append = Append(self._work, self._registers, vocabulary, by, now)
                    result = append.run(chain(first, drafts), self._projector, progress)
            except BaseException:
                self._registers.rolled_back()
                if self._projector is not None and append is not None:
                    self._projector.forget(append.touched)
                raise
            finally:
                self._work.known = NOTHING_KNOWN
            self._registers.committed(append.sequence)
        return result

    def restore(self, lines: Iterable[Line], *, progress: Progress | None = None) -> Restored:
        """Take an export into this empty ledger, byte for byte, or nothing (contract §6).

        Checks form, hashes and order, not references and codes. Raises Refused, StoreError.
        """
        with self._turn_to_write():
            touched: dict[str, None] = {}
            try:
                with no_cycle_search(), self._transaction():
                    return restoring.restore(self._work, lines, self._projector, touched, progress)
            except BaseException:
                if self._projector is not None:
                    self._projector.forget(touched)
                raise

    def extend(self, lines: Iterable[Line], *, progress: Progress | None = None) -> int:
        """Take exported events that follow those that are here, or nothing; leaves the projections. Raises Refused."""
        with self._turn_to_write(), no_cycle_search(), self._transaction():
            return restoring.extend(self._work, lines, progress)

    def verify(self, *, progress: Progress | None = None, watch: Watch | None = None) -> Verified:
        """Check hashes, form, order, columns, schema and references of every event; raises Broken."""
        with self._lock, self._transaction():
            return verifying.verify(self._work, progress, watch)

    def check_engine(self) -> EngineChecked:
        """Have SQLite look through every page of the file, and every index against its table."""
        with self._reading() as connection:
            return checking.check_engine(connection)

    def check_schema(self, components: Sequence[Component]) -> SchemaChecked:
        """Hold the file's tables, indexes and triggers to those that this program, with *components*, makes."""
        with self._reading() as connection:
            return checking.check_schema(connection, components)

    def export(self, unit: str | None = None) -> Iterator[bytes]:
        """Yield the stored bytes (no newline) in sequence order, of one unit's tree or of all."""
        last = 0
        while True:
            page = self._page(last, unit)
            for sequence, body in page:
                last = sequence
                yield body
            if not page:
                if unit is not None or last >= self.size():
                    return
                # So many are missing that a page is empty: `verify` says so, and what is there comes out.
                last += PAGE_ROWS

    def _page(self, after: int, unit: str | None) -> list[tuple[int, bytes]]:
        # Page by page: events are only ever added behind, so that no snapshot has to be held.
        with self._reading() as connection:
            if unit is None:
                return connection.execute(statements.PAGE, (after, after + PAGE_ROWS)).fetchall()
            return connection.execute(statements.PAGE_OF_UNIT, (unit, after, PAGE_ROWS)).fetchall()

    def stream(self, unit: str, after: int = 0) -> Iterator[StoredEvent]:
        """Yield the unit's events with a sequence above *after*, in ledger order."""
        with self._reading() as connection:
            bodies = connection.execute(statements.BODIES_OF_UNIT, (unit, after)).fetchall()
        for (body,) in bodies:
            yield orjson.loads(body)

    def find(self, event_id: str) -> StoredEvent | None:
        """Return the event of that id, None when there is none."""
        if any("\ud800" <= character <= "\udfff" for character in event_id):
            return None
        with self._reading():
            return self._work.find_many([event_id]).get(event_id)

    def units(self) -> list[str]:
        """Return the ids of all units that have events, sorted."""
        with self._reading() as connection:
            return [unit for (unit,) in connection.execute(statements.UNITS)]

    def changed_units(self, after: int) -> list[str]:
        """Return the ids of the units that have events with a sequence above *after*, sorted."""
        with self._reading() as connection:
            return [unit for (unit,) in connection.execute(statements.CHANGED_UNITS, (after,))]

    def size(self) -> int:
        """Return the number of events."""
        with self._reading():
            # Sequences are gap-free from 1.
            return self._work.last_event()[0]

    def wait(self, seconds: float) -> None:
        """Return after *seconds*: a file tells nobody that it was written."""
        sleep(seconds)

    def root(self) -> str:
        """Return the RFC 6962 root hash (hex) over all leaf hashes."""
        with self.read() as work:
            return work.tree().root().hex()

    @contextmanager
    def read(self) -> Iterator[EventsTransaction]:
        """Open a reading transaction: one state of the store until it ends. Inside `write` it is part of it."""
        with self._lock, self._transaction():
            yield self._work

    @contextmanager
    def write(self, *, alone: bool = False, shape: bool = False) -> Iterator[EventsTransaction]:
        """Open a writing transaction for the tables of other components: committed at the end, or rolled back.

        SQLite has one writer at a time: it is always *alone*.
        """
        with self._turn_to_write(), self._transaction():
            yield self._work

    def reader(self) -> Callable[[], SqliteStore]:
        """Return what opens this file for reading again, also in another process."""
        return partial(_open_reader, self.path)

    def drop_remains(self) -> bool:
        """Fold the write-ahead log into the file and empty it: deleted rows are overwritten there (`secure_delete`).

        Who reads an older state meanwhile is waited for a few seconds; then it is not certain.
        """
        patience = monotonic() + REMAINS_SECONDS
        while True:
            with self._reading() as connection:
                (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy or monotonic() >= patience:
                return not busy
            sleep(_PAUSE_SECONDS)

    def close(self) -> None:
        """Close the store; further calls raise StoreError."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            connection = self._opened()
            with told_clearly(self.path):
                yield connection

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        """Begin a writing transaction and hold the lock; the block ends it.

        While another process writes, this one's readers go on: the lock is held only once the file is.
        """
        patience = monotonic() + self._busy_seconds
        while True:
            with self._lock:
                if self._begin_write(last_try=monotonic() >= patience):
                    yield
                    return
            sleep(_PAUSE_SECONDS)

    def _begin_write(self, *, last_try: bool) -> bool:
        """Whether a writing transaction has begun; StoreError on the last try."""
        connection = self._opened()
        if connection.in_transaction:
            raise RuntimeError("a writing transaction inside another")
        if self.only_reads:
            raise StoreError(
                Text("台账 {path} 是只读的，不能写入；请检查文件和文件夹的权限", path=str(self.path))
            )
        with told_clearly(self.path):
            try:
                connection.execute(BEGIN_WRITE)
            except sqlite3.OperationalError as error:
                _roll_back(connection)
                if last_try or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                return False
        return True

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Commit at the block's end, or roll back; one that has begun to write is taken over, else one to read begins.

        Inside another reading it is part of it.
        """
        connection = self._opened()
        if connection.in_transaction and self._within:
            yield
            return
        with told_clearly(self.path):
            self._within = True
            try:
                if not connection.in_transaction:
                    connection.execute(BEGIN_READ)
                yield
                connection.execute("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise
            finally:
                self._within = False

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            raise closed(self.path)
        return self._connection


def _open_reader(path: Path) -> SqliteStore:
    return open_sqlite(path, vocabulary=_no_vocabulary, read_only=True)


def _no_vocabulary(_work: Transaction) -> Vocabulary:
    raise AssertionError("a reader never appends")


def _roll_back(connection: sqlite3.Connection) -> None:
    """End the transaction without a trace; some errors have ended it already."""
    if connection.in_transaction:
        connection.rollback()
