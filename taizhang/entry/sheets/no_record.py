"""Rows that are no record: totals, titles of sections, a table's foot, lines that wait to be filled. Pure.

They stop nothing and are told. A row that has all that its kind needs is always a record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ledger.text import Text
from taizhang.people.person import Directory

from ..parsing.cells import Cell, Unreadable, is_empty, plain, says_nothing, shown
from .context import Context
from .readers import LeftOut, read_cell
from .recognise import Header

_TOTAL = re.compile(
    r"[(]?(?:本页|本月|本季度|本年|全年|年度|年|月|季度|以上)?(?:合计|总计|小计|累计|共计|统计|平均)(?:[(:、次人课学].*)?[)]?"
)
_FOOT = re.compile(
    r"(?:填表|填报|制表|审核|审批|复核|经办|负责|联系|记录|分管|报送|统计|签字|签名|盖章|单位负责|支部书记)"
    r"(?:人|单位|日期|时间|领导|签字|签名|电话)*[:(].*|.*[(](?:盖章|公章|签字|签名|签章)[)]:?.*|.*(?:盖章|签字|签名):?_*"
    r"|(?:说明|备注|注|附注|填表说明|填写说明)(?:[:0-9(].*)?"
)
_SECTION = re.compile(
    r"[(]?[一二三四五六七八九十]{1,3}[)、.:].*|第?[一二三四1-4](?:个)?(?:季度|部分|阶段)|[上下]半年"
    r"|(?:\d{4}年度?)?(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?|\d{4}年度?"
)
_PREFILLED = frozenset(("subject", "for_year"))


class NamesABranch(Exception):
    """The title of a section names a branch, and the rows below do not: whose they are is to be asked."""


def why_no_record(
    cells: Sequence[Cell], said: Mapping[str, Cell], header: Header, context: Context, people: Directory
) -> Text | None:
    """Return why a row is none, None when it is one.

    *cells* is the whole row, *said* its cells by column key. Raises NamesABranch.
    """
    required = [column for column in header.kind.columns if column.required]
    lacking = [
        column for column in required
        if _is_blank(said.get(column.key)) and _is_blank(said.get(column.unless) if column.unless else None)
    ]  # fmt: skip
    words = [plain(_text(cell)) for cell in cells if not _is_blank(cell)]
    if not words or not (
        lacking or _is_foot(words, header, said, context, people) or _is_nobody(words, said, context)
    ):
        return None
    filled = {key for key, cell in said.items() if not _is_blank(cell)}
    if any(_TOTAL.fullmatch(word) for word in words[:2]):
        return Text("合计行")
    if any(_FOOT.fullmatch(word) for word in words):
        return Text("表尾")
    if filled and filled <= _PREFILLED:
        return Text("只预填了组织，没有内容")
    if len(words) == 1 and filled:
        return _section(next(iter(filled)), said, header, context, people)
    return None


def _is_foot(
    words: Sequence[str], header: Header, said: Mapping[str, Cell], context: Context, people: Directory
) -> bool:
    """Whether a row that has all it needs is a foot all the same: where the day should be stands 填表人：王芳."""
    if not any(_FOOT.fullmatch(word) for word in words):
        return False
    told = [key for key in ("day", "document", "kinds") if key in said]
    return not all(_is_readable(key, said, header, context, people) for key in told)


def _is_nobody(words: Sequence[str], said: Mapping[str, Cell], context: Context) -> bool:
    """Whether what stands in a roster's column of names is no name: 合计, 一、在职党员, 第一党支部."""
    name = plain(_text(said.get("name")))
    if not name:
        return False
    if _TOTAL.fullmatch(name) or _FOOT.fullmatch(name):
        return True
    return len(words) == 1 and (_SECTION.fullmatch(name) is not None or _branch(name, context))


def _section(
    key: str, said: Mapping[str, Cell], header: Header, context: Context, people: Directory
) -> Text | None:
    text = plain(_text(said[key]))
    branch = _branch(text, context)
    if branch and "subject" not in header.columns:
        raise NamesABranch
    reads = header.kind.by_key[key].reading
    if (
        branch
        or _SECTION.fullmatch(text)
        or (reads != "text" and not _is_readable(key, said, header, context, people))
    ):
        return Text("分段的标题“{text}”", text=shown(_text(said[key])))
    return None


def _branch(text: str, context: Context) -> bool:
    word = re.sub(r"^[(]?[一二三四五六七八九十0-9]{1,3}[)、.:]", "", text)
    try:
        return context.subject(word) != context.unit
    except Unreadable:
        return False


def _is_readable(
    key: str, said: Mapping[str, Cell], header: Header, context: Context, people: Directory
) -> bool:
    try:
        read_cell(header.kind.by_key[key], said[key], context, people)
    except (Unreadable, LeftOut):
        return False
    return True


def _is_blank(cell: Cell) -> bool:
    return is_empty(cell) or says_nothing(cell)


def _text(cell: Cell) -> Cell:
    """Return the cell; an error in it is no word of a title or a foot."""
    try:
        plain(cell)
    except Unreadable:
        return ""
    return cell
