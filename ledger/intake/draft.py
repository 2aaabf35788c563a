"""A line on its way into the ledger: parsed and checked against its schema, not yet against the ledger."""

from __future__ import annotations

import re
from typing import Any, Self, cast

from orjson import dumps, loads
from pydantic import ValidationError

from ledger.events.event import ClientEvent
from ledger.events.fields import shown
from ledger.events.strict_json import LINE_BYTES_MAX, NotStrict, has_escaped_quote, parse_line
from ledger.events.types import ENVELOPE, ENVELOPE_FIELDS, EVENT_TYPES, flat, type_of
from ledger.intake.characters import id_fault, may_hold_refused, refused_characters
from ledger.intake.validation_messages import problems_of
from ledger.json_object import JsonObject
from ledger.merkle.canonical import STORED_BYTES_MAX, canonical_bytes
from ledger.nearest import Guess
from ledger.problem import Problem
from ledger.text import Text


class Draft:
    """One line: its event in stored form, or what is wrong with it and as much as could be read."""

    __slots__ = ("event", "length", "line", "problems", "said")

    def __init__(self, line: int | None, length: int) -> None:
        self.line = line
        self.length = length
        """Bytes of the line as it came."""
        self.problems: list[Problem] = []
        self.event: ClientEvent | None = None
        """Set when the schema is satisfied."""
        self.said: dict[str, object] = {}
        """What the line says, checked or not: for not blaming others for this line's faults."""

    def blame(self, field: str, text: Text, guess: Guess | None = None) -> None:
        """Note a problem of this line."""
        self.problems.append(Problem(field, text, self.line, guess))


class ReadLine(bytes):
    """A line that was read already and found good: whoever reads it again is given what was read; nothing is parsed."""

    _event: ClientEvent
    _said: dict[str, object]

    def __new__(cls, raw: bytes, draft: Draft) -> Self:
        """*draft*: what `read_draft` has just made of *raw*, and nobody has held against a ledger yet."""
        assert draft.event is not None, "only a good line is read once"
        line = super().__new__(cls, raw)
        line._event, line._said = _apart(draft.event), draft.said
        return line

    def draft(self, line: int | None) -> Draft:
        """Return a draft of it that may be changed, as those are which go into a ledger."""
        draft = Draft(line, len(self))
        draft.event, draft.said = _apart(self._event), self._said
        return draft


def _apart(event: ClientEvent) -> ClientEvent:
    """Return *event* as another object: attributes, and the fields of its data, may be set in one and not the other."""
    apart = event.copy()
    apart["data"] = event["data"].copy()
    return apart


def read_draft(line: int | None, raw: bytes, *, program: bool = False) -> Draft:
    """Parse and check one line; never raises for what is in it. *program*: reminder.sent is allowed."""
    if isinstance(raw, ReadLine):
        return raw.draft(line)
    draft = Draft(line, len(raw))
    draft.event = _certainly_good(raw)
    if draft.event is None:
        _read_exactly(draft, raw, program=program)
    if draft.event is not None:
        _hold_to_the_door(draft, draft.event, raw)
    return draft


def _read_exactly(draft: Draft, raw: bytes, *, program: bool) -> None:
    try:
        said = parse_line(raw)
    except NotStrict as error:
        draft.blame(error.field, error.text)
        draft.said = _salvaged(raw)
        return
    draft.said = said
    _check_bounds(draft, said)
    if not draft.problems:
        check_event(draft, said, program=program)


KINDS_MAX = 30
"""An activity names no more kinds (contract §2)."""
LIST_MAX = 16_384
"""More do not fit into an event."""
FIELDS_MAX = 100
"""No event has so many."""


def _check_bounds(draft: Draft, said: dict[str, object]) -> None:
    """Refuse what has too much of something before everything in it is looked at."""
    data = said.get("data")
    for field, members in (("", said), ("data", data)):
        if isinstance(members, dict) and len(members) > FIELDS_MAX:
            draft.blame(field, Text("字段太多（{count} 个）；请只写这种事件有的字段", count=len(members)))
    for name, value in data.items() if isinstance(data, dict) else ():
        if isinstance(value, list) and len(value) > LIST_MAX:
            draft.blame(f"data.{name}", Text("列得太多；最多 {most} 项", most=LIST_MAX))


def _hold_to_the_door(draft: Draft, event: ClientEvent, raw: bytes) -> None:
    """Hold a well-formed event to what is asked of new ones only: stored ones are taken as they are."""
    if type_of(event["type"]).by_program:
        return
    if event["type"] == "activity.held" and len(event["data"]["kinds"]) > KINDS_MAX:
        draft.blame("data.kinds", Text("列得太多；最多 {most} 项", most=KINDS_MAX))
    if event["type"] == "score.signed" and "rubric_sha256" not in event["data"]:
        draft.blame("data.rubric_sha256", Text("缺少必填字段“{name}”", name="rubric_sha256"))
    if (fault := id_fault(event["id"])) is not None:
        draft.blame("id", fault)
    if may_hold_refused(raw):
        for field, text in refused_characters(event):
            draft.blame(field, text)
    if (
        len(raw) > STORED_BYTES_MAX
        and (length := len(canonical_bytes(_measurable(event)))) > STORED_BYTES_MAX
    ):
        draft.blame("", too_big(length))
    if draft.problems:
        draft.said, draft.event = dict(event), None


