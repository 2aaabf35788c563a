"""A table of cells -> rows, each with the events it stands for or with what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ledger.text import Text
from taizhang.people.person import Directory

from ..parsing.cells import Cell, Unreadable, is_empty, number_of, plain, refuse_ditto, says_nothing, shown
from .context import Context, Stay
from .drafts import Blame, Draft, drafts_of
from .kinds import BY_KEY, EXAMPLE, Column
from .namesakes import person_of
from .no_record import NamesABranch, why_no_record
from .readers import LeftOut, read_cell
from .recognise import Header, first_row_as_header, recognise
from .sheet import Grid, RowProblem, RowReading, SheetReading
from .years import year_named


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
        year = here.year or year_named(grid, reading.header, here.file)
        seen = replace(here, year=year, dates_from_1904=grid.from_1904)
        _read_rows(reading, reading.header, grid, seen, people)
        if reading.kind is BY_KEY["roster"]:
            drafts = [draft for row in reading.rows for draft in row.drafts]
            members = here.members | {draft.data["member"] for draft in drafts}
            here = replace(here, members=members, stays=(*here.stays, *_stays(drafts)))
    return [reading for reading, _ in found], people


def read_grid(grid: Grid, context: Context, kind: str | None = None) -> SheetReading:
    """Read one table; *kind* is the key of what it is, by default recognised by its headers."""
    readings, _people = read_grids([grid], context, {grid.name: kind} if kind else None)
    return readings[0]


def _stays(drafts: Sequence[Draft]) -> Iterator[Stay]:
    """Yield the stays that a workbook's own roster adds."""
    left = {
        (draft.data["member"], draft.subject): draft.moment.day
        for draft in drafts
        if draft.type == "member.left"
    }
    for draft in drafts:
        if draft.type == "member.joined":
            member = draft.data["member"]
            yield Stay(member, draft.subject, draft.moment.day, left.get((member, draft.subject)))


def _recognised(grid: Grid, context: Context, said: str | None) -> SheetReading:
    if said == "":
        return SheetReading(grid.name, None, leave=True)
    kind = BY_KEY.get(said) if said is not None else None
    header = recognise(grid.rows, grid.name, kind, context.headers)
    if header is None and kind is not None:
        header = first_row_as_header(grid.rows, kind)
    if header is None:
        return SheetReading(
            grid.name, None, is_empty=all(is_empty(cell) for row in grid.rows for cell in row)
        )
    reading = SheetReading(grid.name, header, grid.number(header.row))
    for column in header.missing:
        reading.asks_for_columns = True
        reading.problems.append(
            RowProblem(grid.name, reading.header_row, column.header, _missing(header, column))
        )
    for place in header.repeated:
        word = shown(grid.rows[header.row][place])
        reading.notes.append(
            Text("“{sheet}”里“{column}”这一列出现了两次，只读取左边的", sheet=grid.name, column=word)
        )
    return reading


def _missing(header: Header, column: Column) -> Text:
    if header.is_near:
        return Text(
            "像是“{kind}”，但找不到“{column}”这一列；请补上，或指明是哪一列；不是就指明不读这张表",
            kind=header.kind.title,
            column=column.header,
        )
    return Text("找不到“{column}”这一列；请补上，或指明是哪一列", column=column.header)


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
    counting = _only_counts(grid, header)
    for place, cells in enumerate(grid.rows[header.row + 1 :], header.row + 1):
        said = {key: cells[index] if index < len(cells) else None for key, index in columns.items()}
        for key in counting:
            said[key] = None
        if _repeats_header(cells, header) or _is_example(said):
            continue
        row = RowReading(reading.name, grid.number(place))
        try:
            why = _why_not(cells, said, header, context, people)
        except NamesABranch:
            row.blame("", Text("这一行像是支部的名称；请加一列“组织”，写明下面各行是哪个支部的"))
            reading.rows.append(row)
            continue
        if why is not None:
            reading.left_out.append(RowProblem(reading.name, row.row, "", why))
            continue
        if all(map(is_empty, said.values())):
            continue
        reading.rows.append(row)
        values = _values(row, header, said, context, people)
        if header.kind.key == "roster" and not row.problems:
            person_of(row, values, context, people)
        if not row.problems:
            row.drafts = drafts_of(header.kind.key, values, covers, context, _blaming(row, header))
        reading.left_out += row.left_out
    for key in sorted(counting):
        column = header.word(header.kind.by_key[key])
        text = Text("“{sheet}”的“{column}”是顺序号，没有当作记录的编号", sheet=reading.name, column=column)
        reading.notes.append(text)


