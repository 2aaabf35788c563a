"""A report's page as a workbook: its tables as cells, its figures as numbers, its charts as charts of Excel.

So one template, the report's or an operator's, makes HTML, PDF and workbook. A part with ``data-sheet`` is a sheet;
``data-width`` on a `col` is the width of a column in characters; a table with ``data-chart="bar"`` gets a bar chart of
its numbers; a cell of class ``number`` that holds a number is one. Texts that begin like formulas stay texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Any

import lxml.html

from reminders.colours import LIGHT

_HEADINGS = {"h1": 16, "h2": 13, "h3": 11}
_PLAIN_WIDTH = 14
_ALONE_WIDTH = 90
_FONT = "宋体"
_HEAD_FONT = "黑体"
_ROW_POINTS = 15.0
_ROW_POINTS_MAX = 400.0


def render_xlsx(page: str) -> bytes:
    """Return the workbook of a report's *page*."""
    content = BytesIO()
    import xlsxwriter  # here: a server has no need of it before somebody asks

    book = xlsxwriter.Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    document = lxml.html.document_fromstring(page)
    landscape = "landscape" in (document.findtext(".//style") or "")
    parts = document.xpath("//*[@data-sheet]") or [document.body]
    for part in parts:
        _Sheet(book, _sheet_name(part.get("data-sheet") or "报告"), _width_of(part), landscape).write(part)
    book.close()
    return content.getvalue()


