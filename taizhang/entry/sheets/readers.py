"""How a cell of each kind of column is read into what an event's data hold. All raise Unreadable."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from ledger.text import Text
from rubric.codes_used import Family
from taizhang.language.code_words import DECLARED, LEAVINGS, LEVELS, UNIT_KINDS
from taizhang.language.i18n import N_
from taizhang.people.person import Directory

from ..parsing.cells import Cell, Unreadable, read_text, read_whole, read_yes_no, shown, visible, written
from ..parsing.days import read_day, read_moment
from ..parsing.hours import read_hours
from .attendees import read_attendees
from .context import Context, Stranger, plain_words
from .kinds import Column, Reading

ANSWERS: Mapping[str, str] = {"yes": N_("是"), "no": N_("否"), "not_applicable": DECLARED["not_applicable"]}
"""What answers the question at the head of the column; DECLARED says the same of a record."""
_BETWEEN = re.compile(r"[、,，;；/\n\r]+")
_SUBJECT_PART = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


def read_cell(column: Column, cell: Cell, context: Context, people: Directory) -> object:
    """Return what *cell* says in *column*; *people* are the directory with those of this workbook."""
    return _READERS[column.reading](column, cell, context, people)


def _codes(column: Column, cell: Cell, context: Context, _people: Directory) -> list[str]:
    family = column.family
    assert family is not None
    text = written(cell)
    try:
        # A name may have a mark in it that also stands between names.
        return [context.code(family, text)]
    except Unreadable:
        words = [word.strip() for word in _BETWEEN.split(text) if word.strip()]
        if len(words) == 1:
            words = [word for word in text.split() if word]
        return list(dict.fromkeys(_code_in(family, word, text, context) for word in words))


def _code_in(family: Family, word: str, whole: str, context: Context) -> str:
    try:
        return context.code(family, word)
    except Unreadable as error:
        raise error.within(word, whole) from None


def _code(column: Column, cell: Cell, context: Context, _people: Directory) -> str:
    assert column.family is not None
    return context.code(column.family, cell)


def _one_of(words: Mapping[str, str]) -> Callable[[Column, Cell, Context, Directory], str]:
    def read(_column: Column, cell: Cell, _context: Context, _people: Directory) -> str:
        word = plain_words(cell)
        for code, name in words.items():
            if word in (code, name, name.removesuffix("级")):
                return code
        raise Unreadable(
            Text("“{value}”看不懂；可用：{known}", value=shown(cell), known=list(words.values()))
        )

    return read


def _verdict(column: Column, cell: Cell, context: Context, people: Directory) -> str:
    try:
        return _one_of(ANSWERS)(column, cell, context, people)
    except Unreadable:
        return "yes" if read_yes_no(cell) else "no"


def _key(column: Column, cell: Cell, _context: Context, _people: Directory) -> str:
    text = read_text(cell)
    if column.key == "code":
        text = text.lower()
        if not _SUBJECT_PART.fullmatch(text):
            raise Unreadable(Text("代号“{value}”不能用；只用小写字母和数字，如 b1", value=shown(cell)))
    return text


class LeftOut(Exception):
    """The cell says less than its column asks for and stops nothing: it is left out, and told."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


_MONTH = re.compile(r"(?:19|20)\d{2}(?:[-./年]\s*(?:0?[1-9]|1[0-2])月?|0[1-9]|1[0-2]|年)?")


def _birthday(_column: Column, cell: Cell, context: Context, _people: Directory) -> date:
    """Return the day of birth. Raises LeftOut where only the month or the year is written."""
    if _MONTH.fullmatch("".join(visible(cell).split())) is not None:
        raise LeftOut(Text("只有年月，没有日，没有记下出生日期（{value}）", value=shown(cell)))
    return read_day(cell, None, from_1904=context.dates_from_1904)


def _member(column: Column, cell: Cell, context: Context, people: Directory) -> str:
    try:
        return context.member(written(cell), people)
    except Stranger as stranger:
        if column.key != "lecturer":
            raise
        raise Unreadable(
            Text(
                "名册里没有“{name}”；是本单位党员请先写进党员名册，是外请的主讲人这一格写“无”",
                name=stranger.name,
            ),
            "无",
        ) from None


_LEADS = re.compile(r".*(?:书记|委员|支委|班子成员)(?:[、,/;和兼].*)?")
_LEADS_NOT = re.compile(
    r"(?:普通|一般|正式|预备|中共)?党员|群众|无|党小组组?长|组长|党员.*(?:骨干|模范|先锋)"
)


def _leader(_column: Column, cell: Cell, _context: Context, _people: Directory) -> bool:
    """Return whether somebody leads: by 是 or 否, or by the post that stands there. Raises Unreadable."""
    post = plain_words(cell)
    if _LEADS_NOT.fullmatch(post) is not None:
        return False
    if _LEADS.fullmatch(post) is not None and not post.startswith(("原", "曾任")):
        return True
    try:
        return read_yes_no(cell)
    except Unreadable:
        raise Unreadable(
            Text("“{value}”是不是班子成员看不准；请写“是”或“否”", value=shown(cell)), "是", "否"
        ) from None


def _day(_column: Column, cell: Cell, context: Context, _people: Directory) -> Any:
    day = read_day(cell, context.year, from_1904=context.dates_from_1904)
    return day.isoformat() if _column.covers else day


_READERS: Mapping[Reading, Callable[[Column, Cell, Context, Directory], object]] = {
    "text": lambda _column, cell, _context, _people: read_text(cell),
    "key": _key,
    "moment": lambda _column, cell, context, _people: read_moment(
        cell, context.year, from_1904=context.dates_from_1904
    ),
    "day": _day,
    "hours": lambda _column, cell, _context, _people: read_hours(cell),
    "whole": lambda _column, cell, _context, _people: read_whole(cell),
    "yes_no": lambda _column, cell, _context, _people: read_yes_no(cell),
    "codes": _codes,
    "code": _code,
    "level": _one_of(LEVELS),
    "verdict": _verdict,
    "unit_kind": _one_of(UNIT_KINDS),
    "leaving": _one_of(LEAVINGS),
    "subject": lambda _column, cell, context, _people: context.subject(cell),
    "member": _member,
    "attendees": lambda _column, cell, context, people: read_attendees(cell, context, people),
    "birthday": _birthday,
    "fact": lambda _column, cell, context, _people: context.fact(cell),
    "leader": _leader,
}
