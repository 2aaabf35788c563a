"""The kept totals: one row a unit, written in the transaction of the append that moved it.

What it promises: a row always includes every event committed before it is read, and holds from `as_of` until the
day before `changes_on` for the rubric named in `basis`; whoever reads it on a later day renews it.
All SQL of this room is here.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import NamedTuple

from ledger.store.sql import Connection
from rubric.schema import Rubric

PROJECTION = 7
"""Raised when the meaning of a kept row changes: rows of another number are made anew."""


class TotalsRow(NamedTuple):
    """A unit's totals as kept; amounts in hundredths of a point, days as ISO text, clauses as in `standing`.

    A tuple, because a board reads ten thousand of them.
    """

    unit: str
    name: str
    kind: str
    basis: str
    as_of: str
    changes_on: str
    sequence: int
    score: int
    floor: int
    ceiling: int
    bonus: int
    overdue: int
    missed: int
    standing: str
    forecast: int
    awaiting: int
    closed_on: str
    """The day on which the unit closed, empty while it stands."""
    grade: str = ""
    """By its points alone, where the rubric shares grades or prizes out among the units; else empty."""
    unit_group: str = ""
    """The group that the unit is in."""

    def is_closed(self, day: str) -> bool:
        """Whether the unit has closed by *day* (ISO text): then it stands on no board."""
        return bool(self.closed_on) and self.closed_on <= day

    def holds(self, bases: Container[str], day: str) -> bool:
        """Whether the row is that of *day* (ISO text) under one of *bases*."""
        return self.basis in bases and self.as_of <= day < self.changes_on

    @property
    def is_provisional(self) -> bool:
        """Whether nobody has installed the rubric that it is scored by (see `Rubric.basis`)."""
        return "<" in self.basis

    @property
    def rubric(self) -> str:
        """The id of the rubric that it is scored by; empty where none was."""
        return self.basis.partition("/")[2].partition("@")[0]


_COLUMNS = TotalsRow._fields
_UPSERT = (  # every name is a field of the row, none comes from outside
    f"INSERT INTO totals ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
    f" ON CONFLICT (unit) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS[1:])}"
)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM totals"  # noqa: S608


def create_totals(connection: Connection) -> None:
    """The first migration of this room."""
    connection.execute(
        "CREATE TABLE totals (unit TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, basis TEXT NOT NULL,"
        " as_of TEXT NOT NULL, changes_on TEXT NOT NULL, sequence INTEGER NOT NULL, score INTEGER NOT NULL,"
        " floor INTEGER NOT NULL, ceiling INTEGER NOT NULL, bonus INTEGER NOT NULL, overdue INTEGER NOT NULL,"
        " missed INTEGER NOT NULL) STRICT, WITHOUT ROWID"
    )


def add_standing(connection: Connection) -> None:
    """The second: how the unit stands with every clause, made anew for rows from before."""
    connection.execute("ALTER TABLE totals ADD COLUMN standing TEXT NOT NULL DEFAULT ''")


def add_forecast(connection: Connection) -> None:
    """The third: what is forecast, what waits for people, and when the unit closed."""
    connection.execute("ALTER TABLE totals ADD COLUMN forecast INTEGER NOT NULL DEFAULT 0")
    connection.execute("ALTER TABLE totals ADD COLUMN awaiting INTEGER NOT NULL DEFAULT 0")
    connection.execute("ALTER TABLE totals ADD COLUMN closed_on TEXT NOT NULL DEFAULT ''")


def add_grade(connection: Connection) -> None:
    """The fourth: what is needed to share grades and prizes out."""
    connection.execute("ALTER TABLE totals ADD COLUMN grade TEXT NOT NULL DEFAULT ''")
    connection.execute("ALTER TABLE totals ADD COLUMN unit_group TEXT NOT NULL DEFAULT ''")


MIGRATIONS: Sequence[Callable[[Connection], None]] = (create_totals, add_standing, add_forecast, add_grade)


def basis_of(rubric: Rubric) -> str:
    """Return what a row rests on: the projection's own number and the rubric's basis."""
    return f"{PROJECTION}/{rubric.basis}"


def keep(connection: Connection, rows: Sequence[TotalsRow]) -> None:
    """Write units' rows over those before."""
    if len(rows) == 1:
        connection.execute(_UPSERT, rows[0])
    elif rows:
        connection.executemany(_UPSERT, rows)


def let_lapse(connection: Connection, basis: str, but: Iterable[str] = ()) -> None:
    """Let no row of *basis* hold any longer, those of the units *but* left out: whoever reads one makes it anew."""
    units = f",{','.join(but)},"
    connection.execute(
        "UPDATE totals SET changes_on = as_of WHERE basis = ? AND changes_on > as_of"
        " AND replace(?, ',' || unit || ',', '') = ?",
        (basis, units, units),
    )


def drop(connection: Connection, units: Iterable[str]) -> None:
    """Remove the rows of *units*."""
    connection.executemany("DELETE FROM totals WHERE unit = ?", [(unit,) for unit in units])


def replace(connection: Connection, made: Iterable[TotalsRow]) -> None:
    """Let there be the rows *made* and no others; what is the same already is not written."""
    kept = {row.unit: row for row in rows(connection)}
    fresh = [row for row in made if kept.pop(row.unit, None) != row]
    drop(connection, kept)
    keep(connection, fresh)


def name_of(connection: Connection, unit: str) -> str | None:
    """Return what *unit* is called; None for one that has no row."""
    found = connection.execute("SELECT name FROM totals WHERE unit = ?", (unit,)).fetchone()
    return str(found[0]) if found else None


def one(connection: Connection, unit: str) -> TotalsRow | None:
    """Return a unit's row; None where there is none."""
    found = connection.execute(f"{_SELECT} WHERE unit = ?", (unit,)).fetchone()
    return TotalsRow._make(found) if found else None


def last_sequence(connection: Connection) -> int:
    """Return the sequence of the last event that any row includes; 0 where there is no row."""
    return int(connection.execute("SELECT coalesce(max(sequence), 0) FROM totals").fetchone()[0])


def by_basis(connection: Connection, day: str) -> dict[str, int]:
    """Return how many units stand on *day* (ISO text), by what their rows rest on."""
    counted = connection.execute(
        "SELECT basis, count(*) FROM totals WHERE closed_on = '' OR closed_on > ? GROUP BY basis", (day,)
    )
    return dict(iter(counted))


def names_of_basis(connection: Connection, basis: str, day: str, most: int) -> list[str]:
    """Return what the first units whose rows rest on *basis* are called; *most*: of so many."""
    named = connection.execute(
        "SELECT name FROM totals WHERE basis = ? AND (closed_on = '' OR closed_on > ?) ORDER BY unit LIMIT ?",
        (basis, day, most),
    )
    return [name for (name,) in named]


def rows(connection: Connection) -> Iterator[TotalsRow]:
    """Yield every row by unit id."""
    return map(TotalsRow._make, connection.execute(f"{_SELECT} ORDER BY unit"))
