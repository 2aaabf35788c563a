"""The ledgers of a database: one a schema. They are found by what stands there; no list is kept."""

from __future__ import annotations

from psycopg import sql

from ledger.store.postgres import statements
from ledger.store.postgres.cluster import place_new_schemas
from ledger.store.postgres.connection import PostgresConnection
from ledger.store.postgres.connections import Connections
from ledger.store.postgres.errors import told_clearly

PATIENCE_SECONDS = 10.0


def ledger_schemas(url: str, beginning: str) -> list[str]:
    """Return the schemas of the database at *url* that hold a ledger and begin so, sorted. Raises StoreError."""
    ways = Connections(url, pool_size=1, patience=PATIENCE_SECONDS)
    with told_clearly(ways.place):
        raw = ways.open_one()
        try:
            found = PostgresConnection(raw).execute(statements.LEDGER_SCHEMAS, (beginning, beginning))
            return [name for (name,) in found.fetchall()]
        finally:
            raw.close()


def create_schema(url: str, name: str) -> None:
    """Make an empty schema, unless it is there; in a distributed database on a node. Raises StoreError where the role
    may not.
    """
    ways = Connections(url, pool_size=1, patience=PATIENCE_SECONDS)
    with told_clearly(ways.place):
        raw = ways.open_one()
        try:
            place_new_schemas(PostgresConnection(raw))
            raw.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(name)))
        finally:
            raw.close()
