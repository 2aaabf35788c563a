"""`copy --to` between the engines, both ways, also when it is broken off in the middle."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.problem import StoreError
from ledger.store.postgres import PostgresStore
from ledger.text import Text
from taizhang.accounts.account import Account
from taizhang.accounts.entry import create_account
from taizhang.accounts.roles import Role
from taizhang.backup import copy_ledger as copying
from taizhang.startup.open_ledger import open_ledger

from .conftest import Run


@pytest.fixture(autouse=True)
def _district(filled: Run) -> None:
    """The example ledger, and somebody who may come in."""
    with open_ledger("sqlite:///taizhang.db", new=True) as session:
        account = Account("li", Role.SECRETARY, "李老师", frozenset({"lh-01"}))
        create_account(session.store, account, now=datetime(2017, 12, 1, tzinfo=UTC), by="operator")


@pytest.fixture
def server_url(new_postgres_url: Callable[[], str]) -> str:
    return new_postgres_url()


def everything(run: Run, url: str) -> dict[str, Any]:
    """What the ledger at *url* says of itself."""
    verified = run("verify", "--store", url, "--json")
    assert verified.status == 0, verified.err
    told = {"export": run("export", "--store", url).out}
    # Engines look through their own files in their own ways.
    told |= {name: verified.document[name] for name in ("events", "root")}
    documents = {
        name: run(name, "--store", url, "--json", "--as-of", "2017-12-31").document
        for name in ("board", "shortfalls")
    }
    with open_ledger(url, new=True) as session, session.store.read() as work:
        rows = {
            table: sorted(
                map(tuple, work.connection.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall())
            )
            for table, columns in copying._tables(work.connection, session.store).items()
        }
    assert rows["accounts"]
    assert rows["totals"]
    return {**told, **documents, **rows}


def test_to_a_server_and_back(run: Run, server_url: str, tmp_path: Path) -> None:
    here = "sqlite:///taizhang.db"
    copied = run("copy", "--to", server_url, "--json")
    assert copied.status == 0, copied.err
    assert copied.document["events"] == 10
    assert everything(run, server_url) == everything(run, here)
    back = f"sqlite:///{tmp_path / 'back.db'}"
    assert run("copy", "--store", server_url, "--to", back, "--json").document == copied.document
    assert everything(run, back) == everything(run, here)
    again = run("copy", "--to", server_url)
    assert again.status == 1
    assert "已有事件" in again.err


def break_off(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Let the server go away after so many parts of a copy."""
    extend = PostgresStore.extend
    parts = iter(range(after))

    def failing(self: PostgresStore, *args: Any, **options: Any) -> int:
        if next(parts, None) is None:
            raise StoreError(Text("连不上"))
        return extend(self, *args, **options)

    monkeypatch.setattr(PostgresStore, "extend", failing)


def test_a_copy_that_was_broken_off_goes_on(
    run: Run, server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "EVENTS_AT_ONCE", 3)
    with monkeypatch.context() as broken:
        break_off(broken, 2)
        assert run("copy", "--to", server_url).status == 1
    for command in ("board", "verify", "rebuild", "export"):
        unfinished = run(command, "--store", server_url)
        assert unfinished.status == 1
        assert "没有复制完" in unfinished.err
    with monkeypatch.context() as counted:
        taken: list[int] = []
        extend = PostgresStore.extend

        def counting(self: PostgresStore, lines: Any, **options: Any) -> int:
            given = list(lines)
            taken.append(len(given))
            return extend(self, given, **options)

        counted.setattr(PostgresStore, "extend", counting)
        done = run("copy", "--to", server_url, "--json")
    assert done.status == 0, done.err
    assert taken == [3, 1]
    assert everything(run, server_url) == everything(run, "sqlite:///taizhang.db")


def test_a_copy_does_not_go_on_with_another_ledger(
    run: Run, server_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(copying, "EVENTS_AT_ONCE", 3)
    with monkeypatch.context() as broken:
        break_off(broken, 1)
        assert run("copy", "--to", server_url).status == 1
    other = f"sqlite:///{tmp_path / 'other.db'}"
    assert run("demo", "--store", other, "--units", "2").status == 0
    mixed = run("copy", "--store", other, "--to", server_url)
    assert mixed.status == 1
    assert "另一个台账" in mixed.err
    assert run("copy", "--to", server_url).status == 0
