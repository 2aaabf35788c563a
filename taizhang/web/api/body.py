"""The events of a request's body: one, an array, or JSON lines, each as the bytes in which it was sent.

The array is only cut into its elements here; what is in them the ledger reads, as strictly as a file's lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email.message import Message

from starlette.exceptions import HTTPException
from starlette.requests import Request

from ledger.intake.lines import BYTE_ORDER_MARK
from ledger.problem import Problem, Refused
from ledger.store.protocol import Line
from ledger.text import Text

EVENTS_MAX = 2000
"""Events of one request: an append of so many takes about a second, and others wait for it."""

ONE = ("application/json", "application/cloudevents+json")
MANY = ("application/cloudevents-batch+json",)
LINES = ("application/x-ndjson", "application/jsonl")

_BLANK = re.compile(r"[ \t\n\r]*")
_CUTTER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


_EVENT = {"$ref": "#/components/schemas/Event"}
_EVENTS = {"type": "array", "items": _EVENT}


def described_body() -> dict[str, object]:
    """Return what `lines_of` takes, for a call's description."""
    content = {
        ONE[0]: {"schema": {"anyOf": [_EVENT, _EVENTS]}},
        ONE[1]: {"schema": _EVENT},
        MANY[0]: {"schema": _EVENTS},
        LINES[0]: {"schema": {"type": "string"}},
    }
    return {"requestBody": {"required": True, "content": content}}


async def sent_bytes(request: Request) -> bytes:
    """Return the body as it came; a dependency."""
    return await request.body()


def lines_of(body: bytes, content_type: str) -> list[Line]:
    """Return the events of *body* with their numbers. Raises Refused, and HTTPException for another content type."""
    message = Message()
    message["content-type"] = content_type or "none"
    kind = message.get_content_type()
    # It is no part of the JSON, whatever the form.
    body = body.removeprefix(BYTE_ORDER_MARK)
    if kind not in (*ONE, *MANY, *LINES):
        raise HTTPException(415)
    if kind in LINES:
        lines: list[Line] = [(number, raw) for number, raw in enumerate(body.split(b"\n"), 1) if raw.strip()]
    elif body.lstrip()[:1] == b"[":
        lines = [(number, raw) for number, raw in enumerate(_elements(body), 1)]
    else:
        lines = [(None, body)] if body.strip() else []
    if len(lines) > EVENTS_MAX:
        text = Text("一次最多 {most} 条事件；请分几次发送", most=EVENTS_MAX)
        raise Refused([Problem("", text)])
    if not body.strip():
        raise Refused([Problem("", Text("没有事件；请发送一个事件、事件的数组，或每行一个事件"))])
    return lines


def _elements(body: bytes) -> Iterator[bytes]:
    try:
        text = body.decode("utf-8")
        place = _after_blank(text, text.index("[") + 1)
        if text[place : place + 1] == "]":
            place += 1
        else:
            while True:
                _value, end = _CUTTER.raw_decode(text, place)
                yield text[place:end].encode("utf-8")
                place = _after_blank(text, end)
                closed = text[place : place + 1] == "]"
                if not closed and text[place : place + 1] != ",":
                    raise ValueError(place)
                place = _after_blank(text, place + 1)
                if closed:
                    break
        if _after_blank(text, place) != len(text):
            raise ValueError(place)
    except (ValueError, RecursionError):
        # Not UTF-8, no JSON, or brackets without end.
        text_ = Text("请求的内容不是 JSON 数组；请检查括号、逗号和编码（UTF-8）")
        raise Refused([Problem("", text_)]) from None


def _after_blank(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    assert found is not None, "it matches nothing at all, too"
    return found.end()
