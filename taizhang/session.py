"""One opened ledger with what stands on it: rubrics and projections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ledger.sqlite import Room, open_sqlite
from ledger.store import Store
from ledger.text import Text
from projections import totals
from projections.service import NotScored, Projections
from rubric.shelf import Shelf
from taizhang.location import sqlite_path


@dataclass(frozen=True, slots=True)
class Session:
    """What a command works with."""

    store: Store
    shelf: Shelf
    projections: Projections

    def require_unit(self, unit: str) -> None:
        """Raise NotScored when the ledger has no event of *unit*."""
        with self.store.read() as work:
            if work.last_sequence(unit) == 0:
                raise NotScored(Text("没有登记过“{unit}”这个党组织", unit=unit))


@contextmanager
def open_session(url: str) -> Iterator[Session]:
    """Open the ledger at *url*, made at first use. Raises BadLocation and StoreError."""
    shelf = Shelf()
    projections = Projections(shelf)
    store = open_sqlite(
        sqlite_path(url),
        vocabulary=shelf.vocabulary,
        projector=projections,
        rooms=[Room("projections", totals.MIGRATIONS)],
    )
    try:
        yield Session(store, shelf, projections)
    finally:
        store.close()
