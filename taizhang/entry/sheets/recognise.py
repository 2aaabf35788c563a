"""Which kind a sheet is, where its header row stands and what each of its columns is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from taizhang.language.i18n import translator

from ..parsing.cells import Cell, Unreadable, is_empty, plain, written
from .context import plain_words
from .kinds import KINDS, Column, Kind

HEADER_WITHIN_ROWS = 20
"""A header row stands below a title and a few notes, not further down."""

Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Header:
    """A header row: its place (from 0), the kind it makes the sheet, and its cells with what they were taken for."""

    row: int
    kind: Kind
    cells: tuple[tuple[int, str, Column | None], ...]
    repeated: tuple[int, ...] = ()
    """The places of cells that say once more what a column to the left says; they are not read."""
    is_near: bool = False
    """It looks like the kind, but a column is missing: somebody has to say."""

    @property
    def columns(self) -> dict[str, int]:
        """The place of each column that was recognised, by its key."""
        return {column.key: place for place, _, column in self.cells if column is not None}

    def word(self, column: Column) -> str:
        """Return what the sheet itself calls *column*."""
        return next((written for _, written, taken in self.cells if taken is column), column.header)

    @property
    def missing(self) -> list[Column]:
        """The columns that a sheet of this kind cannot do without, and that are not there."""
        return [column for column in self.kind.columns if column.required and column.key not in self.columns]


def recognise(
    rows: Sequence[Row],
    name: str = "",
    kind: Kind | None = None,
    headers: Mapping[tuple[str, str], str] | None = None,
) -> Header | None:
    """Return the header of a sheet with that *name*, None when it is none of ours.

    *kind*: somebody has said what the sheet is. *headers*: what this unit's own headers mean.
    """
    best: Header | None = None
    best_points = 0
    for candidate in (kind,) if kind is not None else KINDS:
        named = plain_words(name) in {plain_words(word) for word in (candidate.title, *candidate.also)}
        for place, row in enumerate(rows[:HEADER_WITHIN_ROWS]):
            below = rows[place + 1] if place + 1 < len(rows) else ()
            for header in filter(
                None,
                (
                    _header(place, row, candidate, headers or {}),
                    _of_two_rows(place, row, below, candidate, headers or {}),
                ),
            ):
                points = _points(header, named, sure=kind is not None)
                if points > best_points:
                    is_near = kind is None and points <= _NEAR_POINTS_MAX
                    best, best_points = replace(header, is_near=is_near), points
    return best


def _of_two_rows(
    place: int, row: Row, below: Row, kind: Kind, own: Mapping[tuple[str, str], str]
) -> Header | None:
    """Return the header that *row* and the row *below* make together, None where one of them is enough.

    活动情况 spans 类型 and 主题 in the row below; 日期 stands above an empty cell, or one merged with it.
    """
    upper, lower = _header(place, row, kind, own), _header(place + 1, below, kind, own)
    words = {index for index, _word, _column in lower.cells}
    merged = {
        index for index, word, _column in lower.cells if index < len(row) and row[index] == below[index]
    }
    of_below = {index for index, _word, column in lower.cells if column is not None} - merged
    if not of_below or not any(each not in words or each in merged for each in upper.columns.values()):
        return None
    if any(column is None for _index, _word, column in lower.cells) and len(of_below) < 2:
        return None
    width = max(len(row), len(below))
    both = [
        below[index] if index in words else row[index] if index < len(row) else None for index in range(width)
    ]
    return _header(place + 1, both, kind, own)


def first_row_as_header(rows: Sequence[Row], kind: Kind) -> Header | None:
    """Return the first row with several words in it, for a sheet of *kind* whose headers nobody knows yet."""
    for place, row in enumerate(rows[:HEADER_WITHIN_ROWS]):
        if sum(not is_empty(cell) for cell in row) >= 2:
            return _header(place, row, kind, {})
    return None


def header_word(cell: Cell) -> str:
    """Return a header as it is compared; hints in brackets of any kind, and stars, do not count."""
    try:
        text = plain(cell)
    except Unreadable:
        return ""
    return plain_words(_BRACKETED.sub("", text)) or plain_words(text)


_BRACKETED = re.compile(
    r"\([^()]*\)|\[[^][]*\]|【[^【】]*】|〔[^〔〕]*〕|〖[^〖〗]*〗|「[^「」]*」|\{[^{}]*\}|<[^<>]*>|《[^《》]*》"
    r"|[(\[【〔〖].*$"
)
_UNITS = re.compile(r"[/|:_-]|单位")
"""What parts a header from the unit or hint behind it: 学时/小时."""


def _header(place: int, row: Row, kind: Kind, own: Mapping[tuple[str, str], str]) -> Header:
    known = _known_words(kind)
    taken: set[str] = set()
    cells: list[tuple[int, str, Column | None]] = []
    repeated: list[int] = []
    for index, cell in enumerate(row):
        word = header_word(cell)
        if not word:
            continue
        said = own.get((kind.key, word))
        column = (
            kind.by_key.get(said) if said is not None else known.get(word) or known.get(_before_unit(cell))
        )
        if column is not None and column.key in taken:
            # The first of two wins; merged headers repeat themselves.
            repeated.append(index)
            column = None
        if column is not None:
            taken.add(column.key)
        cells.append((index, written(cell).replace("\n", ""), column))
    return Header(place, kind, tuple(cells), tuple(repeated))


def _before_unit(cell: Cell) -> str:
    return plain_words(_UNITS.split(_BRACKETED.sub("", plain(cell)), maxsplit=1)[0])


def _points(header: Header, named: bool, *, sure: bool) -> int:
    """Return how well a row fits: 0 when it is no header of that kind."""
    columns = header.columns
    if sure:
        return len(columns)
    required = sum(column.required for column in header.kind.columns) or 1
    there = required - len(header.missing)
    enough = 1 if named and there == required else 2
    if len(columns) < enough or not any(key in columns for key in header.kind.carries):
        return 0
    if not named and there < required:
        # Near enough to be asked about: to leave it out would be to lose it.
        return len(columns) if len(columns) >= _NEAR_COLUMNS else 0
    unknown = len(header.cells) - len(columns)
    return max(_NEAR_POINTS_MAX + 1, 100 * named + 20 * there // required + 10 * len(columns) - unknown)


_NEAR_COLUMNS = 3
_NEAR_POINTS_MAX = 50


_known: dict[str, dict[str, Column]] = {}


def _known_words(kind: Kind) -> dict[str, Column]:
    if kind.key not in _known:
        english = translator("en")
        words: dict[str, Column] = {}
        for spoken in (False, True):
            for column in kind.columns:
                names = (english(column.header),) if spoken else (column.header, *column.also)
                for name in names:
                    words.setdefault(header_word(name), column)
        _known[kind.key] = words
    return _known[kind.key]
