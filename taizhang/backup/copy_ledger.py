"""A ledger copied into another store, of whatever engine: every event byte for byte, and every row of every room.

The name stays, so that checkpoints stay those of one log.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from ledger.merkle.tree import Tree
from ledger.problem import Problem, Refused
from ledger.signing.key_file import write_whole
from ledger.store.log import is_unfinished, mark_unfinished
from ledger.store.protocol import Progress, Restored, Store
from ledger.store.sql import Connection
from ledger.store.sqlite import SqliteStore
from ledger.store.sqlite.checking import made_columns
from ledger.text import Text
from taizhang.app.ledger import OpenLedger
from taizhang.evidence.files import file_path, stored_files
from taizhang.startup.open_ledger import COMPONENTS

OF_THE_ENGINE = frozenset({"events", "event_ids", "ledger_head", "subtrees", "rooms"})
"""Tables that a store fills by itself as the events come in."""
ROWS_AT_ONCE = 500
EVENTS_AT_ONCE = 20_000
"""Events of one transaction of a copy: so many have to be sent again when it is broken off."""

_SQLITE_COLUMNS = """
    SELECT tables.name, columns.name FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns
    WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%' ORDER BY tables.name, columns.cid
"""
_POSTGRES_COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position
"""


def copy_ledger(source: OpenLedger, target: OpenLedger, progress: Progress | None = None) -> Restored:
    """Copy *source*, one state of it, into *target*: an empty ledger, or one into which this copy was begun before.

    A part of the events at a time is there for good, so that a copy that was broken off goes on where it was. Until
    the rooms are there too, *target* is marked as unfinished, and nobody else opens it. Raises Refused.
    """
    with source.store.read() as work:
        tables = _tables(work.connection, source.store)
        missing = set(tables) - set(_columns_of(target.store))
        if missing:
            raise Refused(
                [Problem("", Text("目标台账里没有表 {tables}；两边的程序版本不同", tables=sorted(missing)))]
            )
        done = _begun(work.tree(), target.store)
        if progress is not None:
            progress(done)
        while page := work.page(done, EVENTS_AT_ONCE):
            done = target.store.extend((None, body) for _, body in page)
            if progress is not None:
                progress(done)
        root = work.tree().root().hex()
        assert target.store.root() == root, "the same bytes have the same root"
        _copy_rooms(work.connection, target.store, tables)
    target.read_shelf()
    target.read_settings()
    return Restored(done, root)


def _begun(tree: Tree, target: Store) -> int:
    """Return how many events of the source, whose tree is *tree*, are in *target* already; mark it as unfinished."""
    with target.write() as work:
        theirs = work.tree()
        if theirs.size and not is_unfinished(work.connection):
            raise Refused([Problem("", Text("目标台账里已有事件；只能复制到空的台账"))])
        if theirs.size > tree.size or theirs.root() != tree.root(theirs.size):
            raise Refused(
                [Problem("", Text("目标台账里有另一个台账没有复制完的事件；请换一个位置，或清空后再复制"))]
            )
        mark_unfinished(work.connection)
        return theirs.size


def copy_files(source: OpenLedger, target: OpenLedger, evidence: Path, target_evidence: Path) -> int:
    """Copy key, last checkpoint and attached files to where *target* keeps them; return the number of files attached.

    What is there already stays. Nothing is copied onto itself.
    """
    ours, theirs = source.log.key_file, target.log.key_file
    for path, to in (
        (ours.path, theirs.path),
        (ours.checkpoint_path, theirs.checkpoint_path),
        (ours.path.with_suffix(".witness.key"), theirs.path.with_suffix(".witness.key")),
    ):
        if path.exists() and not to.exists():
            # Whole and with its mode, or not at all: a key is readable by nobody else at any instant.
            write_whole(to, path.read_bytes(), mode=path.stat().st_mode & 0o777)
    files = stored_files(evidence)
    for digest, path in files.items():
        to = file_path(target_evidence, digest)
        if not to.exists():
            to.parent.mkdir(parents=True, exist_ok=True)
            aside = to.with_name(f".{to.name}.part")
            shutil.copyfile(path, aside)
            aside.replace(to)
    return len(files)


def _copy_rooms(connection: Connection, target: Store, tables: dict[str, list[str]]) -> None:
    with target.write() as writing:
        for table, columns in tables.items():
            names = ", ".join(columns)
            marks = ", ".join("?" * len(columns))
            writing.connection.execute(f"DELETE FROM {table}")  # noqa: S608  # names from the catalogue, here and below
            insert = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
            for rows in _rows(connection, f"SELECT {names} FROM {table} ORDER BY {names}"):  # noqa: S608
                writing.connection.executemany(insert, rows)


def _rows(connection: Connection, select: str) -> Iterator[list[tuple[object, ...]]]:
    rows = connection.execute(select).fetchall()
    for start in range(0, len(rows), ROWS_AT_ONCE):
        yield [tuple(row) for row in rows[start : start + ROWS_AT_ONCE]]


def _tables(connection: Connection, store: Store) -> dict[str, list[str]]:
    select = _SQLITE_COLUMNS if isinstance(store, SqliteStore) else _POSTGRES_COLUMNS
    ours = made_columns(COMPONENTS)
    tables: dict[str, list[str]] = {}
    for table, column in connection.execute(select).fetchall():
        # A view, an extension's or somebody else's table stands beside ours and is none of the ledger.
        if table in ours and table not in OF_THE_ENGINE:
            tables.setdefault(table, []).append(column)
    return tables


def _columns_of(store: Store) -> dict[str, list[str]]:
    with store.read() as work:
        return _tables(work.connection, store)
