"""The private addresses of units' calendars: one token a unit, revoked by making another or none."""

from __future__ import annotations

import secrets
from datetime import datetime

from ledger.events.event import recorded_text
from ledger.store.sql import Connection


def feed_token(connection: Connection, unit: str) -> str | None:
    """Return the token of a unit's calendar; None when it has none."""
    row = connection.execute("SELECT token FROM reminder_feeds WHERE unit = ?", (unit,)).fetchone()
    return row[0] if row else None


def make_feed(connection: Connection, unit: str, now: datetime) -> str:
    """Give a unit's calendar a new address; the old one opens nothing any more."""
    token = secrets.token_urlsafe(24)
    connection.execute(
        "INSERT INTO reminder_feeds (unit, token, made_at) VALUES (?, ?, ?)"
        " ON CONFLICT (unit) DO UPDATE SET token = excluded.token, made_at = excluded.made_at",
        (unit, token, recorded_text(now)),
    )
    return token


def revoke_feed(connection: Connection, unit: str) -> bool:
    """Close a unit's calendar; return whether it was open."""
    return connection.execute("DELETE FROM reminder_feeds WHERE unit = ?", (unit,)).rowcount > 0


def unit_of_feed(connection: Connection, token: str) -> str | None:
    """Return the unit whose calendar *token* opens."""
    row = connection.execute("SELECT unit FROM reminder_feeds WHERE token = ?", (token,)).fetchone()
    return row[0] if row else None
