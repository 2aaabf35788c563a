"""Text as it is pasted from Excel or WPS: cells apart by tabs, cells with line breaks or tabs in quotation marks."""

from __future__ import annotations

from ledger.text import Text

from ..parsing.cells import Unreadable
from .delimited import rows_of
from .sheet import Grid

PASTED_CHARACTERS_MAX = 2_000_000
PASTED_ROWS_MAX = 20_000


def grid_of_text(text: str, name: str = "") -> Grid:
    """Return the table in *text*; rows count from 1. Raises Unreadable when there is too much of it."""
    if len(text) > PASTED_CHARACTERS_MAX:
        raise Unreadable(Text("粘贴的内容太多；请改用导入工作簿，或分几次粘贴"))
    rows = list(rows_of(text, "\t"))
    if len(rows) > PASTED_ROWS_MAX:
        raise Unreadable(
            Text("粘贴了 {rows} 行，最多 {most} 行；请分几次粘贴", rows=len(rows), most=PASTED_ROWS_MAX)
        )
    return Grid(name, rows)
