"""What SQLite itself finds in its file, and whether tables, indexes and guards are those that the program makes.

The schema is compared with one that the program makes anew in memory, by the same migrations: nothing is listed twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import cache
from pathlib import Path

from ledger.problem import Fault
from ledger.store.components import Component, Migration
from ledger.store.protocol import EngineChecked, SchemaChecked
from ledger.store.sqlite import schema
from ledger.store.sqlite.statements import CLOSING_GUARD, EVENTS_GUARDS
from ledger.text import Text

FAULTS_MAX = 20
"""So many of one kind are told; a file that is damaged in more places needs no longer list."""

Schema = dict[tuple[str, str], str]
"""What there is, by kind (table, index, trigger, view) and name: its SQL, without white space and quotes."""

_SCHEMA = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'"

_COLUMNS = """
    SELECT tables.name, columns.name FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns
    WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite!_%' ESCAPE '!'
"""


def check_engine(connection: sqlite3.Connection) -> EngineChecked:
    """Have SQLite look through every page, and every index against its table."""
    how = Text("SQLite 自检：每一页，每个索引与它的表")
    try:
        said = [row[0] for row in connection.execute(f"PRAGMA integrity_check({FAULTS_MAX})")]
        strays = connection.execute("PRAGMA foreign_key_check").fetchmany(FAULTS_MAX)
    except sqlite3.DatabaseError as error:
        return EngineChecked(how, [Fault(Text("SQLite 自检：{said}", said=str(error)))])
    faults = [
        Fault(Text("SQLite 自检：{said}", said=line.replace("\n", "；"))) for line in said if line != "ok"
    ]
    faults += [
        Fault(Text("表 {table} 里有指向 {parent} 的行，那里却没有", table=table, parent=parent))
        for table, _, parent, _ in strays
    ]
    return EngineChecked(how, faults)


def check_schema(connection: sqlite3.Connection, components: Sequence[Component]) -> SchemaChecked:
    """Hold the file's schema to the one that this program makes."""
    wanted = _made(tuple(Component(component.name, tuple(component.migrations)) for component in components))
    there = without_closing(objects(connection))
    faults = [
        Fault(Text("{what}不在了", what=_named(*key))) if key not in there
        else Fault(Text("{what}被改动过", what=_named(*key)))
        for key, sql in wanted.items()
        if there.get(key) != sql
    ]  # fmt: skip
    foreign = [key for key in there if key not in wanted]
    # A trigger acts when the program writes; what else somebody put beside our tables does not.
    faults += [
        Fault(Text("{what}不是本程序建立的", what=_named(*key))) for key in foreign if key[0] == "trigger"
    ]
    return SchemaChecked(len(wanted), faults, sorted(name for kind, name in foreign if kind != "trigger"))


def made_columns(components: Sequence[Component]) -> dict[str, set[str]]:
    """Return the columns of every table that this program makes: those of *components* are the same on any engine."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        schema.migrate(connection, schema.MIGRATIONS, components, Path(":memory:"))
        made: dict[str, set[str]] = {}
        for table, column in connection.execute(_COLUMNS):
            made.setdefault(table, set()).add(column)
        return made


def missing_guards(connection: sqlite3.Connection) -> list[str]:
    """Return the names of the events' guards that are gone or are others than the program makes."""
    there = objects(connection)
    return [name for name, sql in _guards().items() if there.get(("trigger", name)) != _plain(sql)]


def put_guards_back(connection: sqlite3.Connection, names: Sequence[str]) -> None:
    """Make the guards *names* anew; whoever calls owns the transaction."""
    for name in names:
        connection.execute(f"DROP TRIGGER IF EXISTS {name}")
        connection.execute(_guards()[name])


def _guards() -> dict[str, str]:
    return {guard.split("EXISTS", 1)[1].split()[0]: guard for guard in EVENTS_GUARDS}


@cache
def _made(components: tuple[Component, ...]) -> Schema:
    return made(schema.MIGRATIONS, components)


def made(migrations: Sequence[Migration], components: Sequence[Component]) -> Schema:
    """Return what *migrations* of the ledger, and those of its components, make of an empty file."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        schema.migrate(connection, migrations, components, Path(":memory:"))
        return objects(connection)


def without_closing(there: Schema) -> Schema:
    """Return *there* without the guard of a closed ledger, if it is as this program puts it up: it only refuses."""
    closing = ("trigger", "ledger_is_closed")
    if there.get(closing) == _plain(CLOSING_GUARD):
        del there[closing]
    return there


def objects(connection: sqlite3.Connection) -> Schema:
    """Return what stands in the schema of a file."""
    return {(kind, name): _plain(sql or "") for kind, name, sql in connection.execute(_SCHEMA)}


def _plain(sql: str) -> str:
    """Return *sql* as it can be compared: how names are quoted depends on the version that made them."""
    plain = "".join(character for character in sql if not character.isspace() and character not in '[]"`')
    # SQLite keeps a CREATE TRIGGER without this.
    return plain.replace("IFNOTEXISTS", "", 1)


def _named(kind: str, name: str) -> Text:
    words = {
        "table": Text("表 {name}", name=name),
        "index": Text("索引 {name}", name=name),
        "trigger": Text("触发器 {name}", name=name),
    }
    return words.get(kind, Text("视图 {name}", name=name))
