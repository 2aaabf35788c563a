"""What each unit has not done, kept until its next event (see `projections.duties`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ledger.store.sql import Connection


@dataclass(frozen=True, slots=True)
class KeptAgenda:
    """A unit's duties after its event numbered `sequence`, as found on `made_on` (ISO) under the rubrics of `basis`."""

    unit: str
    sequence: int
    basis: str
    made_on: str
    duties: str
    """JSON, as `agenda` writes it."""


def keep(connection: Connection, rows: Iterable[KeptAgenda]) -> None:
    """Write rows over those before."""
    connection.executemany(
        "INSERT INTO reminder_agenda (unit, sequence, basis, made_on, duties) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (unit) DO UPDATE SET sequence = excluded.sequence, basis = excluded.basis,"
        " made_on = excluded.made_on, duties = excluded.duties",
        [(row.unit, row.sequence, row.basis, row.made_on, row.duties) for row in rows],
    )


def kept(connection: Connection) -> Iterator[KeptAgenda]:
    """Yield every row, by unit."""
    for row in connection.execute(
        "SELECT unit, sequence, basis, made_on, duties FROM reminder_agenda ORDER BY unit"
    ):
        yield KeptAgenda(*row)
