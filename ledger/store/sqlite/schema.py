"""The tables of the ledger and how an older store comes forward: in one transaction, the old file kept beside.

The ledger's own version is the file's `user_version`; each other component's stands in the table `rooms`.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ledger.problem import StoreError
from ledger.store import statements
from ledger.store.begun import note_begun
from ledger.store.components import AFTER_EVENTS, Component, Migration, Versions, check_not_newer
from ledger.store.sql import Connection
from ledger.store.sqlite.statements import BEGIN_WRITE, EVENTS_GUARDS
from ledger.text import Text

APPLICATION_ID = 0x545A4C47  # "TZLG"


def _create_events(connection: Connection) -> None:
    assert isinstance(connection, sqlite3.Connection)
    # Imported here: it takes 100 ms, and a store is created once.
    from sqlite_utils import Database

    events = Database(connection).table("events")
    events.create(
        {"sequence": int, "unit": str, "id": str, "recordedtime": str, "body": bytes, "leaf": bytes},
        pk="sequence",
        not_null={"unit", "id", "recordedtime", "body", "leaf"},
    )
    events.create_index(["id"], index_name="events_by_id", unique=True)
    events.create_index(["unit", "sequence"], index_name="events_by_unit")
    for guard in EVENTS_GUARDS:
        connection.execute(guard)


MIGRATIONS: tuple[Migration, ...] = (_create_events, *AFTER_EVENTS)
"""The ledger's own versions, first to last."""


def read_versions(connection: sqlite3.Connection, path: Path) -> Versions:
    """Return the versions in the file; raises StoreError when it is a database of something else."""
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application_id == 0 and version == 0 and tables == 0:
        return Versions(0, {})
    if application_id != APPLICATION_ID:
        raise StoreError(Text("{path} 是别的程序的数据库，不是台账；请核对路径", path=str(path)))
    return Versions(version, dict(connection.execute(statements.ROOM_VERSIONS)))


def migrate(
    connection: sqlite3.Connection,
    migrations: Sequence[Migration],
    components: Sequence[Component],
    path: Path,
    begins: str = "",
) -> None:
    """Bring the file forward to the newest versions, or leave it as it was.

    One that is made for the opening *begins* is noted as only begun (see `ledger.store.begun`). Two processes may open
    an old store at once: who comes second finds it done.
    """
    try:
        connection.execute(BEGIN_WRITE)
        versions = read_versions(connection, path)
        check_not_newer(versions, migrations, components, str(path))
        kept = _backup_name(versions, migrations, components, path)
        if kept is not None:
            _keep_beside(path, kept)
        for migration in migrations[versions.ledger :]:
            _step(connection, migration)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute(statements.CREATE_ROOMS)
        for component in components:
            for migration in component.migrations[versions.components.get(component.name, 0) :]:
                _step(connection, migration)
            connection.execute(statements.SET_ROOM_VERSION, (component.name, len(component.migrations)))
        if begins and versions.ledger == 0:
            note_begun(connection, begins)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _step(connection: sqlite3.Connection, migration: Migration) -> None:
    migration(connection)
    if not connection.in_transaction:
        raise RuntimeError(f"migration {migration!r} ended the transaction")


def _backup_name(
    versions: Versions, migrations: Sequence[Migration], components: Sequence[Component], path: Path
) -> Path | None:
    """Return where the old file is kept; None when nothing that exists is changed."""
    if 0 < versions.ledger < len(migrations):
        return path.with_name(f"{path.name}.v{versions.ledger}.bak")
    for component in components:
        version = versions.components.get(component.name, 0)
        if 0 < version < len(component.migrations):
            return path.with_name(f"{path.name}.{component.name}.v{version}.bak")
    return None


def create_private(path: Path) -> None:
    """Make an empty file at *path* that only its owner reads: names, addresses and hashes of passwords will be in it.

    SQLite gives the files beside it the same mode. Where it cannot be made, SQLite says so.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))


def _keep_beside(path: Path, kept: Path) -> None:
    """Copy the store as it is to *kept*; a half copy never bears that name."""
    partial = kept.with_name(kept.name + ".partial")
    partial.unlink(missing_ok=True)
    source = sqlite3.connect(path)
    try:
        create_private(partial)
        target = sqlite3.connect(partial)
        try:
            source.backup(target)
        finally:
            target.close()
    finally:
        source.close()
    partial.replace(kept)
