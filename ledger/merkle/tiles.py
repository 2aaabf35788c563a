"""The log as static files: names, extents and contents of tiles and entry bundles (C2SP tlog-tiles). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ledger.merkle.proof_error import ProofError
from ledger.merkle.tree import TILE_HEIGHT, TILE_WIDTH
from ledger.text import Text

LEVEL_MAX = 5
"""Tiles of level 6 stand for more events than sequences of twelve digits can number."""
_PATH = re.compile(
    r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Tile:
    """*width* hashes of complete subtrees of 256^level leaves; level None: the bundle of the entries themselves."""

    level: int | None
    number: int
    width: int = TILE_WIDTH

    @property
    def first(self) -> int:
        """The number of its first hash within the level (of its first entry)."""
        return self.number * TILE_WIDTH

    @property
    def path(self) -> str:
        """Where it lies below the log's prefix: ``tile/0/x001/234.p/5``."""
        groups = [f"{self.number % 1000:03d}"]
        rest = self.number // 1000
        while rest:
            groups.append(f"x{rest % 1000:03d}")
            rest //= 1000
        level = "entries" if self.level is None else self.level
        partial = f".p/{self.width}" if self.width < TILE_WIDTH else ""
        return f"tile/{level}/{'/'.join(reversed(groups))}{partial}"


def parse_tile_path(path: str) -> Tile | None:
    """Return the tile of a path such as ``tile/0/x001/234.p/5``, None for anything else."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    level, groups, width = match.groups()
    tile = Tile(
        None if level == "entries" else int(level),
        int(groups.replace("x", "").replace("/", "")),
        int(width) if width else TILE_WIDTH,
    )
    # Leading groups of zeros, and widths over 255, name nothing.
    return tile if tile.path == path else None


def is_there(tile: Tile, size: int) -> bool:
    """Say whether the log of *size* entries has as much as *tile* asks for."""
    return tile.first + tile.width <= size >> TILE_HEIGHT * (tile.level or 0)


def tiles_between(old: int, new: int) -> Iterator[Tile]:
    """Yield the tiles and bundles that a log of *new* entries has beyond those of *old* entries, leaves first."""
    for level in (None, *range(LEVEL_MAX + 1)):
        height = TILE_HEIGHT * (level or 0)
        before, now = old >> height, new >> height
        if before == now:
            continue
        for number in range(before // TILE_WIDTH, now // TILE_WIDTH):
            yield Tile(level, number)
        if now % TILE_WIDTH:
            yield Tile(level, now // TILE_WIDTH, now % TILE_WIDTH)


def bundled(entries: Iterable[bytes]) -> bytes:
    """Return an entry bundle: each entry after its length in two bytes."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundled(bundle: bytes) -> list[bytes]:
    """Return the entries of a bundle; raises ProofError when it ends within one."""
    entries = []
    place = 0
    while place < len(bundle):
        start = place + 2
        place = start + int.from_bytes(bundle[place:start], "big")
        if place > len(bundle) or start > len(bundle):
            raise ProofError(Text("条目文件不完整"))
        entries.append(bundle[start:place])
    return entries
