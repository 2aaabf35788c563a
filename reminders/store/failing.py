"""Addresses that take nothing any more: marked until something arrives there again.

What a server refuses is marked by itself. A letter that was taken and comes back later as a mail (RFC 3464) goes to
the sender's mailbox, which this program does not read: somebody marks it, and only somebody takes that back, since the
server goes on taking letters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import orjson

from ledger.events.event import recorded_text
from ledger.store.sql import Connection
from ledger.text import Text


@dataclass(frozen=True, slots=True)
class Failing:
    """Since when an address takes nothing (as recorded), and what was said the last time."""

    since: str
    problem: Text
    is_late: bool = False
    """The letter had been taken and came back: no letter that is taken proves the contrary."""


def mark_failing(
    connection: Connection, person: str, problem: Text, now: datetime, *, is_late: bool = False
) -> None:
    """Note that nothing reaches a person any more; since when stays as it was noted first."""
    values = {name: str(value) for name, value in problem.values.items()}
    said = orjson.dumps([problem.message, values]).decode()
    connection.execute(
        "INSERT INTO reminder_failing (person, at, problem, late) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (person) DO UPDATE SET problem = excluded.problem, late = excluded.late",
        (person, recorded_text(now), said, int(is_late)),
    )


def clear_failing(connection: Connection, person: str) -> None:
    """Note that the server took something; who was marked because a letter came back stays so."""
    connection.execute("DELETE FROM reminder_failing WHERE person = ? AND late = 0", (person,))


def forget_failing(connection: Connection, person: str) -> bool:
    """Take every mark back, somebody having said that letters arrive; return whether there was one."""
    return connection.execute("DELETE FROM reminder_failing WHERE person = ?", (person,)).rowcount > 0


def failing(connection: Connection) -> dict[str, Failing]:
    """Return the contacts whose address takes nothing, by person."""
    rows = connection.execute(
        "SELECT f.person, f.at, f.problem, f.late FROM reminder_failing f"
        " JOIN reminder_people p ON p.person = f.person ORDER BY f.at, f.person"
    ).fetchall()
    found = {}
    for person, at, said, late in rows:
        message, values = orjson.loads(said)
        found[person] = Failing(at, Text(message, **values), bool(late))
    return found
