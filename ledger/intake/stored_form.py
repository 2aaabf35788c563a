"""Whether bytes are an event as the ledger stores it, and whether events stand in the ledger's order.

For `restore` and `verify`: form and order, not references and codes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from ledger.events.event import LEDGER_ATTRIBUTES, ClientEvent, StoredEvent, instant_of
from ledger.events.strict_json import NotStrict, parse_line
from ledger.events.types import stored_flat, type_of
from ledger.intake.draft import Draft, check_correction_data, check_event
from ledger.merkle.canonical import STORED_BYTES_MAX, canonical_bytes
from ledger.problem import Problem
from ledger.text import Text

_SEQUENCE = re.compile(r"\d{12}", re.ASCII)
_RECORDEDTIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)

FindEvent = Callable[[str], ClientEvent | None]


def read_stored(line: int | None, body: bytes, find: FindEvent) -> tuple[StoredEvent | None, list[Problem]]:
    """Return the event of canonical bytes, or what is wrong with them. *find* gives an earlier event by id."""
    try:
        said = parse_line(body)
    except NotStrict as error:
        return None, [Problem(error.field, error.text, line)]
    problems = _ledger_problems(said, line)
    draft = Draft(line, len(body))
    client = {name: value for name, value in said.items() if name not in LEDGER_ATTRIBUTES}
    check_event(draft, client, program=True)
    problems += draft.problems
    event: Any = draft.event
    if problems or event is None:
        return None, problems
    problems = _settle_correction(event, find, line)
    if problems:
        return None, problems
    for name in LEDGER_ATTRIBUTES:
        event[name] = said[name]
    if len(body) > STORED_BYTES_MAX:
        return None, [Problem("", Text("事件太大：最多 {most} 字节", most=STORED_BYTES_MAX), line)]
    if canonical_bytes(event) != body:
        return None, [Problem("", Text("不是规范形式（RFC 8785）的字节；请使用未经改动的导出文件"), line)]
    return event, []


def read_certain(body: bytes) -> StoredEvent | None:
    """Return the event of bytes that `read_stored` would surely accept, with the same result; None: ask it.

    Ten times as fast. What pydantic reads less strictly than the ledger (a key named twice, a number that a double
    does not keep) does not come out as the same bytes again.
    """
    try:
        event = stored_flat().validate_json(body)
    except ValidationError:
        return None
    if len(body) > STORED_BYTES_MAX or canonical_bytes(event) != body:
        return None
    return event if _is_recordedtime(event["recordedtime"]) else None


def _ledger_problems(said: dict[str, object], line: int | None) -> list[Problem]:
    problems = []
    for name in LEDGER_ATTRIBUTES:
        value = said.get(name)
        if not isinstance(value, str) or not value:
            problems.append(
                Problem(name, Text("缺少台账填写的“{name}”；请使用未经改动的导出文件", name=name), line)
            )
        elif name == "sequence" and not _SEQUENCE.fullmatch(value):
            problems.append(Problem(name, Text("应是 12 位数字，如 000000000001"), line))
        elif name == "recordedtime" and not _is_recordedtime(value):
            problems.append(Problem(name, Text("应是 UTC 时间，如 2017-03-15T06:00:00.123456Z"), line))
    return problems


@lru_cache(maxsize=16)
def _is_recordedtime(text: str) -> bool:
    if not _RECORDEDTIME.fullmatch(text):
        return False
    try:
        instant_of(text)
    except ValueError:
        return False
    return True


def _settle_correction(event: ClientEvent, find: FindEvent, line: int | None) -> list[Problem]:
    """Hold the data of a correction to the schema of its record, where that is known."""
    if event["type"] != "record.corrected" or "data" not in event["data"]:
        return []
    record = find(event["data"]["record"])
    if record is None or not type_of(record["type"]).correctable:
        return _unsettled(event["data"]["data"], line)
    data, problems = check_correction_data(record["type"], event["data"]["data"], line)
    event["data"]["data"] = data
    return problems


def _unsettled(data: object, line: int | None) -> list[Problem]:
    try:
        canonical_bytes(data)
    except TypeError:
        return [Problem("data.data", Text("含有带小数的数；存储的数量应写成文字"), line)]
    return []


class StoredOrder:
    """Sequence gap-free from 1; recordedtime never earlier than that of the event before."""

    __slots__ = ("last", "recordedtime")

    def __init__(self) -> None:
        self.last = 0
        self.recordedtime = ""

    def skip(self) -> None:
        """Move on over a place whose event could not be read."""
        self.last += 1

    def step(self, event: StoredEvent) -> list[tuple[str, Text]]:
        """Move on to *event*; returns what is wrong with its place, by field."""
        faults = []
        if int(event["sequence"]) != self.last + 1:
            faults.append(
                (
                    "sequence",
                    Text("序号是 {given}，应是 {right}；有事件缺失或次序不对", given=int(event["sequence"]),
                         right=self.last + 1),
                )
            )  # fmt: skip
        # Fixed width and UTC: the order of the text is the order of the instants.
        if event["recordedtime"] < self.recordedtime:
            faults.append(("recordedtime", Text("早于前一事件的入账时间 {before}", before=self.recordedtime)))
        self.last += 1
        self.recordedtime = event["recordedtime"]
        return faults
