"""What an organisation was on a day: contract §3 and §5 (scope)."""

from datetime import date
from typing import Any

from tests.oracle.history import Known

DEFAULTS: dict[str, Any] = {"has_committee": True, "has_groups": True}


def field_on(known: Known, subject: str, field: str, day: date) -> Any:
    """What the subject's latest organization event by that day that names the field says of it."""
    value = DEFAULTS.get(field)
    for record in known.of("organization.registered", "organization.changed"):
        if record.subject == subject and record.day <= day and field in record.data:
            value = record.data[field]
    return value


def registered_on(known: Known, subject: str) -> date | None:
    """The day on which the subject was registered."""
    for record in known.of("organization.registered"):
        if record.subject == subject:
            return record.day
    return None


def closed_on(known: Known, subject: str) -> date | None:
    """The day on which the unit or branch was closed: a unit that closes closes its branches."""
    days = [
        record.day for record in known.of("organization.closed") if record.subject in {subject, known.unit}
    ]
    return min(days, default=None)


def standing(known: Known, registered_by: date, not_closed_by: date) -> list[str]:
    """The branches registered by the one day and not closed on or before the other."""
    return sorted(
        record.subject
        for record in known.of("organization.registered")
        if record.subject != known.unit
        and record.day <= registered_by
        and not is_closed(known, record.subject, not_closed_by)
    )


def is_closed(known: Known, subject: str, day: date) -> bool:
    """Whether it was closed on or before that day."""
    closed = closed_on(known, subject)
    return closed is not None and closed <= day


def first_branch_on(known: Known) -> date | None:
    """The day on which the first branch that the tree ever had was registered."""
    days = [one.day for one in known.of("organization.registered") if one.subject != known.unit]
    return min(days, default=None)


def owes(known: Known, subject: str, due: date) -> bool:
    """Whether what is due that day is asked of the subject: it is not closed by then, and no newcomer."""
    registered = registered_on(known, subject)
    if registered is None or is_closed(known, subject, due):
        return False
    return (due - registered).days + 1 >= known.newcomer_days
