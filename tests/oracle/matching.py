"""Which records a clause, or a need of it, is about: contract §5 (window, scope)."""

from datetime import date
from typing import Any

from tests.oracle.history import Known, Record, as_date
from tests.oracle.organization import field_on

Clause = dict[str, Any]


def due_of(known: Known, need: Clause) -> date:
    """The last day to do it in time: by default the last day of the year."""
    return as_date(need["due"]) if "due" in need else known.last_day


def final_of(known: Known, need: Clause) -> date:
    """The last day on which it can still be made good: by default the due day."""
    if need.get("final") == "closing":
        return known.closing
    return as_date(need["final"]) if "final" in need else due_of(known, need)


def window_of(known: Known, need: Clause) -> tuple[date, date]:
    """The days between which a record counts: by default the year."""
    if "window" in need:
        first, last = need["window"]
        return as_date(first), as_date(last)
    return known.first_day, known.last_day


def is_about(known: Known, need: Clause, record: Record) -> bool:
    """Whether the record is of the activity, document or outlet that is asked for."""
    if "activity" in need:
        if record.type != "activity.held" or need["activity"] not in record.data["kinds"]:
            return False
        if need.get("lecturer") == "secretary":
            secretary = field_on(known, known.unit, "secretary", record.day)
            return secretary is not None and record.data.get("lecturer") == secretary
        return True
    if "document" in need:
        return record.type == "document.filed" and record.data["document"] == need["document"]
    if "outlet" in need:
        return record.type == "publication.made" and record.data["outlet"] == need["outlet"]
    raise AssertionError(f"nothing to match in {need}")


def in_time(known: Known, need: Clause, record: Record, final: date) -> bool:
    """Whether the record falls in the window; one matched by for_year must be for the year and by the final day."""
    if need.get("for_year"):
        return record.for_year == known.year and record.day <= final
    first, last = window_of(known, need)
    return first <= record.day <= min(last, final)


def matching(known: Known, need: Clause, final: date, subject: str | None = None) -> list[Record]:
    """The records that answer the need, of the whole tree or of one subject alone."""
    return [
        record
        for record in known.records
        if is_about(known, need, record)
        and in_time(known, need, record, final)
        and (subject is None or record.subject == subject)
    ]


def scope_subject(known: Known, clause: Clause) -> str | None:
    """None for the whole tree, the unit where its own records alone count."""
    return known.unit if clause.get("scope", "tree") == "unit" else None
