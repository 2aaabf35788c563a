"""Records -> rows: what reading a row makes of it, the other way round. Pure.

A value is what a cell holds: text, a whole number, a day, or a day with its time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from ledger.events.event import SHANGHAI, instant_of
from ledger.events.types import EVENT_TYPES
from rubric.codes_used import Family
from taizhang.language.code_words import LEAVINGS, LEVELS, UNIT_KINDS
from taizhang.people.person import Directory

from .context import Context
from .kinds import BY_KEY, Column, Kind
from .known import Known, KnownRecord
from .readers import ANSWERS

Value = str | int | date | datetime
Row = dict[str, Value]
"""What a row's cells hold, by column key; an empty cell is not there."""


def rows_of(kind: Kind, known: Known, context: Context) -> list[Row]:
    """Return the rows of a sheet of *kind* for the standing records, in ledger order."""
    records = [record for record in known.records.values() if not record.retracted]
    if kind.key == "roster":
        return list(_roster(records, context))
    if kind.key == "organizations":
        return list(_organizations(records, context))
    types = _TYPES[kind.key]
    if kind.key == "facts":
        return [_fact(record, context) for record in records if record.type in types]
    return [_row(kind, record, context) for record in records if record.type in types]


_TYPES: dict[str, tuple[str, ...]] = {
    "activities": ("activity.held",),
    "documents": ("document.filed",),
    "publications": ("publication.made",),
    "honours": ("honor.received",),
    "conditions": ("condition.declared",),
    "elections": ("election.held", "election.postponed"),
    # What is said about a unit by codes, and not lived by it: figures, cases, ratings.
    "facts": tuple(name for name, row in EVENT_TYPES.items() if row.codes and not row.lived),
}


def _row(kind: Kind, record: KnownRecord, context: Context) -> Row:
    row: Row = {"id": record.id, "day": _moment(record)}
    if record.subject != context.home:
        row["subject"] = _subject(record.subject, context)
    for column in kind.columns:
        if column.key in record.data:
            row[column.key] = _said(column, record.data[column.key], context)
    return row


def _fact(record: KnownRecord, context: Context) -> Row:
    data = record.data
    code = str(data.get("figure") or data.get("case") or data.get("rating"))
    names = {asked.code: name for name, asked in context.facts.items()}
    value = next((data[key] for key in ("value", "grade", "points", "count") if key in data), 1)
    row: Row = {"id": record.id, "day": _moment(record), "fact": names.get(code, code), "value": str(value)}
    note = data.get("source") or data.get("reason")
    said = {"at": data.get("at"), "note": note, "rater": data.get("rater")}
    return row | {key: text for key, text in said.items() if text}


def _roster(records: Iterable[KnownRecord], context: Context) -> Iterator[Row]:
    leavings: dict[str, list[KnownRecord]] = {}
    for record in records:
        if record.type == "member.left":
            leavings.setdefault(record.data["member"], []).append(record)
    moves = [record for record in records if record.type in ("member.joined", "member.changed")]
    # Who was registered first stands first, all that became of him below.
    order = {
        member: place for place, member in enumerate(dict.fromkeys(each.data["member"] for each in moves))
    }
    for record in sorted(moves, key=lambda record: order[record.data["member"]]):
        if record.type == "member.joined":
            yield _stay(record, leavings.get(record.data["member"], []), context)
        else:
            yield _member(record, context) | _flags(record) | {"changed": record.day}


def _stay(joined: KnownRecord, leavings: list[KnownRecord], context: Context) -> Row:
    flags = {key: value for key, value in _flags(joined).items() if value == "是"}
    row = _member(joined, context) | flags | {"joined": joined.day}
    left = next((each for each in leavings if each.day >= joined.day), None)
    if left is not None:
        leavings.remove(left)
        row["left"] = left.day
        if "reason" in left.data:
            row["left_reason"] = LEAVINGS[left.data["reason"]]
    return row


def _flags(record: KnownRecord) -> Row:
    fields = (("leader", "leader"), ("exempt", "exempt_from_study"))
    return {key: "是" if record.data[name] else "否" for key, name in fields if name in record.data}


def _member(record: KnownRecord, context: Context) -> Row:
    row: Row = {
        "id": record.id,
        "member": record.data["member"],
        "subject": _subject(record.subject, context) or context.unit,
    }
    person = context.people.get(record.data["member"])
    if person is not None:
        row |= {
            key: value
            for key, value in (
                ("name", person.name),
                ("telephone", person.telephone),
                ("address", person.address),
                ("born", person.born_on),
            )
            if value
        }
    return row


def _organizations(records: Iterable[KnownRecord], context: Context) -> Iterator[Row]:
    closings = {record.subject: record for record in records if record.type == "organization.closed"}
    for record in records:
        if record.type not in ("organization.registered", "organization.changed"):
            continue
        row: Row = {"id": record.id}
        if record.subject != context.unit:
            row["code"] = record.subject.partition("/")[2]
        for column in BY_KEY["organizations"].columns:
            if column.key in record.data:
                row[column.key] = _said(column, record.data[column.key], context)
        row["registered" if record.type == "organization.registered" else "changed"] = record.day
        closed = closings.get(record.subject)
        if record.type == "organization.registered" and closed is not None:
            row["closed"] = closed.day
            if "reason" in closed.data:
                row["closed_reason"] = closed.data["reason"]
        yield row


def _moment(record: KnownRecord) -> date | datetime:
    local = instant_of(record.time).astimezone(SHANGHAI).replace(tzinfo=None, microsecond=0)
    return local if record.time[11:19] != "00:00:00" else local.date()


def _subject(subject: str, context: Context) -> str:
    """Return the name of *subject*, its id where the name is not its own."""
    name = context.subjects.get(subject, "")
    alone = name and sum(each == name for each in context.subjects.values()) == 1
    return name if alone else subject.rpartition("/")[2]


def _said(column: Column, value: Any, context: Context) -> Value:
    return _SAID.get(column.reading, _as_it_is)(column, value, context)


def _as_it_is(_column: Column, value: Any, _context: Context) -> Value:
    kept: Value = value
    return kept


def _codes(column: Column, value: list[str], context: Context) -> str:
    assert column.family is not None
    return "、".join(_code_name(column.family, code, context) for code in value)


def _code_name(family: Family, code: str, context: Context) -> str:
    return context.codes.get(family, {}).get(code, code)


def _people(_column: Column, value: str | list[str], context: Context) -> str:
    if value == "all":
        return "全体"
    members = [value] if isinstance(value, str) else value
    return "、".join(called(member, context.people) for member in members)


def called(member: str, people: Directory) -> str:
    """Return what a member is called in a cell: the name, with the id where namesakes are; the id where no name is."""
    person = people.get(member)
    if person is None or not person.name:
        return member
    return person.name if len(people.named(person.name)) == 1 else f"{person.name}({member})"


_SAID: dict[str, Callable[[Column, Any, Context], Value]] = {
    "codes": _codes,
    "code": lambda column, value, context: _codes(column, [value], context),
    "level": lambda _column, value, _context: LEVELS[value],
    "verdict": lambda _column, value, _context: ANSWERS[value],
    "unit_kind": lambda _column, value, _context: UNIT_KINDS[value],
    "yes_no": lambda _column, value, _context: "是" if value else "否",
    "leader": lambda _column, value, _context: "是" if value else "否",
    "day": lambda _column, value, _context: date.fromisoformat(value),
    "attendees": _people,
    "member": _people,
}