def _why_not(
    cells: Sequence[Cell], said: dict[str, Cell], header: Header, context: Context, people: Directory
) -> Text | None:
    if not all(map(is_empty, said.values())):
        return why_no_record(cells, said, header, context, people)
    # A line that is only numbered waits to be filled; words in columns that are not read are told.
    rest = [
        cell
        for index, cell in enumerate(cells)
        if index not in header.columns.values() and not is_empty(cell)
    ]
    if all(number_of(cell) is not None or says_nothing(cell) for cell in rest):
        return None
    return why_no_record(cells, said, header, context, people) or Text("只有不读取的列里有内容")


def _only_counts(grid: Grid, header: Header) -> frozenset[str]:
    """Return the columns of ids that only count the rows: 编号 1, 2, 3 is no id of a record."""
    columns = header.columns
    found = set()
    for key in ("id", "member"):
        if key not in columns:
            continue
        place = columns[key]
        cells = [
            row[place] for row in grid.rows[header.row + 1 :] if place < len(row) and not is_empty(row[place])
        ]
        if cells and all(_RUNNING.fullmatch(_plain_or_nothing(cell)) is not None for cell in cells):
            found.add(key)
    return frozenset(found)


_RUNNING = re.compile(r"(?:第|no\.?|#)?\d{1,4}(?:号|\.)?|合计|总计|小计|示例，不导入|", re.IGNORECASE)


def _plain_or_nothing(cell: Cell) -> str:
    try:
        return plain(cell)
    except Unreadable:
        return "?"


def _values(
    row: RowReading, header: Header, cells: dict[str, Cell], context: Context, people: Directory
) -> dict[str, object]:
    kind = header.kind
    values: dict[str, object] = {}
    for key, cell in cells.items():
        column = kind.by_key[key]
        try:
            if is_empty(cell) or (says_nothing(cell) and not _is_an_answer(column, cell)):
                # A member who has no name (any more) goes by his id; a change names only what changes.
                if column.required and is_empty(cells.get(column.unless)):
                    text = Text("没有写{column}", column=column.header)
                    row.blame(header.word(column), text, header.columns[key])
                continue
            refuse_ditto(cell)
            values[key] = read_cell(column, cell, context, people)
        except LeftOut as less:
            row.leave_out(header.word(column), less.text)
        except Unreadable as error:
            row.blame(header.word(column), error.text, header.columns[key], error.suggestions)
    if "subject" in kind.by_key and kind.key != "roster":
        values.setdefault("subject", context.home)
    return values


def _is_an_answer(column: Column, cell: Cell) -> bool:
    """Whether 无 says no: in a column that asks for yes or no."""
    return column.reading in ("yes_no", "verdict", "leader") and plain(cell) == "无"


def _blaming(row: RowReading, header: Header) -> Blame:
    return lambda key, text: row.blame(header.word(header.kind.by_key[key]), text, header.columns.get(key))


def _is_example(said: dict[str, Cell]) -> bool:
    """Whether it is the template's example."""
    return isinstance(words := said.get("id"), str) and words.strip() == EXAMPLE


def _repeats_header(cells: Sequence[Cell], header: Header) -> bool:
    """Whether the row is the header once more, as at the top of every printed page."""
    words = [(place, word) for place, word, column in header.cells if column is not None]
    return all(place < len(cells) and cells[place] == word for place, word in words)
