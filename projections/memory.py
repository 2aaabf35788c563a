"""The units kept in memory between two calls, least recently used first out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from .live import LiveUnit

UNITS_IN_MEMORY = 512
EVENTS_IN_MEMORY = 100_000
"""Bounds of what is kept: about 2.5 KB an event."""


class UnitsInMemory:
    """Live units by id; who asks for one brings it up to date."""

    def __init__(self) -> None:
        self._live: OrderedDict[str, LiveUnit] = OrderedDict()

    def unit(self, unit: str) -> LiveUnit:
        """Return the live unit, an empty one when it is not here."""
        live = self._live.get(unit)
        if live is None:
            self._make_room()
            live = self._live[unit] = LiveUnit(unit)
        else:
            self._live.move_to_end(unit)
        return live

    def forget(self, units: Iterable[str] | None) -> None:
        """Drop *units*, or all (None)."""
        if units is None:
            self._live.clear()
            return
        for unit in units:
            self._live.pop(unit, None)

    def _make_room(self) -> None:
        events = sum(len(live.records.by_id) for live in self._live.values())
        while self._live and (len(self._live) >= UNITS_IN_MEMORY or events > EVENTS_IN_MEMORY):
            _, oldest = self._live.popitem(last=False)
            events -= len(oldest.records.by_id)
