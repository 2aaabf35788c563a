"""A psycopg connection as the rooms use one (`ledger.sql.Connection`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from psycopg.types.numeric import Int8BinaryDumper

from ledger.postgres.dialect import translated

RawConnection = psycopg.Connection[tuple[Any, ...]]

CONNECTION_DEFAULTS: dict[str, str | int] = {
    # A server that has gone without a word (power, network) is noticed within half a minute.
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "application_name": "taizhang",
}
"""What libpq is told where the address says nothing."""


class PostgresConnection:
    """Statements with ``?`` on a connection of psycopg; rows come as tuples."""

    __slots__ = ("raw",)

    def __init__(self, raw: RawConnection) -> None:
        self.raw = raw

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> psycopg.Cursor[tuple[Any, ...]]:
        """Run one statement."""
        return self.raw.execute(translated(sql), values or None, binary=True)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> psycopg.Cursor[tuple[Any, ...]]:
        """Run one statement for each of *rows*, in one go over the network."""
        cursor = self.raw.cursor()
        cursor.executemany(translated(sql), rows)
        return cursor


def prepare(raw: RawConnection) -> None:
    """Make values travel as SQLite takes them: a bool is 0 or 1, every whole number has eight bytes."""
    raw.adapters.register_dumper(int, Int8BinaryDumper)
    raw.adapters.register_dumper(bool, Int8BinaryDumper)
