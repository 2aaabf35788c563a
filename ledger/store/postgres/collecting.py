"""Several writing statements as one: one message to the server, one answer, and the transaction is that statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Self

from ledger.store.postgres.connection import PostgresConnection
from ledger.store.postgres.dialect import batches


class Collected:
    """Takes statements as a connection does (`ledger.store.sql.Connection`), and keeps them until `send`."""

    def __init__(self) -> None:
        self._parts: list[tuple[str, Sequence[object]]] = []

    rowcount = -1

    def execute(self, sql: str, values: Sequence[object] = (), /) -> Self:
        """Keep one statement."""
        self._parts.append((sql, values))
        return self

    def executemany(self, sql: str, rows: Iterable[Sequence[object]], /) -> Self:
        """Keep one statement for each of *rows*, or for many."""
        self._parts += batches(sql, rows)
        return self

    def send(self, connection: PostgresConnection) -> None:
        """Run what was kept, the first of which is a SELECT and takes the others along as parts of itself."""
        (select, first_values), *writes = self._parts
        sql = ", ".join(f"w{number} AS ({part})" for number, (part, _) in enumerate(writes))
        values = [value for _, values in writes for value in values]
        connection.execute(f"WITH {sql} {select}" if writes else select, [*values, *first_values])

    def fetchone(self) -> Any:
        """Nothing is answered before it is sent."""
        raise AssertionError("what is collected is for writing only")

    def fetchall(self) -> list[Any]:
        """Nothing is answered before it is sent."""
        raise AssertionError("what is collected is for writing only")

    def __iter__(self) -> Any:
        raise AssertionError("what is collected is for writing only")
