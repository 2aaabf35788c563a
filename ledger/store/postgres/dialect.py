"""The rooms' SQL, written once in SQLite's spelling, as PostgreSQL spells it.

Values: ``?`` becomes ``$1``, ``$2`` ... Tables: whole numbers are BIGINT, text is compared by its bytes, as SQLite does
(the order of unit ids must not hang on the database's language), and SQLite's table options go. Types are written in
capitals: a column may be called ``text``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import count

_DEFINES = re.compile(r"\s*(CREATE\s+TABLE|ALTER\s+TABLE)\b", re.IGNORECASE)
_TYPES = (
    (re.compile(r"\bTEXT\b"), 'TEXT COLLATE "C"'),
    (re.compile(r"\b(?:INTEGER|INT)\b"), "BIGINT"),
    (re.compile(r"\bBLOB\b"), "BYTEA"),
    (
        re.compile(
            r"\)\s*(?:STRICT|WITHOUT\s+ROWID)(?:\s*,\s*(?:STRICT|WITHOUT\s+ROWID))*\s*;?\s*$", re.IGNORECASE
        ),
        ")",
    ),
)


@lru_cache(maxsize=1024)
def translated(sql: str) -> str:
    """Return *sql* for PostgreSQL. A ``?`` is always the place of a value: none may stand in a literal."""
    if _DEFINES.match(sql):
        for pattern, instead in _TYPES:
            sql = pattern.sub(instead, sql)
        return sql
    if "?" not in sql:
        return sql
    number = count(1)
    return re.sub(r"\?", lambda _: f"${next(number)}", sql)


ROWS_AT_ONCE = 64
"""Rows of one INSERT, a power of two: so few different statements can stay prepared."""


def batches(sql: str, rows: Iterable[Sequence[object]]) -> Iterator[tuple[str, Sequence[object]]]:
    """Yield what runs *sql* for each of *rows*: an INSERT takes many rows at once, other statements one."""
    given = list(rows)
    start = 0
    while start < len(given):
        at_once = 1 << min(len(given) - start, ROWS_AT_ONCE).bit_length() - 1
        many = _with_rows(sql, at_once)
        if many is None:
            yield from ((sql, row) for row in given[start:])
            return
        yield many, [value for row in given[start : start + at_once] for value in row]
        start += at_once


@lru_cache(maxsize=256)
def _with_rows(sql: str, rows: int) -> str | None:
    """Return ``INSERT ... VALUES (?, ?)`` with as many *rows*; None for another kind of statement."""
    found = _INSERT.fullmatch(sql)
    if found is None:
        return None
    before, row, after = found.groups()
    return f"{before}{', '.join([row] * rows)}{after}"


_INSERT = re.compile(r"(\s*INSERT\b[^?]*\bVALUES\s*)(\([\s?,]+\))([^?]*)", re.IGNORECASE)
