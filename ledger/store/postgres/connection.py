"""A psycopg connection as the rooms use one (`ledger.store.sql.Connection`)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.adapt import Dumper

from ledger.problem import StoreError
from ledger.store.postgres import statements
from ledger.store.postgres.dialect import batches, translated
from ledger.text import Text

if TYPE_CHECKING:
    from psycopg_pool import ConnectionPool

    from ledger.store.postgres.nodes import Node

Cursor = psycopg.RawCursor[tuple[object, ...]]

DEFAULTS: dict[str, str | int] = {
    # A server that has gone without a word (power, network) is noticed within half a minute.
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "application_name": "taizhang",
}
"""What libpq is told where the address says nothing."""


class ServerConnection(psycopg.Connection[tuple[object, ...]]):
    """A connection that knows which server it leads to: `server` changes with a restart and with a failover."""

    server: str = ""
    schema: str = ""
    """The ledger's, where it is lent to one of several (`shared_pool`)."""
    node: Node | None = None
    """The node of a distributed database that it leads to; None: the server that the address names."""
    pool: ConnectionPool[ServerConnection] | None = None
    """The pool that it goes back to."""
    made_at: float = 0.0
    """When it was made ready, on `time.monotonic`."""


class WholeNumber(Dumper):
    """A whole number of whatever width is wanted where it stands, as a literal is; a bool is 0 or 1, as in SQLite."""

    def dump(self, obj: int) -> bytes:
        """Return the digits."""
        return b"%d" % obj


class PostgresConnection:
    """Statements with ``?`` on a connection of psycopg; rows come as tuples."""

    __slots__ = ("raw",)

    def __init__(self, raw: ServerConnection) -> None:
        self.raw = raw

    def execute(self, sql: str, values: Sequence[object] = (), /) -> psycopg.Cursor[tuple[Any, ...]]:
        """Run one statement."""
        try:
            return self.raw.execute(translated(sql), values or None, binary=True)
        except psycopg.DataError as error:
            if error.sqlstate is not None or not any(map(_has_nul, values)):
                raise
            return self.raw.execute(translated(sql), list(map(_without_nul, values)), binary=True)

    def executemany(
        self, sql: str, rows: Iterable[Sequence[object]], /
    ) -> psycopg.Cursor[tuple[object, ...]]:
        """Run one statement for each of *rows*; an INSERT takes many rows at once."""
        cursor: psycopg.Cursor[tuple[object, ...]] = self.raw.cursor()
        for statement, values in batches(sql, rows):
            cursor = self.execute(statement, values)
        return cursor


def _has_nul(value: object) -> bool:
    return isinstance(value, str) and "\0" in value


def _without_nul(value: object) -> object:
    """Return *value* with ␀ for the one character that PostgreSQL's text does not have; no event is changed by it."""
    return value.replace("\0", "\u2400") if isinstance(value, str) else value


def make_ready(raw: ServerConnection, *, place: str, patience: float, durable: bool) -> None:
    """Make a new connection to the database at *place* one of ours. Raises StoreError when it is not in UTF-8.

    Nobody waits longer than *patience* seconds for a lock. A commit is on the server's disk when it is answered,
    unless not *durable*.
    """
    # Looked at first: from a database in SQL_ASCII psycopg returns bytes in place of every text.
    encoding = raw.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise StoreError(
            Text(
                "数据库 {path} 的编码是 {encoding}；请建一个 UTF8 编码的数据库",
                path=place,
                encoding=encoding or "?",
            )
        )
    raw.prepared_max = 400
    raw.adapters.register_dumper(int, WholeNumber)
    raw.adapters.register_dumper(bool, WholeNumber)
    connection = PostgresConnection(raw)
    connection.execute("SELECT set_config('lock_timeout', ?, false)", (f"{int(patience * 1000)}ms",))
    (commit,) = connection.execute("SHOW synchronous_commit").fetchone() or ("",)
    if not durable:
        connection.execute("SET synchronous_commit TO off")
    elif commit in ("off", "local"):
        connection.execute("SET synchronous_commit TO on")
    raw.made_at = time.monotonic()
    raw.server = "/".join(connection.execute(statements.IDENTITY).fetchone() or ())
