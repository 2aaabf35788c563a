"""Which campaigns were pressed for, on which day, by whom, and what came of it: at most once a day each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.store.sql import Connection


@dataclass(frozen=True, slots=True)
class Nudge:
    """One press of the button: how many messages there were, how many arrived and how many did not so far."""

    day: date
    by: str
    people: int
    sent: int
    failed: int


def create_nudges(connection: Connection) -> None:
    """Create the table."""
    connection.execute(
        "CREATE TABLE reminder_nudges (campaign TEXT NOT NULL, day TEXT NOT NULL, by_whom TEXT NOT NULL,"
        " people BIGINT NOT NULL, sent BIGINT NOT NULL, failed BIGINT NOT NULL, PRIMARY KEY (campaign, day))"
    )


def claim(connection: Connection, campaign: str, day: date, by: str, people: int) -> bool:
    """Note that *campaign* is pressed for on *day*; False when it was already, by whomever."""
    made = connection.execute(
        "INSERT INTO reminder_nudges (campaign, day, by_whom, people, sent, failed) VALUES (?, ?, ?, ?, 0, 0)"
        " ON CONFLICT DO NOTHING",
        (campaign, day.isoformat(), by, people),
    ).rowcount
    return bool(made)


def count(connection: Connection, campaign: str, day: date, *, arrived: bool) -> None:
    """Count one message more."""
    column = "sent" if arrived else "failed"
    connection.execute(
        f"UPDATE reminder_nudges SET {column} = {column} + 1 WHERE campaign = ? AND day = ?",  # noqa: S608
        (campaign, day.isoformat()),
    )


def last(connection: Connection, campaign: str) -> Nudge | None:
    """Return the latest press for *campaign*; None when there was none."""
    row = connection.execute(
        "SELECT day, by_whom, people, sent, failed FROM reminder_nudges WHERE campaign = ? ORDER BY day DESC LIMIT 1",
        (campaign,),
    ).fetchone()
    return None if row is None else Nudge(date.fromisoformat(row[0]), *row[1:])
