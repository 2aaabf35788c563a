"""The summaries of the ledgers below, kept in the first one: what its board of ledgers reads. All SQL is here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from ledger.events.event import instant_of, recorded_text
from ledger.json_object import JsonObject
from ledger.store.sql import Connection
from projections.summary import RubricSummary

OLD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LedgerSummary:
    """What was last known of one ledger."""

    ledger: str
    name: str
    """The office, as the ledger's own settings call it; empty where they say nothing."""
    made_at: datetime
    rubrics: tuple[RubricSummary, ...]

    def is_old(self, now: datetime) -> bool:
        """Whether it is older than a day, and has to say so."""
        return now - self.made_at > OLD

    def as_json(self, now: datetime) -> JsonObject:
        """Return the document of `taizhang ledgers board --json`."""
        return {
            "ledger": self.ledger,
            "name": self.name,
            "made_at": recorded_text(self.made_at),
            "old": self.is_old(now),
            "rubrics": [each.as_json() for each in self.rubrics],
        }


def create_summaries(connection: Connection) -> None:
    """The first migration of this room."""
    connection.execute(
        "CREATE TABLE ledger_summaries (ledger TEXT PRIMARY KEY, name TEXT NOT NULL, made_at TEXT NOT NULL,"
        " rubrics TEXT NOT NULL)"
    )


MIGRATIONS: Sequence[Callable[[Connection], None]] = (create_summaries,)


def keep(connection: Connection, made: LedgerSummary) -> None:
    """Keep the summary of a ledger in the place of the one before."""
    rubrics = orjson.dumps([each.as_json() for each in made.rubrics]).decode()
    connection.execute(
        "INSERT INTO ledger_summaries (ledger, name, made_at, rubrics) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (ledger) DO UPDATE SET name = excluded.name, made_at = excluded.made_at,"
        " rubrics = excluded.rubrics",
        (made.ledger, made.name, recorded_text(made.made_at), rubrics),
    )


def summaries(connection: Connection) -> list[LedgerSummary]:
    """Return what is known of each ledger, by its name in the installation."""
    rows = connection.execute("SELECT ledger, name, made_at, rubrics FROM ledger_summaries ORDER BY ledger")
    return [
        LedgerSummary(
            ledger,
            name,
            instant_of(made_at),
            tuple(RubricSummary.from_json(each) for each in orjson.loads(rubrics)),
        )
        for ledger, name, made_at, rubrics in rows.fetchall()
    ]


def any_summary(connection: Connection) -> bool:
    """Whether there are ledgers below this one."""
    return connection.execute("SELECT 1 FROM ledger_summaries LIMIT 1").fetchone() is not None
