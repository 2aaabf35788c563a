"""Tells open pages that something was recorded: by this server, by another, or at a terminal.

The ledger's last sequence is asked for twice a second, once for all who watch, and at once where the store hears of
what others append; a page that hears of a change fetches itself again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

from ledger.problem import StoreError
from ledger.store.protocol import Store

log = logging.getLogger(__name__)
EVERY_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Change:
    """The ledger has grown to `sequence`; `units` have new events."""

    sequence: int
    units: frozenset[str]


class Watcher:
    """Watches one ledger for any number of open pages. Started and stopped with the server."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._listeners: dict[asyncio.Queue[Change | None], str] = {}
        self._stopping = False
        self.sequence = 0

    @property
    def listeners(self) -> int:
        """How many pages listen."""
        return len(self._listeners)

    def listening(self, account: str) -> int:
        """How many pages of *account* listen."""
        return sum(each == account for each in self._listeners.values())

    async def run(self) -> None:
        """Watch until cancelled."""
        self.sequence = await asyncio.to_thread(self._store.size)
        while True:
            if not self._listeners:
                await asyncio.sleep(EVERY_SECONDS)
                continue
            await asyncio.to_thread(self._store.wait, EVERY_SECONDS)
            try:
                change = await asyncio.to_thread(self._look)
            except StoreError as error:
                log.warning("watching the ledger: %s", error)
                continue
            if change is not None:
                self._tell(change)

    def _look(self) -> Change | None:
        sequence = self._store.size()
        if sequence <= self.sequence:
            return None
        units = self._store.changed_units(self.sequence)
        self.sequence = sequence
        return Change(sequence, frozenset(units))

    def _since(self, sequence: int) -> Change | None:
        units = self._store.changed_units(sequence)
        return Change(self._store.size(), frozenset(units)) if units else None

    def _tell(self, change: Change | None) -> None:
        for listener in self._listeners:
            listener.put_nowait(change)

    async def changes(self, since: int | None = None, account: str = "") -> AsyncIterator[Change]:
        """Yield changes as they come, until the server stops; first what came after *since*, where one is named.

        A page is made before it listens: what somebody records in between would else be missed.
        """
        listener: asyncio.Queue[Change | None] = asyncio.Queue()
        if not self._listeners:
            # Nobody watched for a while: what came meanwhile is on the page already.
            self.sequence = max(self.sequence, await asyncio.to_thread(self._store.size))
        self._listeners[listener] = account
        try:
            missed = await asyncio.to_thread(self._since, since) if since is not None else None
            if missed is not None:
                yield missed
            while not self._stopping:
                change = await listener.get()
                if change is None:
                    return
                yield change
        finally:
            self._listeners.pop(listener, None)

    def stop(self) -> None:
        """End every stream, so that the server need not wait for open pages."""
        self._stopping = True
        self._tell(None)
