"""Pools of connections for many ledgers of one database: their number does not grow with that of the ledgers.

There is one a server: one, or in a distributed database one a node that has ledgers in use.

A connection that is lent to a ledger gets its schema first. What is prepared on it is planned anew by the server for
another schema. A ledger with connections of its own also listens and keeps one for writing; here it asks twice a second
and borrows.
"""

from __future__ import annotations

from threading import Lock
from typing import Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import ConnectionPool

from ledger.store.postgres.connection import PostgresConnection, ServerConnection

SIZE = 16
SET_SCHEMA = "SELECT set_config('search_path', ?, false)"


class SharedPool:
    """The pools; each made with the way in which the first ledger that uses it connects. Closed by who made them."""

    def __init__(self, size: int = SIZE) -> None:
        self._size = size
        self._pools: dict[str, ConnectionPool[ServerConnection]] = {}
        self._mutex = Lock()

    def opened(self, conninfo: str, **settings: Any) -> ConnectionPool[ServerConnection]:
        """Return the pool for the server at *conninfo*, whatever schema that names; opened at first use."""
        server = _without_schema(conninfo)
        with self._mutex:
            pool = self._pools.get(server)
            if pool is None:
                pool = self._pools[server] = ConnectionPool(
                    server, min_size=0, max_size=self._size, open=True, **settings
                )
            return pool

    def close(self) -> None:
        """Close all connections."""
        with self._mutex:
            pools, self._pools = self._pools, {}
        for pool in pools.values():
            pool.close()


def lend(raw: ServerConnection, schema: str) -> None:
    """Make *raw* a connection to *schema*. Raises psycopg.Error."""
    if raw.schema != schema:
        PostgresConnection(raw).execute(SET_SCHEMA, (f'"{schema}"',))
        raw.schema = schema


def schema_in(conninfo: str) -> str:
    """Return the schema that the address of one of several ledgers names."""
    return next(
        word.partition("=")[2]
        for word in reversed(str(conninfo_to_dict(conninfo).get("options", "")).split())
        if word.startswith("-csearch_path=")
    )


def _without_schema(conninfo: str) -> str:
    parts = conninfo_to_dict(conninfo)
    words = str(parts.pop("options", "")).split()
    options = " ".join(word for word in words if not word.startswith("-csearch_path="))
    if options:
        parts["options"] = options
    return make_conninfo(**parts)  # type: ignore[arg-type]  # as psycopg's own parts are
