"""The year that a sheet names by itself: in its title, its name or its file's, or in its other rows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..parsing.cells import Unreadable, visible
from .recognise import Header
from .sheet import Grid

_YEAR = re.compile(
    r"(?<!\d)(?:19|20)\d{2}(?!\d)|(?<!\d)((?:19|20)\d{2})(?=(?:0[1-9]|1[0-2])(?:\d{2})?(?!\d))"
)


def year_named(grid: Grid, header: Header, file: str = "") -> int | None:
    """Return the year above the *header* of *grid*, else in its name, else in *file*, else that of its other days.

    Two years (2016—2017学年) are none.
    """
    title = [cell for row in grid.rows[: header.row] for cell in row if isinstance(cell, str)]
    place = header.columns.get("day", -1)
    days = [str(row[place]) for row in grid.rows[header.row + 1 :] if 0 <= place < len(row)]
    for texts in (title, [grid.name], [file], days):
        years = set(_years(texts))
        if years:
            return years.pop() if len(years) == 1 else None
    return None


def _years(texts: Iterable[str]) -> Iterable[int]:
    for text in texts:
        try:
            seen = visible(text)
        except Unreadable:
            continue
        for match in _YEAR.finditer(seen):
            yield int(match[1] or match[0])
