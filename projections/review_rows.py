"""The kept list of what assessors should look at, and each unit's lags by year. All SQL of this room is here.

What it promises: the rows of a unit are those of its stream up to the sequence that stands in `review_units`, under the
standards named there. Whoever asks brings the units that changed since up to date first (`reviewing.renew`): no append
pays for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields

from ledger.store.sql import Connection


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A `Matter` as kept: days as ISO text, `data` and `evidence` as JSON text."""

    unit: str
    matter: str
    record: str
    subject: str
    type: str
    day: str
    recorded: str
    lag_days: int
    by_whom: str
    sequence: int
    about: str
    due: str
    data: str
    evidence: str
    clauses: str
    """The clauses that name its code, each between two spaces."""
    points: int
    """What it would give at most where a bonus clause counts it, in hundredths."""
    files: int
    """How many files are attached to it."""


@dataclass(frozen=True, slots=True)
class LagRow:
    """The `Lags` of what a unit did in one year, and how many entries were later than the setting allows."""

    unit: str
    year: int
    entries: int
    median: int
    ninth: int
    longest: int
    late: int
    steps: str
    """Numbers joined by commas."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows are asked for; what is empty is not asked."""

    matter: str = ""
    unit: str = ""
    """A unit's id, or part of its name."""
    kind: str = ""
    """The kind of unit."""
    type: str = ""
    trusted: tuple[str, ...] = ()
    """Accounts whose own declarations need nobody's look."""
    clause: str = ""
    points: int = 0
    """At least so many hundredths."""
    since: str = ""
    """Occurred on that day (ISO text) or later."""
    until: str = ""
    files: bool | None = None
    """With files, or without any."""
    units: tuple[str, ...] | None = None
    """Only of these units."""


_COLUMNS = [field.name for field in fields(ReviewRow)]
_LAGS = [field.name for field in fields(LagRow)]
# Every name is a field of a row, none comes from outside.
_INSERT = f"INSERT INTO review_rows ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
_INSERT_LAGS = f"INSERT INTO review_lags ({', '.join(_LAGS)}) VALUES ({', '.join('?' * len(_LAGS))})"  # noqa: S608
_TABLES = ("review_rows", "review_lags", "review_units")


def create_review(connection: Connection) -> None:
    """The first migration of this room."""
    connection.execute(
        "CREATE TABLE review_rows (unit TEXT NOT NULL, matter TEXT NOT NULL, record TEXT NOT NULL,"
        " subject TEXT NOT NULL, type TEXT NOT NULL, day TEXT NOT NULL, recorded TEXT NOT NULL,"
        " lag_days BIGINT NOT NULL, by_whom TEXT NOT NULL, sequence BIGINT NOT NULL, about TEXT NOT NULL,"
        " due TEXT NOT NULL, data TEXT NOT NULL, evidence TEXT NOT NULL, PRIMARY KEY (unit, matter, record))"
    )
    connection.execute("CREATE INDEX review_rows_by_matter ON review_rows (matter, sequence)")
    connection.execute(
        "CREATE TABLE review_lags (unit TEXT NOT NULL, year BIGINT NOT NULL, entries BIGINT NOT NULL,"
        " median BIGINT NOT NULL, ninth BIGINT NOT NULL, longest BIGINT NOT NULL, late BIGINT NOT NULL,"
        " steps TEXT NOT NULL, PRIMARY KEY (unit, year))"
    )
    connection.execute(
        "CREATE TABLE review_units (unit TEXT PRIMARY KEY, basis TEXT NOT NULL, sequence BIGINT NOT NULL)"
    )


def add_worth(connection: Connection) -> None:
    """The second: what a row is about and worth, and its files; rows from before are made anew."""
    connection.execute("ALTER TABLE review_rows ADD COLUMN clauses TEXT NOT NULL DEFAULT ''")
    connection.execute("ALTER TABLE review_rows ADD COLUMN points BIGINT NOT NULL DEFAULT 0")
    connection.execute("ALTER TABLE review_rows ADD COLUMN files BIGINT NOT NULL DEFAULT 0")


MIGRATIONS: Sequence[Callable[[Connection], None]] = (create_review, add_worth)


def stale(connection: Connection, basis: str) -> list[str]:
    """Return the units whose rows are not those of their stream now, or rest on another basis, by id."""
    rows = connection.execute(
        "SELECT totals.unit FROM totals LEFT JOIN review_units ON review_units.unit = totals.unit"
        " WHERE review_units.unit IS NULL OR review_units.basis <> ? OR review_units.sequence <> totals.sequence"
        " ORDER BY totals.unit",
        (basis,),
    )
    return [unit for (unit,) in rows]


