"""A pasted list of units and values, read into events: two columns, by name or code, with or without a header.

Pure: *known* says which units there are. Nothing is guessed: a name that may mean two units is asked back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.equal_text import as_compared
from ledger.text import Text

from ..sheets.pasted import grid_of_text
from .asked import Asked
from .values import Value, plain, value_of

ROWS_MAX = 10_000
HEADERS = frozenset({"单位", "单位名称", "名称", "学校", "党组织", "党组织名称", "编号", "序号"})
SUMS = frozenset({"合计", "小计", "总计", "平均", "平均值"})
_NO_RATERS = frozenset({"说明", "备注", "合计", "平均", "平均分", "总分"})
NAMED_MAX = 5


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
        if any(cells := [plain(str(cell or "")) for cell in row])
    ]
    if len(rows) > ROWS_MAX:
        found.problems.append((rows[ROWS_MAX][0], Text("一次最多 {most} 行，请分几次粘贴", most=ROWS_MAX)))
        return found
    raters: list[tuple[int, str]] = []
    if rows and _is_header(rows[0][1], asked):
        raters = _raters(rows[0][1], asked)
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
        if raters:
            _read_raters(found, asked, raters, number, (unit, known[unit]), cells)
            continue
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


def _raters(header: list[str], asked: Asked) -> list[tuple[int, str]]:
    """Return the columns of raters, where a list of grades has one for each: place and who it is."""
    if asked.kind != "rating" or len(header) < 3:  # one column of values is of no rater in particular
        return []
    named = [(place, name) for place, name in enumerate(header[1:], 1) if name and name not in _NO_RATERS]
    return named if len(named) > 1 else []


def _read_raters(
    found: FactList,
    asked: Asked,
    raters: list[tuple[int, str]],
    number: int,
    unit: tuple[str, str],
    cells: list[str],
) -> None:
    """Read the grades that each rater gave one unit; who gave none has not graded it."""
    given = [(rater, cells[place]) for place, rater in raters if place < len(cells) and cells[place]]
    if not given:
        found.empty.append(unit[1])
    for rater, typed in given:
        said, problem = value_of(typed, asked)
        if problem is not None:
            found.problems.append((number, Text("{rater}：{problem}", rater=rater, problem=problem)))
        else:
            found.values.append(Value(number, *unit, said, rater=rater))


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
