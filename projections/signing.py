"""What was signed: figures that an assessor fixed, apart from the advice that goes on being computed."""

from __future__ import annotations

from datetime import date

from rubric.schema import Rubric

from .records import Record, Records

SIGNED = "score.signed"


def signings(records: Records, year: int, day: date = date.max, rubric: Rubric | None = None) -> list[Record]:
    """Return the signings of *year* by *day* that were not taken back; each superseded the one before it.

    *rubric*: only those made under it, whatever its version.
    """
    found = [
        record
        for record in records.by_id.values()
        if record.type == SIGNED
        and not record.retracted
        and record.data["for_year"] == year
        and record.day <= day
        and (rubric is None or record.data["rubric"] == rubric.id)
    ]
    return sorted(found, key=lambda record: record.sequence)


def signed(records: Records, year: int, day: date = date.max, rubric: Rubric | None = None) -> Record | None:
    """Return the signing of *year* (made under *rubric*) that stands on *day*, None when there is none.

    Its `data` hold score, bonus, floor, ceiling (decimal strings), `indicators`, the rubric's id and version, and the
    ledger position (`sequence`) they rest on; its `by` is who signed.
    """
    return next(reversed(signings(records, year, day, rubric)), None)
