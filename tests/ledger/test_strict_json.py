"""JSON that two readers could understand differently is refused, and the fast way in is the slow way in."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.events.strict_json import LINE_BYTES_MAX, NotStrict, parse_exactly, parse_line


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"a":1,"a":1}', "出现了两次"),
        (b'{"data":{"a":1,"a":2}}', "出现了两次"),
        (b'{"a" :1,"a":2}', "出现了两次"),
        (b'{"a":1,"\\u0061":2}', "出现了两次"),
        (b'{"a":{"b":[{"c":1,"c":1}]}}', "出现了两次"),
        (b'{"a":"\\ud800"}', "ud800"),
        (b'{"\\udc00":1}', "udc00"),
        (b'{"a":"\\udc00\\ud800"}', "代理"),
        (b'{"a":NaN}', "NaN"),
        (b'{"a":-Infinity}', "Infinity"),
        (b'{"a":"\xff"}', "UTF-8"),
        (b'{"a":"\xed\xa0\x80"}', "UTF-8"),
        (b"[1]", "对象"),
        (b'"a"', "对象"),
        (b'{"a":', "JSON"),
        (b'{"a":1}{"b":2}', "JSON"),
        (b'{"a":01}', "JSON"),
        (b'{"a":"\x01"}', "JSON"),
        (b"{'a':1}", "JSON"),
        (b'{"a":' + b"[" * 17 + b"]" * 17 + b"}", "嵌套"),
        (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "嵌套"),
        (b'{"a":9007199254740992}', "太大"),
        (b'{"a":-9007199254740992}', "太大"),
        (b'{"a":[123456789012345678901234567890]}', "太大"),
        (b'{"a":1e500}', "范围"),
        (b'{"a":"' + b"x" * LINE_BYTES_MAX + b'"}', "太长"),
    ],
)
def test_refused(line: bytes, words: str) -> None:
    for parse in (parse_line, parse_exactly):
        with pytest.raises(NotStrict) as caught:
            parse(line)
        assert words in str(caught.value.text)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (b'{"id":"a","id":"b"}', "id"),
        (b'{"data":{"topic":"a","topic":"b"}}', "data.topic"),
        (b'{"data":{"attendees":["a",{"b":[{"c":1,"c":1}]}]}}', "data.attendees[1].b[0].c"),
        (b'{"data":{"topic":"\\ud800"}}', "data.topic"),
        (b'{"data":{"kinds":["a","\\udc00"]}}', "data.kinds[1]"),
        (b'{"data":{"\\udc00":1}}', "data.\\udc00"),
        (b'{"\\udc00":1,"\\udc00":1}', "\\udc00"),
        (b'{"a":NaN}', ""),
    ],
)
def test_the_field_is_named_where_it_can_be(line: bytes, field: str) -> None:
    with pytest.raises(NotStrict) as caught:
        parse_line(line)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("line", "value"),
    [
        (b'{"a":2.500}', {"a": Decimal("2.500")}),
        (b'{"a":0.10000000000000001}', {"a": Decimal("0.10000000000000001")}),
        (b'{"a":1e-400}', {"a": Decimal("1e-400")}),
        (b'{"a":1e2}', {"a": Decimal(100)}),
        (b'{"a":9007199254740991}', {"a": 9007199254740991}),
        (b'{"a":"\\ud83d\\ude00"}', {"a": "😀"}),
        (b'{"a":"\\"a\\": 1"}', {"a": '"a": 1'}),
        (b'{"a":"x\\\\"}', {"a": "x\\"}),
        (b'{"a":":1,"}', {"a": ":1,"}),
        ('{"a":"e\u0301"}'.encode(), {"a": "e\u0301"}),
    ],
)
def test_taken_exactly(line: bytes, value: dict[str, Any]) -> None:
    assert parse_line(line) == parse_exactly(line) == value


_TEXTS = st.text(alphabet='ab":, \\\t\u00e9党\ud800\udc00', max_size=6)
_NUMBERS = st.one_of(
    st.integers(-(2**54), 2**54).map(str),
    st.from_regex(r"-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,3})?", fullmatch=True),
    st.sampled_from(["NaN", "-0.0", "1e999", "1e-999", "0.1", "12.0", "-0"]),
)


def _text(value: str, escape: bool) -> str:
    return json.dumps(value, ensure_ascii=escape)


@st.composite
def _json(draw: st.DrawFn, depth: int = 0) -> str:
    kind = draw(st.integers(0, 7 if depth < 3 else 4))
    space = draw(st.sampled_from(["", "", " ", "\t"]))
    if kind <= 1:
        return _text(draw(_TEXTS), draw(st.booleans()))
    if kind <= 3:
        return draw(_NUMBERS)
    if kind == 4:
        return draw(st.sampled_from(["true", "false", "null", "01", "{", ""]))
    if kind == 5:
        return "[" + f"{space},".join(draw(st.lists(_json(depth + 1), max_size=3))) + "]"
    return draw(_json_object(depth + 1))


@st.composite
def _json_object(draw: st.DrawFn, depth: int = 0) -> str:
    keys = st.one_of(st.sampled_from(["data", "a", "b"]), _TEXTS)
    members = draw(st.lists(st.tuples(keys, _json(depth)), max_size=4))
    space = draw(st.sampled_from(["", "", " ", "\n", "\r"]))
    escape = draw(st.booleans())
    return "{" + ",".join(f"{_text(key, escape)}{space}:{value}" for key, value in members) + "}"


def _outcome(parse: Any, line: bytes) -> Any:
    try:
        value = parse(line)
    except NotStrict as error:
        return str(error)
    return _typed(value)


def _typed(value: Any) -> Any:
    """Tell 1 from true and from 1.0, which are equal in Python."""
    if isinstance(value, dict):
        return {key: _typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_typed(item) for item in value]
    return (type(value), value)


@settings(max_examples=500, deadline=None)
@given(_json_object())
def test_fast_way_is_the_slow_way(text: str) -> None:
    line = text.encode("utf-8", "surrogatepass")
    assert _outcome(parse_line, line) == _outcome(parse_exactly, line)


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=12))
def test_fast_way_is_the_slow_way_for_any_bytes(inside: bytes) -> None:
    line = b'{"a":"' + inside + b'"}'
    assert _outcome(parse_line, line) == _outcome(parse_exactly, line)
