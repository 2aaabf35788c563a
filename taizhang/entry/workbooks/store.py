"""What is remembered of workbooks: the headers that a unit keeps, the rows that records came from. All SQL is here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ledger.store.sql import Connection


def _create(connection: Connection) -> None:
    connection.execute(
        "CREATE TABLE sheet_headers (unit TEXT NOT NULL, kind TEXT NOT NULL, header TEXT NOT NULL,"
        " column_key TEXT NOT NULL, PRIMARY KEY (unit, kind, header))"
    )
    connection.execute(
        "CREATE TABLE sheet_rows (unit TEXT NOT NULL, record TEXT NOT NULL, workbook TEXT NOT NULL,"
        " sheet TEXT NOT NULL, row_number BIGINT NOT NULL, PRIMARY KEY (unit, record))"
    )


MIGRATIONS: tuple[Callable[[Any], None], ...] = (_create,)


def headers_of(connection: Connection, unit: str) -> dict[tuple[str, str], str]:
    """Return what the unit's own headers mean: (kind, header as compared) -> column key, "" for nothing."""
    rows = connection.execute(
        "SELECT kind, header, column_key FROM sheet_headers WHERE unit = ? ORDER BY kind, header", (unit,)
    )
    return {(kind, header): key for kind, header, key in rows}


def remember_headers(connection: Connection, unit: str, headers: Mapping[tuple[str, str], str]) -> None:
    """Keep what headers mean, in place of what they meant."""
    connection.executemany(
        "INSERT INTO sheet_headers (unit, kind, header, column_key) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (unit, kind, header) DO UPDATE SET column_key = excluded.column_key",
        [(unit, kind, header, key) for (kind, header), key in headers.items()],
    )


def rows_of(connection: Connection, unit: str, workbook: str) -> dict[str, tuple[str, int]]:
    """Return the sheet and row of *workbook* that each record of *unit* came from."""
    rows = connection.execute(
        "SELECT record, sheet, row_number FROM sheet_rows WHERE unit = ? AND workbook = ? ORDER BY record",
        (unit, workbook),
    )
    return {record: (sheet, row) for record, sheet, row in rows}


def remember_rows(
    connection: Connection, unit: str, workbook: str, rows: Iterable[tuple[str, str, int]]
) -> None:
    """Keep which row each record came from: (record, sheet, row)."""
    connection.executemany(
        "INSERT INTO sheet_rows (unit, record, workbook, sheet, row_number) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (unit, record) DO UPDATE SET workbook = excluded.workbook, sheet = excluded.sheet,"
        " row_number = excluded.row_number",
        [(unit, record, workbook, sheet, row) for record, sheet, row in rows],
    )
