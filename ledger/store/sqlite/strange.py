"""What stands in a file's schema that no migration made: a trigger or a view that came along unseen runs as we do."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from ledger.problem import StoreError
from ledger.store.components import Component, Migration, check_not_newer
from ledger.store.sqlite.checking import made, objects, without_closing
from ledger.store.sqlite.errors import told_clearly
from ledger.store.sqlite.schema import MIGRATIONS, read_versions
from ledger.text import Text


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
        found = without_closing(objects(there))
    expected = made(migrations[: versions.ledger], _versioned(components, versions.components))
    differ = (name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))
    strange = sorted(f"{kind} {name}" for kind, name in differ)
    if strange:
        raise StoreError(
            Text("{path} 的表结构不是本程序建的那样：{objects}", path=str(path), objects=strange)
        )


def _versioned(components: Sequence[Component], versions: Mapping[str, int]) -> list[Component]:
    """Return the components as they were in those versions; one that a file does not have has no tables."""
    return [
        Component(component.name, tuple(component.migrations[: versions.get(component.name, 0)]))
        for component in components
    ]
