"""Opening the file: is it there, is it a ledger, may it be written, and what SQLite is to promise."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from ledger.events.event import recorded_text
from ledger.problem import NoLedger, StoreError
from ledger.store.components import Component, Migration, check_not_newer, is_current
from ledger.store.log import note_guards_put_back
from ledger.store.sqlite import schema
from ledger.store.sqlite.checking import missing_guards, put_guards_back
from ledger.store.sqlite.errors import told_clearly
from ledger.store.sqlite.statements import BEGIN_WRITE
from ledger.text import Text

BUSY_SECONDS = 30.0
ONE_TRY_SECONDS = 0.1
"""How long one statement waits for another process; the store tries again, and lets its readers in between."""

Connect = Callable[..., sqlite3.Connection]


def open_connection(
    path: Path,
    *,
    read_only: bool,
    migrations: Sequence[Migration],
    components: Sequence[Component],
    connect: Connect = sqlite3.connect,
    busy_seconds: float = BUSY_SECONDS,
    durable: bool = True,
    as_found: bool = False,
    create: bool = True,
    begins: str = "",
) -> tuple[sqlite3.Connection, bool]:
    """Return a connection to the ledger at *path*, migrated, and whether it can only read.

    A missing ledger is made (for the opening *begins*) where that is asked (*create*) and *read_only* is not; else
    NoLedger is raised. A file that may not be written is opened for reading. Guards of the events that somebody removed
    are made anew, and that is noted, unless the file is wanted *as_found*.
    """
    create = create and not read_only
    exists = path.exists()
    if exists and not path.is_file():
        raise StoreError(Text("{path} 不是文件；请给出台账文件的路径", path=str(path)))
    if not exists:
        _check_creatable(path, create)
        schema.create_private(path)
    only_reads = read_only or (exists and not os.access(path, os.W_OK))
    with told_clearly(path):
        if not only_reads and exists and not os.access(path.parent, os.W_OK):
            # SQLite needs to put its journal beside the file.
            only_reads = True
        connection = _connect_reading(path, connect) if only_reads else _connect(path, connect, "rwc")
        try:
            _prepare(
                connection, path, only_reads, migrations, components, busy_seconds, durable, create, begins
            )
            if not (only_reads or as_found) and migrations is schema.MIGRATIONS:
                _guard(connection)
        except BaseException:
            connection.close()
            raise
    return connection, only_reads


def _guard(connection: sqlite3.Connection) -> None:
    """Make guards of the events anew that are gone or altered; `verify` tells of it ever after."""
    missing = missing_guards(connection)
    if not missing:
        return
    connection.execute(BEGIN_WRITE)
    try:
        put_guards_back(connection, missing)
        note_guards_put_back(connection, f"{recorded_text(datetime.now(UTC))} {' '.join(missing)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _check_creatable(path: Path, create: bool) -> None:
    if not path.parent.is_dir():
        text = Text("没有文件夹 {folder}；请核对路径，磁盘是不是没有挂载", folder=str(path.parent))
        raise StoreError(text) if create else NoLedger(text)
    if not create:
        raise no_ledger(path)
    if not os.access(path.parent, os.W_OK):
        raise StoreError(Text("文件夹 {folder} 不能写入，无法建立台账；请检查权限", folder=str(path.parent)))


def no_ledger(path: Path) -> NoLedger:
    """Return the error for a place without a ledger."""
    return NoLedger(Text("{path} 那里没有台账；请核对路径", path=str(path)))


def _connect(path: Path, connect: Connect, mode: str, more: str = "") -> sqlite3.Connection:
    address = f"file:{quote(str(path.absolute()))}?mode={mode}{more}"
    return connect(address, uri=True, isolation_level=None, check_same_thread=False, timeout=BUSY_SECONDS)


def _connect_reading(path: Path, connect: Connect) -> sqlite3.Connection:
    connection = _connect(path, connect, "ro")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
        # A file in WAL mode in a folder that may not be written: SQLite cannot put its index beside it, and does
        # not need to as long as nothing waits in the log.
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size > 0:
            raise
        return _connect(path, connect, "ro", "&immutable=1")
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(
    connection: sqlite3.Connection,
    path: Path,
    only_reads: bool,
    migrations: Sequence[Migration],
    components: Sequence[Component],
    busy_seconds: float,
    durable: bool,
    create: bool,
    begins: str,
) -> None:
    connection.execute(f"PRAGMA busy_timeout = {int(busy_seconds * 1000)}")
    versions = schema.read_versions(connection, path)
    if versions.ledger == 0 and not create:
        # An empty file is no ledger either.
        raise no_ledger(path)
    check_not_newer(versions, migrations, components, str(path))
    if only_reads:
        if not is_current(versions, migrations, components):
            raise StoreError(
                Text("台账 {path} 是旧版本或空文件，且不能写入；请先在可写的地方打开一次", path=str(path))
            )
        return
    connection.execute("PRAGMA journal_mode = WAL").fetchone()
    connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
    connection.execute("PRAGMA foreign_keys = ON")
    # What is deleted is overwritten: names are erased from the file, not only from the table.
    connection.execute("PRAGMA secure_delete = ON").fetchone()
    connection.execute("PRAGMA cache_size = -32000")
    if not is_current(versions, migrations, components):
        schema.migrate(connection, migrations, components, path, begins)
    connection.execute(f"PRAGMA busy_timeout = {int(min(busy_seconds, ONE_TRY_SECONDS) * 1000)}")
