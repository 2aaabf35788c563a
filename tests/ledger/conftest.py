from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.ledger.support import Book, Place, open_store, place_at
from tests.postgres.shared import new_schema, new_schema_beside_others

MANY_SCHEMAS = "many schemas"
ON_MANY_SCHEMAS = {"test_append", "test_restore_verify", "test_history"}
"""What is tested on one of many schemas, too, whose connections are those of all of them (`shared_pool`)."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what is not worth a third engine's time."""
    items[:] = [item for item in items if _on_many(item) is None or _on_many(item) in ON_MANY_SCHEMAS]


def _on_many(item: pytest.Item) -> str | None:
    """Return the module of a test that runs on many schemas, None of any other."""
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    return item.path.stem if parameters.get("new_url") == MANY_SCHEMAS else None


@pytest.fixture(params=["sqlite", "postgres", MANY_SCHEMAS])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Return a function that returns an address for a ledger, another one at each call; on each engine in turn."""
    if request.param == "sqlite":
        names = iter(f"taizhang{number or ''}.db" for number in range(1000))
        return lambda: f"sqlite:///{tmp_path / next(names)}"
    server: str = request.getfixturevalue("postgres")
    make = new_schema if request.param == "postgres" else new_schema_beside_others
    return lambda: make(server)


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
