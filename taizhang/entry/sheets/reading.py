"""A table of cells -> rows, each with the events it stands for or with what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ledger.text import Text
from taizhang.people.person import Directory

from ..parsing.cells import Cell, Unreadable, is_empty
from .context import Context, plain_words
from .drafts import Blame, drafts_of
from .kinds import BY_KEY, EXAMPLE
from .namesakes import person_of
from .readers import read_cell
from .recognise import Header, first_row_as_header, recognise
from .sheet import Grid, RowProblem, RowReading, SheetReading


def read_grids(
    grids: Iterable[Grid], context: Context, kinds: dict[str, str] | None = None
) -> tuple[list[SheetReading], Directory]:
    """Read the sheets of a workbook, rosters first; return them in that order, and the directory after them.

    *kinds*: sheet name -> key of the kind that somebody says it is, "" to leave the sheet out.
    """
    found: list[tuple[SheetReading, Grid]] = []
    people = context.people.copy()
    for grid in grids:
        said = (kinds or {}).get(grid.name)
        found.append((_recognised(grid, context, said), grid))
    order = list(BY_KEY)
    found.sort(key=lambda pair: order.index(pair[0].kind.key) if pair[0].kind else len(order))
    here = _with_branches(context, found)
    # People first, whatever the order of recording: a secretary is named in the sheet before theirs.
    for reading, grid in sorted(found, key=lambda pair: pair[0].kind is not BY_KEY["roster"]):
        if reading.header is None or reading.problems:
            continue
        seen = replace(here, dates_from_1904=grid.from_1904)
        _read_rows(reading, reading.header, grid, seen, people)
        if reading.kind is BY_KEY["roster"]:
            drafts = [draft for row in reading.rows for draft in row.drafts]
            here = replace(here, members=here.members | {draft.data["member"] for draft in drafts})
    return [reading for reading, _ in found], people


def read_grid(grid: Grid, context: Context, kind: str | None = None) -> SheetReading:
    """Read one table; *kind* is the key of what it is, by default recognised by its headers."""
    readings, _people = read_grids([grid], context, {grid.name: kind} if kind else None)
    return readings[0]


def _recognised(grid: Grid, context: Context, said: str | None) -> SheetReading:
    if said == "":
        return SheetReading(grid.name, None)
    kind = BY_KEY.get(said) if said is not None else None
    header = recognise(grid.rows, grid.name, kind, context.headers)
    if header is None and kind is not None:
        header = first_row_as_header(grid.rows, kind)
    if header is None:
        return SheetReading(grid.name, None)
    reading = SheetReading(grid.name, header, grid.number(header.row))
    for column in header.missing:
        reading.asks_for_columns = True
        text = Text("找不到“{column}”这一列；请补上，或指明是哪一列", column=column.header)
        reading.problems.append(RowProblem(grid.name, reading.header_row, column.header, text))
    return reading


def _with_branches(context: Context, found: list[tuple[SheetReading, Grid]]) -> Context:
    """Return the context that also knows the branches which this workbook registers."""
    subjects = dict(context.subjects)
    for reading, grid in found:
        if reading.kind is not BY_KEY["organizations"] or reading.header is None:
            continue
        columns = reading.header.columns
        for row in grid.rows[reading.header.row + 1 :]:
            code, name = (
                str(row[columns[key]] or "").strip() if key in columns else "" for key in ("code", "name")
            )
            subject = f"{context.unit}/{code.lower()}" if code and code != context.unit else context.unit
            subjects.setdefault(subject, name)
    return replace(context, subjects=subjects)


def _read_rows(
    reading: SheetReading, header: Header, grid: Grid, context: Context, people: Directory
) -> None:
    columns = header.columns
    covers = frozenset(name for key in columns for name in header.kind.by_key[key].covers)
    for place, cells in enumerate(grid.rows[header.row + 1 :], header.row + 1):
        told = [cells[index] if index < len(cells) else None for index in columns.values()]
        said = dict(zip(columns, told, strict=True))
        if all(map(is_empty, told)) or _repeats_header(cells, header) or _is_no_row(cells, said):
            continue
        row = RowReading(reading.name, grid.number(place))
        reading.rows.append(row)
        values = _values(row, header, said, context, people)
        if header.kind.key == "roster" and not row.problems:
            person_of(row, values, context, people)
        if not row.problems:
            row.drafts = drafts_of(header.kind.key, values, covers, context, _blaming(row, header))


def _values(
    row: RowReading, header: Header, cells: dict[str, Cell], context: Context, people: Directory
) -> dict[str, object]:
    kind = header.kind
    values: dict[str, object] = {}
    for key, cell in cells.items():
        column = kind.by_key[key]
        if is_empty(cell):
            # A member who has no name (any more) goes by his id; a change names only what changes.
            if column.required and is_empty(cells.get(column.unless)):
                row.blame(header.word(column), Text("没有写{column}", column=column.header))
            continue
        try:
            values[key] = read_cell(column, cell, context, people)
        except Unreadable as error:
            row.blame(header.word(column), error.text)
    if "subject" in kind.by_key and kind.key != "roster":
        values.setdefault("subject", context.unit)
    return values


def _blaming(row: RowReading, header: Header) -> Blame:
    return lambda key, text: row.blame(header.word(header.kind.by_key[key]), text)


def _is_no_row(cells: Sequence[Cell], said: dict[str, Cell]) -> bool:
    """Whether it is the template's example, or a note below the table: one cell that begins like one."""
    if plain_words(said.get("id")) == plain_words(EXAMPLE):
        return True
    words = [cell for cell in cells if not is_empty(cell)]
    return len(words) == 1 and str(words[0]).strip().startswith(_NOTES)


_NOTES = ("说明", "备注", "注：", "注:", "合计", "制表", "填表", "审核", "填报")


def _repeats_header(cells: Sequence[Cell], header: Header) -> bool:
    """Whether the row is the header once more, as at the top of every printed page."""
    words = [(place, word) for place, word, column in header.cells if column is not None]
    return all(place < len(cells) and cells[place] == word for place, word in words)
