"""Chinese text in columns: lines broken between characters, by width on the screen, and never before a comma.

rich breaks at spaces only: a Chinese sentence would be one word, moved to the next line or cut off.
"""

from __future__ import annotations

import re

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.segment import Segment
from rich.style import Style

_NOT_FIRST = "，。、；：！？）》」』”’〉】…,.;:!?)]}%"
_NOT_LAST = "（《「『“‘〈【([{"
# A run of letters and digits (an id, a date, an amount) stays together; anything else breaks anywhere.
_PIECE = re.compile(r"\s+|[!-~]+|.", re.DOTALL)


def wrap(text: str, width: int, first: int = 0) -> list[str]:
    """Return *text* in lines of at most *width* cells; *first* cells of the first line are taken already."""
    lines: list[str] = []
    line: list[str] = []
    room = width - first
    for piece in _pieces(text, width):
        size = cell_len(piece)
        if size > room and line and not piece.isspace():
            carried = _carried(line, piece)
            lines.append("".join(line).rstrip())
            line = carried
            room = width - cell_len("".join(line))
        if piece.isspace() and not line and lines:
            continue
        line.append(piece)
        room -= size
    lines.append("".join(line).rstrip())
    return lines


def _pieces(text: str, width: int) -> list[str]:
    pieces: list[str] = []
    for piece in _PIECE.findall(" ".join(text.split("\n"))):
        # What is longer than a line (a long id) has to be broken somewhere.
        pieces += [piece[start : start + width] for start in range(0, len(piece), width)]
    return pieces


def _carried(line: list[str], following: str) -> list[str]:
    """Take from the end of *line* what may not stand there before *following* (at most three pieces)."""
    carried: list[str] = []
    while len(line) > 1 and len(carried) < 3:
        if line[-1][-1] not in _NOT_LAST and (carried or [following])[0][0] not in _NOT_FIRST:
            break
        carried.insert(0, line.pop())
    return carried


class Paragraph:
    """A renderable of wrapped text in one style, with the lines after the first indented by *indent* cells."""

    def __init__(self, text: str, style: str = "", indent: int = 0) -> None:
        self.text = text
        self.style = style
        self.indent = indent

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        style = console.get_style(self.style) if self.style else Style.null()
        lines = wrap(self.text, max(options.max_width - self.indent, 8), first=-self.indent)
        for number, line in enumerate(lines):
            if number:
                yield Segment(" " * self.indent)
            yield Segment(line, style)
            yield Segment.line()

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        longest = cell_len(self.text)
        return Measurement(min(longest, 12), min(longest, options.max_width))
