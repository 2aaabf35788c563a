"""JSON as the ledger takes it: one object a line, nothing in it that two readers could understand differently.

Refused: duplicate keys, lone surrogates, NaN and Infinity, invalid UTF-8, anything but an object, nesting deeper
than DEPTH_MAX, lines over LINE_BYTES_MAX (before parsing), whole numbers that RFC 8785 does not keep exactly.

`parse_exactly` is the definition. `parse_line` gives the same and is faster: it trusts orjson where a count
proves that no key came twice and a look at the values that no number was rounded; else it asks the definition.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation

import orjson

from ledger.json_object import JsonObject
from ledger.text import Text

LINE_BYTES_MAX = 1_048_576
"""An event of 65,535 bytes whose every letter is written as \\u00xx takes 393,210."""
DEPTH_MAX = 16
INTEGER_MAX = 2**53 - 1

_DECIMAL_EXPONENT_MAX = 400
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONG_NUMBER = re.compile(rb":[ \t\r\n]*-?[0-9.]{16}")


class NotStrict(ValueError):
    """The line is not JSON as the ledger takes it; `text` says why, `field` where, as far as that can be said."""

    def __init__(self, text: Text, field: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.field = field


def parse_line(line: bytes) -> dict[str, object]:
    """Return the object of *line*; numbers with a fraction or an exponent are Decimal. Raises NotStrict."""
    if len(line) > LINE_BYTES_MAX:
        raise NotStrict(_too_long(line))
    if has_escaped_quote(line):
        return parse_exactly(line)
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return parse_exactly(line)
    if type(value) is not dict or not _proven(line, value):
        return parse_exactly(line)
    return value


def has_escaped_quote(line: bytes) -> bool:
    """Say whether some quote in *line* may not be the end of a string."""
    return b"\\" in line and b'\\"' in line


def _proven(line: bytes, value: dict[str, object]) -> bool:
    """Say whether *value* is certainly what `parse_exactly` gives; Decimals are put in on the way.

    Without escaped quotes each string in the line has two quotes. A key that came twice has dropped at least
    itself: then there are more quotes than strings in *value* account for.
    """
    strings = _plain_strings(value, line)
    data = value.get("data")
    if strings and type(data) is dict and data:
        inner = _plain_strings(data, line)
        strings = strings + inner if inner else 0
    return 2 * strings == line.count(b'"') and strings > 0


def _plain_strings(members: JsonObject, line: bytes) -> int:
    """Return how many strings stand in *members*, keys included; 0 when more than a look is needed."""
    strings = len(members)
    for key, value in members.items():
        kind = type(value)
        if kind is str:
            strings += 1
        elif kind is list and _STRINGS.issuperset(map(type, value)):
            strings += len(value)
        elif kind is float and _is_kept(value, line):
            members[key] = Decimal(repr(value))
        elif not (
            kind is bool
            or value is None
            or (kind is int and -INTEGER_MAX <= value <= INTEGER_MAX)
            or (kind is dict and key == "data")
        ):
            return 0
    return strings


def _is_kept(value: float, line: bytes) -> bool:
    # A decimal of at most 15 digits comes back from a double unharmed, away from the double's ends.
    return 1e-300 < abs(value) < 1e300 and not _LONG_NUMBER.search(line)


_STRINGS = frozenset({str})


def parse_exactly(line: bytes) -> JsonObject:
    """Return the object of *line* by the plain and slow way; raises NotStrict with what is wrong."""
    if len(line) > LINE_BYTES_MAX:
        raise NotStrict(_too_long(line))
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotStrict(
            Text("第{position}个字节起不是有效的 UTF-8 编码；请把文件另存为 UTF-8", position=error.start + 1)
        ) from None
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        raise NotStrict(_too_deep()) from None
    except json.JSONDecodeError as error:
        raise NotStrict(
            Text("第{column}个字符处不是有效的 JSON；每行应是一个完整的 JSON 对象", column=error.pos + 1)
        ) from None
    if not isinstance(value, dict):
        raise NotStrict(Text("应是一个 JSON 对象（用花括号括起来），每行一个"))
    _look_through(value, 1, "")
    return value


class _Doubled(dict[str, object]):
    """An object in which a key stands twice; it is refused where its place in the line is known."""

    key = ""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    keys = [key for key, _ in pairs]
    doubled = _Doubled(members)
    doubled.key = next(key for place, key in enumerate(keys) if key in keys[:place])
    return doubled


def _look_through(value: object, depth: int, field: str) -> None:
    """Refuse doubled keys, lone surrogates and deep nesting anywhere in *value*, which stands at *field*."""
    if isinstance(value, str):
        _refuse_lone_surrogate(value, field)
    elif isinstance(value, dict):
        _refuse_depth(depth)
        if isinstance(value, _Doubled):
            key = _shown(value.key)
            raise NotStrict(Text("键“{key}”出现了两次；每个键只能写一次", key=key), _inside(field, key))
        for key, item in value.items():
            inner = _inside(field, _shown(key))
            _refuse_lone_surrogate(key, inner)
            _look_through(item, depth + 1, inner)
    elif isinstance(value, list):
        _refuse_depth(depth)
        for place, item in enumerate(value):
            _look_through(item, depth + 1, f"{field}[{place}]")


def _refuse_lone_surrogate(text: str, field: str) -> None:
    # Valid surrogate pairs were joined by the parser: what is left stands alone.
    lone = _SURROGATE.search(text)
    if lone:
        raise NotStrict(
            Text(
                "含有不成对的代理字符 \\u{code}，它不代表任何文字；请删去或改正",
                code=f"{ord(lone[0]):04x}",
            ),
            field,
        )


def _refuse_depth(depth: int) -> None:
    if depth > DEPTH_MAX:
        raise NotStrict(_too_deep())


def _inside(field: str, key: str) -> str:
    return f"{field}.{key}" if field else key


def _integer(literal: str) -> int:
    # Refused before int(), which is slow for thousands of digits.
    if len(literal) > 17 or not -INTEGER_MAX <= int(literal) <= INTEGER_MAX:
        raise NotStrict(
            Text(
                "整数 {number} 太大，JSON 不能精确保存；绝对值最大为 9007199254740991", number=_shown(literal)
            )
        )
    return int(literal)


def _decimal(literal: str) -> Decimal:
    try:
        number = Decimal(literal)
    except InvalidOperation:
        # An exponent beyond what any machine counts with.
        number = None
    if (
        number is None
        or number.adjusted() > _DECIMAL_EXPONENT_MAX
        or number.adjusted() < -_DECIMAL_EXPONENT_MAX
    ):
        raise NotStrict(Text("数 {number} 超出可用范围", number=_shown(literal)))
    return number


def _constant(literal: str) -> object:
    raise NotStrict(Text("{number} 不是 JSON 允许的数；请写一个具体的数", number=literal))


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_decimal, parse_constant=_constant
)


def _too_deep() -> Text:
    return Text("括号嵌套太深；最多 {most} 层", most=DEPTH_MAX)


def _too_long(line: bytes) -> Text:
    return Text("这一行太长（{bytes} 字节）；一个事件存储后最多 65535 字节", bytes=len(line))


def _shown(text: str) -> str:
    """Return *text* short and printable, for a message."""
    short = text if len(text) <= 60 else text[:60] + "…"
    return short.encode("utf-8", "backslashreplace").decode("utf-8")
