"""Workbooks that were looked at and wait to be recorded: in the store, each for who sent it, for an hour.

So any server of the ledger records what another looked at, also after a restart. Bounded in number and size, an
account's and all together: the oldest go first, and are sent again. All SQL of this room is here; whoever calls owns
the transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from ledger.events.event import recorded_text
from ledger.store.sql import Connection

OF_AN_ACCOUNT = 3
BYTES_MAX = 150 * 1024 * 1024
LASTS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it was sent."""

    filename: str
    content: bytes


def create_uploads(connection: Connection) -> None:
    """The first migration of this room."""
    connection.execute(
        "CREATE TABLE uploads (token TEXT PRIMARY KEY, account TEXT NOT NULL, unit TEXT NOT NULL,"
        " sent TEXT NOT NULL, filename TEXT NOT NULL, bytes BIGINT NOT NULL, content BLOB NOT NULL)"
    )


MIGRATIONS: tuple[Callable[[Any], None], ...] = (create_uploads,)


def keep(connection: Connection, account: str, unit: str, upload: Upload, now: datetime) -> str:
    """Keep a file for its account and unit; return what it is asked for by."""
    drop_old(connection, now)
    token = token_urlsafe(24)
    content = upload.content
    connection.execute(
        "INSERT INTO uploads (token, account, unit, sent, filename, bytes, content) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (token, account, unit, recorded_text(now), upload.filename, len(content), content),
    )
    _make_room(connection, token, account, len(content))
    return token


def get(connection: Connection, token: str, account: str, unit: str, now: datetime) -> Upload | None:
    """Return the file; None when it is gone, too old, or another account's or unit's."""
    row = connection.execute(
        "SELECT filename, content FROM uploads WHERE token = ? AND account = ? AND unit = ? AND sent > ?",
        (token, account, unit, recorded_text(now - LASTS)),
    ).fetchone()
    return Upload(row[0], bytes(row[1])) if row else None


def drop(connection: Connection, token: str, account: str) -> None:
    """Forget a file that was recorded or refused."""
    connection.execute("DELETE FROM uploads WHERE token = ? AND account = ?", (token, account))


def any_old(connection: Connection, now: datetime) -> bool:
    """Say whether files wait that nobody can record any more."""
    old = connection.execute(
        "SELECT 1 FROM uploads WHERE sent <= ? ORDER BY token LIMIT 1", (recorded_text(now - LASTS),)
    )
    return old.fetchone() is not None


def drop_old(connection: Connection, now: datetime) -> None:
    """Forget the files that were not recorded in time: there are names in them."""
    connection.execute("DELETE FROM uploads WHERE sent <= ?", (recorded_text(now - LASTS),))


def _make_room(connection: Connection, newest: str, own: str, total: int) -> None:
    """Drop the oldest files beyond what may wait; the *newest*, of *total* bytes and of the account *own*, stays."""
    number = 1
    others = connection.execute(
        "SELECT token, account, bytes FROM uploads WHERE token <> ? ORDER BY sent DESC, token", (newest,)
    )
    for token, account, size in others.fetchall():
        number += account == own
        total += size
        if total > BYTES_MAX or (account == own and number > OF_AN_ACCOUNT):
            connection.execute("DELETE FROM uploads WHERE token = ?", (token,))
