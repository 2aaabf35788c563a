"""A workbook's bytes -> the tables of cells in it, in bounded memory and time.

The content decides, not the name: .xlsx, .xlsm, .xlsb, .xls, .et, .ods, .csv and the tables of .docx are read. Macros
never run, links to other files are not followed (the values saved with them are read), hidden sheets are left out; all
of that is noted.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson

from ledger.text import Text
from taizhang.app.errors import FileRefused
from taizhang.entry.sheets import Cell, Grid
from taizhang.entry.sheets.delimited import table_of
from taizhang.entry.sheets.side_by_side import tables_of
from taizhang.entry.workbooks.formats import format_of, text_of
from taizhang.entry.workbooks.sandbox import (
    BOUNDS,
    CELL_CHARACTERS_MAX,
    CELLS_MAX,
    COLUMNS_MAX,
    INFLATED_BYTES_MAX,
    ROWS_MAX,
    SHEETS_MAX,
)
from taizhang.workers import worker

_NAMED_MAX = 10
_JOB = "taizhang.entry.workbooks.sandbox:cells"


@dataclass
class Workbook:
    """The visible sheets of a workbook, and what the user should know of the reading."""

    grids: list[Grid] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    unread: int = 0
    """So many visible sheets could not be read."""


def read_workbook(content: bytes, name: str = "") -> Workbook:
    """Return the tables in *content*; *name* is what a sheet of a CSV file is called. Raises FileRefused."""
    packed = format_of(content)
    book = Workbook()
    if packed == "csv":
        _take_text(book, text_of(content), name)
        return book
    _take(book, _told(content))
    if book.unread and not book.grids:
        raise FileRefused(book.notes[-1])
    return book


def _told(content: bytes) -> Iterator[object]:
    """Yield what the reading process says of *content*. Raises FileRefused when it wanted more than it may have."""
    try:
        told = worker.do(_JOB, content, BOUNDS)
    except worker.OverBounds:
        raise FileRefused(_too_big()) from None
    except worker.JobFailed:
        raise FileRefused(_refusal({"refused": "broken"})) from None
    return map(orjson.loads, told.splitlines())


@dataclass
class _Sheet:
    """A sheet while its rows come in."""

    facts: dict[str, Any]
    rows: list[list[Cell]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    def grid(self) -> Grid:
        """Return the whole sheet."""
        _fill_down(self.rows, self.numbers, self.facts["merged"])
        hidden = {
            number
            for first, last in self.facts["hidden_rows"]
            for number in self._between(first + 1, last + 1)
        }
        return Grid(self.facts["sheet"], self.rows, self.numbers, self.facts["from_1904"], frozenset(hidden))

    def _between(self, first: int, last: int) -> list[int]:
        return self.numbers[bisect_left(self.numbers, first) : bisect_right(self.numbers, last)]


def _take(book: Workbook, told: Iterable[Any]) -> None:
    sheets: list[_Sheet] = []
    hidden: list[str] = []
    for value in told:
        if isinstance(value, list):
            sheets[-1].numbers.append(value[0] + 1)
            sheets[-1].rows.append([_cell(cell) for cell in value[1]])
        elif "refused" in value:
            raise FileRefused(_refusal(value))
        elif "names" in value:
            book.notes += _noted(value["names"])
        elif "left_out" in value:
            book.notes.append(_left_out(value["left_out"], value["sheet"]))
            book.unread += value["left_out"] != "columns"
        elif value["hidden"]:
            hidden.append(value["sheet"])
        else:
            sheets.append(_Sheet(value))
    grids = [sheet.grid() for sheet in sheets]
    book.notes += filter(None, map(_hidden_rows, grids))
    book.grids += [table for grid in grids for table in tables_of(grid)]
    if hidden:
        book.notes.append(
            Text("有 {count} 张隐藏的工作表没有读取：{names}", count=len(hidden), names=_some(hidden))
        )


def _noted(names: list[str]) -> Iterator[Text]:
    """Yield what the user should know of an archive that has these *names* in it."""
    if any(entry.endswith("vbaProject.bin") for entry in names):
        yield Text("工作簿带有宏；宏没有运行，只读取了单元格")
    if any("externalLinks/" in entry for entry in names):
        yield Text("工作簿链接了别的文件；没有打开它们，只读取了已保存的值")


def _fill_down(rows: list[list[Cell]], numbers: list[int], merged: list[list[int]]) -> None:
    """Write what a merged cell says into every row that it spans: one day for three activities.

    Not into the columns: a title or a note across the sheet is no value of them.
    """
    places = {number - 1: place for place, number in enumerate(numbers)}
    for top, left, bottom, _right in merged:
        first = places.get(top)
        if first is None or bottom == top or left >= len(rows[first]):
            continue
        for place in range(first + 1, len(rows)):
            if numbers[place] - 1 > bottom:
                break
            if left < len(rows[place]) and rows[place][left] is None:
                rows[place][left] = rows[first][left]


def _cell(value: Any) -> Cell:
    if not isinstance(value, dict):
        cell: Cell = value
        return cell
    ((kind, said),) = value.items()
    match kind:
        case "datetime":
            return datetime.fromisoformat(said)
        case "date":
            return date.fromisoformat(said)
        case "time":
            return time.fromisoformat(said)
        case _seconds:
            return timedelta(seconds=said)


def _take_text(book: Workbook, text: str, name: str) -> None:
    rows: list[list[str]] = []
    written = 0
    for number, row in enumerate(table_of(text), 1):
        written += len(row)
        if number > ROWS_MAX:
            raise FileRefused(_refusal({"refused": "rows"}))
        if written > CELLS_MAX:
            raise FileRefused(_refusal({"refused": "cells"}))
        column = next((place for place, cell in enumerate(row, 1) if len(cell) > CELL_CHARACTERS_MAX), None)
        if column is not None:
            told = {"refused": "long", "sheet": name, "row": number, "column": column}
            raise FileRefused(_refusal(told))
        rows.append(row)
    if any(any(row[COLUMNS_MAX:]) for row in rows):
        book.notes.append(_left_out("columns", name))
    book.grids += tables_of(Grid(name, [row[:COLUMNS_MAX] for row in rows]))


def _hidden_rows(grid: Grid) -> Text | None:
    if not (hidden := sorted(grid.hidden)):
        return None
    return Text(
        "“{sheet}”有 {count} 行是隐藏的或筛选掉的（第 {rows} 行），也读取了；不要的请先在表里删去",
        sheet=grid.name,
        count=len(hidden),
        rows=_some(hidden),
    )


def _some(values: Sequence[str | int]) -> list[str | int]:
    return [*values[:_NAMED_MAX], *(["…"] if len(values) > _NAMED_MAX else [])]


def _left_out(what: str, sheet: str) -> Text:
    match what:
        case "columns":
            return Text("“{sheet}”第 {most} 列以后的内容没有读取", sheet=sheet, most=COLUMNS_MAX)
        case "sheets":
            return Text(
                "工作表太多，“{sheet}”没有读取；一个工作簿最多 {most} 张", sheet=sheet, most=SHEETS_MAX
            )
        case _unreadable:
            return Text(
                "“{sheet}”这张表读不出来，没有读取；请用 Excel 或 WPS 另存为 .xlsx 再导入", sheet=sheet
            )


def _refusal(told: dict[str, Any]) -> Text:
    match told["refused"]:
        case "password":
            return Text("工作簿设了打开密码；请用 Excel 或 WPS 取消密码后再导入")
        case "packing":
            return Text("文件的压缩方式不常见，不能读；请用 Excel 或 WPS 另存为 .xlsx")
        case "inflated":
            return Text(
                "文件解开后超过 {most} MB，不像是办公用的工作簿，没有读取", most=INFLATED_BYTES_MAX >> 20
            )
        case "rows":
            return Text("工作簿有内容的行超过 {most} 行；请分成几个工作簿", most=ROWS_MAX)
        case "cells":
            return Text("工作簿有内容的格子超过 {most} 个；请分成几个工作簿", most=CELLS_MAX)
        case "tables":
            return Text("文档里没有表格；请选择带表格的 Word 文档，或 Excel、WPS 表格文件")
        case "merged":
            return Text("工作表里合并的单元格多得不正常；请取消合并后再导入")
        case "long":
            return Text(
                "“{sheet}”第 {row} 行第 {column} 列的文字超过 {most} 个字符；请删短后再导入",
                sheet=told["sheet"],
                row=told["row"],
                column=told["column"],
                most=CELL_CHARACTERS_MAX,
            )
        case _broken:
            return Text("文件已损坏，打不开；请重新取一份完整的")


def _too_big() -> Text:
    return Text("工作表大得不正常（可能最后一行或最后一列有东西）；请把内容复制到新的工作簿再导入")
