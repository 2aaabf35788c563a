"""Versions of the tables, for both engines: the ledger's own and those of the components, each with its migrations.

Migrations are written once: SQL in SQLite's spelling, which `ledger.store.postgres.dialect` puts into PostgreSQL's.
Only the events table is created by each engine for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ledger.problem import StoreError
from ledger.store.log import create_log
from ledger.store.sql import Connection
from ledger.text import Text

Migration = Callable[[Connection], None]
"""Brings the tables forward by one version. It neither begins nor ends a transaction (so: no executescript)."""

AFTER_EVENTS: tuple[Migration, ...] = (create_log,)
"""The ledger's versions after the first, which is the events table."""


@dataclass(frozen=True)
class Component:
    """The tables of another component: its name and its migrations from nothing to now, one a version."""

    name: str
    migrations: Sequence[Migration]


@dataclass(frozen=True)
class Versions:
    """What a store holds: the ledger's version (0: nothing yet) and those of the other rooms."""

    ledger: int
    components: dict[str, int]


def check_not_newer(
    versions: Versions, migrations: Sequence[Migration], components: Sequence[Component], path: str
) -> None:
    """Refuse a store that a newer program has brought forward (StoreError); *path* is what it is called."""
    if versions.ledger > len(migrations) or any(
        versions.components.get(component.name, 0) > len(component.migrations) for component in components
    ):
        raise StoreError(Text("台账 {path} 由更新版本的程序写成；请升级 taizhang 后再打开", path=path))


def is_current(versions: Versions, migrations: Sequence[Migration], components: Sequence[Component]) -> bool:
    """Say whether nothing has to be migrated."""
    return versions.ledger == len(migrations) and all(
        versions.components.get(component.name, 0) == len(component.migrations) for component in components
    )
