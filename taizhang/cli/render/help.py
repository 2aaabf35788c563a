"""The help of a command, laid out by width on the screen: nothing of a Chinese sentence is cut off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import RenderableType
from rich.text import Text as Line

from taizhang.cli.render.layout import hanging, indented, stacked
from taizhang.cli.render.wrapping import Paragraph

NAMES_CELLS_MAX = 26


@dataclass(frozen=True, slots=True)
class Entry:
    """An argument, option or command: its name, as it is typed, and what it is for."""

    name: str
    help: str


@dataclass(frozen=True, slots=True)
class Part:
    """A titled list of entries."""

    title: str
    entries: Sequence[Entry]


def help_page(usage: str, text: str, parts: Sequence[Part], note: str) -> RenderableType:
    """Return the page: how to call it, what it does with examples, then each part, in one column of names."""
    return stacked(_page(usage, text, parts, note))


def _page(usage: str, text: str, parts: Sequence[Part], note: str) -> Iterator[RenderableType]:
    yield Paragraph(usage, "bold", indent=2)
    for paragraph in text.split("\n\n"):
        yield Line()
        for line in paragraph.split("\n"):
            yield Paragraph(line, indent=4)
    shown = [part for part in parts if part.entries]
    longest = max((cell_len(entry.name) for part in shown for entry in part.entries), default=0)
    for part in shown:
        yield Line()
        yield Line(part.title, style="bold")
        yield from _entries(part.entries, min(longest, NAMES_CELLS_MAX) + 2)
    if note:
        yield Line()
        yield Paragraph(note, "dim")


def _entries(entries: Sequence[Entry], cells: int) -> Iterator[RenderableType]:
    for entry in entries:
        lead = Line(entry.name, style="cyan")
        if cell_len(entry.name) + 2 > cells:
            # A name longer than the column stands on a line of its own.
            yield indented(lead, 2)
            lead = Line()
        lead.append(" " * (cells - cell_len(lead.plain)))
        yield indented(hanging(lead, entry.help), 2)
