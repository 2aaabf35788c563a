from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.ledger.postgres.watching import Watch
from tests.ledger.support import Book, open_store


@pytest.fixture
def path(new_postgres_url: Callable[[], str]) -> str:
    """The address of a ledger; what is tested here is PostgreSQL's own."""
    return new_postgres_url()


@pytest.fixture
def watch(path: str) -> Iterator[Watch]:
    with Watch(path) as watching:
        yield watching


@pytest.fixture
def other(path: str, book: Book) -> Iterator[Book]:
    """The same ledger as another server has it."""
    with open_store(path) as store:
        yield Book(store)
