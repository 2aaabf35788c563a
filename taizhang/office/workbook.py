"""A workbook's bytes -> the tables of cells in it, in bounded memory and time.

The content decides, not the name: .xlsx, .xlsm, .xlsb, .xls, .et, .ods and .csv are read. Macros never run, links to
other files are not followed (the values saved with them are read), hidden sheets are left out; all of that is noted.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import orjson

from ledger.text import Text
from taizhang.office.cells_process import COLUMNS_MAX, ROWS_MAX
from taizhang.office.formats import format_of, text_of
from taizhang.office.inflate import check_inflated
from taizhang.office.refusal import FileRefused
from taizhang.sheets import Cell, Grid

READING_SECONDS_MAX = 60
_PROGRAM = Path(__file__).with_name("cells_process.py")


@dataclass
class Workbook:
    """The visible sheets of a workbook, and what the user should know of the reading."""

    grids: list[Grid] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)


def read_workbook(content: bytes, name: str = "") -> Workbook:
    """Return the tables in *content*; *name* is what a sheet of a CSV file is called. Raises FileRefused."""
    packed = format_of(content)
    if packed == "csv":
        return Workbook([_csv_grid(text_of(content), name)])
    book = Workbook()
    if packed == "zip":
        names = check_inflated(content)
        if any(entry.endswith("vbaProject.bin") for entry in names):
            book.notes.append(Text("工作簿带有宏；宏没有运行，只读取了单元格"))
        if any("externalLinks/" in entry for entry in names):
            book.notes.append(Text("工作簿链接了别的文件；没有打开它们，只读取了已保存的值"))
    _take(book, _told(content))
    return book


def _told(content: bytes) -> Iterator[Any]:
    """Yield what the reading process says of *content*."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program, nothing of the file in its arguments
            [sys.executable, "-I", str(_PROGRAM)],
            input=content,
            capture_output=True,
            timeout=READING_SECONDS_MAX,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FileRefused(_too_big()) from None
    if done.returncode != 0:
        # It was stopped at the bounds that it set itself.
        raise FileRefused(_too_big())
    return map(orjson.loads, done.stdout.splitlines())


def _take(book: Workbook, told: Iterable[Any]) -> None:
    rows: list[list[Cell]] = []
    numbers: list[int] = []
    merged: list[list[int]] = []
    hidden = 0
    for value in told:
        if isinstance(value, list):
            numbers.append(value[0] + 1)
            rows.append([_cell(cell) for cell in value[1]])
        elif "refused" in value:
            raise FileRefused(_refusal(value["refused"]))
        else:
            _fill_down(rows, numbers, merged)
            rows, numbers, merged = [], [], value["merged"]
            hidden += value["hidden"]
            if not value["hidden"]:
                book.grids.append(Grid(value["sheet"], rows, numbers))
    _fill_down(rows, numbers, merged)
    if hidden:
        book.notes.append(Text("有 {count} 张隐藏的工作表没有读取", count=hidden))


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


def _csv_grid(text: str, name: str) -> Grid:
    head = text[:4096]
    delimiter = "\t" if head.count("\t") > head.count(",") else ","
    try:
        rows = [row[:COLUMNS_MAX] for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error:
        raise FileRefused(Text("文件已损坏，打不开；请重新取一份完整的")) from None
    if len(rows) > ROWS_MAX:
        raise FileRefused(_refusal("rows"))
    return Grid(name, rows)


def _refusal(reason: str) -> Text:
    match reason:
        case "password":
            return Text("工作簿设了打开密码；请用 Excel 或 WPS 取消密码后再导入")
        case "rows":
            return Text("工作簿有内容的行超过 {most} 行；请分成几个工作簿", most=ROWS_MAX)
        case _broken:
            return Text("文件已损坏，打不开；请重新取一份完整的")


def _too_big() -> Text:
    return Text("工作表大得不正常（可能最后一行或最后一列有东西）；请把内容复制到新的工作簿再导入")
