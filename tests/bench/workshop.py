"""The stores that several benches work on: each built when it is first asked for, once a run, in one folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from .events import history
from .measure import Spent, stopwatch
from .peer import Peer
from .postgres import Engine
from .product import import_all, opened
from .raw import RawTable

SMALL = 250
"""`--small` does one part in so many."""
PROCESSES = 4
"""That write at once; two of them show in a small run that it works."""
EVENTS_EACH = 200
"""Events of each unit's history, as a branch with a busy year has."""


@dataclass(slots=True)
class Workshop:
    """Where the run's files lie, and how large it is."""

    folder: Path
    small: bool = False
    seconds: float | None = None
    """How long a bench that goes by time is to go on; None: as long as it sees fit."""
    built: dict[str, Spent] = field(default_factory=dict)
    """What building each file took."""

    _engine: Engine | None = None

    def engine(self) -> Engine:
        """Return the run's PostgreSQL."""
        if self._engine is None:
            self._engine = Engine(self.folder.parent)
        return self._engine

    @property
    def processes(self) -> int:
        """How many processes write at once."""
        return 2 if self.small else PROCESSES

    def close(self) -> None:
        """Stop what runs."""
        if self._engine is not None:
            self._engine.remove()

    def scaled(self, count: int, least: int = 1) -> int:
        """Return *count*, or its part when the run is small."""
        return max(least, count // SMALL) if self.small else count

    def product(self, units: int, events_each: int = EVENTS_EACH) -> Path:
        """Return the product's store with a history of *units* units."""
        path = self.folder / f"product-{units}x{events_each}.db"
        if not path.exists():
            with opened(path) as session, stopwatch() as spent:
                import_all(session, history(units, events_each))
            self.built[path.name] = spent
        return path

    def raw(self, units: int, name: str) -> RawTable:
        """Return a raw table, to be used by the bench *name* alone, with the rows of `product(units)`."""
        source = self.product(units)
        table = RawTable(self.folder / f"raw-{name}-{units}.db", like=source)
        table.copy_all(source)
        return table

    def peer(self, units: int, name: str = "shared") -> Path:
        """Return the peer's file with the same history as `product(units)`."""
        path = self.folder / f"peer-{name}-{units}.db"
        if not path.exists():
            peer = Peer(path)
            with stopwatch() as spent:
                peer.create_and_save(units, EVENTS_EACH)
            peer.close()
            self.built[path.name] = spent
        return path

    def remove(self, path: Path) -> None:
        """Delete a database file that no bench needs any more."""
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
