"""What pydantic finds wrong with a rubric's shape, said for people: what is wrong and what would be right.

One mistake a place: a value that fits none of several shapes is told once, and what only follows from another
mistake (a list that came out empty because its items were refused) is not told at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from . import schema
from .clauses import Need
from .mistake import Mistake, Value, msgid
from .rules import RULES
from .source import Path, Source

_SHAPES: dict[str, str] = {
    "points": msgid("“{given}”不是分值；请写一个数，小数最多两位，例如 0.5"),
    "day": msgid("“{given}”不是日期；请写成 年-月-日，例如 {year}-03-31"),
    "string_type": msgid("这里要写文字；“{given}”请加引号"),
    "int_type": msgid("“{given}”不是整数；请写不带引号的整数"),
    "int_parsing": msgid("“{given}”不是整数；请写不带引号的整数"),
    "bool_type": msgid("“{given}”不是 true 或 false"),
    "tuple_type": msgid("这里要写一个列表，例如 [a, b]"),
    "dict_type": msgid("这里要写一组“键: 值”"),
    "model_type": msgid("这里要写一组“键: 值”"),
    "model_attributes_type": msgid("这里要写一组“键: 值”"),
    "one_family": msgid("activity、document、outlet、honor 要写一个，并且只写一个"),
    "tiers_source": msgid("要么写 honor 和 tiers（按级别给分），要么写 outlet（按刊发媒体给分）"),
    "string_too_long": msgid("“{given}”太长"),
}
_ABSENT = msgid("没有写值")
_WHOLES: dict[str, str] = {
    "window": msgid("window 要写起止两个日期，例如 [{year}-01-01, {year}-12-31]"),
    "threshold": msgid(
        "threshold 要写一个数，或按组织类型各写一个数（committee、general_branch、branch），或 target_sessions"
    ),
}
_FOLLOWS = frozenset({"default_factory_not_called"})
"""What pydantic says of a key that another, refused key would have given its default."""
_PARTS: dict[str, type[BaseModel]] = {
    "sections": schema.Section,
    "indicators": schema.Indicator,
    "codes": schema.Codes,
    "forecast": schema.ForecastTerms,
}
_PATTERNS: dict[str, str] = {
    "clause": msgid("条款编号“{given}”不对；请写成 '指标号.序号'，例如 '{indicator}.1'"),
    "rubric": msgid("细则编号“{given}”只能用小写字母、数字、点、下划线和连字符，最多 63 个字符"),
    "code": msgid("“{given}”不能作代码；代码用小写英文字母开头，只含小写字母、数字和下划线"),
}


def closest(word: str, known: Sequence[str] | Mapping[str, object]) -> str | None:
    """Return the known word that *word* most likely was meant to be, if any comes close."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return near[0] if near else None


def misspelt(word: str, known: Sequence[str] | Mapping[str, object]) -> str | None:
    """Return the known word that *word* is a misspelling of; None where it may well mean something else.

    Only letters of a word are slips: a number or a Chinese character that differs says something else.
    """
    if not word.isascii():
        return None
    near = get_close_matches(word, [each for each in map(str, known) if each.isascii()], n=1, cutoff=0.75)
    if not near or re.sub(r"[^0-9]", "", word) != re.sub(r"[^0-9]", "", near[0]):
        return None
    return near[0]


def shape_mistakes(errors: Sequence[Any], source: Source) -> list[Mistake]:
    """Return pydantic's *errors* about `source.data` as mistakes, one a place."""
    mistakes: dict[tuple[Path, str], Mistake] = {}
    for error in errors:
        path, of_key = _path(error["loc"], source.data)
        value = _at(path, source.data)
        kind = error["type"]
        if kind in _FOLLOWS or (kind == "too_short" and isinstance(value, list) and value):
            continue
        message, values = _words(kind, path, of_key, value, error, source)
        once = "" if kind not in ("extra_forbidden", "missing") else kind
        place = Mistake(source.line(path), source.key(path), message, **values)
        mistakes.setdefault((path, once), place)
    return list(mistakes.values())


def _path(location: Sequence[str | int], data: object) -> tuple[Path, bool]:
    """Turn pydantic's location into a path of the data; the second value says that a key itself is refused."""
    path: list[str | int] = list(location)
    if len(path) > 2 and path[0] == "clauses" and path[2] in RULES:
        clause = _at(tuple(path[:2]), data)
        if isinstance(clause, dict) and clause.get("rule") == path[2]:
            del path[2]
    if "threshold" in path:
        del path[path.index("threshold") + 1 :]
    if "window" in path and len(path) - path.index("window") > 1 and not _present(tuple(path), data):
        del path[path.index("window") + 1 :]
    of_key = bool(path) and path[-1] == "[key]"
    return tuple(path[:-1] if of_key else path), of_key


