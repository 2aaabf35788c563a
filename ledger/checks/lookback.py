"""What rests on a registration, joining, leaving, request or finding, looking back over the unit's stream.

Positions are places in the stream. Whether a member was there is asked at the place where he was named: the event's
own, or that of the correction that last set its data.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from ledger.checks.unit_state import Standing, corrected
from ledger.events.event import ClientEvent, day_of
from ledger.events.types import type_of
from ledger.json_object import JsonObject


@dataclass(frozen=True, slots=True)
class Entry:
    """A live record as corrected: `place` in the stream, `named` the place where its data were last set."""

    place: int
    named: int
    id: str
    type: str
    subject: str
    day: date
    data: JsonObject


def live_entries(events: Iterable[ClientEvent]) -> list[Entry]:
    """Return the records of a unit's stream that are not retracted, as corrected, in ledger order."""
    records: dict[str, ClientEvent] = {}
    in_force: dict[str, Standing] = {}
    named: dict[str, int] = {}
    gone: set[str] = set()
    places: dict[str, int] = {}
    for place, event in enumerate(events):
        kind, data, event_id = event["type"], event["data"], event["id"]
        records[event_id] = event
        places[event_id] = named[event_id] = place
        in_force[event_id] = (event["time"], data, event.get("subject", ""))
        if kind == "record.retracted":
            gone.add(data["record"])
        elif kind == "record.corrected" and data["record"] in records:
            record_id = data["record"]
            in_force[record_id] = corrected(in_force[record_id], data)
            if "data" in data:
                named[record_id] = place
    return [
        Entry(places[key], named[key], key, record["type"], subject, day_of(time), data)
        for key, record in records.items()
        if key not in gone
        for time, data, subject in [in_force[key]]
    ]


def what_rests_on_registration(entries: list[Entry], registration: ClientEvent) -> list[str]:
    """Return the ids of live events in the unit's tree, or on the branch, other than *registration* itself."""
    subject = registration["subject"]
    whole_tree = "/" not in subject
    return [
        entry.id
        for entry in entries
        if entry.id != registration["id"]
        and not type_of(entry.type).looks_back
        and not type_of(entry.type).by_program
        and (whole_tree or entry.subject == subject)
    ]


def dated_before(entries: list[Entry], subject: str, day: date) -> list[str]:
    """Return the ids of live changes and closings of *subject* dated before *day*."""
    return [
        entry.id
        for entry in entries
        if entry.subject == subject
        and entry.type in ("organization.changed", "organization.closed")
        and entry.day < day
    ]


def member_faults(entries: list[Entry], member: str) -> list[str]:
    """Return the ids of live events that do not fit the joinings and leavings of *member*, in ledger order."""
    faults: list[str] = []
    here: str | None = None
    joined_at: int | None = None
    for entry in entries:
        if entry.type == "member.joined" and entry.data["member"] == member:
            if here is not None:
                faults.append(entry.id)
            here = entry.subject
            joined_at = entry.place if joined_at is None else joined_at
        elif entry.type == "member.left" and entry.data["member"] == member:
            if here != entry.subject:
                faults.append(entry.id)
            here = None
    unfounded = [
        entry.id
        for entry in entries
        if (joined_at is None or entry.named < joined_at) and member in members_named(entry.type, entry.data)
    ]
    return faults + unfounded


def members_named(kind: str, data: JsonObject) -> list[str]:
    """Return the members that an event refers to as being there; `secretary` is not looked up (contract §2)."""
    if kind == "activity.held":
        attendees = data.get("attendees")
        named = list(attendees) if isinstance(attendees, list) else []
        return [*named, data["lecturer"]] if "lecturer" in data else named
    row = type_of(kind)
    # A case may name somebody who has left; whoever joins or leaves is told by the stays themselves.
    rests = row.puts != "member" and "member" in getattr(row.data, "__required_keys__", ())
    return [data["member"]] if rests else []


def new_member_faults(
    entries: list[Entry],
    record_id: str,
    data: dict[str, object] | None,
    member: str,
    subject: str | None = None,
) -> list[str]:
    """Return the faults that come up for *member* when a record goes (None) or gets *data*, in ledger order.

    *subject*: it is moved there, too.
    """
    before = set(member_faults(entries, member))
    changed = [
        entry if entry.id != record_id else replace(entry, data=data or {}, subject=subject or entry.subject)
        for entry in entries
        if entry.id != record_id or data is not None
    ]
    return [event_id for event_id in member_faults(changed, member) if event_id not in before]


def answers_to(entries: list[Entry], kind: str, field: str, key: str) -> list[str]:
    """Return the ids of live events of type *kind* whose *field* is *key*."""
    return [entry.id for entry in entries if entry.type == kind and entry.data[field] == key]
