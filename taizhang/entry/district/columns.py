"""Which sheet of a district's workbook is which, and what its columns are. Pure.

The sheet's name decides where it is one of ours; else the columns do. A header row may stand below a title.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..parsing.cells import Cell, Unreadable, is_empty, written
from ..sheets.recognise import header_word
from ..sheets.sheet import Grid

HEADER_WITHIN_ROWS = 10


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, its header in the template, and what else offices call it."""

    key: str
    header: str
    also: tuple[str, ...] = ()
    required: bool = False
    example: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class SheetKind:
    """A kind of sheet; `also`: what such a sheet is called beside its title."""

    key: str
    title: str
    columns: tuple[Column, ...]
    also: tuple[str, ...] = ()


_UNIT = ("所属单位", "单位名称", "所属党组织", "上级党组织", "学校", "学校名称", "工作单位", "党组织")
_BRANCH = ("所在支部", "所属支部", "党支部", "所在党支部", "支部名称", "负责支部")
_MAIL = ("电子邮箱", "邮件", "邮箱地址", "电子邮件", "email", "e-mail")
UNITS = SheetKind(
    "units",
    "单位",
    (
        Column("name", "单位名称", ("名称", "单位", "党组织名称", "党组织", "学校", "学校名称"), True,
               "实验小学党总支"),
        Column("kind", "组织类型", ("类型", "类别", "组织类别"), False, "党总支", "党委、党总支或党支部"),
        Column("branches", "下属支部", ("所属支部", "下设支部", "支部"), False, "低年级党支部、高年级党支部",
               "用顿号隔开；也可以写在“支部”表里"),
        Column("code", "单位编号", ("编号", "代号", "编码"), False, "", "可以不填，按名称的拼音起一个；登记以后不能改"),
    ),
    ("单位名册", "党组织", "直属党组织", "学校"),
)  # fmt: skip
BRANCHES = SheetKind(
    "branches",
    "支部",
    (
        Column("unit", "单位", _UNIT, True, "实验小学党总支"),
        Column("name", "支部名称", ("支部", "党支部", "党支部名称", "名称"), True, "低年级党支部"),
    ),
    ("党支部", "下属支部", "支部名册"),
)
ACCOUNTS = SheetKind(
    "accounts",
    "账号",
    (
        Column("name", "姓名", ("称呼", "书记", "书记姓名", "使用人"), True, "张伟"),
        Column("role", "角色", ("身份", "职务"), False, "书记", "书记、考核、监督、领导或管理员；空着的算书记"),
        Column("unit", "单位", ("负责单位", *_UNIT), False, "实验小学党总支", "书记要填；负责几个单位的用顿号隔开"),
        Column("branch", "支部", _BRANCH, False, "", "只负责一个支部的书记才填；几个支部用顿号隔开"),
        Column("login", "账号", ("登录名", "账号名", "用户名"), False, "zhangwei", "可以不填；以后不能改"),
        Column("email", "邮箱", _MAIL, False, "zhangwei@example.cn", "填了就同时是联系人，提醒发到这里"),
    ),
    ("账户", "账号名单", "用户"),
)  # fmt: skip
CONTACTS = SheetKind(
    "contacts",
    "联系人",
    (
        Column("unit", "单位", _UNIT, True, "实验小学党总支", "写“全部”是全区"),
        Column("branch", "支部", _BRANCH, False, "", "只收一个支部的提醒才填"),
        Column("name", "姓名", ("称呼", "联系人"), False, "李芳"),
        Column("email", "邮箱", _MAIL, True, "lifang@example.cn"),
        Column("role", "身份", ("角色", "职务"), False, "书记", "书记、考核或领导；空着的算书记"),
    ),
    ("通讯录", "邮箱"),
)
MEMBERS = SheetKind(
    "members",
    "党员",
    (
        Column("name", "姓名", ("党员姓名", "名字", "党员"), True, "王敏"),
        Column("unit", "单位", _UNIT, True, "实验小学党总支"),
        Column("branch", "支部", _BRANCH, False,
               "低年级党支部"),
        Column("joined", "加入日期", ("转入日期", "转入时间", "组织关系转入日期", "到支部日期"), False, "",
               "到本党组织的日期，不是入党日期；空着按年初算"),
        Column("leader", "班子成员", ("是否班子成员", "领导干部", "党员领导干部", "是否领导干部"), False, "否"),
        Column("exempt", "免学时", ("是否免学时", "免学", "学时豁免"), False, "否"),
        Column("telephone", "联系电话", ("电话", "手机", "手机号", "手机号码", "联系方式"), False, ""),
        Column("born", "出生日期", ("出生年月日", "生日"), False, "", "同名同姓时用来分辨"),
    ),
    ("党员名册", "党员名单", "花名册", "党员花名册", "名册", "党员信息"),
)  # fmt: skip
KINDS = (UNITS, BRANCHES, ACCOUNTS, CONTACTS, MEMBERS)
"""In the order in which they are read: what is named must be there before it is named."""
_DECIDES = {"members": ("branch", "joined", "leader", "exempt", "born"), "accounts": ("role", "login")}
"""Without one of these a sheet that does not bear the kind's name is not of it: 姓名 and 单位 stand in many."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not empty: its number on the user's screen, and its cells by column."""

    number: int
    cells: Mapping[str, Cell]

    def text(self, key: str) -> str:
        """Return what is written in a column, without spaces around it. Raises Unreadable."""
        return written(self.cells.get(key))


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet that was recognised; `place` is its place among the sheets."""

    place: int
    name: str
    kind: SheetKind
    headers: Mapping[str, str]
    """What the sheet itself calls each column that it has."""
    rows: Sequence[Row]
    from_1904: bool = False


def table_of(grid: Grid, place: int) -> Table | None:
    """Return the sheet as one of ours, None where it is none."""
    best: tuple[int, int, SheetKind, dict[str, int]] | None = None
    for kind in KINDS:
        named = header_word(grid.name) in {kind.title, *kind.also}
        for at, row in enumerate(grid.rows[:HEADER_WITHIN_ROWS]):
            columns = _columns(kind, row)
            if not all(column.key in columns for column in kind.columns if column.required):
                continue
            if not named and not any(key in columns for key in _DECIDES.get(kind.key, columns)):
                continue
            points = len(columns) + (10 if named else 0)
            if best is None or points > best[0]:
                best = (points, at, kind, columns)
    if best is None:
        return None
    _points, header, kind, columns = best
    if kind is UNITS and header_word(grid.name) not in {UNITS.title, *UNITS.also}:
        kind, columns = _units_or_branches(grid, header, columns)
    rows = [
        Row(grid.number(at), {key: row[column] for key, column in columns.items() if column < len(row)})
        for at, row in enumerate(grid.rows[header + 1 :], header + 1)
        if not all(is_empty(cell) for cell in row)
    ]
    headers = {key: _said(grid.rows[header][column]) for key, column in columns.items()}
    return Table(place, grid.name, kind, headers, rows, grid.from_1904)


def _columns(kind: SheetKind, row: Sequence[Cell]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        word = header_word(cell)
        for column in kind.columns:
            if word in (column.header, *column.also) and column.key not in found:
                found[column.key] = place
                break
    return found


def _units_or_branches(grid: Grid, header: int, columns: dict[str, int]) -> tuple[SheetKind, dict[str, int]]:
    """Return a sheet of 单位 and 支部 as one of branches where a unit stands in several rows."""
    at = columns["name"]
    names = [_said(row[at]) for row in grid.rows[header + 1 :] if at < len(row) and not is_empty(row[at])]
    as_branches = _columns(BRANCHES, grid.rows[header])
    if len(set(names)) < len(names) and {"unit", "name"} <= as_branches.keys():
        return BRANCHES, as_branches
    return UNITS, columns


def _said(cell: Cell) -> str:
    try:
        return written(cell)
    except Unreadable:
        return ""
