"""The ledger as the other rooms see it: one interface, an implementation for each engine. No SQL here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Protocol

from ledger.events.event import StoredEvent
from ledger.guard import Guard
from ledger.merkle.tree import Tree
from ledger.problem import Fault, Problem
from ledger.store.components import Component
from ledger.store.sql import Connection
from ledger.text import Text
from ledger.vocabulary import Vocabulary

Line = tuple[int | None, bytes]
"""A raw JSON line and its number in the file (None when it comes from no file)."""
Known = Mapping[str, Sequence[StoredEvent]]
"""By unit: events that whoever appends has just read, from the first on. The append does not read them again."""
NOTHING_KNOWN: Known = MappingProxyType({})
Vocabularies = Callable[["Transaction"], Vocabulary]
"""Says what codes there are, as the transaction of an append sees the ledger."""
Watch = Callable[[StoredEvent], None]
"""Called with every event that a verification goes through, in ledger order."""
Progress = Callable[[int], None]
"""Called now and then with the number of lines or events done so far."""


@dataclass(frozen=True, slots=True)
class Recorder:
    """Who records: becomes `authid` and `authtype`. Kind "system" is the program itself (reminders).

    Whatever he appends his `guard` looks at; None: he may append anything (at the terminal, and the program itself).
    """

    name: str
    kind: str = "user"
    guard: Guard | None = field(default=None, compare=False, repr=False)
    clock_is_right: bool = False
    """He answers for the clock, however far it is from what was recorded last (`clock_guard`)."""


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append did: events stored, events that were there already, and probable duplicates by line."""

    appended: int
    skipped: int
    warnings: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: the number of events and the RFC 6962 root hash (hex) of the ledger now."""

    events: int
    root: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification found in order: the number of events and the RFC 6962 root hash (hex)."""

    events: int
    root: str


@dataclass(frozen=True, slots=True)
class EngineChecked:
    """What an engine found when it looked through its own files."""

    how: Text
    """What was done, in words: engines can do more or less."""
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SchemaChecked:
    """What differs from the tables, indexes and guards that the program makes."""

    count: int
    """How many there are to be."""
    faults: list[Fault] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    """Tables, indexes and views of somebody else's: they change nothing here."""


class Transaction(Protocol):
    """A transaction of the store, for the tables of other rooms."""

    @property
    def connection(self) -> Connection:
        """The engine's connection, in the transaction."""
        ...

    def stream(self, unit: str, after: int = 0) -> Iterator[StoredEvent]:
        """Yield the unit's events with a sequence above *after*, in ledger order."""
        ...

    def streams(self, units: Sequence[str]) -> Iterator[tuple[str, Iterator[StoredEvent]]]:
        """Yield each of *units* that has events with its whole stream, sorted; read each before the next."""
        ...

    def page(self, after: int, count: int, unit: str | None = None) -> list[tuple[int, bytes]]:
        """Return sequence and stored bytes of up to *count* events above *after*, of one unit's tree or of all."""
        ...

    def tree(self) -> Tree:
        """Return the Merkle tree over all events."""
        ...

    def last_sequence(self, unit: str, before: int = ...) -> int:
        """Return the sequence of the unit's last event (below *before*), 0 when it has none."""
        ...

    def back(self, until: int, count: int, unit: str | None = None) -> list[StoredEvent]:
        """Return up to *count* events from the sequence *until* backwards, the latest first, of one unit or of all."""
        ...

    def first_recorded(self, recordedtime: str) -> int:
        """Return the sequence of the first event recorded at *recordedtime* or later, one past the last for none."""
        ...


class Projector(Protocol):
    """What is kept up to date with the events, inside their transaction."""

    def project(
        self, work: Transaction, appended: Mapping[str, Sequence[StoredEvent] | None], day: date
    ) -> Callable[[], None]:
        """Work out the projections of the units in *appended*, once for each append; return what writes them.

        The values are the unit's new events, or None after a big import: fold its stream again. *day* is the
        day in Asia/Shanghai on the append's clock. What it raises rolls the append back.

        Where several servers append to one ledger, the events get their places in the queue of all writers after
        this and before the writing: `sequence` and `recordedtime` of the new events may then have changed, in the
        same objects. So nobody in the queue waits for another's scoring.
        """
        ...

    def forget(self, units: Iterable[str] | None) -> None:
        """Drop what is kept in memory for *units* (None: all): their transaction was rolled back, or the store is
        no longer the one it was (a standby took over).
        """
        ...


