"""What is kept of the first stage, where a rubric compares units: what each brings, and what its clauses came to.

From these `projections.second_stage` makes the rows of ten thousand units without folding one of them.
All SQL of these two tables is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from ledger.store.sql import Connection


class FirstRow(NamedTuple):
    """What a unit brings under the rubric of *basis*; days as ISO text.

    It holds from `as_of` until the day before `changes_on`; from `turns_on` on what it brings may be another. `held`:
    the place of the best grade that it may have. `brought`, `drawn`: texts of `projections.second_stage`; `drawn` is
    where it stood when the second stage was last worked out, empty where that never was.
    """

    unit: str
    basis: str
    as_of: str
    changes_on: str
    turns_on: str
    sequence: int
    held: int
    brought: str
    drawn: str = ""

    def holds(self, day: str) -> bool:
        """Whether it is that of *day* (ISO text)."""
        return self.as_of <= day < self.changes_on


_COLUMNS = FirstRow._fields
_UPSERT = (  # every name is a field of the row, none comes from outside
    f"INSERT INTO first_stage ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
    f" ON CONFLICT (unit, basis) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS[2:])}"
)
_UPSERT_RESULTS = (
    "INSERT INTO first_results (unit, basis, results) VALUES (?, ?, ?)"
    " ON CONFLICT (unit, basis) DO UPDATE SET results = excluded.results"
)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM first_stage"  # noqa: S608


def create_firsts(connection: Connection) -> None:
    """Let there be such rows; the results apart, because they are long and seldom read."""
    connection.execute(
        "CREATE TABLE first_stage (unit TEXT NOT NULL, basis TEXT NOT NULL, as_of TEXT NOT NULL,"
        " changes_on TEXT NOT NULL, turns_on TEXT NOT NULL, sequence INTEGER NOT NULL, held INTEGER NOT NULL,"
        " brought TEXT NOT NULL, drawn TEXT NOT NULL, PRIMARY KEY (unit, basis)) STRICT, WITHOUT ROWID"
    )
    connection.execute(
        "CREATE TABLE first_results (unit TEXT NOT NULL, basis TEXT NOT NULL, results TEXT NOT NULL,"
        " PRIMARY KEY (unit, basis)) STRICT"
    )


MIGRATIONS: Sequence[Callable[[Connection], None]] = (create_firsts,)


def keep(connection: Connection, rows: Sequence[tuple[FirstRow, str]]) -> None:
    """Write rows, each with its results, over those before."""
    if rows:
        connection.executemany(_UPSERT, [row for row, _ in rows])
        connection.executemany(_UPSERT_RESULTS, [(row.unit, row.basis, results) for row, results in rows])


def draw(connection: Connection, drawn: Iterable[tuple[str, FirstRow]]) -> None:
    """Note where units stand: the text, and the row that it belongs to."""
    connection.executemany(
        "UPDATE first_stage SET drawn = ? WHERE unit = ? AND basis = ?",
        [(text, row.unit, row.basis) for text, row in drawn],
    )


def drop(connection: Connection, rows: Iterable[tuple[str, str]]) -> None:
    """Remove rows, by unit and basis."""
    gone = list(rows)
    for table in ("first_stage", "first_results"):
        connection.executemany(f"DELETE FROM {table} WHERE unit = ? AND basis = ?", gone)  # noqa: S608


def clear(connection: Connection, but: Sequence[str] = ()) -> None:
    """Remove every row but those of the bases named."""
    for table in ("first_stage", "first_results"):
        found = connection.execute(f"SELECT DISTINCT basis FROM {table}").fetchall()  # noqa: S608
        gone = [(basis,) for (basis,) in found if basis not in but]
        connection.executemany(f"DELETE FROM {table} WHERE basis = ?", gone)  # noqa: S608


def of_unit(connection: Connection, unit: str) -> dict[str, FirstRow]:
    """Return a unit's rows by basis."""
    found = connection.execute(f"{_SELECT} WHERE unit = ?", (unit,))
    return {row.basis: row for row in map(FirstRow._make, found)}


def of_basis(connection: Connection, basis: str) -> Iterator[FirstRow]:
    """Yield every row of *basis*, by unit id."""
    return map(FirstRow._make, connection.execute(f"{_SELECT} WHERE basis = ? ORDER BY unit", (basis,)))


def results(connection: Connection, basis: str) -> dict[str, str]:
    """Return the results of every unit under *basis*."""
    found = connection.execute("SELECT unit, results FROM first_results WHERE basis = ?", (basis,))
    return dict(iter(found))


def results_of(connection: Connection, unit: str, basis: str) -> str:
    """Return the results of one unit; empty where there are none."""
    found = connection.execute(
        "SELECT results FROM first_results WHERE unit = ? AND basis = ?", (unit, basis)
    ).fetchone()
    return str(found[0]) if found else ""
