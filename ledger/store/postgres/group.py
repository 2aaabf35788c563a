"""Several appends in one transaction, in an order of locks that lets nobody wait for another's scoring.

    1. the locks of the units (those of one group in one order), so that two writers to a unit come one after the other
    2. references checked, projections worked out, with the places the events will have if nobody else comes first
    3. the ledger's head, for which all writers queue: who holds it gives the last places, writes and commits

The head is held until the commit, so that sequences have no gaps and nobody sees n + 1 before n. A server that is the
only one that writes leaves out the waiting and the looking: it states the head it knows of, and where that is no longer
the head, a unit is locked or an id is there already, the transaction fails as a whole (`Moved`) and is done again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from hashlib import blake2b

import orjson

from ledger.checks.unit_state import UnitState
from ledger.checks.unit_state_cache import UnitStateCache
from ledger.events.event import StoredEvent
from ledger.intake.admission import Intake
from ledger.intake.append import next_recordedtime, place, row_of
from ledger.intake.clock_guard import ClockRefused, check_clock, is_near
from ledger.store.log import completes_subtree
from ledger.store.postgres import statements
from ledger.store.postgres.collecting import Collected
from ledger.store.postgres.connection import PostgresConnection
from ledger.store.postgres.queue import Doubt, Entry
from ledger.store.postgres.work import Head, QueuedWork
from ledger.store.protocol import Appended, Projector, Vocabularies
from ledger.vocabulary import Vocabulary


class Moved(Exception):
    """What was taken for granted was not so: do it again, with the locks."""


class Group:
    """One attempt to append *entries* on *connection*; `run` leaves the connection without a transaction."""

    def __init__(
        self,
        connection: PostgresConnection,
        lock_space: int,
        registers: UnitStateCache,
        vocabulary: Vocabularies,
        projector: Projector | None,
    ) -> None:
        self.behind: Head = (0, "")
        """Where the ledger ended when this was written behind it."""
        self.touched: dict[str, list[StoredEvent]] = {}
        """The new events by unit."""
        self.about_ledger = 0
        """The sequence of the last event about the ledger itself, then."""
        self._connection = connection
        self._lock_space = lock_space
        self._registers = registers
        self._vocabularies = vocabulary
        self._vocabulary = Vocabulary()
        self._projector = projector
        self._placed: list[tuple[StoredEvent, str, Entry]] = []
        self._results: dict[Entry, Appended] = {}

    def run(self, entries: Sequence[Entry], head: Head | None, about_ledger: int | None = None) -> Head:
        """Append; on a known *head* without locks. Return the new head. Raises Moved.

        *about_ledger*: the sequence of the last event about the ledger itself up to that head, where it is known.
        """
        locked = head is None
        work = self._look(entries) if head is None else self._trust(entries, head, about_ledger)
        self._vocabulary = self._vocabularies(work)
        work.known = {unit: events for entry in entries for unit, events in entry.known.items()}
        end = self._append(entries, work, locked=locked)
        self.about_ledger = work.last_sequence("")
        return end

    def _append(self, entries: Sequence[Entry], work: QueuedWork, *, locked: bool) -> Head:
        head = work.last_event()
        self._registers.begin(head[0])
        last = head
        for entry in entries:
            last = self._check(entry, work, last, confirmed=locked)
        if not self._placed:
            if locked:
                self._connection.execute("COMMIT")
            self.behind = head
            return self._settle(head)
        write = self._project(work, entries[0].day)
        if locked:
            head, last = self._queue_up(work, head, last)
        self._note_doubts()
        self.behind = head
        rows = [row_of(event, unit, int(event["sequence"])) for event, unit, _ in self._placed]
        keys = () if locked else self._row_keys()
        if completes_subtree(head[0], last[0]):
            with self._connection.raw.pipeline():
                if not locked:
                    self._connection.execute(statements.BEGIN_WRITE)
                work.put(rows, keys)
                write()
                self._connection.execute("COMMIT")
            return self._settle(last)
        collected = work.connection = Collected()
        work.put(rows, keys)
        write()
        if locked:
            with self._connection.raw.pipeline():
                collected.send(self._connection)
                self._connection.execute("COMMIT")
        else:
            collected.send(self._connection)
        return self._settle(last)

    def _project(self, work: QueuedWork, day: date) -> Callable[[], None]:
        if self._projector is None or not self.touched:
            return lambda: None
        return self._projector.project(work, self.touched, day)

    def _settle(self, end: Head) -> Head:
        """All of it is stored: tell those who wait."""
        self._registers.committed(end[0])
        for entry, result in self._results.items():
            entry.result, entry.doubt = result, None
        return end

    def _trust(self, entries: Sequence[Entry], head: Head, about_ledger: int | None) -> QueuedWork:
        """Take it that the ledger ends at *head*, and that the events are new."""
        work = QueuedWork(self._connection, head)
        work.know([event_id for entry in entries for event_id in entry.own_ids()], {})
        work.know_lasts({"": work.last_sequence("") if about_ledger is None else about_ledger})
        return work

    def _look(self, entries: Sequence[Entry]) -> QueuedWork:
        """Begin, lock the units, and see where the ledger ends and what is there already."""
        ids = [event_id for entry in entries for event_id in [*entry.own_ids(), *entry.named_ids()]]
        units = list({unit for entry in entries for unit in entry.units()})
        # What codes there are, the events about the ledger itself say.
        asked = list({*units, ""})
        with self._connection.raw.pipeline():
            self._connection.execute(statements.BEGIN_WRITE)
            if units:
                self._connection.execute(statements.LOCK_ALL, (self._keys(units),))
            head = self._connection.execute(statements.HEAD)
            bodies = self._connection.execute(statements.BODIES_BY_IDS, (ids,))
            lasts = self._connection.execute(statements.LASTS_OF_UNITS, (asked,))
        work = QueuedWork(self._connection, head.fetchone())  # type: ignore[arg-type]  # it always has its row
        work.know(ids, {event_id: orjson.loads(body) for event_id, body in bodies.fetchall()})
        work.know_lasts(dict.fromkeys(asked, 0) | dict(lasts.fetchall()))
        return work

    def _keys(self, units: Iterable[str]) -> list[int]:
        """Return the locks of *units*, in the order in which everybody takes them."""
        return sorted(self._lock_space ^ _number(unit) for unit in units)

    def _row_keys(self) -> list[int]:
        return [self._lock_space ^ _number(unit) for _, unit, _ in self._placed]

    def _check(self, entry: Entry, work: QueuedWork, last: Head, *, confirmed: bool) -> Head:
        """Check one append and give its events their places behind *last*; return the new end."""
        if self._was_committed(entry, work):
            return last
        if not (entry.by.clock_is_right or is_near(last[1], entry.now)):
            if not confirmed:
                raise Moved
            try:
                check_clock(work, last[1], entry.now)
            except ClockRefused as refused:
                entry.error = refused
                return last
        intake = Intake(work, self._registers, self._vocabulary, by=entry.by, now=entry.now)
        accepted = intake.take(entry.drafts)
        refusal = intake.refusal()
        if refusal is not None:
            if not confirmed:
                raise Moved
            # What was accepted of it has moved the registers.
            self._registers.rolled_back()
            entry.error = refusal
            return last
        self._vocabulary = intake.vocabulary
        sequence, recordedtime = last
        if accepted:
            recordedtime = next_recordedtime(recordedtime, entry.now)
        for event, unit, register in accepted:
            sequence += 1
            self._place(place(event, sequence, recordedtime, entry.by), unit, register, entry, work, sequence)
        self._results[entry] = Appended(len(accepted), intake.skipped, intake.warnings)
        return sequence, recordedtime

    def _place(
        self,
        event: StoredEvent,
        unit: str,
        register: UnitState,
        entry: Entry,
        work: QueuedWork,
        sequence: int,
    ) -> None:
        work.queue(unit, event, register.last)
        register.last = sequence
        self._placed.append((event, unit, entry))
        if unit:
            self.touched.setdefault(unit, []).append(event)

    def _was_committed(self, entry: Entry, work: QueuedWork) -> bool:
        """Say whether a commit in doubt turns out to have succeeded: then the append is done."""
        doubt = entry.doubt
        if doubt is None:
            return False
        there = work.find_many([doubt.event_id]).get(doubt.event_id)
        if there is None or there["recordedtime"] != doubt.recordedtime:
            return False
        entry.result, entry.doubt = doubt.result, None
        return True

    def _queue_up(self, work: QueuedWork, seen: Head, last: Head) -> tuple[Head, Head]:
        """Wait for the head; where others came first, give the events their places behind them.

        Return the head and the new end.
        """
        with self._connection.raw.pipeline():
            found = self._connection.execute(statements.HEAD_LOCKED)
            units = ["", *(unit for _, unit, _ in self._placed)]
            others = self._connection.execute(statements.ANY_OF_UNITS, (units, seen[0]))
        head: Head = found.fetchone()  # type: ignore[assignment]  # it always has its row
        if head == seen:
            return head, last
        if others.fetchone() is not None:
            # By a long import, which does not wait for a unit; or a rubric came, by which this is to be scored.
            raise Moved
        shift = head[0] - seen[0]
        recordedtime = head[1]
        before: Entry | None = None
        for event, unit, entry in self._placed:
            if entry is not before:
                recordedtime = next_recordedtime(recordedtime, entry.now)
                before = entry
            sequence = int(event["sequence"]) + shift
            place(event, sequence, recordedtime, entry.by)
            self._registers.moved(unit, sequence)
        return head, (last[0] + shift, recordedtime)

    def _note_doubts(self) -> None:
        """Note how to find out, should the connection break while it commits, whether it did."""
        for event, _, entry in reversed(self._placed):
            entry.doubt = Doubt(event["id"], event["recordedtime"], self._results[entry])


@lru_cache(maxsize=4096)
def _number(unit: str) -> int:
    """Return a number for *unit*, the same on every server, in the range of PostgreSQL's bigint."""
    return int.from_bytes(blake2b(unit.encode(), digest_size=8).digest(), signed=True)
