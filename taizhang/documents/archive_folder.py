"""Where the archives of closed years lie on a server, each in a folder of its own with a list of what is in it.

An archive is made aside and put in its place as a whole: whoever fetches one never meets half of it.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import orjson

from ledger.errors import ErrorKind, TaizhangError
from ledger.events.event import recorded_text
from ledger.text import Text
from taizhang.documents.year_archive import Archive

ROOM_LEFT = 512 << 20
"""Bytes that have to stay free on the disk: an archive must not be what stops the ledger."""
PIECE = 1 << 20
_LIST = "archive.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)


class NoRoom(TaizhangError):
    """The disk has no room for an archive."""

    kind = ErrorKind.UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Fetched:
    """One package as it lies there."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Listed:
    """What one year's archive holds."""

    year: int
    made_at: str
    """RFC 3339, UTC."""
    by: str
    packages: tuple[Fetched, ...]
    not_final: tuple[str, ...]
    """Units whose result was not final when it was made."""
    missing: tuple[str, ...]
    """Attached files that are in no package: unit and name."""

    @property
    def bytes(self) -> int:
        """How much all packages have together."""
        return sum(each.bytes for each in self.packages)


class ArchiveFolder:
    """The archives beside a ledger's attached files."""

    def __init__(self, evidence: Path) -> None:
        """*evidence* is the folder of attached files."""
        self._root = evidence.with_name(f"{evidence.name.removesuffix('.evidence')}.archive")

    def listed(self, year: int) -> Listed | None:
        """Return what the archive of *year* holds; None where there is none."""
        try:
            said = orjson.loads((self._root / str(year) / _LIST).read_bytes())
            packages = tuple(Fetched(**each) for each in said.pop("packages"))
            return Listed(
                **said | {"not_final": tuple(said["not_final"]), "missing": tuple(said["missing"])},
                packages=packages,
            )
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def package(self, year: int, name: str) -> Path | None:
        """Return the file of a package that the archive's own list names."""
        listed = self.listed(year)
        if listed is None or name not in {each.name for each in listed.packages}:
            return None
        path = self._root / str(year) / name
        return path if path.is_file() else None

    def working(self, year: int) -> Path:
        """Return an empty folder to make the archive of *year* in; what an earlier run left is gone."""
        folder = self._root / f"{year}.partial"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def check_room(self) -> None:
        """Raise NoRoom when too little is left on the disk."""
        free = shutil.disk_usage(self._root if self._root.exists() else self._root.parent).free
        if free < ROOM_LEFT:
            raise NoRoom(
                Text("磁盘只剩 {free} MB，不够归档；请先腾出空间", free=free >> 20),
            )

    def put(self, year: int, made: Archive, by: str, now: datetime) -> Listed:
        """Let what was *made* in `working` be the archive of *year*, in the place of the one before."""
        packages = tuple(
            Fetched(path.name, path.stat().st_size, _digest(path)) for path in sorted(made.packages)
        )
        listed = Listed(year, recorded_text(now), by, packages, tuple(made.not_final), tuple(made.missing))
        working, place, old = (self._root / f"{year}{ending}" for ending in (".partial", "", ".old"))
        (working / _LIST).write_bytes(orjson.dumps(asdict(listed)))
        shutil.rmtree(old, ignore_errors=True)
        with suppress(FileNotFoundError):
            place.rename(old)
        working.rename(place)
        shutil.rmtree(old, ignore_errors=True)
        return listed

    def give_up(self, year: int) -> None:
        """Remove what was begun."""
        shutil.rmtree(self._root / f"{year}.partial", ignore_errors=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Pieces:
    """A file that is written and given away piece by piece: no archive lies in memory."""

    def __init__(self) -> None:
        self._taken = bytearray()
        self._place = 0

    def write(self, content: bytes) -> int:
        self._taken += content
        self._place += len(content)
        return len(content)

    def tell(self) -> int:
        return self._place

    def flush(self) -> None:
        """Nothing waits anywhere."""

    def take(self) -> bytes:
        taken, self._taken = bytes(self._taken), bytearray()
        return taken


def packed_together(paths: Sequence[Path]) -> Iterator[bytes]:
    """Yield one ZIP of *paths*, stored as they are, a piece at a time."""
    pieces = _Pieces()
    with ZipFile(pieces, "w", ZIP_STORED) as archive:  # type: ignore[call-overload]  # it only writes and tells
        for path in paths:
            entry = ZipInfo(path.name, _EPOCH)
            entry.external_attr = 0o644 << 16
            with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
                while piece := source.read(PIECE):
                    target.write(piece)
                    yield pieces.take()
    yield pieces.take()
