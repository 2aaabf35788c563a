"""What tests of several rooms share: a PostgreSQL server for the run, ledgers' places on either engine, a browser."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from taizhang.language.i18n import SOURCE, speaking

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Hundreds of commands and servers are started: they find themselves compiled, also on a machine that is set not to.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

NewUrl = Callable[[], str]

NEEDS = {
    "browser": {"browser"},
    "postgres": {"postgres"},
    "go": {"verifier"},
}
"""The fixtures by which a test is known to need more than Python, by marker; `office` is given by hand."""
SLOW = frozenset(
    line
    for line in Path(__file__).with_name("slow.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
)
"""The files whose tests are marked `slow`."""


def pytest_xdist_auto_num_workers() -> int:
    """Two workers a core: half of the time a test waits for a server, a browser or a process of its own."""
    return 2 * len(os.sched_getaffinity(0))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with what it needs, so that `-m` can leave it out (see CONTRIBUTING.md)."""
    gone = [name for name in SLOW if not (Path(__file__).parents[1] / name).exists()]
    if gone:
        raise pytest.UsageError(f"tests/slow.txt names what is not there: {', '.join(sorted(gone))}")
    for item in items:
        if item.nodeid.partition("::")[0] in SLOW:
            item.add_marker("slow")
        fixtures = set(getattr(item, "fixturenames", ()))
        for marker, of_it in NEEDS.items():
            if fixtures & of_it:
                item.add_marker(marker)
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        if {"postgres", "many schemas"} & {each for each in parameters.values() if isinstance(each, str)}:
            item.add_marker("postgres")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    """The address of a running PostgreSQL."""
    from tests.postgres.shared import shared_server

    folder = tmp_path_factory.getbasetemp()
    if worker_id == "master":
        return shared_server(folder, os.getpid())
    # A worker's folder lies in the run's, and its parent is the run.
    return shared_server(folder.parent, os.getppid())


@pytest.fixture
def new_postgres_url(postgres: str) -> NewUrl:
    """Return a function that returns the address of a place for a ledger, another one at each call."""
    from tests.postgres.shared import new_schema

    return lambda: new_schema(postgres)


@pytest.fixture(params=["sqlite", "postgres"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> NewUrl:
    """The same on each engine in turn: whatever asks for this is tested on both."""
    if request.param == "postgres":
        postgres_url: NewUrl = request.getfixturevalue("new_postgres_url")
        return postgres_url
    names = iter(f"taizhang{number or ''}.db" for number in range(1000))
    return lambda: f"sqlite:///{tmp_path / next(names)}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for all: playwright starts once in a process and no more."""
    from playwright.sync_api import sync_playwright

    from tests.web.browsing import launch

    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(autouse=True, scope="session")
def _no_settings_of_this_machine() -> Iterator[None]:
    """A service that is installed here must not be what tests work on."""
    os.environ["TAIZHANG_SETTINGS"] = ""
    yield
    del os.environ["TAIZHANG_SETTINGS"]


@pytest.fixture(autouse=True)
def _language_of_another_test() -> Iterator[None]:
    """A command that was run inside a test with `--lang en` leaves its language behind: it ends with the test."""
    with speaking(SOURCE):
        yield


@pytest.fixture(autouse=True)
def _no_log_of_another_test() -> Iterator[None]:
    """Take back what a `serve` inside the test did with the log: its standard error ends with the test."""
    logs = [logging.getLogger(name) for name in (None, "taizhang.security", "taizhang.operations")]
    before = [(log, log.handlers[:], log.propagate, log.level) for log in logs]
    yield
    for log, handlers, propagate, level in before:
        log.handlers[:], log.propagate = handlers, propagate
        log.setLevel(level)
