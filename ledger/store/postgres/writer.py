"""Who appends: one connection, one transaction at a time, tried again where that is safe.

Safe it is because events have ids: what was committed after all is recognised (`Doubt`) and counted once. What was
acknowledged is on the server's disk. Memory of the units follows only what was committed, and is dropped when the
server was restarted or replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain, islice

import psycopg
from psycopg.pq import TransactionStatus

from ledger.checks.unit_state_cache import UnitStateCache
from ledger.intake import append as appending
from ledger.intake import restore as restoring
from ledger.intake.append import Append, read_drafts
from ledger.intake.lines import written_lines
from ledger.problem import StoreError
from ledger.store.garbage import no_cycle_search
from ledger.store.postgres import statements
from ledger.store.postgres.connection import PostgresConnection, ServerConnection
from ledger.store.postgres.connections import Connections
from ledger.store.postgres.errors import append_in_doubt, is_lost, store_error
from ledger.store.postgres.group import Group, Moved
from ledger.store.postgres.queue import Entry, Queue
from ledger.store.postgres.work import Head, PostgresWork
from ledger.store.protocol import (
    NOTHING_KNOWN,
    Appended,
    Known,
    Line,
    Progress,
    Projector,
    Recorder,
    Restored,
    Vocabularies,
)

WARY_GROUPS = 32
"""So many groups are written with locks after another server was seen to write."""
MANY_EVENTS = 5_000
"""From so many new events on, the server counts anew what it plans by (PostgreSQL manual, "Populating a Database")."""


class Writer:
    """Appends for all threads of this process; `projector` is called in each transaction."""

    def __init__(
        self, connections: Connections, vocabulary: Vocabularies, projector: Projector | None
    ) -> None:
        self._connections = connections
        self._vocabulary = vocabulary
        self._projector = projector
        self._registers = UnitStateCache()
        self._queue = Queue()
        self._raw: ServerConnection | None = None
        self._lock_space = 0
        self._server = ""
        self._head: Head | None = None
        """Where the ledger ended when this process last wrote; None: not known."""
        self._about_ledger: int | None = None
        """The sequence of the last event about the ledger itself, where it ended at `_head`; None: not known."""
        self._wary = 0
        self._counted = 0
        """How many events there were when this process last had the server count."""

    def append(
        self,
        lines: Iterable[Line],
        by: Recorder,
        now: datetime,
        progress: Progress | None,
        known: Known = NOTHING_KNOWN,
    ) -> Appended:
        """Append *lines*; raises Refused and StoreError."""
        written = written_lines(lines)
        first = list(islice(written, appending.CHUNK_LINES + 1))
        if len(first) > appending.CHUNK_LINES:
            return self._append_many(chain(first, written), by, now, progress)
        entry = Entry(first, by, now, known=known)
        batch = self._queue.enter(entry)
        if batch:
            try:
                self._settle(batch)
            finally:
                self._rest()
                self._queue.leave(batch)
        if entry.error is not None:
            raise entry.error
        assert entry.result is not None, "whoever wrote it has left a result or an error"
        if progress is not None:
            progress(len(first))
        return entry.result

    def restore(self, lines: Iterable[Line], progress: Progress | None) -> Restored:
        """Take an export into the empty ledger; raises Refused and StoreError."""
        touched: dict[str, None] = {}
        with self._alone(touched) as work:
            return restoring.restore(work, lines, self._projector, touched, progress)

    def extend(self, lines: Iterable[Line], progress: Progress | None) -> int:
        """Take exported events that follow those that are here; raises Refused and StoreError."""
        with self._alone({}) as work:
            return restoring.extend(work, lines, progress)

    def close(self) -> None:
        """Close the connection."""
        raw, self._raw = self._raw, None
        if raw is not None:
            raw.close()
            if self._connections.is_shared:
                self._connections.give_back(raw)

    # -- a few lines, together with those of other threads -----------------------------------------------------

    def _settle(self, batch: Sequence[Entry]) -> None:
        """Append all of *batch*; each entry has its result or its error then. What fails together is done apart."""
        try:
            self._write(batch)
        except BaseException as error:  # noqa: BLE001  # each thread raises its own
            if len(batch) > 1:
                for entry in batch:
                    entry.read()
                    self._settle([entry])
                return
            (entry,) = batch
            cause = error.__cause__
            lost = isinstance(error, StoreError) and cause is not None and is_lost(cause)
            entry.error = append_in_doubt(self._connections.place) if lost and entry.doubt else error

    def _write(self, batch: Sequence[Entry]) -> None:
        tried = False
        for attempt in self._connections.attempts():
            with attempt:
                if tried:
                    self._read_again(batch)
                tried = True
                attempt.uses(self._connected())
                head = self._head if self._wary == 0 else None
                while not self._wrote(batch, head):
                    self._wary = WARY_GROUPS
                    self._read_again(batch)
                    head = None

    def _wrote(self, batch: Sequence[Entry], head: Head | None) -> bool:
        """Write once; with *head* None by the locks. Return False where others were first."""
        try:
            self._write_once(batch, head)
        except Moved:
            return False
        except psycopg.Error as error:
            if error.sqlstate == statements.MOVED:
                return False
            raise
        return True

    def _read_again(self, batch: Sequence[Entry]) -> None:
        for entry in batch:
            entry.read()

    def _write_once(self, batch: Sequence[Entry], head: Head | None) -> None:
        connection = PostgresConnection(self._connected())
        group = Group(connection, self._lock_space, self._registers, self._vocabulary, self._projector)
        before = self._head
        try:
            with no_cycle_search():
                self._head = group.run(batch, head, self._about_ledger)
            self._about_ledger = group.about_ledger
        except BaseException as error:
            self._fail(error, group.touched)
            if not is_lost(error) and not isinstance(error, Moved):
                for entry in batch:
                    entry.doubt = None
            raise
        if group.behind == before:
            self._wary = max(0, self._wary - 1)
        elif before is not None:
            self._wary = WARY_GROUPS

    # -- many lines, in a transaction that nobody else's comes beside -------------------------------------------

    def _append_many(
        self, lines: Iterable[Line], by: Recorder, now: datetime, progress: Progress | None
    ) -> Appended:
        touched: dict[str, None] = {}
        with self._alone(touched) as work:
            append = Append(work, self._registers, self._vocabulary(work), by, now)
            try:
                return append.run(read_drafts(lines, by), self._projector, progress)
            finally:
                touched.update(dict.fromkeys(append.touched))

    @contextmanager
    def _alone(self, touched: dict[str, None]) -> Iterator[PostgresWork]:
        """Open a transaction that holds the ledger's head; *touched* are the units to forget when it fails."""
        turn = Entry([], _NOBODY, datetime.now(UTC), alone=True)
        batch = self._queue.enter(turn)
        try:
            work = self._begin_alone()
            try:
                behind, _ = work.last_event()
                with no_cycle_search():
                    yield work
                head = work.last_event()
                self._commit_alone(head)
            except BaseException as error:
                self._fail(error, touched)
                if isinstance(error, psycopg.Error):
                    raise store_error(error, self._connections.place) from error
                raise
            self._registers.committed(head[0])
            self._head, self._about_ledger = head, None
            self._count(head[0] - behind, head[0])
        finally:
            self._rest()
            self._queue.leave(batch)

    def _begin_alone(self) -> PostgresWork:
        for attempt in self._connections.attempts():
            with attempt:
                try:
                    work = PostgresWork(PostgresConnection(self._connected()))
                    work.connection.execute(statements.BEGIN_WRITE)
                    work.lock_head()
                except BaseException as error:
                    self._fail(error, ())
                    raise
        return work

    def _commit_alone(self, head: Head) -> None:
        """Commit; where the connection breaks, find out whether it was committed."""
        try:
            PostgresConnection(self._connected()).execute("COMMIT")
        except psycopg.Error as error:
            if not is_lost(error):
                raise
            self._drop()
            for attempt in self._connections.attempts():
                with attempt:
                    # Waits for whoever holds the head: should the lost connection's end not have been noticed yet.
                    found = self._begin_alone()
                    there = found.connection.execute(statements.IS_THERE, head).fetchone()
                    found.connection.execute("COMMIT")
            if there is None:
                raise

    def _count(self, added: int, events: int) -> None:
        """Have the server count its rows where the ledger has grown a lot: it would plan for the few there were.

        Whose role may not, is told so in a notice, and the server does it by itself within minutes.
        """
        if added < MANY_EVENTS or events < 2 * self._counted:
            return
        self._counted = events
        try:
            PostgresConnection(self._connected()).execute(statements.ANALYZE)
        except psycopg.Error as error:
            # Everything is committed; whatever is wrong, the next statement says it.
            self._fail(error, ())

    # -- the connection ----------------------------------------------------------------------------------------

    def _connected(self) -> ServerConnection:
        raw = self._raw
        if raw is not None and self._left_behind(raw):
            self._drop()
            raw = None
        if raw is None or raw.closed:
            raw = self._raw = self._connections.take_for_writing()
            if not self._lock_space:
                ((self._lock_space,),) = PostgresConnection(raw).execute(statements.LOCK_SPACE).fetchall()
            if not self._connections.is_shared or raw.server != self._server:
                # What is known may be more than this server has.
                self._head = None
                self._registers.forget()
            self._server = raw.server
        return raw

    def _left_behind(self, raw: ServerConnection) -> bool:
        """Whether the ledger has been moved to another node since *raw* was opened."""
        return raw.info.transaction_status == TransactionStatus.IDLE and self._connections.is_elsewhere(raw)

    def _rest(self) -> None:
        """Give the connection back after each piece of work, where it is one of several ledgers'."""
        if self._connections.is_shared and self._raw is not None:
            raw, self._raw = self._raw, None
            self._connections.give_back(raw)

    def _fail(self, error: BaseException, touched: Iterable[str]) -> None:
        """Undo what an attempt has done to the connection and to what is in memory."""
        self._registers.rolled_back()
        if self._projector is not None:
            self._projector.forget(touched)
        if is_lost(error):
            self._drop()
            return
        raw = self._raw
        if raw is not None and raw.info.transaction_status != TransactionStatus.IDLE:
            try:
                raw.execute("ROLLBACK")
            except psycopg.Error:
                self._drop()

    def _drop(self) -> None:
        self.close()
        # What is in memory may be more than the server has.
        self._head = None
        self._registers.forget()
        if self._projector is not None:
            self._projector.forget(None)


_NOBODY = Recorder("nobody")
