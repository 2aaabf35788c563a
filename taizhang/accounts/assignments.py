"""Which assessor looks after which unit (分片): a wish of the office's, no permission. All SQL of it is here.

A unit is one assessor's or nobody's. Nothing is hidden from the others: it is what 我负责的 shows.
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger.store.sql import Connection


def create_assignments(connection: Connection) -> None:
    """Create the table."""
    connection.execute("CREATE TABLE assignments (unit TEXT PRIMARY KEY, account TEXT NOT NULL)")
    connection.execute("CREATE INDEX assignments_by_account ON assignments (account)")


def assigned(connection: Connection) -> dict[str, str]:
    """Return the account that looks after each unit that somebody looks after."""
    return dict(connection.execute("SELECT unit, account FROM assignments ORDER BY unit").fetchall())


def units_of(connection: Connection, account: str) -> tuple[str, ...]:
    """Return the units that *account* looks after, by id."""
    rows = connection.execute("SELECT unit FROM assignments WHERE account = ? ORDER BY unit", (account,))
    return tuple(unit for (unit,) in rows.fetchall())


def assign(connection: Connection, units: Iterable[str], account: str | None) -> None:
    """Let *account* look after *units*, from now on; None: nobody."""
    chosen = [(unit,) for unit in units]
    connection.executemany("DELETE FROM assignments WHERE unit = ?", chosen)
    if account is not None:
        connection.executemany(
            "INSERT INTO assignments (unit, account) VALUES (?, ?)", [(unit, account) for (unit,) in chosen]
        )
