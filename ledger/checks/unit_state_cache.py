"""The registers of the units that were appended to lately, kept in memory and true to the store.

Another process may have appended in between: a register is compared with its unit's last sequence inside the
transaction, and catches up from the stream.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Protocol

from ledger.checks.unit_state import UnitState
from ledger.events.event import ClientEvent, StoredEvent

WEIGHT_MAX = 3_000_000
"""Entries kept in all registers together, about 150 bytes each.

A million events of 5,000 units fit, in the order of days."""


class Streams(Protocol):
    """The stored events by unit."""

    def stream(self, unit: str, after: int = 0) -> Iterator[StoredEvent]:
        """Yield the unit's stored events with a sequence above *after*."""
        ...

    def last_sequence(self, unit: str) -> int:
        """Return the sequence of the unit's last stored event, 0 when it has none."""
        ...


class UnitStateCache:
    """Registers by unit, least recently used first out."""

    def __init__(self, weight_max: int = WEIGHT_MAX) -> None:
        self._held: OrderedDict[str, UnitState] = OrderedDict()
        self._proven: set[str] = set()
        """Units whose registers are known to agree with the store as it was at `_ledger_last`."""
        self._ledger_last = 0
        self._touched: set[str] = set()
        """Units of the append under way; of these, `_moved` since the last trim."""
        self._moved: set[str] = set()
        self._weight_max = weight_max
        self._weights: dict[str, int] = {}
        self._weight = 0

    def begin(self, ledger_last: int) -> None:
        """Start an append on a ledger whose last sequence is *ledger_last*."""
        if ledger_last != self._ledger_last:
            self._proven.clear()
            self._ledger_last = ledger_last
        self._touched = set()

    def committed(self, ledger_last: int) -> None:
        """The append is in the store, which now ends at *ledger_last*."""
        self._ledger_last = ledger_last
        self.trim()
        self._touched = set()

    def moved(self, unit: str, last: int) -> None:
        """The unit's last event has come to stand at *last* after all: others were first."""
        register = self._held.get(unit)
        if register is not None:
            register.last = last

    def forget(self) -> None:
        """Drop everything: the store may not be the one it was."""
        self.__init__(self._weight_max)  # type: ignore[misc]

    def rolled_back(self) -> None:
        """The append is not in the store: forget what it moved."""
        for unit in self._touched:
            self._held.pop(unit, None)
            self._proven.discard(unit)
            self._weight -= self._weights.pop(unit, 0)
        self._touched = set()
        self._moved = set()

    def current(self, unit: str, stored: Streams) -> UnitState:
        """Return the unit's register, true to *stored*; the caller is about to move it."""
        self._touched.add(unit)
        self._moved.add(unit)
        register = self._held.get(unit)
        if register is None:
            register = self._held[unit] = UnitState()
            self._catch_up(register, unit, stored)
        elif unit not in self._proven and stored.last_sequence(unit) != register.last:
            self._catch_up(register, unit, stored)
        self._proven.add(unit)
        self._held.move_to_end(unit)
        return register

    def trim(self) -> None:
        """Drop the least recently used until the rest is light enough; not while a chunk is under way."""
        for unit in self._moved:
            register = self._held.get(unit)
            weight = register.weight() if register is not None else 0
            self._weight += weight - self._weights.get(unit, 0)
            self._weights[unit] = weight
        while self._weight > self._weight_max and len(self._held) > 1:
            unit, _ = self._held.popitem(last=False)
            self._proven.discard(unit)
            self._weight -= self._weights.pop(unit, 0)
        self._moved.clear()

    @staticmethod
    def _catch_up(register: UnitState, unit: str, stored: Streams) -> None:
        if register.last == 0:
            last = 0

            def counted() -> Iterator[ClientEvent]:
                nonlocal last
                for event in stored.stream(unit):
                    last = int(event["sequence"])
                    yield event

            register.rebuild(counted())
            register.last = last
            return
        fresh = list(stored.stream(unit, register.last))
        if any(event["type"].startswith("record.") for event in fresh):
            register.last = 0
            UnitStateCache._catch_up(register, unit, stored)
            return
        for event in fresh:
            register.apply(event, lambda _: None, tuple)
            register.last = int(event["sequence"])
