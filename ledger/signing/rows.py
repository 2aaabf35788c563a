"""What the log keeps beside the events: its verifier keys, the checkpoints it signed, its witnesses, and as a witness
what it saw of others. All SQL of this room is here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ledger.store.sql import Connection


@dataclass(frozen=True, slots=True)
class KeptCheckpoint:
    """A checkpoint that was signed: its size, and the note with all signatures that came since."""

    size: int
    note: str


@dataclass(frozen=True, slots=True)
class KnownWitness:
    """A witness that this ledger asks: where, its verifier key, and the size that it cosigned last."""

    address: str
    vkey: str
    size: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What this ledger, as a witness, last cosigned for another: its name, size, the note, and when."""

    origin: str
    size: int
    note: str
    seen_at: str


def create_proofs(connection: Connection) -> None:
    """The first migration of this room."""
    connection.execute("CREATE TABLE log_keys (vkey TEXT PRIMARY KEY, since TEXT NOT NULL)")
    connection.execute(
        "CREATE TABLE checkpoints (size INTEGER PRIMARY KEY, note TEXT NOT NULL, signed_at TEXT NOT NULL)"
    )
    connection.execute(
        "CREATE TABLE witnesses (address TEXT PRIMARY KEY, vkey TEXT NOT NULL, size INTEGER NOT NULL)"
    )
    connection.execute(
        "CREATE TABLE witnessed (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL,"
        " note TEXT NOT NULL, seen_at TEXT NOT NULL)"
    )


def add_automatic(connection: Connection) -> None:
    """The second: which checkpoints a server signed by itself, and the signed lists of installed rubrics."""
    connection.execute("ALTER TABLE checkpoints ADD COLUMN automatic INTEGER NOT NULL DEFAULT 0")
    connection.execute(
        "CREATE TABLE rubric_lists (count INTEGER PRIMARY KEY, note TEXT NOT NULL, signed_at TEXT NOT NULL)"
    )


MIGRATIONS: Sequence[Callable[[Connection], None]] = (create_proofs, add_automatic)


def add_key(connection: Connection, vkey: str, since: str) -> None:
    """Keep a verifier key of this log; a key that is there stays as it is."""
    connection.execute(
        "INSERT INTO log_keys (vkey, since) VALUES (?, ?) ON CONFLICT (vkey) DO NOTHING", (vkey, since)
    )


def keys(connection: Connection) -> list[tuple[str, str]]:
    """Return the verifier keys of this log, each with the instant since when, oldest first."""
    return connection.execute("SELECT vkey, since FROM log_keys ORDER BY since, vkey").fetchall()


def keep_checkpoint(
    connection: Connection, size: int, note: str, signed_at: str, *, automatic: bool = False
) -> None:
    """Keep a signed checkpoint; *note* takes the place of the one with fewer signatures.

    *automatic*: nobody asked for it. Of those only the last of a day stays, so that a year of writing leaves no more
    than 366 of them to be checked.
    """
    connection.execute(
        "INSERT INTO checkpoints (size, note, signed_at, automatic) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (size) DO UPDATE SET note = excluded.note,"
        " automatic = CASE WHEN excluded.automatic = 0 THEN 0 ELSE checkpoints.automatic END",
        (size, note, signed_at, int(automatic)),
    )
    if automatic:
        connection.execute(
            "DELETE FROM checkpoints WHERE automatic = 1 AND size < ? AND substr(signed_at, 1, 10) = ?",
            (size, signed_at[:10]),
        )


def rubric_lists(connection: Connection) -> list[str]:
    """Return every signed list of rubrics, the shortest first."""
    return [note for (note,) in connection.execute("SELECT note FROM rubric_lists ORDER BY count").fetchall()]


def checkpoint_of(connection: Connection, size: int) -> KeptCheckpoint | None:
    """Return the checkpoint signed for *size*, None when there is none."""
    row = connection.execute("SELECT size, note FROM checkpoints WHERE size = ?", (size,)).fetchone()
    return KeptCheckpoint(*row) if row else None


def checkpoints(connection: Connection) -> list[KeptCheckpoint]:
    """Return all signed checkpoints by size."""
    rows = connection.execute("SELECT size, note FROM checkpoints ORDER BY size").fetchall()
    return [KeptCheckpoint(*row) for row in rows]


def last_checkpoint(connection: Connection) -> KeptCheckpoint | None:
    """Return the largest signed checkpoint, None when there is none."""
    row = connection.execute("SELECT size, note FROM checkpoints ORDER BY size DESC LIMIT 1").fetchone()
    return KeptCheckpoint(*row) if row else None


def keep_witness(connection: Connection, witness: KnownWitness) -> None:
    """Keep a witness, or what changed about it."""
    connection.execute(
        "INSERT INTO witnesses (address, vkey, size) VALUES (?, ?, ?)"
        " ON CONFLICT (address) DO UPDATE SET vkey = excluded.vkey, size = excluded.size",
        (witness.address, witness.vkey, witness.size),
    )


def witnesses(connection: Connection) -> list[KnownWitness]:
    """Return the witnesses that this ledger asks, by address."""
    rows = connection.execute("SELECT address, vkey, size FROM witnesses ORDER BY address").fetchall()
    return [KnownWitness(*row) for row in rows]


def seen_of(connection: Connection, origin: str) -> tuple[int, bytes] | None:
    """Return size and root of the last checkpoint that was cosigned for the log *origin*, None for the first."""
    row = connection.execute("SELECT size, root FROM witnessed WHERE origin = ?", (origin,)).fetchone()
    return (row[0], bytes(row[1])) if row else None


def keep_seen(connection: Connection, origin: str, size: int, root: bytes, note: str, seen_at: str) -> None:
    """Keep what was last cosigned for the log *origin*."""
    connection.execute(
        "INSERT INTO witnessed (origin, size, root, note, seen_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note,"
        " seen_at = excluded.seen_at",
        (origin, size, root, note, seen_at),
    )


def all_seen(connection: Connection) -> list[Seen]:
    """Return what was last cosigned for every log, by origin."""
    rows = connection.execute("SELECT origin, size, note, seen_at FROM witnessed ORDER BY origin").fetchall()
    return [Seen(*row) for row in rows]
