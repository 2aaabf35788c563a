"""What pydantic found, in words for the sender: at which field, what is wrong, what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import ValidationError

from ledger.events.event import LEDGER_ATTRIBUTES
from ledger.events.fields import Amiss, shown
from ledger.json_object import JsonObject
from ledger.nearest import Guess, closest
from ledger.problem import Problem
from ledger.text import Text


def path_of(location: Iterable[int | str]) -> str:
    """Return a path such as ``data.kinds[0]``."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def problems_of(
    error: ValidationError, fields: Sequence[str], line: int | None, prefix: tuple[str, ...] = ()
) -> list[Problem]:
    """Return a problem for each error of *error*; *fields* are the names known at its top level.

    A misspelt field is one problem, not two: that the right one is missing then goes without saying.
    """
    errors = error.errors(include_url=False)[:ERRORS_MAX]
    # Few fields, few known names: these are looked for at once, for the sake of the missing ones.
    guesses = {
        item["loc"]: closest(str(item["loc"][-1]), fields)
        for item in errors[:GUESSED_MAX]
        if item["type"] == "extra_forbidden"
    }
    misspelt = {(*location[:-1], guess) for location, guess in guesses.items() if guess}
    return [
        _problem(path_of((*prefix, *item["loc"])), item, guesses.get(item["loc"]), fields, line)
        for item in errors
        if not (item["type"] == "missing" and item["loc"] in misspelt)
    ]


ERRORS_MAX = 50
"""So many faults of one line are told."""
GUESSED_MAX = 3
"""Of so many of them it is looked for what a field's name was meant to be."""


def _problem(path: str, item: Any, guess: str | None, fields: Sequence[str], line: int | None) -> Problem:
    if item["type"] == "literal_error":
        return _not_among(path, item["input"], item.get("ctx", {})["expected"], line)
    return Problem(path, _text(item, guess, fields), line)


_PATTERNS: dict[str, Text] = {
    "subject": Text("应是 单位 或 单位/支部，只用小写字母、数字和 . _ -，如 wj-01/b1"),
    "merged_into": Text("应是单位的编号，只用小写字母、数字和 . _ -，如 wj-02"),
    "sha256": Text("应是 64 位小写十六进制的 SHA-256 值"),
    "token": Text("应是 Base64 文字"),
    "media_type": Text("应是媒体类型，如 application/pdf"),
    "id": Text("不能含有控制字符"),
    "record": Text("不能含有控制字符"),
    "source": Text("不能含有控制字符"),
    "datacontenttype": Text("应是媒体类型，如 application/json"),
}


def _text(item: Any, guess: str | None, fields: Sequence[str]) -> Text:
    kind: str = item["type"]
    context: JsonObject = item.get("ctx", {})
    name = str(item["loc"][-1]) if item["loc"] else ""
    if kind == "value_error" and isinstance(context.get("error"), Amiss):
        amiss: Amiss = context["error"]
        return amiss.text
    if kind == "missing":
        return Text("缺少必填字段“{name}”", name=name)
    if kind == "extra_forbidden":
        return _unknown_field(name, guess, fields)
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(name) or Text("不能只有空白；请写上内容")
    if kind == "string_too_long":
        return Text("太长；最多 {most} 个字符", most=context["max_length"])
    if kind == "string_too_short":
        return Text("不能为空；请写上内容")
    if kind == "too_long":
        return Text("列得太多；最多 {most} 项", most=context["max_length"])
    if kind == "too_short":
        return Text("不能是空列表；至少写一项")
    return _WRONG_TYPE.get(kind) or Text("无效（{kind}）", kind=kind)


_WRONG_TYPE: dict[str, Text] = {
    "string_type": Text("应是文字（用双引号括起来）"),
    "bool_type": Text("应是 true 或 false（不加引号）"),
    "list_type": Text('应是列表，用方括号括起来，如 ["…"]'),
    "dict_type": Text("应是 JSON 对象，用花括号括起来"),
}


def _unknown_field(name: str, guess: str | None, fields: Sequence[str]) -> Text:
    if name in LEDGER_ATTRIBUTES:
        return Text("“{name}”只由台账在入账时填写；请删去它（要恢复导出的台账，请用 restore）", name=name)
    if guess:
        return Text("没有“{name}”这个字段；最接近的是 {near}", name=shown(name), near=guess)
    return Text("没有“{name}”这个字段；可用的有 {known}", name=shown(name), known=list(fields))


def _not_among(path: str, given: object, expected: str, line: int | None) -> Problem:
    # pydantic writes the allowed values as 'a', 'b' or 'c'.
    allowed = [part for index, part in enumerate(expected.split("'")) if index % 2]
    if not isinstance(given, str):
        return Problem(path, Text("应是 {allowed}（用双引号括起来）", allowed=allowed), line)

    def nearest(near: str) -> Text:
        return Text(
            "“{given}”不在可选值之内；最接近的是 {near}，可选 {allowed}",
            given=shown(given),
            near=near,
            allowed=allowed,
        )

    text = Text("“{given}”不在可选值之内；应是 {allowed}", given=shown(given), allowed=allowed)
    return Problem(path, text, line, Guess(given, allowed, nearest) if len(allowed) > 1 else None)
