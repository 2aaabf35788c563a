"""What is wrong with the fields of a request, in words: pydantic finds it, the sender has to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger.events.fields import Amiss
from ledger.intake.validation_messages import path_of
from ledger.problem import Problem
from ledger.text import Text

_WHOLE = Text("应是整数，如 12")
_TRUTH = Text("应是 true 或 false")
_WORDS: dict[str, Text] = {
    "missing": Text("缺少这一项；请补上"),
    "extra_forbidden": Text("没有这个字段；请删去，或核对名称"),
    "string_type": Text("应是文字"),
    "string_pattern_mismatch": Text("写法不对；请核对"),
    "string_too_short": Text("不能为空；请写上内容"),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": _WHOLE,
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "list_type": Text("应是列表"),
    "set_type": Text("应是列表"),
    "frozen_set_type": Text("应是列表"),
    "dict_type": Text("应是 JSON 对象，并注明 Content-Type: application/json"),
    "model_type": Text("应是 JSON 对象，并注明 Content-Type: application/json"),
    "model_attributes_type": Text("应是 JSON 对象，并注明 Content-Type: application/json"),
}


def problems_of(errors: Iterable[object]) -> list[Problem]:
    """Return a problem for each of pydantic's *errors*; where in the request it stands goes without saying."""
    return [Problem(path_of(_place(item)), _text(item)) for item in errors]


def _place(item: Any) -> tuple[int | str, ...]:
    # The first part is where: body, query, path. For JSON that cannot be read the second counts characters.
    return () if item["type"] == "json_invalid" else tuple(item["loc"][1:])


def _text(item: Any) -> Text:
    kind: str = item["type"]
    context: dict[str, Any] = item.get("ctx") or {}
    if kind == "value_error" and isinstance(context.get("error"), Amiss):
        amiss: Amiss = context["error"]
        return amiss.text
    if kind == "json_invalid":
        return Text("不是可用的 JSON：{reason}", reason=str(context.get("error", "")))
    if kind in ("enum", "literal_error"):
        # pydantic writes the allowed values as 'a', 'b' or 'c'.
        allowed = str(context.get("expected", "")).split("'")[1::2]
        return Text("只能是 {allowed}", allowed=allowed)
    if kind == "greater_than_equal":
        return Text("应不小于 {least}", least=str(context["ge"]))
    if kind == "less_than_equal":
        return Text("应不大于 {most}", most=str(context["le"]))
    if kind == "string_too_long":
        return Text("太长；最多 {most} 个字符", most=context["max_length"])
    if kind == "too_long":
        return Text("太多；最多 {most} 项", most=context["max_length"])
    return _WORDS.get(kind) or Text("不合要求（{kind}）", kind=kind)
