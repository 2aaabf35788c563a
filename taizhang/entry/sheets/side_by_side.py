"""Two tables side by side on one sheet: January to the left, February to the right. Pure."""

from __future__ import annotations

from dataclasses import replace

from .recognise import recognise
from .sheet import Grid


def tables_of(grid: Grid) -> list[Grid]:
    """Return the tables that stand side by side in *grid*, left first; mostly it is one.

    A second one begins where a whole header begins again; its name is that of the sheet and a number.
    """
    found = [grid]
    while (parted := _parted(found[-1])) is not None:
        found[-1:] = parted
    return [
        replace(each, name=f"{grid.name} ({place})") if place > 1 else each
        for place, each in enumerate(found, 1)
    ]


def _parted(grid: Grid) -> tuple[Grid, Grid] | None:
    header = recognise(grid.rows, grid.name)
    if header is None or not header.repeated:
        return None
    start = header.repeated[0]
    there = recognise([grid.rows[header.row][start:]], "", header.kind)
    if there is None or there.missing:
        return None
    title = [row[:1] for row in grid.rows[: header.row]]
    right = title + [row[start:] for row in grid.rows[header.row :]]
    left = [row[:start] for row in grid.rows]
    return replace(grid, rows=left), replace(grid, rows=right)
