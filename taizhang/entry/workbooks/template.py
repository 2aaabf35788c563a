"""The workbook that a unit fills in: sheets with lists, notes and an example; or with all that is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, BinaryIO

from reminders.colours import PAPER
from taizhang.entry.sheets import KINDS, Column, Context, Kind, Known
from taizhang.entry.sheets.kinds import EXAMPLE
from taizhang.entry.sheets.readers import ANSWERS
from taizhang.entry.sheets.rows import Row, Value, rows_of
from taizhang.language.code_words import LEAVINGS, LEVELS, UNIT_KINDS

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_ROWS_TO_FILL = 500
_LISTS = "词表"
_NOTES = "说明"
_DAY = "yyyy-mm-dd"
_MOMENT = "yyyy-mm-dd hh:mm"
_ORDER = (
    "roster",
    "activities",
    "documents",
    "publications",
    "honours",
    "organizations",
    "conditions",
    "elections",
    "facts",
)
"""Sheets as a school looks for them; it is read in the order of `KINDS`."""


def write_template(file: BinaryIO, context: Context, known: Known | None = None) -> None:
    """Write the workbook to *file*: with an example in each sheet, or filled with the records of *known*."""
    import xlsxwriter  # here: a server has no need of it before somebody asks

    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    try:
        book.set_properties({"title": "台账导入模板", "comments": context.unit})
        Template(book, context).write(known)
    finally:
        book.close()


class Template:
    """Writes the sheets of one workbook."""

    def __init__(self, book: xlsxwriter.Workbook, context: Context) -> None:
        self._book = book
        self._context = context
        font = {"font_name": "宋体", "font_size": 11, "valign": "vcenter", "text_wrap": True}
        # A text that begins like a formula stays a text, also when somebody edits the cell.
        self._text = book.add_format({**font, "num_format": "@", "quote_prefix": True})
        self._day = book.add_format({**font, "num_format": _DAY, "align": "left"})
        self._moment = book.add_format({**font, "num_format": _MOMENT, "align": "left"})
        self._number = book.add_format({**font, "num_format": "0.##", "align": "left"})
        grey = {**font, "font_color": PAPER["example"], "italic": True}
        self._example = book.add_format({**grey, "num_format": "@", "quote_prefix": True})
        self._example_day = book.add_format({**grey, "num_format": _DAY, "align": "left"})
        head = {**font, "bold": True, "border": 1, "align": "center"}
        self._head = book.add_format({**head, "bg_color": PAPER["head"]})
        self._head_required = book.add_format(
            {**head, "bg_color": PAPER["required"], "font_color": PAPER["white"]}
        )

    def write(self, known: Known | None) -> None:
        """Write every sheet."""
        self._write_notes(filled=known is not None)
        by_key = {kind.key: kind for kind in KINDS}
        # Whoever acts for single branches registers none.
        left_out = {"organizations"} if self._context.own else set()
        if not self._context.facts:
            left_out.add("facts")  # no rubric asks for any
        wanted = [key for key in _ORDER if key not in left_out]
        sheets = [(by_key[key], self._book.add_worksheet(by_key[key].title)) for key in wanted]
        lists = self._write_lists()
        for kind, sheet in sheets:
            rows = rows_of(kind, known, self._context) if known is not None else [_EXAMPLES[kind.key]]
            self._write_head(sheet, kind)
            for place, row in enumerate(rows, 1):
                self._write_row(sheet, kind, place, row, example=known is None)
            self._offer(sheet, kind, lists, len(rows) + _ROWS_TO_FILL)
        sheets[0][1].activate()

    def _write_notes(self, *, filled: bool) -> None:
        sheet = self._book.add_worksheet(_NOTES)
        sheet.set_column(0, 0, 90)
        unit = self._context.subjects.get(self._context.unit) or self._context.unit
        lines = [
            f"{unit} 台账工作簿",
            "红底的列必须填，其余能填就填。鼠标停在列名上有说明；有下拉箭头的可以点选。",
            "列的先后可以换，也可以加自己的列；多出来的列不会读取。",
            "灰色斜体是示例，不会导入。"
            if not filled
            else "“编号”“党员编号”请不要改：改了内容再导入，就是更正那条记录。",
            "同一个工作簿再次导入，不会重复记录。",
            "姓名、电话、住址只进通讯录，不进台账；台账里只有代号。",
        ]
        for place, line in enumerate(lines):
            sheet.write_string(place, 0, line, self._text)

    def _write_head(self, sheet: Worksheet, kind: Kind) -> None:
        for place, column in enumerate(kind.columns):
            sheet.write_string(
                0, place, column.header, self._head_required if column.required else self._head
            )
            sheet.set_column(place, place, column.width, self._format(column))
            if column.note:
                sheet.write_comment(0, place, column.note, {"x_scale": 1.6, "author": ""})
        sheet.set_row(0, 26)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)

    def _write_row(self, sheet: Worksheet, kind: Kind, place: int, row: Row, *, example: bool) -> None:
        for index, column in enumerate(kind.columns):
            if column.key in row:
                self._write_cell(sheet, place, index, row[column.key], example=example)

    def _write_cell(self, sheet: Worksheet, row: int, column: int, value: Value, *, example: bool) -> None:
        if isinstance(value, datetime):
            sheet.write_datetime(row, column, value, self._moment)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self._example_day if example else self._day)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self._number)
        else:
            sheet.write_string(row, column, value, self._example if example else self._text)

    def _format(self, column: Column) -> Format:
        if column.reading in ("day", "moment"):
            return self._day
        return self._number if column.reading in ("hours", "whole") else self._text

    def _write_lists(self) -> dict[str, str]:
        """Write the words of the drop-down lists on a hidden sheet; return where each list stands."""
        from xlsxwriter.utility import xl_col_to_name

        sheet = self._book.add_worksheet(_LISTS)
        sheet.hide()
        places: dict[str, str] = {}
        for column, (name, words) in enumerate(self._lists().items()):
            letter = xl_col_to_name(column)
            sheet.write_column(0, column, list(words), self._text)
            if words:
                places[name] = f"={_LISTS}!${letter}$1:${letter}${len(words)}"
        return places

    def _lists(self) -> dict[str, Sequence[str]]:
        context = self._context
        lists: dict[str, Sequence[str]] = {
            family: list(names.values()) for family, names in context.codes.items() if names
        }
        lists["fact"] = list(context.facts)
        lists["level"] = list(LEVELS.values())
        lists["verdict"] = list(ANSWERS.values())
        lists["unit_kind"] = list(UNIT_KINDS.values())
        lists["leaving"] = list(LEAVINGS.values())
        lists["yes_no"] = ["是", "否"]
        lists["subject"] = [
            name or subject
            for subject, name in context.subjects.items()
            if not context.own or subject in context.own
        ]
        here = [
            each
            for each in context.people
            if not context.own or context.homes.get(each.member) in context.own
        ]
        lists["member"] = list(dict.fromkeys(person.name for person in here if person.name))
        lists["attendees"] = ["全体"]
        return lists

    def _offer(self, sheet: Worksheet, kind: Kind, lists: dict[str, str], rows: int) -> None:
        for place, column in enumerate(kind.columns):
            source = lists.get(column.family or column.reading)
            if source is None:
                continue
            # Several kinds or names may stand in one cell, and a branch may be called otherwise: offered, not forced.
            free = column.reading in ("codes", "attendees", "member", "subject")
            rule = {"validate": "list", "source": source, "ignore_blank": True}
            if free:
                rule["show_error"] = False
            else:
                rule |= {"error_title": "请从列表里选", "error_message": f"“{column.header}”只能选列表里的。"}
            sheet.data_validation(1, place, rows, place, rule)


def _example(values: Iterable[tuple[str, Value]]) -> Row:
    return {**dict(values), "id": EXAMPLE}


_EXAMPLES: dict[str, Row] = {
    "facts": _example(
        [("day", date(2017, 12, 31)), ("fact", "党费收缴率"), ("value", "98.5"), ("note", "财务报表")]
    ),
    "roster": _example(
        [("name", "张三"), ("joined", date(2016, 9, 1)), ("leader", "否"), ("telephone", "13900000000")]
    ),
    "activities": _example(
        [
            ("day", date(2017, 3, 5)),
            ("kinds", "统一活动日、党课"),
            ("topic", "学习全国两会精神"),
            ("study_hours", "2"),
            ("attendees", "全体"),
            ("lecturer", "张三"),
        ]
    ),
    "documents": _example(
        [("day", date(2017, 2, 20)), ("document", "年度党建工作计划"), ("title", "2017年度党建工作计划")]
    ),
    "publications": _example(
        [
            ("day", date(2017, 3, 8)),
            ("outlet", "武进教育网"),
            ("title", "党支部开展统一活动日活动"),
            ("feature", "否"),
        ]
    ),
    "honours": _example(
        [("day", date(2017, 6, 28)), ("honor", "基层先进典型"), ("level", "区级"), ("title", "优秀共产党员")]
    ),
    "organizations": _example(
        [("code", "b1"), ("name", "第一党支部"), ("kind", "党支部"), ("registered", date(2016, 9, 1))]
    ),
    "conditions": _example([("day", date(2017, 1, 10)), ("condition", "工会组织健全"), ("value", "是")]),
    "elections": _example([("day", date(2017, 5, 10)), ("next_term_ends_on", date(2020, 5, 10))]),
}
