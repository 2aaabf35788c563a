"""A disk that forgets what was not synced: SQLite writes through it, and at each sync a power cut is taken down.

It is a VFS of apsw's SQLite. What is written goes to the real file, so that SQLite sees it; beside it is kept what a
disk holds for certain: the content of each file at its last sync, and the writes since.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

SECTOR = 512
"""Bytes that a disk writes whole or not at all."""
Write = tuple[int, bytes | None]
"""Where what was written; None: the file was cut to that length."""


@dataclass
class Kept:
    """One file on the disk: what is there for certain, and what may be."""

    synced: bytes = b""
    since: list[Write] = field(default_factory=list)


@dataclass(frozen=True)
class Cut:
    """The disk at the instant before a sync."""

    done: int
    """How much had been acknowledged by then."""
    files: dict[str, tuple[bytes, tuple[Write, ...]]]

    def leave(self, folder: Path, chance: random.Random | None = None) -> None:
        """Put into *folder* what a power cut leaves: nothing that was not synced, or by *chance* some sectors of it."""
        for name, (synced, since) in self.files.items():
            content = bytearray(synced)
            for write in since if chance is not None else ():
                for part in _sectors(write):
                    if chance is not None and chance.random() < 0.5:
                        _put(content, part)
            (folder / name).write_bytes(content)


class Disk:
    """The disk under one ledger. *acknowledged* is asked for its number at each sync."""

    def __init__(self, acknowledged: Callable[[], int]) -> None:
        self.cuts: list[Cut] = []
        self._files: dict[str, Kept] = {}
        self._acknowledged = acknowledged
        self._vfs = _Vfs(self)

    def connect(self, address: str, **_: Any) -> Any:
        """Connect as `sqlite3.connect` does."""
        flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI
        return apsw.Connection(address, flags=flags, vfs=self._vfs.name)

    def opened(self, path: str) -> Kept:
        """Return the file at *path*; what lies there already is synced."""
        there = Path(path)
        return self._files.setdefault(there.name, Kept(there.read_bytes() if there.exists() else b""))

    def removed(self, path: str) -> None:
        """A file is gone."""
        self._files.pop(Path(path).name, None)

    def syncs(self, kept: Kept) -> None:
        """Take down what a power cut would leave now; then the file is safe."""
        files = {name: (each.synced, tuple(each.since)) for name, each in self._files.items()}
        self.cuts.append(Cut(self._acknowledged(), files))
        content = bytearray(kept.synced)
        for write in kept.since:
            _put(content, write)
        kept.synced, kept.since = bytes(content), []

    def close(self) -> None:
        """Take the disk away."""
        self._vfs.unregister()


class _Vfs(apsw.VFS):
    def __init__(self, disk: Disk) -> None:
        self.name, self._disk = f"forgetful-{id(disk)}", disk
        super().__init__(self.name, "")

    def xOpen(self, name: Any, flags: list[int]) -> Any:  # noqa: N802 (SQLite's name)
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        return _File(name, flags, None if path is None else self._disk.opened(path), self._disk)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        super().xDelete(filename, syncdir)
        self._disk.removed(filename)


class _File(apsw.VFSFile):
    def __init__(self, name: Any, flags: list[int], kept: Kept | None, disk: Disk) -> None:
        super().__init__("", name, flags)
        self._kept, self._disk = kept, disk

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        super().xWrite(data, offset)
        if self._kept is not None:
            self._kept.since.append((offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        super().xTruncate(newsize)
        if self._kept is not None:
            self._kept.since.append((newsize, None))

    def xSync(self, flags: int) -> None:  # noqa: N802
        # The real disk need not do it: what it holds for certain is kept here.
        if self._kept is not None:
            self._disk.syncs(self._kept)


def _put(content: bytearray, write: Write) -> None:
    offset, data = write
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    if data is None:
        del content[offset:]
    else:
        content[offset : offset + len(data)] = data


def _sectors(write: Write) -> list[Write]:
    offset, data = write
    if data is None:
        return [write]
    return [(offset + start, data[start : start + SECTOR]) for start in range(0, len(data), SECTOR)]
