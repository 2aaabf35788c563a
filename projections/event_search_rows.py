"""Which types and which recorders occur in which thousand of events, so that a search passes over the others.

A thousand events that are complete never change: what is kept of them holds for ever. It is noted when somebody has
looked through them, so that no append pays for it. All SQL of this room is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ledger.store.sql import Connection

BLOCK_EVENTS = 1000
"""Block 0 holds the sequences 1 to 1000."""


def create_trail(connection: Connection) -> None:
    """The first migration of this room."""
    connection.execute("CREATE TABLE trail_known (block BIGINT PRIMARY KEY)")
    connection.execute(
        "CREATE TABLE trail_blocks (value TEXT NOT NULL, block BIGINT NOT NULL, PRIMARY KEY (value, block))"
    )


MIGRATIONS: Sequence[Callable[[Connection], None]] = (create_trail,)


def known(connection: Connection, first: int, last: int) -> set[int]:
    """Return those of the blocks *first* to *last* that were looked through."""
    rows = connection.execute(
        "SELECT block FROM trail_known WHERE block >= ? AND block <= ? ORDER BY block", (first, last)
    )
    return {block for (block,) in rows}


def holding(connection: Connection, value: str, first: int, last: int) -> set[int]:
    """Return those of the known blocks *first* to *last* in which *value* occurs."""
    rows = connection.execute(
        "SELECT block FROM trail_blocks WHERE value = ? AND block >= ? AND block <= ? ORDER BY block",
        (value, first, last),
    )
    return {block for (block,) in rows}


def keep(connection: Connection, found: Mapping[int, Iterable[str]]) -> None:
    """Note what occurs in complete blocks."""
    for block in sorted(found):
        connection.execute(
            "INSERT INTO trail_known (block) VALUES (?) ON CONFLICT (block) DO NOTHING", (block,)
        )
        connection.executemany(
            "INSERT INTO trail_blocks (value, block) VALUES (?, ?) ON CONFLICT (value, block) DO NOTHING",
            [(value, block) for value in sorted(found[block])],
        )


def known_blocks(connection: Connection) -> set[int]:
    """Return every block that was looked through."""
    return {block for (block,) in connection.execute("SELECT block FROM trail_known")}


def values(connection: Connection) -> dict[int, set[str]]:
    """Return what is noted of every block."""
    found: dict[int, set[str]] = {}
    for value, block in connection.execute("SELECT value, block FROM trail_blocks"):
        found.setdefault(block, set()).add(value)
    return found


def clear(connection: Connection) -> None:
    """Forget everything: it is noted again as it is looked through."""
    connection.execute("DELETE FROM trail_blocks")
    connection.execute("DELETE FROM trail_known")
