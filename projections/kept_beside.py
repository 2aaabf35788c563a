"""The kept totals under rubrics that are scored beside the main one: one row a unit and rubric, as in `totals`.

Also a unit that the rubric is not meant for has a row, which says so: nobody folds its stream to find out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from ledger.store.sql import Connection

from .totals import TotalsRow


class BesideRow(NamedTuple):
    """A unit's row under the rubric with that id; `is_meant`: whether the rubric assesses the unit."""

    rubric: str
    is_meant: int
    row: TotalsRow


_COLUMNS = ("rubric", "is_meant", *TotalsRow._fields)
_UPSERT = (  # every name is a field of the row, none comes from outside
    f"INSERT INTO totals_beside ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
    f" ON CONFLICT (unit, rubric) DO UPDATE SET "
    f"{', '.join(f'{name} = excluded.{name}' for name in _COLUMNS if name not in ('unit', 'rubric'))}"
)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM totals_beside"  # noqa: S608


def create_beside(connection: Connection) -> None:
    """Let there be such rows."""
    connection.execute(
        "CREATE TABLE totals_beside (unit TEXT NOT NULL, rubric TEXT NOT NULL, is_meant INTEGER NOT NULL,"
        " name TEXT NOT NULL, kind TEXT NOT NULL, basis TEXT NOT NULL, as_of TEXT NOT NULL,"
        " changes_on TEXT NOT NULL, sequence INTEGER NOT NULL, score INTEGER NOT NULL, floor INTEGER NOT NULL,"
        " ceiling INTEGER NOT NULL, bonus INTEGER NOT NULL, overdue INTEGER NOT NULL, missed INTEGER NOT NULL,"
        " standing TEXT NOT NULL, forecast INTEGER NOT NULL, awaiting INTEGER NOT NULL, closed_on TEXT NOT NULL,"
        " grade TEXT NOT NULL, unit_group TEXT NOT NULL, PRIMARY KEY (unit, rubric)) STRICT, WITHOUT ROWID"
    )


MIGRATIONS: Sequence[Callable[[Connection], None]] = (create_beside,)


def keep(connection: Connection, rows: Sequence[BesideRow]) -> None:
    """Write rows over those before."""
    if len(rows) == 1:
        connection.execute(_UPSERT, (rows[0].rubric, rows[0].is_meant, *rows[0].row))
    elif rows:
        connection.executemany(_UPSERT, [(each.rubric, each.is_meant, *each.row) for each in rows])


def let_lapse(connection: Connection, basis: str, but: Iterable[str] = ()) -> None:
    """Let no row of *basis* hold any longer, those of the units *but* left out: whoever reads one makes it anew."""
    units = f",{','.join(but)},"
    connection.execute(
        "UPDATE totals_beside SET changes_on = as_of WHERE basis = ? AND changes_on > as_of"
        " AND replace(?, ',' || unit || ',', '') = ?",
        (basis, units, units),
    )


def drop(connection: Connection, units: Iterable[str]) -> None:
    """Remove the rows of *units*."""
    connection.executemany("DELETE FROM totals_beside WHERE unit = ?", [(unit,) for unit in units])


def clear(connection: Connection) -> None:
    """Remove every row."""
    connection.execute("DELETE FROM totals_beside")


def rows(connection: Connection, rubric_id: str) -> Iterator[BesideRow]:
    """Yield every row under a rubric, by unit id."""
    found = connection.execute(f"{_SELECT} WHERE rubric = ? ORDER BY unit", (rubric_id,))
    for rubric, is_meant, *row in found:
        yield BesideRow(rubric, is_meant, TotalsRow._make(row))


def one(connection: Connection, unit: str, rubric_id: str) -> TotalsRow | None:
    """Return a unit's row under a rubric; None where there is none."""
    found = connection.execute(f"{_SELECT} WHERE unit = ? AND rubric = ?", (unit, rubric_id)).fetchone()
    return TotalsRow._make(found[2:]) if found else None