def _sheet_name(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", name)[:31] or "报告"


def _width_of(part: Any) -> int:
    """Return how many columns the widest table of *part* has."""
    widths = [len(table.xpath(".//col")) or _columns(table) for table in part.iter("table")]
    return max(widths, default=1)


def _columns(table: Any) -> int:
    return max((sum(int(cell.get("colspan", 1)) for cell in row) for row in table.iter("tr")), default=1)


@dataclass
class _Sheet:
    book: Any
    name: str
    width: int
    landscape: bool
    row: int = 0
    head_row: int | None = None
    _formats: dict[tuple[tuple[str, object], ...], object] = field(default_factory=dict)

    def write(self, part: Any) -> None:
        """Write everything in *part*, one under another."""
        self.sheet = self.book.add_worksheet(self.name)
        self.sheet.set_paper(9)
        self.sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_footer("&C&P / &N")
        if self.landscape or self.width > 6:
            self.sheet.set_landscape()
        if self.width == 1:
            self.sheet.set_column(0, 0, _ALONE_WIDTH)
        for index, column in enumerate(next(iter(part.iter("colgroup")), ())):
            self.sheet.set_column(index, index, float(column.get("data-width", _PLAIN_WIDTH)))
        for element in _blocks(part):
            if element.tag == "table":
                self._write_table(element)
            else:
                self._write_line(element)
        if self.head_row is not None:
            self.sheet.repeat_rows(self.head_row)

    def _write_line(self, element: Any) -> None:
        text = _text(element)
        if not text:
            return
        size = _HEADINGS.get(element.tag, 10)
        head = element.tag in _HEADINGS
        look = self._look(
            font_name=_HEAD_FONT if head else _FONT,
            font_size=size,
            bold=head,
            align="center" if element.tag == "h1" else "left",
        )
        if self.width > 1:
            self.sheet.merge_range(self.row, 0, self.row, self.width - 1, "", look)
        self.sheet.write_string(self.row, 0, text, look)
        room = self.width * _PLAIN_WIDTH if self.width > 1 else _ALONE_WIDTH
        lines = sum(max(1, -(-_cells(line) * size // (room * 11))) for line in text.split("\n"))
        self.sheet.set_row(self.row, min(max(_ROW_POINTS, size * 1.7) * lines, _ROW_POINTS_MAX))
        self.row += 1

    def _write_table(self, table: Any) -> None:
        taken: set[tuple[int, int]] = set()
        first = self.row
        widths = [float(column.get("data-width", _PLAIN_WIDTH)) for column in table.xpath(".//col")]
        for row in table.iter("tr"):
            column, height = 0, _ROW_POINTS
            for cell in row:
                while (self.row, column) in taken:
                    column += 1
                down, across = int(cell.get("rowspan", 1)), int(cell.get("colspan", 1))
                taken |= {(self.row + d, column + a) for d in range(down) for a in range(across)}
                self._write_cell(cell, column, down, across)
                if down == 1:
                    room = sum(widths[column : column + across]) or _PLAIN_WIDTH
                    height = max(height, _height(_text(cell), room))
                column += across
            self.sheet.set_row(self.row, min(height, _ROW_POINTS_MAX))
            if row.getparent().tag == "thead" and self.head_row is None:
                self.head_row = self.row
            self.row += 1
        if table.get("data-chart"):
            self._draw_chart(table, first, self.row - 1)
        self.row += 1

    def _write_cell(self, cell: Any, column: int, down: int, across: int) -> None:
        classes = (cell.get("class") or "").split()
        head = cell.tag == "th"
        look = self._look(
            font_name=_HEAD_FONT if head or "total" in classes or "strong" in classes else _FONT,
            font_size=10,
            bold=head or "total" in classes,
            border=1,
            align="center" if head or {"number", "middle"} & set(classes) else "left",
            bg_color=LIGHT["ground"] if head else None,
            font_color=LIGHT["missed"] if "lost" in classes else None,
        )
        text = "" if cell.get("data-print-only") is not None else _text(cell)
        if down > 1 or across > 1:
            self.sheet.merge_range(self.row, column, self.row + down - 1, column + across - 1, "", look)
        number = _number(text) if "number" in classes else None
        if number is not None:
            self.sheet.write_number(self.row, column, number, look)
        else:
            self.sheet.write_string(self.row, column, text, look)

    def _draw_chart(self, table: Any, first: int, last: int) -> None:
        heads = [_text(cell) for cell in next(table.iter("tr"))]
        series = [place for place in range(1, len(heads)) if len(heads) == 2 or place < len(heads) - 1]
        chart = self.book.add_chart({"type": "bar", "subtype": "stacked"})
        for place in series:
            chart.add_series(
                {
                    "name": [self.name, first, place],
                    "categories": [self.name, first + 1, 0, last, 0],
                    "values": [self.name, first + 1, place, last, place],
                    "gap": 40,
                }
            )
        chart.set_y_axis({"reverse": True})
        chart.set_legend({"none": True} if len(series) == 1 else {"position": "bottom"})
        chart.set_size({"width": 560, "height": 90 + 26 * (last - first)})
        self.sheet.insert_chart(first, len(heads) + 1, chart)

    def _look(self, **wanted: Any) -> object:
        said = {name: value for name, value in wanted.items() if value is not None}
        key = tuple(sorted(said.items()))
        if key not in self._formats:
            base = {"text_wrap": True, "valign": "vcenter", "quote_prefix": True}
            self._formats[key] = self.book.add_format({**base, **said})
        return self._formats[key]


def _blocks(part: Any) -> Iterator[Any]:
    """Yield headings, paragraphs and tables of *part* in order, none inside another."""
    for element in part:
        if not isinstance(element.tag, str) or element.tag in ("figure", "style"):
            continue
        if element.tag in ("table", "p", "pre", *_HEADINGS):
            yield element
        else:
            yield from _blocks(element)


def _text(element: object) -> str:
    """Return the words of an element; a break and a paragraph begin a line."""
    parts: list[str] = []

    def walk(node: Any) -> None:
        if node.tag in ("br", "p") and parts:
            parts.append("\n")
        parts.append(node.text or "")
        for child in node:
            walk(child)
            parts.append(child.tail or "")

    walk(element)
    lines = ("".join(parts)).split("\n")
    return "\n".join(line for line in (" ".join(each.split(" ")).strip() for each in lines) if line)


def _number(text: str) -> float | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return float(number) if number.is_finite() else None


def _cells(text: str) -> int:
    return sum(1 if character.isascii() else 2 for character in text)


def _height(text: str, room: float) -> float:
    """Return the points that *text* needs in a column of *room* characters."""
    lines = sum(max(1, -(-_cells(line) // max(1, int(room)))) for line in text.split("\n"))
    return lines * _ROW_POINTS
