"""The parts that every drawing is made of: headings, tables whose text wraps, rows with a hanging indent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from taizhang.cli.render.wrapping import Paragraph

Cell = str | Line | Paragraph


def table(columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Cell]]) -> Table:
    """Return a table; a column is (title, kind): "text" wraps, "word" is never broken, "number" stands right."""
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), header_style="bold")
    for title, kind in columns:
        if kind == "number":
            drawn.add_column(title, justify="right", no_wrap=True)
        elif kind == "word":
            drawn.add_column(title, no_wrap=True)
        else:
            drawn.add_column(title, overflow="fold", ratio=1 if kind == "wide" else None)
    for row in rows:
        drawn.add_row(
            *(
                Paragraph(cell) if isinstance(cell, str) and kind in ("text", "wide") else cell
                for cell, (_title, kind) in zip(row, columns, strict=True)
            )
        )
    return drawn


def heading(title: str, aside: str = "") -> Line:
    """Return the title of a part, with something quieter beside it."""
    line = Line(title, style="bold")
    if aside:
        line.append(f"  {aside}", style="not bold dim")
    return line


def hanging(lead: Line, body: str | RenderableType, style: str = "") -> RenderableType:
    """Return *body* beside *lead*, its further lines under its first."""
    grid = Table.grid(padding=0)
    grid.add_column(no_wrap=True, width=cell_len(lead.plain))
    grid.add_column(ratio=1)
    grid.add_row(lead, Paragraph(body, style) if isinstance(body, str) else body)
    return grid


def indented(content: RenderableType, cells: int) -> RenderableType:
    """Return *content* moved right."""
    return Padding(content, (0, 0, 0, cells))


def stacked(parts: Iterable[RenderableType]) -> Group:
    """Return the parts one under another."""
    return Group(*parts)
