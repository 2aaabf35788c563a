"""The raw engine: plain sqlite3 on the product's own events table, with its indexes and triggers and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from .product import EVENTS_TABLE

Row = tuple[Any, ...]


class RawTable:
    """An events table of the same definition as that in the product's store *like*; WAL, synchronous=FULL."""

    def __init__(self, path: Path, like: Path) -> None:
        self.connection = sqlite3.connect(path)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=FULL")
        for statement in _definition(like):
            self.connection.execute(statement)
        self.connection.commit()
        columns = [row[1] for row in self.connection.execute(f"PRAGMA table_info({EVENTS_TABLE})")]
        self._insert = (
            f"INSERT INTO {EVENTS_TABLE} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        )
        self._columns = ", ".join(columns)

    def copy_all(self, source: Path) -> None:
        """Take every row of the product's store *source*."""
        self.connection.execute("ATTACH ? AS source", (str(source),))
        self.connection.execute(
            f"INSERT INTO {EVENTS_TABLE} ({self._columns})"
            f" SELECT {self._columns} FROM source.{EVENTS_TABLE} ORDER BY sequence"
        )
        self.connection.commit()
        self.connection.execute("DETACH source")

    def insert_each(self, rows: Iterable[Row]) -> None:
        """Insert and commit one row after the other."""
        for row in rows:
            self.connection.execute(self._insert, row)
            self.connection.commit()

    def insert_all(self, rows: Sequence[Row]) -> None:
        """Insert all rows by one executemany and commit once."""
        self.connection.executemany(self._insert, rows)
        self.connection.commit()

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


def last_rows(product_path: Path, count: int) -> list[Row]:
    """Return the last *count* rows of a product's store, in order, as the product stored them."""
    connection = sqlite3.connect(product_path)
    try:
        columns = ", ".join(row[1] for row in connection.execute(f"PRAGMA table_info({EVENTS_TABLE})"))
        found = connection.execute(
            f"SELECT {columns} FROM {EVENTS_TABLE} ORDER BY sequence DESC LIMIT ?", (count,)
        ).fetchall()
    finally:
        connection.close()
    return found[::-1]


def _definition(like: Path) -> list[str]:
    connection = sqlite3.connect(like)
    try:
        found = connection.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type != 'table', rowid",
            (EVENTS_TABLE,),
        ).fetchall()
    finally:
        connection.close()
    return [sql for (sql,) in found]
