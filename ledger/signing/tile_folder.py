"""The log as static files in a folder (C2SP tlog-tiles): written as the ledger grows, read by anybody.

The checkpoint is written last: whoever reads it finds every tile that it needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ledger.merkle.canonical import leaf_hash
from ledger.merkle.proof_error import ProofError
from ledger.merkle.tiles import Tile, bundled, tiles_between, unbundled
from ledger.merkle.tree import TILE_HEIGHT, TILE_WIDTH, Subtrees, Tree, folded
from ledger.problem import Broken
from ledger.remedy import Remedy
from ledger.signing.checkpoint import Checkpoint, read_checkpoint
from ledger.signing.key_file import write_whole
from ledger.signing.note import Note, VerifierKey
from ledger.store import statements
from ledger.store.log import StoredSubtrees
from ledger.store.protocol import Progress
from ledger.store.sql import Connection
from ledger.text import Text

CHECKPOINT = "checkpoint"


class TileFolder:
    """A log in *folder*, as far as it was written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def checkpoint(self) -> tuple[Checkpoint, Note] | None:
        """Return the checkpoint up to which the folder is whole, None when it holds no log yet."""
        path = self.folder / CHECKPOINT
        return read_checkpoint(path.read_bytes()) if path.exists() else None

    def content(self, tile: Tile) -> bytes:
        """Return a tile's bytes: of itself, or of the full one that took its place."""
        path = self.folder / tile.path
        if not path.exists():
            path = self.folder / Tile(tile.level, tile.number).path
        if not path.exists():
            raise ProofError(Text("缺少文件 {path}", path=str(self.folder / tile.path)))
        content = path.read_bytes()
        if tile.level is None:
            return bundled(unbundled(content)[: tile.width])
        if len(content) % 32:
            raise ProofError(Text("文件 {path} 的长度不对", path=str(path)))
        return content[: 32 * tile.width]

    def hashes(self, level: int, start: int, count: int) -> list[bytes]:
        """Return hashes as `ledger.merkle.tree.Tree` asks for them: within one tile."""
        number, first = divmod(start, TILE_WIDTH)
        content = self.content(Tile(level, number, first + count))
        found = [content[place : place + 32] for place in range(32 * first, len(content), 32)]
        if len(found) != count:
            raise ProofError(Text("文件 {path} 的长度不对", path=str(self.folder / Tile(level, number).path)))
        return found

    def write(self, connection: Connection, note: Note, progress: Progress | None = None) -> int:
        """Bring the folder forward to the checkpoint in *note*; return the number of events that were new.

        *connection* is that of a reading transaction in which the events are. Raises ProofError when the folder
        holds another log, or another history of this one.
        """
        new, _ = read_checkpoint(str(note).encode())
        subtrees = StoredSubtrees(connection)
        old = self._size_before(new, subtrees)
        last_complete = old // TILE_WIDTH * TILE_WIDTH
        made: Path | None = None
        for tile in tiles_between(old, new.size):
            path = self.folder / tile.path
            if path.parent != made:
                path.parent.mkdir(parents=True, exist_ok=True)
                made = path.parent
            if tile.level is None:
                content = bundled(_bodies(connection, tile.first, tile.first + tile.width))
            else:
                content = b"".join(subtrees.hashes(tile.level, tile.first, tile.width))
            # Not whole until the checkpoint says so, and written again by whoever comes after a crash.
            path.write_bytes(content)
            if progress is not None and tile.level is None:
                progress(tile.first + tile.width - last_complete)
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.folder / CHECKPOINT, str(note).encode())
        return new.size - old

    def _size_before(self, new: Checkpoint, subtrees: Subtrees) -> int:
        there = self.checkpoint()
        if there is None:
            return 0
        old, _ = there
        if old.origin != new.origin:
            raise ProofError(
                Text("{folder} 里是另一个日志（{origin}）；请换一个文件夹", folder=str(self.folder), origin=old.origin)
            )  # fmt: skip
        if old.size > new.size or Tree(subtrees, new.size).root(old.size) != old.root:
            raise ProofError(
                Text(
                    "{folder} 里的检查点（{size} 条事件）与台账矛盾",
                    folder=str(self.folder),
                    size=old.size,
                ),
                remedy=Remedy.VERIFY_TILES,
            )
        return old.size

    def check(
        self, keys: list[VerifierKey], leaves: Iterator[bytes], progress: Progress | None = None
    ) -> Checkpoint:
        """Hold every tile and entry to the folder's checkpoint, and to the ledger's *leaves* (hashes in order).

        Raises Broken at the first event that is another than the ledger's, ProofError for what the folder itself
        has wrong.
        """
        there = self.checkpoint()
        if there is None:
            raise ProofError(
                Text("{folder} 里没有检查点", folder=str(self.folder)), remedy=Remedy.WRITE_TILES
            )
        checkpoint, note = there
        note.signed_by(keys)
        for start in range(0, checkpoint.size, TILE_WIDTH):
            width = min(TILE_WIDTH, checkpoint.size - start)
            self._check_entries(start, width, leaves)
            if progress is not None:
                progress(start + width)
        self._check_levels(checkpoint)
        if Tree(self, checkpoint.size).root() != checkpoint.root:
            raise ProofError(Text("{folder} 里的文件与它的检查点不符", folder=str(self.folder)))
        return checkpoint

    def _check_entries(self, start: int, width: int, leaves: Iterator[bytes]) -> None:
        tile = Tile(None, start // TILE_WIDTH, width)
        entries = unbundled(self.content(tile))
        hashes = self.hashes(0, start, width)
        for place in range(width):
            sequence = start + place + 1
            if place >= len(entries) or leaf_hash(entries[place]) != hashes[place]:
                raise Broken(sequence, Text("第 {place} 号事件在 {path} 里的内容与哈希不符",
                                            place=sequence, path=tile.path))  # fmt: skip
            ours = next(leaves, None)
            if ours is None:
                raise Broken(sequence, Text("第 {place} 号事件在静态日志里有，台账里没有", place=sequence))
            if ours != hashes[place]:
                raise Broken(sequence, Text("第 {place} 号事件与静态日志里的不同", place=sequence))

    def _check_levels(self, checkpoint: Checkpoint) -> None:
        level, count = 1, checkpoint.size >> TILE_HEIGHT
        while count:
            for number in range((count + TILE_WIDTH - 1) // TILE_WIDTH):
                first = number * TILE_WIDTH
                kept = self.hashes(level, first, min(TILE_WIDTH, count - first))
                for place, hash_ in enumerate(kept, first):
                    if folded(self.hashes(level - 1, place * TILE_WIDTH, TILE_WIDTH)) != hash_:
                        raise ProofError(Text("文件 {path} 的哈希与下层不符",
                                             path=Tile(level, number).path))  # fmt: skip
            level, count = level + 1, count >> TILE_HEIGHT


def _bodies(connection: Connection, first: int, last: int) -> list[bytes]:
    rows = connection.execute(statements.PAGE, (first, last)).fetchall()
    return [body for _, body in rows]
