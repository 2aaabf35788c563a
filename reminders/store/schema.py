"""The tables of this room, from nothing to now."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ledger.sql import Connection

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


MIGRATIONS: Sequence[Callable[[Connection], None]] = (create_reminders,)
