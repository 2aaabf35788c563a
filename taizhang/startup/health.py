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
        ledger=_ledger_room(session.store),
        evidence=DiskSpace(str(evidence), _bytes_below(evidence), _free(evidence)),
        versions={
            "taizhang": __version__,
            "Python": platform.python_version(),
            "SQLite": sqlite3.sqlite_version,
        },
    )


def ledger_bytes(store: Store) -> int | None:
    """Return the size of the ledger's file with what waits beside it; None for a server's database."""
    path = _path_of(store)
    if path is None:
        return None
    files = [path, path.with_name(path.name + "-wal")]
    return sum(file.stat().st_size for file in files if file.exists())


def _ledger_room(store: Store) -> DiskSpace:
    path = _path_of(store)
    if path is None:
        return DiskSpace("PostgreSQL", None, None)
    return DiskSpace(str(path.absolute()), ledger_bytes(store), _free(path.parent))


def _path_of(store: Store) -> Path | None:
    # Only a ledger in a file has one.
    path = getattr(store, "path", None)
    return path if isinstance(path, Path) else None


def _free(folder: Path) -> int | None:
    for each in (folder, *folder.absolute().parents):
        if each.is_dir():
            return shutil.disk_usage(each).free
    return None


def _bytes_below(folder: Path) -> int | None:
    """Return the size of the files in *folder*; None when there are so many that a page should not count them."""
    files = list(islice((each for each in folder.rglob("*") if each.is_file()), COUNTED_MAX + 1))
    return sum(file.stat().st_size for file in files) if len(files) <= COUNTED_MAX else None
