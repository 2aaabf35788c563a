"""The table in which rubrics were kept before they were events: read once, when an older ledger is opened first.

Whoever calls owns the connection and the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


class Connection(Protocol):
    """What is asked of a database connection here; values stand for ``?``."""

    def execute(self, sql: str, values: Sequence[Any] = ..., /) -> Any:
        """Run one statement and return its rows."""
        ...


def _create(connection: Connection) -> None:
    connection.execute(
        "CREATE TABLE rubrics (position INTEGER PRIMARY KEY, id TEXT NOT NULL, version INTEGER NOT NULL,"
        " year INTEGER NOT NULL, text TEXT NOT NULL, UNIQUE (id, version)) STRICT"
    )


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_create,)
"""Brings a ledger file's table of rubrics from nothing to now; one step a version, no transaction of its own."""


@dataclass(frozen=True, slots=True)
class InstalledText:
    """A rubric as its row says: id, version, year, and the text to the letter."""

    id: str
    version: int
    year: int
    text: str


def texts(connection: Connection) -> list[InstalledText]:
    """Return the rows that are still here, first installed first."""
    rows = connection.execute("SELECT id, version, year, text FROM rubrics ORDER BY position")
    return [InstalledText(*row) for row in rows]


def remove(connection: Connection, row: InstalledText) -> None:
    """Remove a row: its rubric is an event now."""
    connection.execute("DELETE FROM rubrics WHERE id = ? AND version = ?", (row.id, row.version))
