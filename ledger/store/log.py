"""The Merkle tree over the stored events: the hashes of its complete tiles, kept as the events come in.

A row of `subtrees` is the root of a complete subtree of 256^level events (level 1 and up; leaf hashes stand with the
events). One append in 256 writes one, so that appending never rescans and any proof reads a few hundred hashes.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from ledger.merkle.tree import TILE_HEIGHT, TILE_WIDTH, folded
from ledger.problem import Broken
from ledger.store import statements
from ledger.store.sql import Connection
from ledger.text import Text

if TYPE_CHECKING:
    from ledger.store.protocol import Store

_NAME = "name"
_UNFINISHED = "unfinished"
_GUARDS_PUT_BACK = "guards_put_back"


class StoredSubtrees:
    """The kept hashes, as `ledger.merkle.tree` asks for them; raises Broken when one is missing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def hashes(self, level: int, start: int, count: int) -> list[bytes]:
        """Return the roots of the subtrees *start* to *start + count - 1* of 256^level events each."""
        if level == 0:
            rows = self._connection.execute(statements.LEAVES, (start, start + count)).fetchall()
        else:
            rows = self._connection.execute(statements.SUBTREES, (level, start, start + count)).fetchall()
        if len(rows) != count:
            raise _not_kept(level, start + len(rows))
        return [hash_ for (hash_,) in rows]


def create_log(connection: Connection) -> None:
    """A migration: the kept hashes (of the events that are there already, too), and what is said of the ledger."""
    connection.execute(statements.CREATE_SUBTREES)
    connection.execute(statements.CREATE_FACTS)
    last = connection.execute(statements.LAST_EVENT).fetchone()
    # A ledger with events missing can be opened none the less: it is for `verify` to say so.
    with suppress(Broken):
        keep_subtrees(connection, 0, last[0] if last else 0)


def rebuild_subtrees(connection: Connection, size: int) -> None:
    """Make the kept hashes of the first *size* events anew."""
    connection.execute(statements.DROP_SUBTREES)
    keep_subtrees(connection, 0, size)


def completes_subtree(old: int, new: int) -> bool:
    """Say whether `keep_subtrees` has something to keep as the ledger grows from *old* to *new* events."""
    return old >> TILE_HEIGHT != new >> TILE_HEIGHT


def mend_subtrees(store: Store) -> bool:
    """Make the kept hashes anew where they are not those of the events; say whether that was needed."""
    with store.read() as work:
        try:
            check_subtrees(work.connection, work.tree().size)
        except Broken:
            pass
        else:
            return False
    with store.write() as work:
        rebuild_subtrees(work.connection, work.tree().size)
    return True


def keep_subtrees(connection: Connection, old: int, new: int) -> None:
    """Keep the hashes of the subtrees that became complete as the ledger grew from *old* to *new* events."""
    stored = StoredSubtrees(connection)
    level = 0
    while old >> TILE_HEIGHT != new >> TILE_HEIGHT:
        rows = [
            (level + 1, place, folded(stored.hashes(level, place * TILE_WIDTH, TILE_WIDTH)))
            for place in range(old >> TILE_HEIGHT, new >> TILE_HEIGHT)
        ]
        connection.executemany(statements.KEEP_SUBTREE, rows)
        old, new, level = old >> TILE_HEIGHT, new >> TILE_HEIGHT, level + 1


def check_subtrees(connection: Connection, size: int) -> None:
    """Raise Broken at the first kept hash that the *size* events do not bear out."""
    stored = StoredSubtrees(connection)
    level, count = 1, size >> TILE_HEIGHT
    while True:
        for tile in range(0, count, TILE_WIDTH):
            kept = stored.hashes(level, tile, min(TILE_WIDTH, count - tile))
            for place, hash_ in enumerate(kept, tile):
                if folded(stored.hashes(level - 1, place * TILE_WIDTH, TILE_WIDTH)) != hash_:
                    raise _not_kept(level, place)
        if connection.execute(statements.COUNT_SUBTREES, (level,)).fetchone()[0] != count:
            raise _not_kept(level, count)
        if not count:
            return
        level, count = level + 1, count >> TILE_HEIGHT


def name_of(connection: Connection) -> str | None:
    """Return the ledger's name, None before it was given one."""
    return fact_of(connection, _NAME)


def give_name(connection: Connection, name: str) -> None:
    """Name the ledger. It keeps this name: its checkpoints bear it."""
    connection.execute(statements.SET_FACT, (_NAME, name))


def note_guards_put_back(connection: Connection, said: str) -> None:
    """Note that guards of the events were gone and were made anew: which, and when."""
    connection.execute(statements.SET_FACT, (_GUARDS_PUT_BACK, said))


def guards_put_back(connection: Connection) -> str | None:
    """Return which guards were last found gone and made anew, and when; None when none ever was."""
    row: Sequence[str] | None = connection.execute(statements.FACT, (_GUARDS_PUT_BACK,)).fetchone()
    return row[0] if row else None


def fact_of(connection: Connection, name: str) -> str | None:
    """Return what is kept of the ledger itself under *name*, None for nothing."""
    row: Sequence[str] | None = connection.execute(statements.FACT, (name,)).fetchone()
    return row[0] if row else None


def keep_fact(connection: Connection, name: str, value: str) -> None:
    """Keep *value* of the ledger itself under *name*."""
    connection.execute(statements.SET_FACT, (name, value))


def drop_fact(connection: Connection, name: str) -> None:
    """Forget what is kept of the ledger itself under *name*."""
    connection.execute(statements.DROP_FACT, (name,))


def mark_unfinished(connection: Connection) -> None:
    """Note that this ledger is the beginning of a copy; the last step of the copy drops the note."""
    connection.execute(statements.SET_FACT, (_UNFINISHED, "copying"))


def is_unfinished(connection: Connection) -> bool:
    """Say whether a copy into this ledger was begun and not finished."""
    return connection.execute(statements.FACT, (_UNFINISHED,)).fetchone() is not None


def _not_kept(level: int, place: int) -> Broken:
    width = TILE_WIDTH**level
    return Broken(
        place * width + 1,
        Text(
            "第 {first} 至 {last} 号事件的树哈希与事件不符；事件核对无误后可用 rebuild 重建",
            first=place * width + 1,
            last=(place + 1) * width,
        ),
    )
