"""A job of a worker: a workbook's bytes -> its cells as JSON lines, in the memory and time that a worker has.

Whoever reads its output need not trust it: plain JSON, one value a line. Run by `workbook`; of ours it imports only
what counts how far an archive unpacks and what looks at the parts of it.

    {"names": ["xl/workbook.xml", ...]}       what a ZIP archive has in it: it unpacks to what is bearable
    {"sheet": "活动", "hidden": false, "from_1904": false, "merged": [[r0, c0, r1, c1], ...],
     "hidden_rows": [[first, last], ...]}
    [3, ["2017-03-05T00:00:00", ...]]         a row that has something in it: its place from 0, its cells
    {"left_out": "columns" | "sheets" | "unreadable", "sheet": "活动"}
    {"refused": "password" | "broken" | "packing" | "inflated" | "rows" | "cells" | "merged" | "tables"}
    {"refused": "long", "sheet": "活动", "row": 3, "column": 2}       a cell with more text than any program writes
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

import orjson
import python_calamine

from taizhang.entry.workbooks.binary_parts import errors_of
from taizhang.entry.workbooks.sheet_parts import RANGES_MAX, Package, SheetFacts, prepared
from taizhang.entry.workbooks.word_tables import main_part, tables
from taizhang.evidence.unzip import Locked, NotUnpacked, TooMuch, UncommonPacking, check_entries
from taizhang.workers.bounds import Bounds

BOUNDS = Bounds(cpu_seconds=30, wall_seconds=60, memory_bytes=768 << 20, output_bytes=32 << 20)
INFLATED_BYTES_MAX = 200 * 1024 * 1024
SHEETS_MAX = 60
ROWS_MAX = 30_000
COLUMNS_MAX = 200
CELLS_MAX = 1_000_000
"""Cells with something in them, of all sheets."""
CELL_CHARACTERS_MAX = 32_767
"""As Excel and WPS bound it."""
MERGED_ROWS_MAX = 500_000
"""What merged cells of one sheet span, all together: each is written into its rows."""


def cells(content: bytes) -> Iterator[bytes]:
    """Yield what the workbook *content* says, a line each."""
    for value in _told(content):
        yield orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_DATETIME, default=_tagged) + b"\n"


class _Refused(Exception):
    def __init__(self, reason: str, **where: Any) -> None:
        super().__init__(reason)
        self.told = {"refused": reason, **where}


def _told(content: bytes) -> Iterator[Any]:
    try:
        names = _names(content) if content.startswith(b"PK") else []
        if names:
            yield {"names": names}
        document = main_part(names)
        yield from _of_document(content, document) if document is not None else _read(content)
    except _Refused as refused:
        yield refused.told
    except python_calamine.PasswordError:
        yield {"refused": "password"}
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever a broken file makes of the reader, it is a broken file
        yield {"refused": "broken"}


def _names(content: bytes) -> list[str]:
    """Return the names in an archive. What it says of itself is not believed: every entry is inflated and counted."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
        check_entries(content, entries, INFLATED_BYTES_MAX)
    except Locked:
        raise _Refused("password") from None
    except TooMuch:
        raise _Refused("inflated") from None
    except UncommonPacking:
        raise _Refused("packing") from None
    except (NotUnpacked, BadZipFile, ValueError, NotImplementedError):
        raise _Refused("broken") from None
    return [entry.filename for entry in entries]


def _read(content: bytes) -> Iterator[Any]:
    package = prepared(content)
    book = python_calamine.load_workbook(BytesIO(package.content))
    errors = errors_of(package.content)
    rows_left, cells_left = ROWS_MAX, CELLS_MAX
    for described in book.sheets_metadata[:SHEETS_MAX]:
        if described.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        if described.visible != python_calamine.SheetVisibleEnum.Visible:
            # What is hidden is not even looked into: an error there stops nothing.
            yield {"sheet": described.name, "hidden": True}
            continue
        for value in _of_sheet(book, described.name, package, errors.get(described.name, {})):
            if isinstance(value, list):
                rows_left -= 1
                cells_left -= _written_cells(described.name, *value)
                if rows_left < 0:
                    raise _Refused("rows")
                if cells_left < 0:
                    raise _Refused("cells")
            yield value
    for described in book.sheets_metadata[SHEETS_MAX:]:
        yield {"left_out": "sheets", "sheet": described.name}


