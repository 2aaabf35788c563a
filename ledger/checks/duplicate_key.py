"""When two events are probably one: same subject, type, day and code (contract §2)."""

from __future__ import annotations

from datetime import date
from sys import intern
from typing import Any

Likeness = tuple[str, str, str, date]
"""Code, type, subject, day."""

CODE_FIELDS = {
    "activity.held": "kinds",
    "document.filed": "document",
    "publication.made": "outlet",
    "honor.received": "honor",
    "condition.declared": "condition",
}
"""The types whose events carry a code, and the field that holds it (or, for kinds, them)."""


def likenesses(kind: str, subject: str, day: date, data: dict[str, Any]) -> list[Likeness]:
    """Return what an event is recognised by: one for each of its codes, none for a type without codes."""
    field = CODE_FIELDS.get(kind)
    if field is None:
        return []
    codes = data[field]
    kind = intern(kind)
    subject = intern(subject)
    if type(codes) is str:
        return [(intern(codes), kind, subject, day)]
    return [(intern(code), kind, subject, day) for code in codes]
