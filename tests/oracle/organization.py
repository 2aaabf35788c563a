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
    """The day on which the branch was closed."""
    for record in known.of("organization.closed"):
        if record.subject == subject:
            return record.day
    return None


def branches(known: Known, day: date) -> list[str]:
    """The branches of the unit registered by that day, closed ones too."""
    return sorted(
        record.subject
        for record in known.of("organization.registered")
        if record.subject != known.unit and record.day <= day
    )
