"""A pasted list of units and values, read into events: two columns, by name or code, with or without a header.

Pure: *known* says which units there are. Nothing is guessed: a name that may mean two units is asked back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from ledger.equal_text import as_compared
from ledger.events.fields import decimal_text
from ledger.text import Text
from rubric.amounts import HUNDRED

from ..sheets.pasted import grid_of_text
from .asked import Asked

ROWS_MAX = 10_000
_UNITS_OF_MEASURE = re.compile(r"\s*(?:%|％|分|元|万元|人|次|件|篇|例|个)$")
_NUMBER = re.compile(r"[-+]?\d{1,12}(?:\.\d{1,6})?", re.ASCII)
HEADERS = frozenset({"单位", "单位名称", "名称", "学校", "党组织", "党组织名称", "编号", "序号"})
SUMS = frozenset({"合计", "小计", "总计", "平均", "平均值"})
NAMED_MAX = 5


@dataclass(frozen=True, slots=True)
class Value:
    """One unit's value: `said` as it goes into the event, `note` of the third column."""

    row: int
    unit: str
    name: str
    said: str
    note: str = ""


@dataclass(slots=True)
class FactList:
    """What was read: the values, the units of rows without one, and what is wrong in which row."""

    values: list[Value] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    problems: list[tuple[int, Text]] = field(default_factory=list)


def read_facts(table: str, known: Mapping[str, str], asked: Asked) -> FactList:
    """Return the values in a pasted *table*; *known*: code → name of the units. Raises Unreadable when too much."""
    found = FactList()
    rows = [
        (number, cells)
        for number, row in enumerate(grid_of_text(table).rows, 1)
        if any(cells := [_plain(str(cell or "")) for cell in row])
    ]
    if len(rows) > ROWS_MAX:
        found.problems.append((rows[ROWS_MAX][0], Text("一次最多 {most} 行，请分几次粘贴", most=ROWS_MAX)))
        return found
    if rows and _is_header(rows[0][1], asked):
        rows = rows[1:]
    units = UnitsByName(known)
    seen: dict[str, int] = {}
    for number, cells in rows:
        if cells[0] in SUMS:
            continue
        unit, problem = units.find(cells[0])
        if problem is not None:
            found.problems.append((number, problem))
            continue
        if unit in seen:
            text = Text("“{name}”在第 {row} 行已经有了", name=known[unit], row=seen[unit])
            found.problems.append((number, text))
            continue
        seen[unit] = number
        typed = cells[1] if len(cells) > 1 else ""
        if not typed:
            found.empty.append(known[unit])
            continue
        said, problem = value_of(typed, asked)
        if problem is not None:
            found.problems.append((number, problem))
        else:
            note = cells[2] if len(cells) > 2 else ""
            found.values.append(Value(number, unit, known[unit], said, note))
    return found


def value_of(typed: str, asked: Asked) -> tuple[str, Text | None]:
    """Return what *typed* is as the event says it, and what is wrong with it."""
    plain = _plain(typed)
    if asked.grades:
        match = next((grade for grade in asked.grades if as_compared(grade) == as_compared(plain)), None)
        if match is None:
            return "", Text(
                "没有“{value}”这个等次；可写 {grades}", value=plain[:20], grades=list(asked.grades)
            )
        return match, None
    number = _UNITS_OF_MEASURE.sub("", plain).replace(",", "")
    if not _NUMBER.fullmatch(number):
        return "", Text("“{value}”不是一个数；写成 95.5 这样", value=plain[:20])
    try:
        value = Decimal(number)
    except InvalidOperation:
        return "", Text("“{value}”不是一个数；写成 95.5 这样", value=plain[:20])
    if asked.kind == "case" and asked.most is None:
        if value != value.to_integral_value() or value < 1:
            return "", Text("“{value}”不是件数；写成 1、2 这样的整数", value=plain[:20])
        return decimal_text(value), None
    measured = value * HUNDRED if asked.kind == "case" else value
    if (asked.least is not None and measured < asked.least) or (
        asked.most is not None and measured > asked.most
    ):
        return "", Text("{value} 不在 {range} 之内；请核对", value=plain[:20], range=asked.range_text)
    return decimal_text(value), None


def data_of(asked: Asked, value: Value, *, at: str, words: str, rater: str) -> tuple[str, dict[str, Any]]:
    """Return type and data of the event of one value. *words*: the source of a figure, the reason of a case."""
    if asked.kind == "figure":
        optional = {"at": at, "source": value.note or words}
        data = {"figure": asked.code, "value": value.said}
        return "figure.reported", data | {key: text for key, text in optional.items() if text}
    if asked.kind == "case":
        data = {"case": asked.code, "reason": value.note or words}
        if asked.most is not None:
            return "case.confirmed", data | {"points": value.said}
        count = int(value.said)
        return "case.confirmed", data | ({"count": count} if count > 1 else {})
    key = "grade" if asked.grades else "value"
    return "rating.given", {"rating": asked.code, "rater": rater, key: value.said}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _is_header(cells: list[str], asked: Asked) -> bool:
    return cells[0].rstrip(":") in HEADERS or (
        len(cells) > 1 and as_compared(cells[1]) == as_compared(asked.name)
    )


class UnitsByName:
    """Finds units by what people call them."""

    def __init__(self, known: Mapping[str, str]) -> None:
        """*known*: code → name."""
        self._known = known
        self._by_name: dict[str, list[str]] = {}
        for code, name in known.items():
            self._by_name.setdefault(as_compared(name), []).append(code)

    def find(self, said: str) -> tuple[str, Text | None]:
        """Return the unit that is meant: by code, by name, or by a part of one name only."""
        if said.lower() in self._known:
            return said.lower(), None
        plain = as_compared(said)
        exact = self._by_name.get(plain, [])
        if len(exact) == 1:
            return exact[0], None
        near = exact or [
            code
            for name, codes in self._by_name.items()
            if len(plain) > 1 and (plain in name or (name and name in plain))
            for code in codes
        ]
        if len(near) == 1:
            return near[0], None
        if near:
            names = [f"{self._known[code]}（{code}）" for code in near[:NAMED_MAX]]
            return "", Text("“{name}”可能是 {names}；请写编号或全称", name=said[:40], names=names)
        return "", Text("没有“{name}”这个单位；请写登记时的名称或编号", name=said[:40])