def keep(
    connection: Connection,
    unit: str,
    basis: str,
    sequence: int,
    rows: Iterable[ReviewRow],
    lags: Iterable[LagRow],
) -> None:
    """Let *rows* and *lags* be the unit's, up to its event *sequence*."""
    for table in _TABLES:
        connection.execute(f"DELETE FROM {table} WHERE unit = ?", (unit,))  # noqa: S608
    connection.executemany(_INSERT, [astuple(row) for row in rows])
    connection.executemany(_INSERT_LAGS, [astuple(row) for row in lags])
    connection.execute(
        "INSERT INTO review_units (unit, basis, sequence) VALUES (?, ?, ?)", (unit, basis, sequence)
    )


FAILED = "failed: "
"""Before the basis of a unit whose rows could not be made: it is never the basis asked for, so the unit stays stale."""


def fail(connection: Connection, unit: str, basis: str, sequence: int) -> bool:
    """Write down that the rows of *unit* could not be made; return whether that is news."""
    known = connection.execute("SELECT basis, sequence FROM review_units WHERE unit = ?", (unit,)).fetchone()
    keep(connection, unit, FAILED + basis, sequence, (), ())
    return known is None or tuple(known) != (FAILED + basis, sequence)


def failed(connection: Connection) -> list[tuple[str, str]]:
    """Return id and name of each unit whose rows could not be made, by id."""
    rows = connection.execute(
        "SELECT totals.unit, totals.name FROM review_units JOIN totals ON totals.unit = review_units.unit"
        " WHERE review_units.basis LIKE ? ORDER BY totals.unit",
        (FAILED + "%",),
    )
    return [(unit, name) for unit, name in rows]


def listed_units(connection: Connection) -> dict[str, tuple[str, int]]:
    """Return of every unit that is listed on what its rows rest, and up to which of its events."""
    rows = connection.execute("SELECT unit, basis, sequence FROM review_units")
    return {unit: (basis, sequence) for unit, basis, sequence in rows}


def rows_of_unit(connection: Connection, unit: str) -> list[ReviewRow]:
    """Return the rows of *unit*."""
    found = connection.execute(f"SELECT {', '.join(_COLUMNS)} FROM review_rows WHERE unit = ?", (unit,))  # noqa: S608
    return [ReviewRow(*row) for row in found]


def lags_of_unit(connection: Connection, unit: str) -> list[LagRow]:
    """Return the lags of *unit*, by year."""
    found = connection.execute(
        f"SELECT {', '.join(_LAGS)} FROM review_lags WHERE unit = ? ORDER BY year",  # noqa: S608
        (unit,),
    )
    return [LagRow(*row) for row in found]


def clear(connection: Connection) -> None:
    """Remove every row: who asks next has them made anew."""
    for table in _TABLES:
        connection.execute(f"DELETE FROM {table}")  # noqa: S608


def counts(connection: Connection, wanted: Wanted) -> dict[str, int]:
    """Return how many rows there are of each matter, whatever matter *wanted* names."""
    where, values = _where(wanted, matter="")
    return dict(
        connection.execute(
            f"SELECT review_rows.matter, count(*) {_FROM}{where} GROUP BY review_rows.matter"
            " ORDER BY review_rows.matter",
            values,
        )
    )


def waiting(connection: Connection, matters: Sequence[str], trusted: Sequence[str]) -> dict[str, int]:
    """Return how many rows of *matters* each unit has; one without any is not in it."""
    where, values = _where(Wanted(trusted=tuple(trusted)), matter="")
    marks = ", ".join("?" * len(matters))
    among = f"review_rows.matter IN ({marks})"
    rows = connection.execute(
        f"SELECT review_rows.unit, count(*) {_FROM}{f'{where} AND {among}' if where else f' WHERE {among}'}"
        " GROUP BY review_rows.unit ORDER BY review_rows.unit",
        [*values, *matters],
    )
    return dict(rows)


def of_matter(connection: Connection, matter: str, about: str) -> list[ReviewRow]:
    """Return the rows of one matter about one thing, by unit."""
    rows = connection.execute(
        f"SELECT {', '.join(_COLUMNS)} FROM review_rows WHERE matter = ? AND about = ? ORDER BY unit",  # noqa: S608
        (matter, about),
    )
    return [ReviewRow(*row) for row in rows]


