"""Addresses that take nothing any more, as their servers say: marked until something arrives there again."""

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


def mark_failing(connection: Connection, person: str, problem: Text, now: datetime) -> None:
    """Note that nothing reaches a person any more; since when stays as it was noted first."""
    values = {name: str(value) for name, value in problem.values.items()}
    said = orjson.dumps([problem.message, values]).decode()
    connection.execute(
        "INSERT INTO reminder_failing (person, at, problem) VALUES (?, ?, ?)"
        " ON CONFLICT (person) DO UPDATE SET problem = excluded.problem",
        (person, recorded_text(now), said),
    )


def clear_failing(connection: Connection, person: str) -> None:
    """Note that something arrived."""
    connection.execute("DELETE FROM reminder_failing WHERE person = ?", (person,))


def failing(connection: Connection) -> dict[str, Failing]:
    """Return the contacts whose address takes nothing, by person."""
    rows = connection.execute(
        "SELECT f.person, f.at, f.problem FROM reminder_failing f"
        " JOIN reminder_people p ON p.person = f.person ORDER BY f.at, f.person"
    ).fetchall()
    found = {}
    for person, at, said in rows:
        message, values = orjson.loads(said)
        found[person] = Failing(at, Text(message, **values))
    return found
