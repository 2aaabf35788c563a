"""Whether anything can be written: tried, by keeping the instant in the store itself, and by asking the disk for room.

Tried at most every TRIED_EVERY seconds, whoever asks and how often: a monitor's question must not wear out a disk.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from time import monotonic

from ledger.events.event import recorded_text
from ledger.problem import StoreError
from ledger.store.log import keep_fact
from ledger.text import Text
from taizhang.app.clock import Clock
from taizhang.app.ledger import OpenLedger

TRIED_EVERY = 10.0
"""Seconds."""
_FACT = "last seen writable"


class WriteProbe:
    """Tries to write into one ledger. Safe for threads."""

    def __init__(self, session: OpenLedger, clock: Callable[[], float] = monotonic) -> None:
        self._session = session
        self._clock = clock
        self._lock = Lock()
        self._tried_at: float | None = None
        self._problem: Text | None = None

    def problem(self) -> Text | None:
        """Return why nothing can be written, None when it can."""
        with self._lock:
            now = self._clock()
            if self._tried_at is None or now - self._tried_at >= TRIED_EVERY:
                self._problem = self._tried()
                self._tried_at = self._clock()
            return self._problem

    def _tried(self) -> Text | None:
        store = self._session.store
        if store.only_reads:
            return Text("台账只能读，不能写入")
        try:
            with store.write() as work:
                keep_fact(work.connection, _FACT, recorded_text(Clock()()))
        except StoreError as error:
            return error.text
        return None
