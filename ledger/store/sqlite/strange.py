"""What stands in a file's schema that no migration made: a trigger or a view that came along unseen runs as we do."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from ledger.problem import StoreError
from ledger.store import statements
from ledger.store.components import Component, Migration, check_not_newer
from ledger.store.sqlite.errors import told_clearly
from ledger.store.sqlite.schema import MIGRATIONS, read_versions
from ledger.text import Text

_OBJECTS = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
_SPELLING = re.compile(r"[\s\"`\[\]]+")
"""What two versions of a library may write differently, and means nothing."""


def check_schema(
    path: Path, components: Sequence[Component], migrations: Sequence[Migration] = MIGRATIONS
) -> None:
    """Raise StoreError unless the file at *path* is a ledger, whole for SQLite, with the schema that its versions make.

    It is only read, and no trigger of it runs.
    """
    with (
        told_clearly(path),
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as there,
    ):
        versions = read_versions(there, path)
        if versions.ledger == 0:
            raise StoreError(Text("{path} 里没有台账", path=str(path)))
        check_not_newer(versions, migrations, components, str(path))
        (sound,) = there.execute("PRAGMA integrity_check(1)").fetchone()
        if sound != "ok":
            raise StoreError(Text("{path} 的文件已损坏：{problem}", path=str(path), problem=sound))
        found = _objects(there)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        made.execute("BEGIN")
        for migration in migrations[: versions.ledger]:
            migration(made)
        made.execute(statements.CREATE_ROOMS)
        for component in components:
            for migration in component.migrations[: versions.components.get(component.name, 0)]:
                migration(made)
        expected = _objects(made)
    strange = sorted({f"{kind} {name}" for (kind, name), _sql in found ^ expected})
    if strange:
        raise StoreError(
            Text("{path} 的表结构不是本程序建的那样：{objects}", path=str(path), objects=strange)
        )


def _objects(connection: sqlite3.Connection) -> set[tuple[tuple[str, str], str]]:
    return {
        ((kind, name), _SPELLING.sub("", sql or "").lower())
        for kind, name, sql in connection.execute(_OBJECTS).fetchall()
    }
