"""The ledgers of an installation that are open now: each when it is asked for, no more than so many at once.

Who is used least is closed first. One that cannot be opened is told to who asks for it, and to nobody else; it is not
tried again at once, so that a crowd at its door takes nobody's time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from ledger.problem import NoLedger, StoreError
from taizhang.app.installation import Installation
from taizhang.app.ledger import OpenLedger
from taizhang.app.store_url import is_postgres

from .open_ledger import open_ledger

if TYPE_CHECKING:
    from ledger.store.postgres.shared_pool import SharedPool

OPEN_MAX = 200
AGAIN_SECONDS = 3.0
"""So long one that could not be opened is not tried again."""

Hook = Callable[[str, OpenLedger], None]


@dataclass(slots=True)
class _Entry:
    lock: Lock = field(default_factory=Lock)
    """Held while it is being opened."""
    stack: ExitStack = field(default_factory=ExitStack)
    ledger: OpenLedger | None = None
    users: int = 0
    failed: StoreError | None = None
    failed_at: float = -AGAIN_SECONDS


class OpenLedgers:
    """The ledgers beside the first of *here*; used by the threads of one server."""

    def __init__(self, here: Installation, most: int = OPEN_MAX) -> None:
        self.here = here
        self.before_closing: list[Hook] = []
        """Called with each ledger that is about to be closed."""
        self._most = most
        self._shared: SharedPool | None = None
        if is_postgres(here.first):
            # Imported here: whoever keeps his ledgers in files need not wait for it.
            from ledger.store.postgres.shared_pool import SharedPool

            self._shared = SharedPool()
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._mutex = Lock()

    @contextmanager
    def use(self, name: str) -> Iterator[OpenLedger]:
        """Lend the ledger *name* for the block. Raises BadLedgerName, NoLedger, StoreError."""
        ledger = self.take(name)
        try:
            yield ledger
        finally:
            self.give_back(name)

    def take(self, name: str) -> OpenLedger:
        """Return the ledger *name*, which stays open until it is given back. Raises as `use` does."""
        url = self.here.address(name)
        with self._mutex:
            entry = self._entries.setdefault(name, _Entry())
            self._entries.move_to_end(name)
            entry.users += 1
        try:
            with entry.lock:
                if entry.ledger is None:
                    entry.ledger = self._opened(entry, url)
            return entry.ledger
        except BaseException:
            self.give_back(name)
            raise

    def give_back(self, name: str) -> None:
        """Say that a ledger that was taken is no longer used."""
        with self._mutex:
            self._entries[name].users -= 1
            unused = {name: entry for name, entry in self._entries.items() if not entry.users}
            opened = [name for name, entry in unused.items() if entry.ledger is not None]
            surplus = opened[: max(0, len(self._entries) - self._most)]
            surplus += [name for name, entry in unused.items() if _is_nothing(entry)]
            closing = [(name, self._entries.pop(name)) for name in surplus]
        for each, entry in closing:
            self._close(each, entry)

    def opened(self) -> list[tuple[str, OpenLedger]]:
        """Return the ledgers that are open now."""
        with self._mutex:
            return [(name, entry.ledger) for name, entry in self._entries.items() if entry.ledger is not None]

    def close(self) -> None:
        """Close all of them; nobody uses them any more."""
        with self._mutex:
            closing, self._entries = self._entries, OrderedDict()
        for name, entry in closing.items():
            self._close(name, entry)
        if self._shared is not None:
            self._shared.close()

    def _opened(self, entry: _Entry, url: str) -> OpenLedger:
        if entry.failed is not None and monotonic() < entry.failed_at + AGAIN_SECONDS:
            raise entry.failed
        try:
            return entry.stack.enter_context(open_ledger(url, shared=self._shared))
        except NoLedger:
            raise
        except StoreError as error:
            entry.failed, entry.failed_at = error, monotonic()
            raise

    def _close(self, name: str, entry: _Entry) -> None:
        if entry.ledger is not None:
            for hook in self.before_closing:
                # What a broken one cannot do any more is told in the log by who tried.
                with suppress(StoreError, OSError):
                    hook(name, entry.ledger)
        with suppress(StoreError, OSError):
            entry.stack.close()


def _is_nothing(entry: _Entry) -> bool:
    """Whether the entry is neither an open ledger nor says that one could not be opened a moment ago."""
    return entry.ledger is None and monotonic() >= entry.failed_at + AGAIN_SECONDS
