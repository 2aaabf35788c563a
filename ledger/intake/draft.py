"""A line on its way into the ledger: parsed and checked against its schema, not yet against the ledger."""

from __future__ import annotations

import re
from typing import Any, cast

from pydantic import ValidationError

from ledger.events.data import (
    DATA,
    ENVELOPE,
    ENVELOPE_FIELDS,
    ENVELOPE_WITHOUT_SUBJECT,
    FIELDS,
    FLAT,
    PROGRAM_TYPES,
    SUBJECTLESS,
)
from ledger.events.event import ClientEvent
from ledger.events.fields import shown
from ledger.intake.strict_json import LINE_BYTES_MAX, NotStrict, has_escaped_quote, parse_line
from ledger.intake.validation_messages import closest, problems_of
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
        self.said: dict[str, Any] = {}
        """What the line says, checked or not: for not blaming others for this line's faults."""

    def blame(self, field: str, text: Text) -> None:
        """Note a problem of this line."""
        self.problems.append(Problem(field, text, self.line))


def read_draft(line: int | None, raw: bytes, *, program: bool = False) -> Draft:
    """Parse and check one line; never raises for what is in it. *program*: reminder.sent is allowed."""
    draft = Draft(line, len(raw))
    draft.event = _certainly_good(raw)
    if draft.event is not None:
        return draft
    try:
        said = parse_line(raw)
    except NotStrict as error:
        draft.blame(error.field, error.text)
        draft.said = _salvaged(raw)
        return draft
    draft.said = said
    check_event(draft, said, program=program)
    return draft


def _certainly_good(raw: bytes) -> ClientEvent | None:
    """Return the event of a line that the long way would surely accept, with the same result; else None.

    What pydantic reads straight from JSON it may read less strictly than the ledger: keys named twice, and
    numbers that a double does not keep. Both show in the line.
    """
    if len(raw) > LINE_BYTES_MAX or has_escaped_quote(raw):
        return None
    try:
        event = FLAT.validate_json(raw)
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


def check_event(draft: Draft, said: dict[str, Any], *, program: bool) -> None:
    """Check the client attributes in *said* against the schema; sets draft.event or its problems."""
    kind = said.get("type")
    if not program and isinstance(kind, str) and kind in PROGRAM_TYPES:
        # Whatever else is wrong with it: the line does not belong here.
        draft.blame("type", Text("“{type}”只由程序自己写入；请删去这一行", type=kind))
        return
    data_schema = DATA.get(kind) if type(kind) is str else None
    envelope = ENVELOPE_WITHOUT_SUBJECT if data_schema is not None and kind in SUBJECTLESS else ENVELOPE
    try:
        event = envelope.validate_python(said)
        event_is_good = True
    except ValidationError as error:
        event_is_good = False
        draft.problems += problems_of(error, ENVELOPE_FIELDS, draft.line)
    if data_schema is None:
        if isinstance(kind, str):
            draft.blame("type", _unknown_type(kind))
        return
    assert isinstance(kind, str)
    try:
        data = said.get("data", {})
        if not isinstance(data, dict):
            return
        checked = data_schema.validate_python(data)
    except ValidationError as error:
        if "data" in said:
            draft.problems += problems_of(error, FIELDS[kind], draft.line, ("data",))
        return
    if kind == "record.corrected" and "time" not in checked and "data" not in checked:
        draft.blame("data", Text("更正没有说明改什么；请给出新的 time 或 data"))
        return
    if event_is_good:
        event["data"] = checked
        draft.event = cast("ClientEvent", event)


def check_correction_data(
    kind: str, data: Any, line: int | None
) -> tuple[dict[str, Any] | None, list[Problem]]:
    """Check the data that replaces those of a record of type *kind*; returns them in stored form, or problems."""
    try:
        return DATA[kind].validate_python(data), []
    except ValidationError as error:
        return None, problems_of(error, FIELDS[kind], line, ("data", "data"))


def _unknown_type(kind: str) -> Text:
    near = closest(kind, DATA)
    if near:
        return Text("没有“{type}”这个事件类型；最接近的是 {near}", type=shown(kind), near=near)
    return Text("没有“{type}”这个事件类型；可用的有 {known}", type=shown(kind), known=sorted(DATA))


_SAID = re.compile(r'"(id|type|subject|member|request|finding|appeal|record)"\s*:\s*"([^"\\]{1,200})"')


def _salvaged(raw: bytes) -> dict[str, Any]:
    """Return what can be made out of a line that is no JSON, in the form of an event."""
    text = raw[:70_000].decode("utf-8", "replace")
    found = dict(_SAID.findall(text))
    data = {
        name: found.pop(name)
        for name in ("member", "request", "finding", "appeal", "record")
        if name in found
    }
    return {**found, "data": data}
