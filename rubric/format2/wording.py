"""What is wrong with the shape of a file of format 2, said for people.

A suggestion is only ever one of spelling: `mising` for `missing`. A word of the file's own Chinese is never "corrected"
to another (县级 is not 市级), nor one code to another that says something else.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, get_args

from pydantic import BaseModel

from ..clauses import UnitKind
from ..mistake import Mistake, Value, msgid
from ..source import Path, Source
from ..wording import bad_value, misspelt
from .curves import Curve

_SHAPES: dict[str, str] = {
    "fine_points": msgid("“{given}”不是分值；请写一个数，例如 0.5"),
    "negative_points": msgid("分值不能小于 0；扣分写在 lose 里，写成正数"),
    "number": msgid("“{given}”不是数；请写一个数，例如 95"),
    "step": msgid("step 要大于 0"),
    "one_shape": msgid("要写 flat、each、share、below、above、table 中的一个，并且只写一个"),
    "free_alone": msgid("free（前几次不算）只和 each 一起写"),
    "by_alone": msgid("by 只和 table 一起写"),
    "monotone": msgid("table 里的分值要一路上升或一路下降（by: place 时名次越后分越少）；请核对顺序和数字"),
    "table_key": msgid("table 的键要是数（按级别给分另加 by: level，按媒体给分另加 by: outlet）"),
    "one_family": msgid("activity、document、outlet、honor 要写一个，并且只写一个"),
    "one_side": msgid("below（低于）和 above（高于）写一个，并且只写一个"),
    "grades_fall": msgid("等次要从高到低写，例如 [[好, 90], [较好, 80], [一般, 0]]"),
    "prizes_fall": msgid("名次奖分要从第 1 名往后写，越后越少，例如 {{1: 5, 2: 3, 3: 1}}"),
    "total_alone": msgid("写了 pace、prorate 或按组织类型写 n 的，要单独成一条"),
    "hours_alone": msgid("学时（hours）按全体党员算，不能再写 role 或 as: times"),
    "inner": msgid("这里要写一个计量，例如 {{figure: rate}}"),
    "inner_terms": msgid("里面这个计量写得不对；请照单独写它时的样子写"),
    "string_too_short": msgid("这里是空的；请写上文字"),
}


_WITH_UNIT = re.compile(r"(\d+(?:\.\d+)?) ?(?:分|%|％|次|个|名|人|天|项|篇|起|例|万元|元)")
OTHER_WORDS: dict[str, str] = {
    "max": "cap", "limit": "cap", "上限": "cap",
    "score": "points", "分值": "points", "分数": "points",
    "name": "title", "名称": "title", "标题": "title",
    "times": "n", "次数": "n",
    "deadline": "due", "期限": "due",
    "deduct": "lose", "扣分": "lose",
    "add": "gain", "得分": "gain", "加分": "gain",
    "规则": "rules", "级别": "level",
}  # fmt: skip
"""What people write for a key, where it can mean nothing else."""


def shape_mistakes(
    errors: Sequence[Any], model: type[BaseModel], data: Any, base: Path, source: Source
) -> list[Mistake]:
    """Return pydantic's *errors* about *data*, which stands at *base* of the file, as mistakes: one a place."""
    found: dict[tuple[Path, str], Mistake] = {}
    places = [error["loc"] for error in errors]
    for error in errors:
        kind = error["type"]
        if kind == "too_short" and any(
            len(each) > len(error["loc"]) and each[: len(error["loc"])] == error["loc"] for each in places
        ):
            continue  # only because what stands in it is wrong
        inner = _there(error["loc"], data)
        if kind == "missing":
            name = str(error["loc"][-1])
            mistake = _missing(name, data, inner, base, source)
        elif kind == "extra_forbidden":
            known = _known(model, inner[:-1])
            mistake = unknown_key((*base, *inner), known, source)
        else:
            path = (*base, *inner)
            value = _at(inner, data)
            message, values = _bad(kind, path, value, error, source)
            mistake = Mistake(source.line(path), source.key(path), message, **values)
        once = kind if kind in ("missing", "extra_forbidden") else ""
        found.setdefault((inner, f"{once}{error['loc'][-1]}" if once else ""), mistake)
    return list(found.values())


