"""The rubrics installed in a ledger file: their texts, kept to the letter, in a table of this room's own.

A text that was installed stays, so that a scorecard made with a version can always be made again: a changed text
needs a higher `version`. Whoever calls owns the connection and the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from .catalog import RubricCatalog, builtin, builtin_texts
from .load import parse
from .mistake import Mistake, RubricRefused, msgid
from .schema import Rubric
from .source import read


class Connection(Protocol):
    """What is asked of a database connection here; values stand for ``?``."""

    def execute(self, sql: str, values: Sequence[Any] = ..., /) -> Any:
        """Run one statement and return its rows."""
        ...


def _create(connection: Connection) -> None:
    connection.execute(
        "CREATE TABLE rubrics (position INTEGER PRIMARY KEY, id TEXT NOT NULL, version INTEGER NOT NULL,"
        " year INTEGER NOT NULL, text TEXT NOT NULL, UNIQUE (id, version)) STRICT"
    )


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_create,)
"""Brings a ledger file's table of rubrics from nothing to now; one step a version, no transaction of its own."""


@dataclass(frozen=True, slots=True)
class InstalledText:
    """An installed rubric as its row says: id, version, year, and the text to the letter."""

    id: str
    version: int
    year: int
    text: str


@dataclass(frozen=True, slots=True)
class _Kept:
    version: int
    year: int
    text: str


def install(
    connection: Connection, content: str | bytes, name: str = "", replaces: str | None = None
) -> Rubric:
    """Keep the rubric that *content* states, and return it; the same text again changes nothing.

    Raises RubricRefused with all that is wrong, also where another text of that id and version, or another year
    of that id, is here already, or where the file would take its year from another installed rubric and *replaces*
    does not name that one (contract §6).
    """
    rubric = parse(content, name)
    text = (content.decode("utf-8") if isinstance(content, bytes) else content).removeprefix("\ufeff")
    kept = _kept(connection, rubric.id)
    same = next((other for other in kept if other.version == rubric.version), None)
    if same is not None and same.text == text:
        return rubric
    mistakes: list[Mistake] = []
    if same is not None:
        line = read(text).line(("version",))
        highest = max(other.version for other in kept)
        message = msgid("{id} 的第 {version} 版已经安装，内容不同；请把 version 改成 {next}")
        mistake = Mistake(line, "version", message, id=rubric.id, version=rubric.version, next=highest + 1)
        mistakes.append(mistake)
    year = next((other.year for other in kept if other.year != rubric.year), None)
    if year is not None:
        message = msgid("{id} 是 {year} 年度的细则；另一个年度请另起一个 id")
        mistakes.append(Mistake(read(text).line(("id",)), "id", message, id=rubric.id, year=year))
    else:
        mistakes += _taking_over(_in_force(connection, rubric.year), rubric, text, replaces)
    if mistakes:
        raise RubricRefused(mistakes, name)
    ((last,),) = connection.execute("SELECT coalesce(max(position), 0) FROM rubrics")
    connection.execute(
        "INSERT INTO rubrics (position, id, version, year, text) VALUES (?, ?, ?, ?, ?)",
        (last + 1, rubric.id, rubric.version, rubric.year, text),
    )
    return rubric


def installed(connection: Connection) -> list[str]:
    """Return the texts of the installed rubrics, first installed first."""
    return [text for (text,) in connection.execute("SELECT text FROM rubrics ORDER BY position")]


def texts(connection: Connection) -> list[InstalledText]:
    """Return the rows of the installed rubrics, first installed first."""
    rows = connection.execute("SELECT id, version, year, text FROM rubrics ORDER BY position")
    return [InstalledText(*row) for row in rows]


def count(connection: Connection) -> int:
    """Return how many rubrics are installed: none is ever changed or removed, so that another number says all."""
    ((number,),) = connection.execute("SELECT count(*) FROM rubrics")
    return int(number)


def shelf(connection: Connection) -> RubricCatalog:
    """Return the rubrics that come with the program and, after them, the installed ones."""
    return RubricCatalog([*builtin(), *map(parse, installed(connection))])


def _taking_over(in_force: str | None, rubric: Rubric, text: str, replaces: str | None) -> list[Mistake]:
    """Return what is wrong with what *replaces* says, or does not say, of the rubric now in force for the year."""
    line = read(text).line(("year",))
    if in_force is not None and in_force != rubric.id and replaces != in_force:
        message = msgid(
            "{year} 年度现在按 {other} 考核，装上这份，各单位就都改按这份算了；确实要换，请加上 --replaces {other}"
        )
        return [Mistake(line, "year", message, year=rubric.year, other=in_force)]
    if replaces is not None and replaces != in_force:
        message = msgid("{year} 年度没有安装过 {other} 这份细则，谈不上替换它；请去掉 --replaces")
        return [Mistake(line, "year", message, year=rubric.year, other=replaces)]
    return []


def _in_force(connection: Connection, year: int) -> str | None:
    """Return the id of the installed rubric that *year* is scored by: the one whose version came last."""
    rows = connection.execute("SELECT id FROM rubrics WHERE year = ? ORDER BY position DESC LIMIT 1", (year,))
    return next((str(rubric_id) for (rubric_id,) in rows), None)


def _kept(connection: Connection, rubric_id: str) -> list[_Kept]:
    """Return what is here of *rubric_id*, those that come with the program included."""
    ours = zip(builtin(), builtin_texts(), strict=True)
    kept = [_Kept(rubric.version, rubric.year, text) for rubric, text in ours if rubric.id == rubric_id]
    rows = connection.execute("SELECT version, year, text FROM rubrics WHERE id = ?", (rubric_id,))
    return kept + [_Kept(*row) for row in rows]
