"""The rows of invitations: whose one-time link is to go out by mail, and what became of it.

No link stands here: it is made when the mail is, and only what is kept of every link stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from ledger.events.event import recorded_text
from ledger.store.sql import Connection
from ledger.text import Text

LEASE = timedelta(minutes=10)
"""So long one server has an invitation to itself; then another may send it."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """One of them; `state` is planned, sent, failed or unknown."""

    account: str
    person: str
    """The contact whose address it goes to."""
    asked_by: str
    state: str
    tries: int
    at: str
    """When it was asked for, sent or given up; of a planned one when it is tried next."""
    problem: Text | None = None


def create_invitations(connection: Connection) -> None:
    """A migration of the accounts' room."""
    connection.execute(
        "CREATE TABLE account_invitations (account TEXT PRIMARY KEY, person TEXT NOT NULL, asked_by TEXT NOT NULL,"
        " state TEXT NOT NULL, tries BIGINT NOT NULL, at TEXT NOT NULL, problem TEXT)"
    )


def ask(connection: Connection, account: str, person: str, by: str, now: datetime) -> bool:
    """Plan one, unless it is planned already; return whether it is new."""
    made = connection.execute(
        "INSERT INTO account_invitations (account, person, asked_by, state, tries, at, problem)"
        " VALUES (?, ?, ?, 'planned', 0, ?, NULL) ON CONFLICT (account) DO UPDATE SET person = excluded.person,"
        " asked_by = excluded.asked_by, state = 'planned', tries = 0, at = excluded.at, problem = NULL"
        " WHERE account_invitations.state <> 'planned'",
        (account, person, by, recorded_text(now)),
    )
    return made.rowcount == 1


def claim_next(connection: Connection, now: datetime) -> Invitation | None:
    """Return the next planned one whose time has come; nobody else gets it for a while."""
    row = connection.execute(
        "UPDATE account_invitations SET tries = tries + 1, at = ? WHERE account = (SELECT account FROM"
        " account_invitations WHERE state = 'planned' AND at <= ? ORDER BY at, account LIMIT 1)"
        " AND state = 'planned' AND at <= ? RETURNING account, person, asked_by, state, tries, at, problem",
        (recorded_text(now + LEASE), recorded_text(now), recorded_text(now)),
    ).fetchone()
    return _invitation(row) if row else None


def settle(
    connection: Connection, account: str, state: str, at: datetime, problem: Text | None = None
) -> None:
    """Note what became of one; of a planned one *at* is when it is tried again."""
    said = None
    if problem is not None:
        values = {name: str(value) for name, value in problem.values.items()}
        said = orjson.dumps([problem.message, values]).decode()
    connection.execute(
        "UPDATE account_invitations SET state = ?, at = ?, problem = ? WHERE account = ?",
        (state, recorded_text(at), said, account),
    )


def invitations(connection: Connection) -> dict[str, Invitation]:
    """Return all by account."""
    rows = connection.execute(
        "SELECT account, person, asked_by, state, tries, at, problem FROM account_invitations ORDER BY account"
    ).fetchall()
    return {row[0]: _invitation(row) for row in rows}


def _invitation(row: tuple[str, str, str, str, int, str, str | None]) -> Invitation:
    account, person, asked_by, state, tries, at, said = row
    problem = None
    if said is not None:
        message, values = orjson.loads(said)
        problem = Text(message, **values)
    return Invitation(account, person, asked_by, state, tries, at, problem)