def _words(
    kind: str, path: Path, of_key: bool, value: object, error: object, source: Source
) -> tuple[str, dict[str, Value]]:
    last = str(path[-1]) if path else ""
    given = str(last) if of_key else _shown(value)
    match kind:
        case "missing" if last != "window":
            return _missing(path, source)
        case "extra_forbidden":
            return _unknown_key(path, source)
        case "union_tag_invalid" | "union_tag_not_found":
            return _unknown_rule(value)
    if last in _WHOLES:
        return _WHOLES[last], {"year": _year(source)}
    if value is None and not of_key:
        return _ABSENT, {}
    return bad_value(kind, path, given, error, source)


def bad_value(kind: str, path: Path, given: str, error: Any, source: Source) -> tuple[str, dict[str, Value]]:
    """Return what is wrong with the value *given*, of which pydantic says *kind*, and what fills the words."""
    context = error.get("ctx", {})
    match kind:
        case "literal_error":
            return _one_of(given, tuple(re.findall(r"'([^']*)'", context["expected"])))
        case "string_pattern_mismatch" if path[-1] == "same_as":
            message = msgid("“{given}”不是另一细则的条款；请写成 细则/条款，如 city-2017/2.1")
            return message, {"given": given}
        case "string_pattern_mismatch":
            return _pattern(path, given)
        case "greater_than_equal":
            return msgid("不能小于 {limit}"), {"limit": context["ge"]}
        case "less_than_equal":
            return msgid("不能大于 {limit}"), {"limit": context["le"]}
        case "too_short":
            return msgid("至少要写一项"), {}
        case "string_type" if path[0] in ("clauses", "of") and path[-1] == "id":
            return msgid("条款编号要加引号：'{given}'"), {"given": given}
    if kind in _SHAPES:
        return _SHAPES[kind], {"given": given, "year": _year(source)}
    return msgid("这个值不对：{reason}"), {"reason": error["msg"]}


def _missing(path: Path, source: Source) -> tuple[str, dict[str, Value]]:
    name = str(path[-1])
    model = _model(path[:-1], source.data)
    siblings = _at(path[:-1], source.data)
    stray = [key for key in siblings if model and key not in model.model_fields] if siblings else []
    near = closest(name, stray)
    if near:
        return msgid("缺少“{name}”；写着的“{near}”是不是它？"), {"name": name, "near": near}
    return msgid("缺少“{name}”"), {"name": name}


def _unknown_key(path: Path, source: Source) -> tuple[str, dict[str, Value]]:
    name = str(path[-1])
    model = _model(path[:-1], source.data)
    known = list(model.model_fields) if model else []
    near = closest(name, known)
    if near:
        return msgid("没有“{name}”这个键；最接近的是“{near}”"), {"name": name, "near": near}
    rules = tuple(rule for rule, clause in RULES.items() if name in clause.model_fields)
    if rules and path[0] == "clauses" and len(path) == 3:
        rule = str(_at(path[:-1], source.data)["rule"])
        message = msgid("规则 {rule} 不用“{name}”；用它的是 {rules}")
        return message, {"rule": rule, "name": name, "rules": rules}
    return msgid("没有“{name}”这个键；这里可以写 {known}"), {"name": name, "known": tuple(known)}


def _unknown_rule(clause: object) -> tuple[str, dict[str, Value]]:
    if not isinstance(clause, dict):
        return _SHAPES["model_type"], {}
    given = clause.get("rule")
    if given is None:
        return msgid("缺少“rule”；规则有 {known}"), {"known": tuple(RULES)}
    near = closest(str(given), RULES)
    if near:
        return msgid("没有“{given}”这种规则；最接近的是“{near}”"), {"given": str(given), "near": near}
    return msgid("没有“{given}”这种规则；规则有 {known}"), {"given": str(given), "known": tuple(RULES)}


def _one_of(given: str, known: tuple[str, ...]) -> tuple[str, dict[str, Value]]:
    near = closest(given, known)
    if near:
        return msgid("不能写“{given}”；最接近的是“{near}”"), {"given": given, "near": near}
    return msgid("不能写“{given}”；可以写 {known}"), {"given": given, "known": known}


def _pattern(path: Path, given: str) -> tuple[str, dict[str, Value]]:
    if path == ("id",):
        return _PATTERNS["rubric"], {"given": given}
    if path[-1] == "id":
        return _PATTERNS["clause"], {"given": given, "indicator": re.sub(r"[^0-9].*", "", given) or "2"}
    return _PATTERNS["code"], {"given": given}


def _model(path: Path, data: object) -> type[BaseModel] | None:
    """Return the model that the mapping at *path* is read as."""
    if not path:
        return schema.Rubric
    if path[0] == "clauses":
        clause = _at(path[:2], data)
        rule = clause.get("rule") if isinstance(clause, dict) else None
        return Need if len(path) > 2 else RULES.get(str(rule))
    return _PARTS.get(str(path[0]))


def _at(path: Path, data: Any) -> Any:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _present(path: Path, data: object) -> bool:
    holder = _at(path[:-1], data)
    return isinstance(holder, list) and isinstance(path[-1], int) and path[-1] < len(holder)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = "" if isinstance(value, (dict, list)) else str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _year(source: Source) -> str:
    year = source.data.get("year") if isinstance(source.data, dict) else None
    return str(year) if isinstance(year, int) and 1000 <= year <= 9999 else "YYYY"
