from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ledger.support import Book, open_store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "taizhang.db"


@pytest.fixture
def book(path: Path) -> Iterator[Book]:
    """An empty ledger."""
    with open_store(path) as store:
        yield Book(store)
