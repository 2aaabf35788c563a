"""Writers and readers of many ledgers at once, while servers are killed and ledgers moved: nothing lost, nobody ahead.

What is held: each acknowledged event is stored; each look of a reader finds sequences without a gap up to the head it
sees, and every event that was acknowledged before it began; nothing that was there before is another thing afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from threading import Event, Thread

import orjson

from ledger.problem import StoreError
from ledger.store.protocol import Store
from tests.bench.events import APPEND_CLOCK, appends
from tests.bench.product import BY

NOW = APPEND_CLOCK + timedelta(days=9)
WAIT_SECONDS = 120
TAIL = 200
"""So many events before the head are looked at each time."""


@dataclass
class Watched:
    """One ledger under load."""

    store: Store
    numbers: Iterator[int]
    acknowledged: list[str] = field(default_factory=list)
    doubts: int = 0
    """Appends that were told not to be certain, or not to have been done."""
    looks: int = 0
    failed_looks: int = 0
    faults: list[str] = field(default_factory=list)
    before: list[tuple[int, str]] = field(default_factory=list)
    """Size and root at several moments."""


class Load:
    """Ledgers by name with what happened to them."""

    def __init__(self, stores: Mapping[str, Store], units: int, first: int = 0) -> None:
        self.ledgers = {name: Watched(store, count(first)) for name, store in stores.items()}
        self._units = units
        self._stop = Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Write to each ledger and read it until the block ends; raises what no store may raise."""
        threads = [
            Thread(target=self._guarded, args=(work, watched))
            for watched in self.ledgers.values()
            for work in (self._write, self._read)
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join(WAIT_SECONDS)
        assert not any(thread.is_alive() for thread in threads), "it does not end"

    @property
    def acknowledged(self) -> int:
        return sum(len(watched.acknowledged) for watched in self.ledgers.values())

    @property
    def looks(self) -> int:
        return sum(watched.looks for watched in self.ledgers.values())

    @property
    def doubts(self) -> int:
        return sum(watched.doubts for watched in self.ledgers.values())

    def until_more(self, appended: int) -> None:
        """Wait until so many further events were acknowledged in every ledger."""
        wanted = {name: len(watched.acknowledged) + appended for name, watched in self.ledgers.items()}
        until = time.monotonic() + WAIT_SECONDS
        while any(len(self.ledgers[name].acknowledged) < number for name, number in wanted.items()):
            assert time.monotonic() < until, f"it does not go on: {self.faults()}"
            assert not self.faults(), self.faults()
            time.sleep(0.01)

    def note(self) -> None:
        """Keep size and root of every ledger: they hold for good."""
        for watched in self.ledgers.values():
            with watched.store.read() as work:
                tree = work.tree()
                watched.before.append((tree.size, tree.root().hex()))

    def faults(self) -> list[str]:
        return [fault for watched in self.ledgers.values() for fault in watched.faults]

    def check(self, stores: Mapping[str, Store] | None = None) -> None:
        """Hold all ledgers, as they are now, to what was seen of them; raises AssertionError."""
        assert not self.faults(), self.faults()
        for name, watched in self.ledgers.items():
            store = watched.store if stores is None else stores[name]
            events = [orjson.loads(body) for body in store.export()]
            assert [int(event["sequence"]) for event in events] == list(range(1, len(events) + 1)), name
            missing = set(watched.acknowledged) - {event["id"] for event in events}
            assert not missing, f"{name}: acknowledged and not stored: {sorted(missing)[:10]}"
            assert store.verify().events == len(events), name
            with store.read() as work:
                tree = work.tree()
                assert [tree.root(size).hex() for size, _ in watched.before] == [
                    root for _, root in watched.before
                ], name

    # -- the threads -------------------------------------------------------------------------------------------

    def _guarded(self, work: Callable[[Watched], None], watched: Watched) -> None:
        try:
            while not self._stop.is_set():
                work(watched)
        except Exception as error:  # noqa: BLE001  # told by the test
            watched.faults.append(repr(error))

    def _write(self, watched: Watched) -> None:
        (line,) = appends(self._units, next(watched.numbers), 1)
        try:
            watched.store.append([(None, line)], by=BY, now=NOW)
        except StoreError:
            watched.doubts += 1
        else:
            watched.acknowledged.append(orjson.loads(line)["id"])

    def _read(self, watched: Watched) -> None:
        known = watched.acknowledged[-TAIL // 2 :]
        try:
            with watched.store.read() as work:
                last, _ = work.last_event()
                page = work.page(max(0, last - TAIL), 2 * TAIL)
                there = work.find_many(known)
        except StoreError:
            watched.failed_looks += 1
            time.sleep(0.05)
            return
        watched.looks += 1
        if [sequence for sequence, _ in page] != list(range(max(0, last - TAIL) + 1, last + 1)):
            watched.faults.append(f"a reader saw {len(page)} events up to {last}")
        if len(there) != len(known):
            watched.faults.append(f"a reader did not see {set(known) - set(there)}")