def _of_document(content: bytes, part: str) -> Iterator[Any]:
    rows_left, cells_left, number = ROWS_MAX, CELLS_MAX, 0
    for number, (above, merged, rows) in enumerate(tables(content, part), 1):
        name = f"{number} {above}".strip()
        if number > SHEETS_MAX:
            yield {"left_out": "sheets", "sheet": name}
            continue
        if sum(bottom - top for top, _left, bottom, _right in merged) > MERGED_ROWS_MAX:
            raise _Refused("merged")
        yield {"sheet": name, "hidden": False, "from_1904": False, "merged": merged, "hidden_rows": []}
        for place, row in enumerate(rows):
            rows_left -= 1
            cells_left -= _written_cells(name, place, row)
            if rows_left < 0:
                raise _Refused("rows")
            if cells_left < 0:
                raise _Refused("cells")
            if any(cell is not None for cell in row):
                yield [place, row[:COLUMNS_MAX]]
        if any(any(row[COLUMNS_MAX:]) for row in rows):
            yield {"left_out": "columns", "sheet": name}
    if not number:
        raise _Refused("tables")


def _of_sheet(book: Any, name: str, package: Package, errors: dict[tuple[int, int], str]) -> Iterator[Any]:
    try:
        sheet = book.get_sheet_by_name(name)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the other sheets can be read all the same
        yield {"left_out": "unreadable", "sheet": name}
        return
    facts = package.sheets.get(name, SheetFacts())
    merged = facts.merged or [(*start, *end) for start, end in sheet.merged_cell_ranges or []]
    if sum(bottom - top for top, _left, bottom, _right in merged[:RANGES_MAX]) > MERGED_ROWS_MAX:
        raise _Refused("merged")
    yield {
        "sheet": name,
        "hidden": False,
        "from_1904": package.dates_from_1904,
        "merged": merged[:RANGES_MAX],
        "hidden_rows": facts.hidden_rows,
    }
    if sheet.start is not None:
        yield from _written_rows(sheet, name, errors)


def _written_rows(sheet: Any, name: str, errors: dict[tuple[int, int], str]) -> Iterator[Any]:
    first_row, first_column = sheet.start
    before = [None] * min(first_column, COLUMNS_MAX)
    width = COLUMNS_MAX - len(before)
    more = False
    wrong: dict[int, list[tuple[int, str]]] = {}
    for (number, column), said in errors.items():
        wrong.setdefault(number, []).append((column - first_column, said))
    for place, row in enumerate(sheet.iter_rows(), first_row):
        for column, said in wrong.get(place, ()):
            if 0 <= column < len(row) and row[column] == "":
                row[column] = said
        if any(cell != "" for cell in row):
            more = more or any(cell != "" for cell in row[width:])
            yield [place, before + [None if cell == "" else cell for cell in row[:width]]]
    if more:
        yield {"left_out": "columns", "sheet": name}


def _written_cells(sheet: str, place: int, row: list[Any]) -> int:
    """Return how many cells of *row* have something in them; refuse one that has too much."""
    for column, cell in enumerate(row, 1):
        if isinstance(cell, str) and len(cell) > CELL_CHARACTERS_MAX:
            raise _Refused("long", sheet=sheet[:100], row=place + 1, column=column)
    return len(row) - row.count(None)


def _tagged(value: Any) -> Any:
    match value:
        case datetime():
            return {"datetime": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case time():
            return {"time": value.isoformat()}
        case timedelta():
            return {"seconds": value.total_seconds()}
    raise TypeError(type(value))