def _bad(kind: str, path: Path, value: object, error: object, source: Source) -> tuple[str, dict[str, Value]]:
    text = _shown(value)
    if kind in ("fine_points", "number", "points") and (plain := _WITH_UNIT.fullmatch(text)):
        return msgid("“{given}”只写数，不带单位：{plain}"), {"given": text, "plain": plain[1]}
    if kind == "string_pattern_mismatch" and "kinds" in path:
        message = msgid("组织类型只有 {known}；别的分类请写成标签（tags）")
        return message, {"known": get_args(UnitKind)}
    if kind in ("fine_points", "number") and _too_fine(value):
        return msgid("“{given}”的小数太多；最多六位小数"), {"given": text}
    if "＃" in text:
        return msgid("“＃”是全角的；注释要用半角 #，前面空一格"), {}
    if kind in _SHAPES:
        return _SHAPES[kind], {"given": text}
    if value is None:
        return msgid("没有写值"), {}
    if kind == "model_type" and isinstance(value, str) and "：" in value:
        return msgid("“{given}”里的冒号是全角的；键后面要用半角冒号加一个空格"), {"given": text}
    return bad_value(kind, path, text, error, source)


def _too_fine(value: object) -> bool:
    return isinstance(value, Decimal)


def _missing(name: str, data: object, inner: Path, base: Path, source: Source) -> Mistake:
    holder = _at(inner, data)
    path = (*base, *inner)
    if name.isdecimal():
        return Mistake(source.line(path), source.key(path), msgid("这里要写两样，现在少了一样"))
    near = misspelt(name, list(holder)) if isinstance(holder, dict) else None
    if near:
        message = msgid("缺少“{name}”；写着的“{near}”是不是它？")
        return Mistake(source.line(path), source.key((*path, name)), message, name=name, near=near)
    return Mistake(source.line(path), source.key((*path, name)), msgid("缺少“{name}”"), name=name)


def unknown_key(
    path: Path, known: Sequence[str], source: Source, measure: str = "", given: tuple[str, ...] = ()
) -> Mistake:
    """Return that the last word of *path* is no key here; *given*: the keys of a rule that names no measure."""
    line, key = source.line(path), source.key(path)
    if given:
        near = next(((word, hit) for word in given if (hit := misspelt(str(word), known))), None)
        if near:
            message = msgid("没有“{name}”这种计量；拼写最接近的是“{near}”")
            return Mistake(line, key, message, name=str(near[0]), near=near[1])
        message = msgid("没有写计什么；计量有 {known}")
        return Mistake(line, key, message, known=tuple(known))
    name = str(path[-1])
    if "：" in name:
        message = msgid("“{name}”里的冒号是全角的；请改成半角冒号，后面加一个空格")
        return Mistake(line, key, message, name=name)
    if OTHER_WORDS.get(name) in known:
        message = msgid("没有“{name}”这个键；这个意思要写“{near}”")
        return Mistake(line, key, message, name=name, near=OTHER_WORDS[name])
    near_key = misspelt(name, known)
    if near_key:
        return Mistake(
            line, key, msgid("没有“{name}”这个键；拼写最接近的是“{near}”"), name=name, near=near_key
        )
    if measure and name in Curve.model_fields:
        message = msgid("“{name}”要写进 lose 或 gain 的大括号里，例如 lose: {{each: 1, cap: 5}}")
        return Mistake(line, key, message, name=name)
    if measure:
        message = msgid("“{measure}”不用“{name}”；这里可以写 {known}")
        return Mistake(line, key, message, measure=measure, name=name, known=tuple(known))
    return Mistake(line, key, msgid("没有“{name}”这个键；这里可以写 {known}"), name=name, known=tuple(known))


def _there(location: Sequence[Any], data: Any) -> Path:
    """Return the part of a location that stands in *data*: what pydantic says of a union's members is left out."""
    path: list[Any] = []
    for part in location:
        if (isinstance(data, dict) and part in data) or (
            isinstance(data, list) and isinstance(part, int) and part < len(data)
        ):
            data = data[part]
        elif part == "[key]":
            break
        else:
            continue
        path.append(part)
    return tuple(path)


def _at(path: Path, data: Any) -> object:
    for part in path:
        data = data[part]
    return data


def _known(model: type[BaseModel], path: Path) -> list[str]:
    """Return the keys that the mapping at *path* of *model* knows."""
    here: object = model
    for part in path:
        here = _inner(here, part)
    return _keys(here)


def _inner(kind: object, part: object) -> object:
    if isinstance(part, str) and isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            if part in (name, field.alias):
                return field.annotation
        return None
    models = _models(kind)
    return models[0] if models else kind


def _models(kind: object) -> list[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is not None:
        return [model for part in typing.get_args(kind) for model in _models(part)]
    return []


def _keys(kind: object) -> list[str]:
    return [field.alias or name for model in _models(kind) for name, field in model.model_fields.items()]


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = "" if isinstance(value, (dict, list)) else str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
