"""An older store comes forward when it is opened, and the old file stays beside it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from ledger.merkle.canonical import leaf_hash
from ledger.problem import StoreError
from ledger.store.components import Component
from ledger.store.sqlite.schema import MIGRATIONS
from ledger.store.statements import INSERT_EVENT
from tests.ledger.proofs.support import plain_root
from tests.ledger.support import Book, held, open_store, registered

NOW = len(MIGRATIONS)


def _add_column(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE events ADD COLUMN note TEXT")


def _fail(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE half (a)")
    raise RuntimeError("migration")


def _create_totals(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE totals (unit TEXT)")


def _versions(path: Path) -> tuple[int, dict[str, int]]:
    database = sqlite3.connect(path)
    (version,) = database.execute("PRAGMA user_version").fetchone()
    components = dict(database.execute("SELECT name, version FROM rooms"))
    database.close()
    return version, components


def _filled(path: Path, **options: Any) -> list[bytes]:
    with open_store(path, **options) as store:
        Book(store).add(registered(), held())
        return list(store.export())


def test_forward_with_the_old_file_beside(path: Path) -> None:
    before = _filled(path)
    with open_store(path, migrations=[*MIGRATIONS, _add_column]) as store:
        assert list(store.export()) == before
        assert Book(store).add(held(time="2017-04-01")).appended == 1
    assert _versions(path)[0] == NOW + 1
    kept = path.with_name(f"taizhang.db.v{NOW}.bak")
    assert _versions(kept)[0] == NOW
    with open_store(kept, read_only=True) as store:
        assert list(store.export()) == before
    with pytest.raises(StoreError, match="升级"):
        open_store(path)


def test_the_log_is_in_the_copy_too(path: Path) -> None:
    store = open_store(path)
    Book(store).add(registered(), held())
    # Still open: what was appended is in the write-ahead log, not in the file.
    with open_store(path, migrations=[*MIGRATIONS, _add_column]) as newer:
        assert newer.size() == 2
    store.close()
    with open_store(path.with_name(f"taizhang.db.v{NOW}.bak"), read_only=True) as kept:
        assert kept.size() == 2


def test_a_new_store_leaves_nothing_beside(path: Path) -> None:
    open_store(path, migrations=[*MIGRATIONS, _add_column]).close()
    assert [file.name for file in path.parent.iterdir()] == ["taizhang.db"]


def test_a_failing_migration_changes_nothing(path: Path) -> None:
    before = _filled(path)
    with pytest.raises(RuntimeError):
        open_store(path, migrations=[*MIGRATIONS, _add_column, _fail])
    with open_store(path) as store:
        assert list(store.export()) == before
        with store.read() as work:
            names = {name for (name,) in work.connection.execute("SELECT name FROM sqlite_master")}
            assert "half" not in names


def test_a_failing_creation_leaves_an_empty_file(path: Path) -> None:
    with pytest.raises(RuntimeError):
        open_store(path, migrations=[*MIGRATIONS, _fail])
    with open_store(path) as store:
        assert store.size() == 0


def test_rooms_have_versions_of_their_own(path: Path) -> None:
    _filled(path)
    first = Component("projections", [_create_totals])
    open_store(path, components=[first]).close()
    assert _versions(path) == (NOW, {"projections": 1})
    assert not list(path.parent.glob("*.bak"))
    second = Component(
        "projections", [_create_totals, lambda c: c.execute("ALTER TABLE totals ADD COLUMN n") and None]
    )
    open_store(path, components=[second]).close()
    assert _versions(path) == (NOW, {"projections": 2})
    assert path.with_name("taizhang.db.projections.v1.bak").exists()
    with pytest.raises(StoreError, match="升级"):
        open_store(path, components=[first])


def test_an_old_store_cannot_be_migrated_by_who_only_reads(path: Path) -> None:
    _filled(path)
    with pytest.raises(StoreError, match="旧版本"):
        open_store(path, read_only=True, migrations=[*MIGRATIONS, _add_column])


def test_a_migration_does_not_end_the_transaction(path: Path) -> None:
    def commits(connection: sqlite3.Connection) -> None:
        connection.executescript("CREATE TABLE loose (a);")

    with pytest.raises(RuntimeError, match="ended the transaction"):
        open_store(path, migrations=[*MIGRATIONS, commits])


@pytest.mark.parametrize("count", [1, 255, 256, 257, 700])
def test_a_store_without_a_tree_gets_one(path: Path, count: int) -> None:
    with open_store(path, migrations=MIGRATIONS[:1]) as old:
        leaves = [leaf_hash(b"%d" % number) for number in range(count)]
        rows = [(n, "u", str(n), "", b"", leaf) for n, leaf in enumerate(leaves, 1)]
        with old.write() as work:
            work.connection.executemany(INSERT_EVENT, rows)
    with open_store(path) as store:
        assert store.root() == plain_root(leaves).hex()