def _measurable(event: ClientEvent) -> object:
    # The data of a correction are not in their stored form yet: numbers in it are written as they will be.
    return loads(dumps(event, default=str))


def too_big(length: int) -> Text:
    """Return what is said of an event that takes *length* bytes."""
    return Text("事件太大：存储后 {bytes} 字节，最多 {most} 字节", bytes=length, most=STORED_BYTES_MAX)


def _certainly_good(raw: bytes) -> ClientEvent | None:
    """Return the event of a line that the long way would surely accept, with the same result; else None.

    What pydantic reads straight from JSON it may read less strictly than the ledger: keys named twice, and
    numbers that a double does not keep. Both show in the line.
    """
    if len(raw) > LINE_BYTES_MAX or has_escaped_quote(raw):
        return None
    try:
        event = flat().validate_json(raw)
    except ValidationError:
        return None
    # Two quotes a string: the keys, the values but `data`, and what stands in there. A key that was named twice
    # has dropped at least itself, and leaves more quotes than are counted.
    strings = 2 * len(event) - 1
    for name, value in event["data"].items():
        kind = type(value)
        if kind is list:
            strings += 1 + len(value)
        elif kind is not str:
            strings += 1
        elif name not in _QUANTITIES:
            strings += 2
        else:
            # A quantity is kept as a string but may have come as a number: a short one, which a double keeps.
            written = _QUANTITY.match(raw, raw.find(_QUANTITIES[name]) + len(_QUANTITIES[name]))
            if written is None:
                return None
            strings += 2 if written[1] else 1
    return event if raw.count(b'"') == 2 * strings else None


_QUANTITIES = {"study_hours": b'"study_hours"', "deduct": b'"deduct"'}
_QUANTITY = re.compile(rb'[ \t\r\n]*:[ \t\r\n]*(?:(")|-?[0-9.]{1,15}(?![0-9.]))')


def check_event(draft: Draft, said: JsonObject, *, program: bool) -> None:
    """Check the client attributes in *said* against the schema; sets draft.event or its problems."""
    kind = said.get("type")
    if not program and isinstance(kind, str) and type_of(kind).by_program:
        # Whatever else is wrong with it: the line does not belong here.
        draft.blame("type", Text("“{type}”只由程序自己写入；请删去这一行", type=kind))
        return
    row = EVENT_TYPES.get(kind) if type(kind) is str else None
    envelope = ENVELOPE if row is None else row.envelope
    try:
        event = envelope.validate_python(said)
        event_is_good = True
    except ValidationError as error:
        event_is_good = False
        draft.problems += problems_of(error, ENVELOPE_FIELDS, draft.line)
    if row is None:
        if isinstance(kind, str):
            _blame_type(draft, kind)
        return
    try:
        data = said.get("data", {})
        if not isinstance(data, dict):
            return
        checked = row.adapter.validate_python(data)
    except ValidationError as error:
        if "data" in said:
            draft.problems += problems_of(error, row.fields, draft.line, ("data",))
        return
    if row.name == "record.corrected" and not checked.keys() & {"time", "data", "subject"}:
        draft.blame("data", Text("更正没有说明改什么；请给出新的 time、data 或 subject"))
        return
    if event_is_good:
        event["data"] = checked
        draft.event = cast("ClientEvent", event)


def check_correction_data(
    kind: str, data: Any, line: int | None
) -> tuple[dict[str, object] | None, list[Problem]]:
    """Check the data that replaces those of a record of type *kind*; returns them in stored form, or problems."""
    try:
        return type_of(kind).adapter.validate_python(data), []
    except ValidationError as error:
        return None, problems_of(error, type_of(kind).fields, line, ("data", "data"))


def _blame_type(draft: Draft, kind: str) -> None:
    given = shown(kind)
    text = Text("没有“{type}”这个事件类型；可用的有 {known}", type=given, known=sorted(EVENT_TYPES))

    def nearest(near: str) -> Text:
        return Text("没有“{type}”这个事件类型；最接近的是 {near}", type=given, near=near)

    draft.blame("type", text, Guess(kind, EVENT_TYPES, nearest))


_SAID = re.compile(r'"(id|type|subject|member|request|finding|appeal|record)"\s*:\s*"([^"\\]{1,200})"')


def _salvaged(raw: bytes) -> dict[str, object]:
    """Return what can be made out of a line that is no JSON, in the form of an event."""
    text = raw[:70_000].decode("utf-8", "replace")
    found = dict(_SAID.findall(text))
    data = {
        name: found.pop(name)
        for name in ("member", "request", "finding", "appeal", "record")
        if name in found
    }
    return {**found, "data": data}