class Store(Protocol):
    """A ledger. Everything raises StoreError when the engine cannot do its work."""

    only_reads: bool
    """Nothing can be written: a read-only file, a standby's database, or opened so."""

    closing: tuple[str, ...]
    reopening: str
    """Statements that put up, and take down, what refuses every event (`ledger.store.closing`)."""

    def append(
        self,
        lines: Iterable[Line],
        *,
        by: Recorder,
        now: datetime,
        progress: Progress | None = None,
        known: Known = NOTHING_KNOWN,
    ) -> Appended:
        """Store all events of *lines* at the clock *now*, or none.

        Raises NotPermitted with all that the guard of *by* forbids, else Refused with all problems.
        """
        ...

    def export(self, unit: str | None = None) -> Iterator[bytes]:
        """Yield the stored bytes (no newline) in sequence order, of one unit's tree or of all."""
        ...

    def restore(self, lines: Iterable[Line], *, progress: Progress | None = None) -> Restored:
        """Take an export into this empty ledger, byte for byte, or nothing; raises Refused."""
        ...

    def extend(self, lines: Iterable[Line], *, progress: Progress | None = None) -> int:
        """Take exported events that follow those that are here, byte for byte, or nothing; raises Refused.

        Return how many there are now. Projections are not brought up to date: that is for who copies a ledger.
        """
        ...

    def verify(self, *, progress: Progress | None = None, watch: Watch | None = None) -> Verified:
        """Check the whole ledger against its own hashes and rules; raises Broken at the first fault.

        *watch* is shown every event on the way, so that who wants to look at them too needs no pass of his own.
        """
        ...

    def check_engine(self) -> EngineChecked:
        """Have the engine look through its own files: pages, indexes against tables, references."""
        ...

    def check_schema(self, components: Sequence[Component]) -> SchemaChecked:
        """Hold tables, indexes and guards to what this program, with *components*, makes."""
        ...

    def stream(self, unit: str, after: int = 0) -> Iterator[StoredEvent]:
        """Yield the unit's events with a sequence above *after*, in ledger order."""
        ...

    def find(self, event_id: str) -> StoredEvent | None:
        """Return the event of that id, None when there is none."""
        ...

    def units(self) -> list[str]:
        """Return the ids of all units that have events, sorted."""
        ...

    def changed_units(self, after: int) -> list[str]:
        """Return the ids of the units that have events with a sequence above *after*, sorted."""
        ...

    def size(self) -> int:
        """Return the number of events."""
        ...

    def wait(self, seconds: float) -> None:
        """Return when somebody may have appended since the last call, at the latest after *seconds*."""
        ...

    def root(self) -> str:
        """Return the RFC 6962 root hash (hex) over all leaf hashes."""
        ...

    def read(self) -> AbstractContextManager[Transaction]:
        """Open a reading transaction: one state of the store until it ends."""
        ...

    def write(self, *, alone: bool = False, shape: bool = False) -> AbstractContextManager[Transaction]:
        """Open a writing transaction for the tables of other components: committed at the end, or rolled back.

        Such transactions come one after the other, also those of other servers. *alone*: nothing is appended
        meanwhile either, for what is written from the events. *shape*: tables or triggers themselves are made or
        dropped.
        """
        ...

    def reader(self) -> Callable[[], Store]:
        """Return what opens this ledger for reading again, also in another process (it can be pickled)."""
        ...

    def drop_remains(self) -> bool:
        """Have the engine's files keep nothing of what was erased from tables; say whether that is certain now."""
        ...

    def close(self) -> None:
        """Close the store; further calls raise StoreError."""
        ...
