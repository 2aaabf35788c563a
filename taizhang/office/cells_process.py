"""A job of a worker: a workbook's bytes -> its cells as JSON lines, in the memory and time that a worker has.

Whoever reads its output need not trust it: plain JSON, one value a line. Run by `workbook`; of ours it imports only
what counts how far an archive unpacks.

    {"names": ["xl/workbook.xml", ...]}       what a ZIP archive has in it: it unpacks to what is bearable
    {"sheet": "活动", "hidden": false, "merged": [[r0, c0, r1, c1], ...]}
    [3, ["2017-03-05T00:00:00", ...]]         a row that has something in it: its place from 0, its cells
    {"refused": "password" | "broken" | "packing" | "inflated" | "rows" | "cells" | "merged"}
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

from taizhang.inflating import Locked, NotUnpacked, TooMuch, UncommonPacking, check_entries
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
MERGED_MAX = 20_000
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
        if content.startswith(b"PK"):
            yield {"names": _names(content)}
        yield from _read(content)
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
    book = python_calamine.load_workbook(BytesIO(content))
    rows_left, cells_left = ROWS_MAX, CELLS_MAX
    for described in book.sheets_metadata[:SHEETS_MAX]:
        if described.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        hidden = described.visible != python_calamine.SheetVisibleEnum.Visible
        sheet = book.get_sheet_by_name(described.name)
        merged = [] if hidden else (sheet.merged_cell_ranges or [])[:MERGED_MAX]
        if sum(end[0] - start[0] for start, end in merged) > MERGED_ROWS_MAX:
            raise _Refused("merged")
        yield {
            "sheet": described.name,
            "hidden": hidden,
            "merged": [[*start, *end] for start, end in merged],
        }
        if hidden or sheet.start is None:
            continue
        for place, row in _written_rows(sheet):
            rows_left -= 1
            cells_left -= _written_cells(described.name, place, row)
            if rows_left < 0:
                raise _Refused("rows")
            if cells_left < 0:
                raise _Refused("cells")
            yield [place, row]


def _written_rows(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    first_row, first_column = sheet.start
    for place, row in enumerate(sheet.iter_rows(), first_row):
        if any(cell != "" for cell in row):
            yield (
                place,
                [None] * first_column + [None if cell == "" else cell for cell in row[:COLUMNS_MAX]],
            )


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
