from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from taizhang.startup.open_ledger import open_ledger
from tests.ledger.postgres.watching import Watch
from tests.ledger.support import Book, open_store
from tests.postgres.server import QUICK, Server

PAGE = Path(__file__).parents[3] / "docs" / "sizes.md"


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


def described(schema: str, role: str) -> str:
    """Return the statements of the page, for another schema and role."""
    (block,) = re.findall(r"```sql\n(-- The program's role.*?)```", PAGE.read_text(), re.DOTALL)
    return block.replace("public", schema).replace("taizhang_app", role).replace("taizhang_owner", "postgres")


@pytest.fixture
def as_program(new_postgres_url: Callable[[], str]) -> str:
    """The address of a ledger made by its owner, for the role of the page."""
    url = new_postgres_url()
    with psycopg.connect(url, autocommit=True) as owner:
        (schema,) = owner.execute("SELECT current_schema()").fetchone() or ("",)
        role = f"{schema}_app"
        owner.execute(described(schema, role).replace("PASSWORD '…'", ""))
    open_session_and_close(url)
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(described(schema, role).split(";", 1)[1])
    return url.replace("//postgres@", f"//{role}@")


def open_session_and_close(url: str) -> None:
    with open_ledger(url, new=True):
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that the test may kill."""
    with Server(settings=QUICK) as running:
        yield running
