"""A program of its own: a workbook on standard input, its cells on standard output as JSON lines.

It runs apart so that a hostile file can take only its memory and its time, which the system bounds. Whoever reads its
output need not trust it: plain JSON, one value a line. Run by `workbook`; it imports nothing of ours.

    {"sheet": "活动", "hidden": false, "rows": 12, "columns": 9, "merged": [[r0, c0, r1, c1], ...]}
    [3, ["2017-03-05T00:00:00", ...]]         a row that has something in it: its place from 0, its cells
    {"refused": "password" | "broken" | "rows"}
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import orjson
import python_calamine

MEMORY_BYTES_MAX = 768 * 1024 * 1024
CPU_SECONDS_MAX = 30
SHEETS_MAX = 60
ROWS_MAX = 30_000
COLUMNS_MAX = 200
MERGED_MAX = 20_000


def main() -> None:
    """Read standard input, write standard output."""
    _bound()
    write = sys.stdout.buffer.write
    for value in _told(sys.stdin.buffer.read()):
        write(orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_DATETIME, default=_tagged) + b"\n")


def _bound() -> None:
    # Where the system cannot bound a process (Windows) the reader's own time limit still holds.
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS_MAX, CPU_SECONDS_MAX))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _told(content: bytes) -> Iterator[Any]:
    try:
        book = python_calamine.load_workbook(BytesIO(content))
        rows_left = ROWS_MAX
        for described in book.sheets_metadata[:SHEETS_MAX]:
            if described.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            hidden = described.visible != python_calamine.SheetVisibleEnum.Visible
            sheet = book.get_sheet_by_name(described.name)
            merged = [] if hidden else (sheet.merged_cell_ranges or [])[:MERGED_MAX]
            yield {
                "sheet": described.name,
                "hidden": hidden,
                "merged": [[*start, *end] for start, end in merged],
            }
            if hidden or sheet.start is None:
                continue
            for place, cells in _written_rows(sheet):
                rows_left -= 1
                if rows_left < 0:
                    yield {"refused": "rows"}
                    return
                yield [place, cells]
    except python_calamine.PasswordError:
        yield {"refused": "password"}
    except Exception:  # noqa: BLE001 - whatever a broken file makes of the reader, it is a broken file
        yield {"refused": "broken"}


def _written_rows(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    first_row, first_column = sheet.start
    for place, cells in enumerate(sheet.iter_rows(), first_row):
        if any(cell != "" for cell in cells):
            yield (
                place,
                [None] * first_column + [None if cell == "" else cell for cell in cells[:COLUMNS_MAX]],
            )


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


if __name__ == "__main__":
    main()
