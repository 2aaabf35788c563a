"""A list of units as an office has it, read into what is to be registered: name, kind, branches, code.

Pure: *known* says what is registered already. Codes are proposed from the name, never demanded (contract §1: a code is
for ever and stands in every record, so whoever has codes of his own may give them).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ledger.equal_text import as_compared
from ledger.json_object import JsonObject
from ledger.text import Text

from .sheets.pasted import grid_of_text

UNITS_MAX = 2_000
NAME_MAX = 80
_CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}", re.ASCII)
_KINDS = {
    "committee": ("党委", "基层党委", "党的委员会"),
    "general_branch": ("党总支", "总支", "党总支部", "总支部"),
    "branch": ("党支部", "支部"),
}
_COLUMNS = {
    "name": ("名称", "单位名称", "单位", "党组织名称", "党组织", "学校", "学校名称"),
    "kind": ("组织类型", "类型", "类别", "组织类别"),
    "branches": ("支部", "下属支部", "所属支部", "下设支部", "党支部"),
    "code": ("编号", "单位编号", "代号", "编码"),
}
_NO_UNIT = frozenset({"", "序号", "合计", "小计", "总计"})
_BETWEEN = re.compile(r"[、，,；;\n]+")
_INITIALS_MAX = 40


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to be registered, with its branches' names in order."""

    row: int
    name: str
    kind: str
    code: str
    branches: tuple[str, ...] = ()

    def organizations(self) -> list[tuple[str, JsonObject]]:
        """Return subject and data of each ``organization.registered``, the unit's first."""
        branches = [
            (f"{self.code}/b{number}", {"name": name, "kind": "branch"})
            for number, name in enumerate(self.branches, 1)
        ]
        return [(self.code, {"name": self.name, "kind": self.kind}), *branches]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong in a row, and in which of its cells: name, kind, branches or code."""

    row: int
    text: Text
    column: str


@dataclass(slots=True)
class UnitList:
    """What was read: the units, those that are registered already (by name), and what is wrong in which row."""

    units: list[NewUnit] = field(default_factory=list)
    there: list[tuple[int, str]] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    def blame(self, row: int, text: Text, column: str = "name") -> None:
        """Note what is wrong in a row."""
        self.problems.append(RowProblem(row, text, column))


def read_units(table: str, known: Mapping[str, str]) -> UnitList:
    """Return the units of a pasted *table*; *known*: code → name of all that are registered.

    A first row of column names says which column is which; without one they are 名称, 组织类型, 下属支部, 编号.
    Raises Unreadable when there is too much of it.
    """
    rows = [
        (number, [str(cell or "").strip() for cell in row])
        for number, row in enumerate(grid_of_text(table).rows, 1)
    ]
    columns, rows = _columns([(number, row) for number, row in rows if any(row)])
    cells = [
        (
            number,
            {
                name: row[place] if place is not None and place < len(row) else ""
                for name, place in columns.items()
            },
        )
        for number, row in rows
    ]
    return units_of_rows(cells, known)


def units_of_rows(rows: Sequence[tuple[int, Mapping[str, str]]], known: Mapping[str, str]) -> UnitList:
    """Return the units of *rows*: each a number and its cells name, kind, branches, code; *known* as above."""
    found = UnitList()
    if len(rows) > UNITS_MAX:
        found.blame(rows[UNITS_MAX][0], Text("一次最多登记 {most} 个单位，请分几次", most=UNITS_MAX))
        return found
    by_name = {as_compared(name): code for code, name in known.items()}
    taken = set(known)
    for number, cells in rows:
        if cells["name"] in _NO_UNIT:
            if any(cells.values()):
                found.blame(number, Text("这一行没有单位名称"))
            continue
        if as_compared(cells["name"]) in by_name:
            code = by_name[as_compared(cells["name"])]
            if code in known:
                found.there.append((number, cells["name"]))
            else:
                found.blame(number, Text("“{name}”在上面已经有一行", name=cells["name"][:NAME_MAX]))
            continue
        unit = _unit(found, number, cells, taken)
        if unit is not None:
            found.units.append(unit)
            taken.add(unit.code)
            by_name[as_compared(unit.name)] = unit.code
    return found


def _columns(
    rows: Sequence[tuple[int, list[str]]],
) -> tuple[dict[str, int | None], list[tuple[int, list[str]]]]:
    usual: dict[str, int | None] = {"name": 0, "kind": 1, "branches": 2, "code": 3}
    for place, (_number, row) in enumerate(rows[:5]):
        named: dict[str, int | None] = {
            column: next((at for at, cell in enumerate(row) if cell.rstrip("：:") in words), None)
            for column, words in _COLUMNS.items()
        }
        if named["name"] is not None and (len(row) == 1 or sum(at is not None for at in named.values()) > 1):
            return named, list(rows[place + 1 :])
    return usual, list(rows)


def _unit(found: UnitList, row: int, cells: Mapping[str, str], taken: set[str]) -> NewUnit | None:
    before = len(found.problems)
    name, kind = cells["name"], kind_of(cells["kind"] or cells["name"])
    if len(name) > NAME_MAX:
        found.blame(row, Text("名称太长，最多 {most} 个字", most=NAME_MAX))
    if kind is None:
        said = cells["kind"]
        found.blame(
            row,
            Text("没有“{kind}”这种组织；请写党委、党总支或党支部", kind=said[:20])
            if said
            else Text("从名称看不出是党委、党总支还是党支部，请写上组织类型"),
            "kind",
        )
    code = cells["code"].lower()
    if code and not _CODE.fullmatch(code):
        found.blame(row, Text("编号“{code}”只用字母、数字和 . _ -，以字母或数字开头", code=code[:70]), "code")
    elif code in taken:
        found.blame(row, Text("编号 {code} 已经有单位用了", code=code), "code")
    branches = tuple(text for each in _BETWEEN.split(cells["branches"]) if (text := each.strip()))
    if kind == "branch" and branches:
        found.blame(row, Text("党支部下面不再设支部；请把组织类型改成党总支或党委，或去掉下属支部"), "kind")
    alike = {as_compared(each) for each in branches}
    if len(alike) < len(branches):
        found.blame(row, Text("下属支部里有两个同名的"), "branches")
    if any(len(each) > NAME_MAX for each in branches):
        found.blame(row, Text("支部的名称太长，最多 {most} 个字", most=NAME_MAX), "branches")
    if kind is None or len(found.problems) > before:
        return None
    return NewUnit(row, name, kind, code or proposed_code(name, taken), branches)


def kind_of(text: str) -> str | None:
    """Return the kind of organization that *text* is or ends with; None when it says none."""
    plain = "".join(text.split())
    for kind in ("general_branch", "committee", "branch"):
        if plain == kind or plain.endswith(_KINDS[kind]):
            return kind
    return None


def proposed_code(name: str, taken: set[str]) -> str:
    """Return a free code from the initials of *name* in pinyin: syxx for 实验小学党总支, syxx-2 when that is taken."""
    from pypinyin import Style, lazy_pinyin

    plain = name
    for ending in sorted((each for words in _KINDS.values() for each in words), key=len, reverse=True):
        if plain.endswith(ending) and len(plain) > len(ending):
            plain = plain[: -len(ending)]
            break
    plain = re.sub(r"(中共|委员会$)", "", plain) or plain
    letters = "".join(lazy_pinyin(plain, style=Style.FIRST_LETTER)).lower()
    stem = re.sub(r"[^a-z0-9]", "", letters)[:_INITIALS_MAX] or "unit"
    code, number = stem, 1
    while code in taken:
        number += 1
        code = f"{stem}-{number}"
    return code