def of_matters(connection: Connection, matters: Sequence[str]) -> list[tuple[ReviewRow, str]]:
    """Return every row of *matters* with its unit's name, by unit and in the order of the ledger."""
    columns = ", ".join(f"review_rows.{name}" for name in _COLUMNS)
    marks = ", ".join("?" * len(matters))
    rows = connection.execute(
        f"SELECT {columns}, totals.name {_FROM} WHERE review_rows.matter IN ({marks})"
        " ORDER BY review_rows.unit, review_rows.sequence",
        list(matters),
    )
    return [(ReviewRow(*row[:-1]), row[-1]) for row in rows]


def page(
    connection: Connection,
    wanted: Wanted,
    *,
    first: int,
    most: int,
    newest_first: bool = False,
    by_unit: bool = False,
) -> list[tuple[ReviewRow, str, str]]:
    """Return rows with the name and kind of their units, in the order of the ledger, from the place *first* on.

    *by_unit*: unit by unit, and in the order of the ledger within each.
    """
    where, values = _where(wanted, matter=wanted.matter)
    columns = ", ".join(f"review_rows.{name}" for name in _COLUMNS)
    order = "DESC" if newest_first else "ASC"
    rows = connection.execute(
        f"SELECT {columns}, totals.name, totals.kind {_FROM}{where}"
        f" ORDER BY {'review_rows.unit, ' if by_unit else ''}review_rows.sequence {order}, review_rows.matter"
        " LIMIT ? OFFSET ?",
        [*values, most, first],
    )
    return [(ReviewRow(*row[:-2]), row[-2], row[-1]) for row in rows]


def lags(connection: Connection, year: int, *, first: int, most: int) -> list[tuple[LagRow, str]]:
    """Return the lags of *year* with the units' names, those that record latest first."""
    columns = ", ".join(f"review_lags.{name}" for name in _LAGS)
    rows = connection.execute(
        f"SELECT {columns}, totals.name FROM review_lags JOIN totals ON totals.unit = review_lags.unit"  # noqa: S608
        " WHERE review_lags.year = ? AND review_lags.entries > 0"
        " ORDER BY review_lags.ninth DESC, review_lags.median DESC, review_lags.unit LIMIT ? OFFSET ?",
        (year, most, first),
    )
    return [(LagRow(*row[:-1]), row[-1]) for row in rows]


def lag_steps(connection: Connection, year: int) -> Iterator[tuple[str, int]]:
    """Yield steps and late entries of every unit in *year*, for adding up a district."""
    yield from connection.execute(
        "SELECT steps, late FROM review_lags WHERE year = ? AND entries > 0 ORDER BY unit", (year,)
    )


def lag_years(connection: Connection) -> list[int]:
    """Return the years that have entries, latest first."""
    rows = connection.execute("SELECT DISTINCT year FROM review_lags WHERE entries > 0 ORDER BY year DESC")
    return [year for (year,) in rows]


_FROM = "FROM review_rows JOIN totals ON totals.unit = review_rows.unit"


def _where(wanted: Wanted, *, matter: str) -> tuple[str, list[object]]:
    asked: Mapping[str, str] = {
        "review_rows.matter": matter,
        "review_rows.type": wanted.type,
        "totals.kind": wanted.kind,
    }
    parts = [f"{column} = ?" for column, value in asked.items() if value]
    values: list[object] = [value for value in asked.values() if value]
    if wanted.unit:
        parts.append("(review_rows.unit = ? OR totals.name LIKE ? ESCAPE '!')")
        values += [wanted.unit, f"%{_plain(wanted.unit)}%"]
    if wanted.clause:
        parts.append("review_rows.clauses LIKE ? ESCAPE '!'")
        values.append(f"% {_plain(wanted.clause)} %")
    for condition, value in (
        ("review_rows.points >= ?", wanted.points),
        ("review_rows.day >= ?", wanted.since),
        ("review_rows.day <= ?", wanted.until),
    ):
        if value:
            parts.append(condition)
            values.append(value)
    if wanted.files is not None:
        parts.append("review_rows.files > 0" if wanted.files else "review_rows.files = 0")
    if wanted.units is not None:
        parts.append(f"review_rows.unit IN ({', '.join('?' * len(wanted.units)) or 'NULL'})")
        values += wanted.units
    if wanted.trusted:
        marks = ", ".join("?" * len(wanted.trusted))
        parts.append(f"(review_rows.matter <> 'declared' OR review_rows.by_whom NOT IN ({marks}))")
        values += wanted.trusted
    return (f" WHERE {' AND '.join(parts)}" if parts else ""), values


def _plain(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
