"""What the store's files let others on the machine read: nothing, whatever the umask."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.store.sqlite.schema import _keep_beside
from tests.ledger.support import open_store


@pytest.fixture(autouse=True)
def careless() -> Iterator[None]:
    former = os.umask(0o000)
    yield
    os.umask(former)


def test_a_new_store_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with open_store(path):
        for each in tmp_path.iterdir():
            assert each.stat().st_mode & 0o077 == 0, each
    assert path.exists()


def test_so_is_what_is_kept_beside_it(tmp_path: Path) -> None:
    path, kept = tmp_path / "new.db", tmp_path / "new.db.v1.bak"
    with open_store(path):
        pass
    _keep_beside(path, kept)
    assert kept.stat().st_mode & 0o077 == 0
