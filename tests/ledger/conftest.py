from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.ledger.support import Book, Place, open_store, place_at


@pytest.fixture
def new_place(new_url: Callable[[], str]) -> Callable[[], Place]:
    """Return a function that returns a place for a ledger, another one at each call; on each engine in turn."""
    return lambda: place_at(new_url())


@pytest.fixture
def path(new_place: Callable[[], Place]) -> Place:
    """A place for a ledger: a file, or an address."""
    return new_place()


@pytest.fixture
def book(path: Place) -> Iterator[Book]:
    """An empty ledger."""
    with open_store(path) as store:
        yield Book(store)
