"""How the ledger and the machine under it are: what an operator looks at, and what Prometheus is told."""

from __future__ import annotations

import platform
import shutil
import sqlite3
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ledger.store.protocol import Store
from taizhang import __version__
from taizhang.app.ledger import OpenLedger

COUNTED_MAX = 20_000
FULL_BELOW = 20 * 1024**2
"""Bytes. One that waits until a write fails tells of it too late."""


@dataclass(frozen=True, slots=True)
class DiskSpace:
    """A place on disk: what lies there, and how much more has room. Bytes; None where they are not known."""

    where: str
    used: int | None
    free: int | None

    @property
    def is_tight(self) -> bool:
        """Whether less is free than what is used already, and less than a gigabyte."""
        return self.free is not None and self.free < min(max(self.used or 0, 100 * 1024**2), 1024**3)

    @property
    def is_full(self) -> bool:
        """Whether there is no room for an afternoon's work any more."""
        return self.free is not None and self.free < FULL_BELOW


@dataclass(frozen=True, slots=True)
class Health:
    """What the administration's first page shows."""

    events: int
    units: int
    ledger: DiskSpace
    evidence: DiskSpace
    versions: dict[str, str]


def health(session: OpenLedger, evidence: Path) -> Health:
    """Look at the ledger of *session* and the folder of attached files. Raises StoreError."""
    return Health(
        events=session.store.size(),
        units=len(session.store.units()),
        ledger=ledger_space(session.store),
        evidence=DiskSpace(str(evidence), _bytes_below(evidence), free_bytes(evidence)),
        versions={
            "taizhang": __version__,
            "Python": platform.python_version(),
            "SQLite": sqlite3.sqlite_version,
        },
    )


def ledger_bytes(store: Store) -> int | None:
    """Return the size of the ledger's file with what waits beside it; None for a server's database."""
    path = ledger_path(store)
    if path is None:
        return None
    files = [path, path.with_name(path.name + "-wal")]
    return sum(file.stat().st_size for file in files if file.exists())


def ledger_space(store: Store) -> DiskSpace:
    """Return the room of the ledger's file; of a server's database nothing is known here."""
    path = ledger_path(store)
    if path is None:
        return DiskSpace("PostgreSQL", None, None)
    return DiskSpace(str(path.absolute()), ledger_bytes(store), free_bytes(path.absolute().parent))


def ledger_path(store: Store) -> Path | None:
    """Return the ledger's file; None for a server's database."""
    path = getattr(store, "path", None)
    return path if isinstance(path, Path) else None


def free_bytes(folder: Path) -> int | None:
    """Return how many bytes have room in *folder*, or where it would be made; None where that is not known."""
    for each in (folder, *folder.absolute().parents):
        if each.is_dir():
            return shutil.disk_usage(each).free
    return None


def _bytes_below(folder: Path) -> int | None:
    """Return the size of the files in *folder*; None when there are so many that a page should not count them."""
    files = list(islice((each for each in folder.rglob("*") if each.is_file()), COUNTED_MAX + 1))
    return sum(file.stat().st_size for file in files) if len(files) <= COUNTED_MAX else None
