"""The ledger in a PostgreSQL database; `open_postgres` opens it."""

from ledger.store.postgres.connections import BadAddress
from ledger.store.postgres.store import PostgresStore, open_postgres

__all__ = ["BadAddress", "PostgresStore", "open_postgres"]
