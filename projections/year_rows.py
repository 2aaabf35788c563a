"""Units' years as kept in the store: one row a unit, rubric and day, so that a server that starts works none out anew.

A row says up to which event of its unit it goes; whether it still holds is for who reads it to say
(`year_table.YearTables`). All SQL of this room is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from fractions import Fraction

import orjson

from ledger.json_object import JsonObject
from ledger.store.sql import Connection
from rubric.amounts import Amount
from rubric.schema import Rubric

from .appeals import Appeal
from .records import Record
from .results import Result
from .year_columns import UnitYear

FORM = 2
"""Raised when the meaning of a kept row changes: rows of another number are passed over."""


def create_years(connection: Connection) -> None:
    """The first migration of this room."""
    connection.execute(
        "CREATE TABLE year_rows (unit TEXT NOT NULL, basis TEXT NOT NULL, day TEXT NOT NULL,"
        " sequence BIGINT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (unit, basis, day))"
    )
    connection.execute("CREATE INDEX year_rows_by_day ON year_rows (basis, day)")


MIGRATIONS: Sequence[Callable[[Connection], None]] = (create_years,)


def basis_of(rubric: Rubric) -> str:
    """Return what a row rests on: the form of rows and the rubric's basis."""
    return f"{FORM}/{rubric.basis}"


def read(connection: Connection, basis: str, day: date) -> dict[str, UnitYear]:
    """Return the kept rows of *day*, by unit; one that cannot be read is left out: it is made anew."""
    rows = connection.execute(
        "SELECT unit, sequence, data FROM year_rows WHERE basis = ? AND day = ? ORDER BY unit",
        (basis, day.isoformat()),
    )
    found = {}
    for unit, sequence, data in rows.fetchall():
        try:
            found[unit] = from_text(unit, sequence, day, data)
        except (ValueError, KeyError, TypeError):
            continue
    return found


def days(connection: Connection, basis: str) -> list[date]:
    """Return the days of which rows are kept, the latest first."""
    rows = connection.execute(
        "SELECT DISTINCT day FROM year_rows WHERE basis = ? ORDER BY day DESC", (basis,)
    )
    return [date.fromisoformat(day) for (day,) in rows.fetchall()]


def of_unit(connection: Connection, unit: str) -> list[tuple[str, str, int, str]]:
    """Return basis, day, last event and text of each of the unit's rows."""
    rows = connection.execute(
        "SELECT basis, day, sequence, data FROM year_rows WHERE unit = ? ORDER BY basis, day", (unit,)
    )
    return [(basis, day, sequence, data) for basis, day, sequence, data in rows.fetchall()]


def keep(connection: Connection, basis: str, day: date, years: Iterable[UnitYear]) -> None:
    """Write *years* over the rows before."""
    connection.executemany(
        "INSERT INTO year_rows (unit, basis, day, sequence, data) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (unit, basis, day) DO UPDATE SET sequence = excluded.sequence, data = excluded.data",
        [(each.unit, basis, day.isoformat(), each.sequence, as_text(each)) for each in years],
    )


def keep_only(connection: Connection, basis: str, wanted: Iterable[date]) -> None:
    """Remove the rows of every other basis and day."""
    kept = [day.isoformat() for day in wanted]
    marks = ", ".join("?" * len(kept))
    connection.execute(
        f"DELETE FROM year_rows WHERE basis <> ? OR day NOT IN ({marks})",  # noqa: S608
        (basis, *kept),
    )


def clear(connection: Connection) -> None:
    """Remove every row."""
    connection.execute("DELETE FROM year_rows")


# -- a unit's year as text ------------------------------------------------------------------------------------


def as_text(year: UnitYear) -> str:
    """Return what is kept of *year*: the same year gives the same text."""
    result = year.result
    said = {
        "name": year.name,
        "kind": year.kind,
        "amounts": [
            _said(each) for each in (year.score, year.floor, year.ceiling, year.forecast, year.bonus)
        ],
        "figures": [[number, _said(points)] for number, points in year.figures.items()],
        "unsettled": year.unsettled,
        "awaiting": year.awaiting,
        "short": sorted(year.short),
        "overdue": sorted(year.overdue),
        "missed": sorted(year.missed),
        "lost": [[clause, _said(points)] for clause, points in year.lost.items()],
        "last_done": year.last_done.isoformat() if year.last_done else None,
        "signing": _record(result.signing),
        "second": _record(result.second),
        "publication": _record(result.publication),
        "confirmation": _record(result.confirmation),
        "grade": year.grade,
        "appeals": [[_record(each.filing), _record(each.decision)] for each in result.appeals],
    }
    return orjson.dumps(said).decode()


def from_text(unit: str, sequence: int, day: date, text: str) -> UnitYear:
    """Return the year that `as_text` wrote. Raises ValueError, KeyError or TypeError when that is none."""
    said = orjson.loads(text)
    score, floor, ceiling, forecast, bonus = map(_amount, said["amounts"])
    decided = [(_recorded(filing), _recorded(decision)) for filing, decision in said["appeals"]]
    return UnitYear(
        unit,
        said["name"],
        said["kind"],
        sequence,
        score,
        floor,
        ceiling,
        forecast,
        bonus,
        {number: _amount(points) for number, points in said["figures"]},
        said["unsettled"],
        said["awaiting"],
        frozenset(said["short"]),
        frozenset(said["overdue"]),
        frozenset(said["missed"]),
        {clause: _amount(points) for clause, points in said["lost"]},
        date.fromisoformat(said["last_done"]) if said["last_done"] else None,
        Result(
            _recorded(said["signing"]),
            _recorded(said["second"]),
            _recorded(said["publication"]),
            _recorded(said["confirmation"]),
            [Appeal(filing, decision) for filing, decision in decided if filing is not None],
            day,
        ),
        said["grade"],
    )


def _said(amount: Amount) -> int | str:
    return amount if isinstance(amount, int) else str(amount)


def _amount(said: int | str) -> Amount:
    return said if isinstance(said, int) else Fraction(said)


def _record(record: Record | None) -> JsonObject | None:
    if record is None:
        return None
    return {
        "id": record.id,
        "sequence": record.sequence,
        "type": record.type,
        "subject": record.subject,
        "time": f"{record.day.isoformat()}T00:00:00+08:00",
        "data": record.data,
        "recordedtime": record.recorded,
        "authid": record.by,
    }


def _recorded(said: dict[str, object] | None) -> Record | None:
    return None if said is None else Record(said)  # type: ignore[arg-type]  # what `_record` wrote of a stored event
