"""The assessors' list brought up to date: units that have changed since somebody last looked are gone through anew.

A unit that cannot be gone through keeps nobody from the others: it is written down as failed, told to whoever looks,
and tried again at the next look.
"""

from __future__ import annotations

import logging
from collections import defaultdict

import orjson

from ledger.events.types import type_of
from ledger.store.protocol import Store, Transaction

from . import review_rows
from .delays import lag_days, lags_of, summary
from .records import Record, Records
from .review_items import Matter, Standards, matters
from .review_rows import LagRow, ReviewRow
from .review_worth import clauses_of, most_points, rubrics_of_year

log = logging.getLogger(__name__)

LIST = 4
"""Raised when the meaning of a kept row changes: rows of another number are made anew."""
UNITS_AT_ONCE = 50


def renew(store: Store, wanted: Standards) -> int:
    """Bring the kept list up to date with the ledger and with *wanted*; return how many units were gone through.

    A few at a time, so that appends never wait long. `review_rows.failed` names the units that could not be.
    """
    basis = basis_of_list(wanted)
    with store.read() as work:
        stale = review_rows.stale(work.connection, basis)
    for start in range(0, len(stale), UNITS_AT_ONCE):
        with store.write(alone=True) as work:
            for unit in stale[start : start + UNITS_AT_ONCE]:
                _keep(work, unit, basis, wanted)
    return len(stale)


def basis_of_list(wanted: Standards) -> str:
    """Return what kept rows rest on: the list's own number, and the standards."""
    return f"{LIST}/{wanted.label}"


def _keep(work: Transaction, unit: str, basis: str, wanted: Standards) -> None:
    work.connection.execute("SAVEPOINT review_unit")
    try:
        records = Records(unit, work.stream(unit))
        rows, delays = rows_of(records, wanted), lag_rows_of(records, wanted)
        review_rows.keep(work.connection, unit, basis, records.last_sequence, rows, delays)
    except Exception:  # whatever it is, it is this unit's and must not become the district's
        work.connection.execute("ROLLBACK TO SAVEPOINT review_unit")
        sequence = work.last_sequence(unit)
        if review_rows.fail(work.connection, unit, basis, sequence):
            log.exception("the review list of unit %s could not be made at sequence %d", unit, sequence)
    work.connection.execute("RELEASE SAVEPOINT review_unit")


def rows_of(records: Records, wanted: Standards) -> list[ReviewRow]:
    """Return a unit's rows."""
    found = matters(records, wanted)
    evidence = _evidence(records) if found else {}
    return [_row(records.unit, matter, evidence.get(matter.record.id, []), wanted) for matter in found]


def _row(unit: str, matter: Matter, evidence: list[Record], wanted: Standards) -> ReviewRow:
    record = matter.record
    rubrics = rubrics_of_year(wanted.rubrics, record.for_year)
    attached = [{"id": each.id, **{name: each.data[name] for name in _SHOWN}} for each in evidence]
    return ReviewRow(
        unit=unit,
        matter=matter.kind.value,
        record=record.id,
        subject=record.subject,
        type=record.type,
        day=record.day.isoformat(),
        recorded=record.recorded,
        lag_days=lag_days(record, wanted.clocks),
        by_whom=record.by,
        sequence=int(matter.since),
        about=matter.about,
        due=matter.due,
        data=orjson.dumps(record.data).decode(),
        evidence=orjson.dumps(attached).decode(),
        clauses="".join(f" {clause} " for clause in clauses_of(rubrics, record.type, record.data)),
        points=most_points(rubrics, record),
        files=len(attached),
    )


_SHOWN = ("filename", "media_type", "bytes", "sha256")


def _evidence(records: Records) -> dict[str, list[Record]]:
    attached: dict[str, list[Record]] = defaultdict(list)
    for record in records.by_id.values():
        if record.type == "evidence.attached" and not record.retracted:
            attached[record.data["record"]].append(record)
    return attached


def lag_rows_of(records: Records, wanted: Standards) -> list[LagRow]:
    """Return a unit's lags, a row for each year in which it did something."""
    by_year: dict[int, list[Record]] = defaultdict(list)
    for record in records.by_id.values():
        if type_of(record.type).lived:
            by_year[record.day.year].append(record)
    return [
        _lag_row(records.unit, year, lags_of(by_year[year], wanted.clocks), wanted.late_days)
        for year in sorted(by_year)
    ]


def _lag_row(unit: str, year: int, lags: list[int], late_days: int) -> LagRow:
    found = summary(lags)
    late = sum(lag > late_days for lag in lags)
    steps = ",".join(map(str, found.steps))
    return LagRow(unit, year, found.entries, found.median, found.ninth, found.longest, late, steps)
