"""More than eight study hours credited to one member on one day are warned of (contract §2)."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from ledger.checks.unit_state import FindRecord, UnitState
from ledger.equal_text import as_compared
from ledger.events.event import ClientEvent, day_of
from ledger.json_object import JsonObject

HOURS_MAX = 800
"""In hundredths."""
LOOKED_AT_MAX = 50
"""Of so many records of one day the attendees are held against each other."""


class LongDay(NamedTuple):
    """A member whose hours of one day are too many; `other` is a record that adds to them."""

    member: str
    day: date
    hours: int
    """In hundredths."""
    other: str


def long_day(event: ClientEvent, register: UnitState, find: FindRecord) -> LongDay | None:
    """Return a member to whom *event*, which *register* knows already, credits too much; None for none.

    Hours of one gathering count once, the most of its records. *find* gives an earlier record.
    """
    day = day_of(event["time"])
    others = register.study.get(day, {})
    if event["id"] not in others or len(others) < 2 or sum(others.values()) <= HOURS_MAX:
        return None
    credited = _credited(event["data"], event.get("subject", ""), register)
    hours: dict[str, dict[object, int]] = {member: {} for member in credited}
    latest: dict[str, str] = {}
    for event_id in list(others)[-LOOKED_AT_MAX:]:
        record = find(event_id) if event_id != event["id"] else event
        if record is None:
            continue
        _time, data, subject = register.in_force(record)
        gathering = (frozenset(data["kinds"]), as_compared(data["topic"]))
        for member in _credited(data, subject, register) & credited:
            most = hours[member]
            most[gathering] = max(most.get(gathering, 0), others[event_id])
            if event_id != event["id"]:
                latest[member] = event_id
    for member in sorted(credited):
        total = sum(hours[member].values())
        if total > HOURS_MAX and member in latest:
            return LongDay(member, day, total, latest[member])
    return None


def _credited(data: JsonObject, subject: str, register: UnitState) -> set[str]:
    attendees = data.get("attendees", [])
    if attendees != "all":
        return set(attendees)
    if "/" not in subject:
        return set(register.present)
    return {member for member, place in register.present.items() if place == subject}
