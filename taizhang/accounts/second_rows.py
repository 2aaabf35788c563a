"""The rows of second factors: each account's secret, the codes that stand in for a lost telephone.

A secret has to be kept readable: who reads the store could make codes with it, and still needs the password, of which
the store keeps a hash only. Recovery codes are kept as SHA-256.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from ledger.store.sql import Connection


@dataclass(frozen=True, slots=True)
class FactorRow:
    """An account's second factor."""

    secret: str
    confirmed_at: str | None
    """When its owner showed that his telephone makes the codes; None: it is not asked for yet."""
    last_step: int
    """The step of time of the last code that was taken: none is taken twice."""


def create_second_factors(connection: Connection) -> None:
    """A migration of the accounts' room."""
    connection.execute(
        "CREATE TABLE second_factors (account TEXT PRIMARY KEY, secret TEXT NOT NULL, confirmed_at TEXT,"
        " last_step BIGINT NOT NULL)"
    )
    connection.execute(
        "CREATE TABLE recovery_codes (account TEXT NOT NULL, code TEXT NOT NULL, PRIMARY KEY (account, code))"
    )
    connection.execute("ALTER TABLE sessions ADD COLUMN awaits TEXT NOT NULL DEFAULT ''")


def find(connection: Connection, account: str) -> FactorRow | None:
    """Return the account's second factor, confirmed or not."""
    row = connection.execute(
        "SELECT secret, confirmed_at, last_step FROM second_factors WHERE account = ?", (account,)
    ).fetchone()
    return FactorRow(*row) if row else None


def confirmed(connection: Connection) -> set[str]:
    """Return the accounts that have a second factor."""
    rows = connection.execute(
        "SELECT account FROM second_factors WHERE confirmed_at IS NOT NULL ORDER BY account"
    ).fetchall()
    return {account for (account,) in rows}


def put(connection: Connection, account: str, row: FactorRow) -> None:
    """Keep a second factor over the one before."""
    connection.execute(
        "INSERT INTO second_factors (account, secret, confirmed_at, last_step) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (account) DO UPDATE SET secret = excluded.secret, confirmed_at = excluded.confirmed_at,"
        " last_step = excluded.last_step",
        (account, row.secret, row.confirmed_at, row.last_step),
    )


def drop(connection: Connection, account: str) -> bool:
    """Remove an account's second factor with its recovery codes; return whether there was one."""
    there = find(connection, account) is not None
    connection.execute("DELETE FROM second_factors WHERE account = ?", (account,))
    connection.execute("DELETE FROM recovery_codes WHERE account = ?", (account,))
    return there


def put_codes(connection: Connection, account: str, codes: Iterable[str]) -> None:
    """Keep new recovery codes; those before are void."""
    connection.execute("DELETE FROM recovery_codes WHERE account = ?", (account,))
    for code in codes:
        connection.execute("INSERT INTO recovery_codes (account, code) VALUES (?, ?)", (account, _kept(code)))


def use_code(connection: Connection, account: str, code: str) -> bool:
    """Use up a recovery code; return whether it was one."""
    kept = (account, _kept(code))
    found = connection.execute("SELECT 1 FROM recovery_codes WHERE account = ? AND code = ?", kept).fetchone()
    connection.execute("DELETE FROM recovery_codes WHERE account = ? AND code = ?", kept)
    return found is not None


def codes_left(connection: Connection, account: str) -> int:
    """Return how many recovery codes are left."""
    row = connection.execute("SELECT count(*) FROM recovery_codes WHERE account = ?", (account,)).fetchone()
    return int(row[0])


def _kept(code: str) -> str:
    return sha256(code.encode("utf-8", "surrogatepass")).hexdigest()
