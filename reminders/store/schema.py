"""The tables of this room, from nothing to now."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import orjson

from ledger.store.sql import Connection

from ..contacts import reach
from .nudges import create_nudges

_TABLES = (
    (
        "CREATE TABLE reminder_people (person TEXT PRIMARY KEY, channel TEXT NOT NULL, address TEXT NOT NULL,"
        " name TEXT NOT NULL, language TEXT NOT NULL, quiet TEXT NOT NULL, only_overdue BIGINT NOT NULL,"
        " secret TEXT NOT NULL, token TEXT NOT NULL UNIQUE, UNIQUE (channel, address))"
    ),
    (
        "CREATE TABLE reminder_contacts (unit TEXT NOT NULL, person TEXT NOT NULL, role TEXT NOT NULL,"
        " PRIMARY KEY (unit, person, role))"
    ),
    "CREATE INDEX reminder_contacts_by_person ON reminder_contacts (person)",
    (
        "CREATE TABLE reminder_messages (id TEXT PRIMARY KEY, person TEXT NOT NULL, day TEXT NOT NULL,"
        " channel TEXT NOT NULL, quarter TEXT, planned_at TEXT NOT NULL, state TEXT NOT NULL, attempts BIGINT NOT NULL,"
        " next_try TEXT, claimed_by TEXT, lease_until TEXT, handed_at TEXT, sent_at TEXT, told BIGINT NOT NULL,"
        " subject TEXT NOT NULL, problem TEXT, items TEXT NOT NULL, UNIQUE (person, day))"
    ),
    "CREATE INDEX reminder_messages_by_state ON reminder_messages (state, day, id)",
    "CREATE INDEX reminder_messages_by_day ON reminder_messages (day)",
    (
        "CREATE TABLE reminder_posts (person TEXT NOT NULL, at TEXT NOT NULL, message TEXT NOT NULL,"
        " PRIMARY KEY (person, at, message))"
    ),
    "CREATE TABLE reminder_runs (day TEXT PRIMARY KEY, finished_at TEXT NOT NULL)",
    (
        "CREATE TABLE reminder_agenda (unit TEXT PRIMARY KEY, sequence BIGINT NOT NULL, basis TEXT NOT NULL,"
        " made_on TEXT NOT NULL, duties TEXT NOT NULL)"
    ),
    "CREATE TABLE reminder_leads (clause TEXT PRIMARY KEY, days TEXT NOT NULL)",
    (
        "CREATE TABLE workday_notices (year BIGINT NOT NULL, day TEXT NOT NULL, worked BIGINT NOT NULL,"
        " PRIMARY KEY (year, day))"
    ),
    "CREATE TABLE reminder_feeds (unit TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE, made_at TEXT NOT NULL)",
)


def create_reminders(connection: Connection) -> None:
    """The first migration of this room."""
    for table in _TABLES:
        connection.execute(table)


def one_person_an_address(connection: Connection) -> None:
    """People are known by where their address reaches; who stood here under two spellings becomes one.

    He keeps the wishes of both, and what was told to either.
    """
    connection.execute("ALTER TABLE reminder_people ADD COLUMN reach TEXT NOT NULL DEFAULT ''")
    first: dict[tuple[str, str], str] = {}
    rows = connection.execute(
        "SELECT person, channel, address FROM reminder_people ORDER BY person"
    ).fetchall()
    for person, channel, address in rows:
        place = (channel, reach(channel, address))
        kept = first.setdefault(place, person)
        if kept != person:
            _merge(connection, person, kept)
        else:
            connection.execute("UPDATE reminder_people SET reach = ? WHERE person = ?", (place[1], person))
    connection.execute("CREATE UNIQUE INDEX reminder_people_by_reach ON reminder_people (channel, reach)")


def _merge(connection: Connection, person: str, kept: str) -> None:
    wishes = "SELECT quiet, only_overdue FROM reminder_people WHERE person = ?"
    quiet, only_overdue = connection.execute(wishes, (person,)).fetchone()
    kept_quiet, kept_only = connection.execute(wishes, (kept,)).fetchone()
    days = [
        *orjson.loads(kept_quiet),
        *(each for each in orjson.loads(quiet) if each not in orjson.loads(kept_quiet)),
    ]
    connection.execute(
        "UPDATE reminder_people SET quiet = ?, only_overdue = ? WHERE person = ?",
        (orjson.dumps(sorted(days)).decode(), max(only_overdue, kept_only), kept),
    )
    connection.execute(
        "UPDATE reminder_messages SET person = ? WHERE person = ?"
        " AND day NOT IN (SELECT day FROM reminder_messages WHERE person = ?)",
        (kept, person, kept),
    )
    connection.execute(
        "INSERT INTO reminder_contacts (unit, person, role) SELECT unit, ?, role FROM reminder_contacts"
        " WHERE person = ? ON CONFLICT DO NOTHING",
        (kept, person),
    )
    connection.execute("DELETE FROM reminder_contacts WHERE person = ?", (person,))
    connection.execute("DELETE FROM reminder_people WHERE person = ?", (person,))


def weekly_or_as_it_comes(connection: Connection) -> None:
    """Everybody gets one digest a week until he says otherwise."""
    connection.execute("ALTER TABLE reminder_people ADD COLUMN weekly BIGINT NOT NULL DEFAULT 1")


def mark_addresses_that_fail(connection: Connection) -> None:
    """Whose address takes nothing any more is kept, with what its server said."""
    connection.execute(
        "CREATE TABLE reminder_failing (person TEXT PRIMARY KEY, at TEXT NOT NULL, problem TEXT NOT NULL)"
    )


def mark_letters_that_came_back(connection: Connection) -> None:
    """Whether an address is marked because a letter came back that its server had taken."""
    connection.execute("ALTER TABLE reminder_failing ADD COLUMN late BIGINT NOT NULL DEFAULT 0")


MIGRATIONS: Sequence[Callable[[Connection], None]] = (
    create_reminders,
    one_person_an_address,
    weekly_or_as_it_comes,
    mark_addresses_that_fail,
    mark_letters_that_came_back,
    create_nudges,
)
