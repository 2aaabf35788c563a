"""The ledger in one SQLite file; `open_sqlite` opens it."""

from ledger.store.sqlite.store import SqliteStore, open_sqlite

__all__ = ["SqliteStore", "open_sqlite"]
