"""What somebody says of a workbook's sheets and headers, turned into what the reader asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ledger.remedy import Remedy
from ledger.text import Text
from taizhang.app.errors import FileRefused
from taizhang.entry.sheets import BY_KEY, KINDS, Grid, Kind
from taizhang.entry.sheets.recognise import header_word, recognise

NOT_READ = "-"
"""Said in place of a kind or a column: leave it out."""


def kind_named(word: str) -> str:
    """Return the key of the kind that *word* names by key or title, "" for a sheet to leave out. Raises FileRefused."""
    if word == NOT_READ:
        return ""
    for kind in KINDS:
        if word in (kind.key, kind.title, *kind.also):
            return kind.key
    raise FileRefused(
        Text(
            "没有“{word}”这一种表；可用：{known}",
            word=word,
            known=[f"{kind.title}({kind.key})" for kind in KINDS],
        )
    )


def column_named(kind: Kind, word: str) -> str:
    """Return the key of the column that *word* names by key or header, "" for none. Raises FileRefused."""
    if word == NOT_READ:
        return ""
    for column in kind.columns:
        if word in (column.key, column.header, *column.also):
            return column.key
    known = [column.header for column in kind.columns]
    raise FileRefused(
        Text("“{kind}”没有“{word}”这一列；可用：{known}", kind=kind.title, word=word, known=known)
    )


def headers_said(
    said: Iterable[tuple[str, str]], grids: Iterable[Grid], kinds: Mapping[str, str]
) -> dict[tuple[str, str], str]:
    """Return what headers mean, from pairs such as ("何时", "日期") or ("三月!何时", "日期"). Raises FileRefused.

    A header without a sheet is meant for every sheet that has it.
    """
    found: dict[tuple[str, str], str] = {}
    sheets = list(grids)
    for place, column in said:
        sheet_name, mark, header = place.rpartition("!")
        word = header_word(header)
        here = [grid for grid in sheets if not mark or grid.name == sheet_name]
        here = [
            grid for grid in here if any(header_word(cell) == word for row in grid.rows[:20] for cell in row)
        ]
        if not here:
            raise FileRefused(Text("工作簿里没有“{header}”这个列名；请核对", header=place))
        for grid in here:
            kind = _kind_of(grid, kinds)
            found[kind.key, word] = column_named(kind, column)
    return found


def _kind_of(grid: Grid, kinds: Mapping[str, str]) -> Kind:
    said = kinds.get(grid.name)
    if said:
        return BY_KEY[said]
    header = recognise(grid.rows, grid.name)
    if header is None:
        raise FileRefused(
            Text("认不出“{sheet}”是哪一种表；请指明种类", sheet=grid.name), remedy=Remedy.NAME_SHEET_KIND
        )
    return header.kind
