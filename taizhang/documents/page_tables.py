"""The tables of a page as a file: what is shown as a table can be taken along as xlsx or csv. Pure.

Cells are texts as the page shows them; in a workbook whole numbers and decimals are numbers. A text that a
spreadsheet would take for a formula stays a text: in csv an apostrophe stands before it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from io import BytesIO, StringIO
from typing import Any

import lxml.html

FORMS = ("xlsx", "csv")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NAME_MAX = 28
_WIDTH_MAX = 60


@dataclass(frozen=True, slots=True)
class PageTable:
    """One table: what it is called (its caption, else the heading before it) and its rows of texts."""

    name: str
    rows: list[list[str]]


def tables_of(page: str) -> list[PageTable]:
    """Return the tables in the `main` part of *page*, in order; what is meant for screen readers only is left out."""
    document = lxml.html.document_fromstring(page)
    found = []
    for table in document.xpath("//main//table"):
        caption = table.xpath("caption")
        headings = table.xpath("preceding::*[self::h1 or self::h2 or self::h3][1]")
        name = _text((caption or headings)[0]) if caption or headings else ""
        rows = [cells for row in table.iter("tr") if any(cells := _cells(row))]
        found.append(PageTable(name, rows))
    return found


def as_csv(tables: list[PageTable]) -> bytes:
    """Return *tables* one under another, as Excel opens them: UTF-8 with a byte order mark."""
    said = StringIO()
    writer = csv.writer(said)
    for place, table in enumerate(tables):
        if place:
            writer.writerow([])
        if len(tables) > 1:
            writer.writerow([_harmless(table.name)])
        writer.writerows([_harmless(cell) for cell in row] for row in table.rows)
    return b"\xef\xbb\xbf" + said.getvalue().encode()


def as_xlsx(tables: list[PageTable]) -> bytes:
    """Return *tables* as a workbook, a sheet each."""
    content = BytesIO()
    import xlsxwriter  # here: a server has no need of it before somebody asks

    book = xlsxwriter.Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for number, table in enumerate(tables or [PageTable("", [])], 1):
        sheet = book.add_worksheet(_sheet_name(table.name, number))
        for row, cells in enumerate(table.rows):
            for column, cell in enumerate(cells):
                _write(sheet, row, column, cell, head if row == 0 else None)
        for column in range(max(map(len, table.rows), default=0)):
            widest = max(_width(row[column]) for row in table.rows if column < len(row))
            sheet.set_column(column, column, min(max(widest + 2, 6), _WIDTH_MAX))
        sheet.freeze_panes(1, 0)
    book.close()
    return content.getvalue()


def _write(sheet: Any, row: int, column: int, cell: str, look: Any) -> None:
    number = _number(cell)
    if number is not None:
        sheet.write_number(row, column, number, look)
    else:
        sheet.write_string(row, column, cell, look)


def _cells(row: Any) -> list[str]:
    found: list[str] = []
    for cell in row.iterchildren("th", "td"):
        across = cell.get("colspan", "1")
        found += [_text(cell), *[""] * (int(across) - 1 if across.isascii() and across.isdigit() else 0)]
    return found


def _text(element: Any) -> str:
    words = element.xpath(
        ".//text()[not(ancestor::*[contains(@class, 'visually-hidden')]) and not(ancestor::svg)"
        " and not(ancestor::button) and not(ancestor::select) and not(ancestor::textarea)]"
    )
    typed = [each.get("value", "") for each in element.xpath(".//input[@type='text' or not(@type)]")]
    return " ".join(" ".join([*words, *typed]).split())


def _number(text: str) -> float | None:
    # An id such as 007 or a long one stays what it is.
    if not text or len(text) > 15 or (text[0] == "0" and text[1:2] not in ("", ".")):
        return None
    try:
        number = Decimal(text.replace("−", "-"))
    except InvalidOperation:
        return None
    return float(number) if number.is_finite() else None


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) and _number(text) is None else text


def _sheet_name(name: str, number: int) -> str:
    kept = "".join(" " if letter in "[]:*?/\\'" else letter for letter in name)[:_NAME_MAX].strip()
    return f"{number} {kept}".strip()[:31]


def _width(text: str) -> int:
    return sum(1 if letter.isascii() else 2 for letter in text)
