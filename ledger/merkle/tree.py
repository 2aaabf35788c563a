"""Proofs out of the Merkle tree (RFC 6962 §2.1), from the hashes of complete subtrees that somebody keeps.

Kept are the roots of complete subtrees of 256^level leaves, as tiles have them: a proof reads a tile or two of each
level (three levels for 16 million events), never all leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ledger.merkle.hashing import EMPTY_ROOT, node_hash

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT


class Subtrees(Protocol):
    """Where the hashes of complete subtrees are kept."""

    def hashes(self, level: int, start: int, count: int) -> Sequence[bytes]:
        """Return the roots of the subtrees *start* to *start + count - 1* of 256^level leaves each."""
        ...


class Tree:
    """The tree over the first *size* leaves of *subtrees*. It remembers the tiles that it read."""

    def __init__(self, subtrees: Subtrees, size: int) -> None:
        self.size = size
        self._subtrees = subtrees
        self._tiles: dict[tuple[int, int], Sequence[bytes]] = {}

    def root(self, size: int | None = None) -> bytes:
        """Return the root over the first *size* leaves, by default over all."""
        size = self.size if size is None else self._within(size)
        return self._range(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Return the audit path of leaf *index* (from 0) in the tree of *size*, the leaf's sibling first (§2.1.1).

        Raises IndexError when there is no such leaf or no such size.
        """
        size = self.size if size is None else self._within(size)
        if not 0 <= index < size:
            raise IndexError(index)
        path = []
        start, end = 0, size
        while end - start > 1:
            middle = start + split(end - start)
            if index < middle:
                path.append((middle, end))
                end = middle
            else:
                path.append((start, middle))
                start = middle
        return [self._range(*sibling) for sibling in reversed(path)]

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """Return the proof that the tree of size *old* is the beginning of that of size *new* (§2.1.2).

        Empty for old = 0 and old = new. Raises IndexError for sizes that are not there.
        """
        new = self.size if new is None else self._within(new)
        if not 0 <= old <= new:
            raise IndexError(old)
        if old == 0:
            return []
        path = []
        start, end = 0, new
        whole = True
        while old != end:
            middle = start + split(end - start)
            if old <= middle:
                path.append((middle, end))
                end = middle
            else:
                path.append((start, middle))
                start = middle
                whole = False
        if not whole:
            path.append((start, end))
        return [self._range(*part) for part in reversed(path)]

    def _within(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise IndexError(size)
        return size

    def _range(self, start: int, end: int) -> bytes:
        """Return the root over the leaves from *start* to *end*, a range that occurs in some tree."""
        count = end - start
        if count & (count - 1) == 0:
            level = count.bit_length() - 1
            return self._complete(level, start >> level)
        middle = start + split(count)
        return node_hash(self._range(start, middle), self._range(middle, end))

    def _complete(self, height: int, place: int) -> bytes:
        """Return the root of the complete subtree number *place* of 2^height leaves."""
        level, within = divmod(height, TILE_HEIGHT)
        tile, first = divmod(place << within, TILE_WIDTH)
        kept = self._tiles.get((level, tile))
        if kept is None:
            start = tile * TILE_WIDTH
            count = min(TILE_WIDTH, (self.size >> TILE_HEIGHT * level) - start)
            kept = self._tiles[level, tile] = self._subtrees.hashes(level, start, count)
        return folded(kept[first : first + (1 << within)])


def split(count: int) -> int:
    """Return the largest power of two below *count* (> 1): where a tree of so many leaves is split."""
    return 1 << (count - 1).bit_length() - 1


def folded(hashes: Sequence[bytes]) -> bytes:
    """Return the root over *hashes*, as many as a power of two."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(level[place], level[place + 1]) for place in range(0, len(level), 2)]
    return level[0]
