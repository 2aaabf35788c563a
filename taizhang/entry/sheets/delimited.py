"""Text in columns -> rows of cells: what Excel, WPS and people write, in which a lone quotation mark is text. Pure.

A cell is quoted only where its quotation marks close right before the next mark between columns or the line's end, as
Excel writes it. All else is taken as it stands: `"两学一做"学习教育` keeps its marks, `"未闭合的标题` swallows no row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_MARKS = ("\t", ",", ";", "，", "；")
_LINES_LOOKED_AT = 20
_SAID = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_FORCED = re.compile(r'="((?:[^"]|"")*)"', re.DOTALL)
_LINE_END = re.compile(r"\r\n|\r|\n")
_QUOTED = re.compile(r'[^"]*(?:""[^"]*)*"')


class Cell(NamedTuple):
    """One cell, and where the text goes on behind it."""

    text: str
    end: int


def table_of(text: str) -> Iterator[list[str]]:
    """Yield the rows of a file of text, whatever stands between its columns; a line `sep=;` says it."""
    said = _SAID.match(text)
    if said is not None:
        return rows_of(text[said.end() :], said[1])
    return rows_of(text, mark_of(text))


def mark_of(text: str) -> str:
    """Return what stands between the columns: what most of the first lines have, the oftener the better."""
    lines = [line for line in _LINE_END.split(text[:20_000])[: _LINES_LOOKED_AT + 1] if line.strip()]

    def fit(mark: str) -> tuple[int, int]:
        counts = [line.count(mark) for line in lines]
        return sum(map(bool, counts)), sum(counts)

    return max(_MARKS, key=fit)


def rows_of(text: str, mark: str) -> Iterator[list[str]]:
    """Yield the rows of *text*, whose columns are parted by *mark*."""
    column_end = re.compile(rf"{re.escape(mark)}|\r\n|\r|\n")
    place, width = 0, 0
    start, row = 0, []
    while place < len(text):
        cell = _quoted(text, place, mark, start, width) or _plain(text, place, column_end)
        row.append(_unforced(cell.text))
        place = cell.end
        if text.startswith(mark, place):
            place += 1
            if place == len(text):
                row.append("")
            continue
        place += 2 if text.startswith("\r\n", place) else 1
        width = width or (len(row) if any(row) else 0)
        yield row
        start, row = place, []
    if row:
        yield row


def _plain(text: str, place: int, column_end: re.Pattern[str]) -> Cell:
    found = column_end.search(text, place)
    end = found.start() if found is not None else len(text)
    return Cell(text[place:end], end)


def _quoted(text: str, place: int, mark: str, start: int, width: int) -> Cell | None:
    """Return the quoted cell at *place*, None where its first quotation mark is text.

    *start* is where the row begins, *width* how many columns the first row had.
    """
    forced = text.startswith('="', place)
    if not forced and not text.startswith('"', place):
        return None
    inside = place + 1 + forced
    found = _QUOTED.match(text, inside)
    if found is None:
        return None
    end = found.end()
    if end < len(text) and not text.startswith((mark, "\r", "\n"), end):
        return None
    said = text[inside : end - 1]
    if _LINE_END.search(said) is not None and _are_rows(text, start, end, mark, width):
        return None
    return Cell(said.replace('""', '"'), end)


def _are_rows(text: str, start: int, end: int, mark: str, width: int) -> bool:
    """Whether each of the lines that a quoted cell would swallow is a whole row by itself."""
    found = _LINE_END.search(text, end)
    lines = _LINE_END.split(text[start : found.start() if found is not None else len(text)])
    return width > 1 and all(line.count(mark) == width - 1 for line in lines)


def _unforced(text: str) -> str:
    """Return 2 for ="2": so Excel is told that a number is text."""
    found = _FORCED.fullmatch(text)
    return found[1].replace('""', '"') if found is not None else text
