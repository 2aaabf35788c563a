"""Ledgers that share a server: each has its own name, key and checkpoint, and only its own tables leave with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.signing.key_file import KeyFile
from taizhang.app.store_url import default_name, former_key_path, key_path
from taizhang.startup.open_ledger import open_ledger

from .conftest import Run


@pytest.mark.parametrize(
    ("url", "name", "key"),
    [
        ("postgresql://localhost/city", "city", "city.key"),
        ("postgresql:///city?options=-csearch_path=public", "city", "city.key"),
        ("postgresql:///city?options=-csearch_path%3Deast", "city.east", "city.east.key"),
        ("postgresql:///city?options=-c%20search_path%3Dwest,public", "city.west", "city.west.key"),
        ("postgresql://u:p%40ss@db:5433/city", "city", "db-5433-city.key"),
        ("postgresql:///city?host=/run/pg", "city", "run-pg-city.key"),
        ("sqlite:///a/city.db", "city", "a/city.db.key"),
    ],
)
def test_name_and_key_come_from_the_whole_address(url: str, name: str, key: str) -> None:
    assert (default_name(url), key_path(url, None)) == (name, Path(key))


def test_schemas_share_no_key_and_an_older_key_stays(
    new_postgres_url: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    one, two = new_postgres_url(), new_postgres_url()
    former = former_key_path(one)
    assert former is not None
    assert former == former_key_path(two)
    with open_ledger(one, new=True) as ledger:
        ledger.log.checkpoint()
        # As a program left it that called the file after the database.
        made = ledger.log.key_file
        made.path.rename(former)
        made.checkpoint_path.rename(KeyFile(former).checkpoint_path)
    with open_ledger(two, new=True) as ledger:
        ledger.log.checkpoint()
        assert ledger.log.contradiction() is None
        assert ledger.log.key_file.path == key_path(two, None)
    with open_ledger(one) as ledger:
        assert ledger.log.key_file.path == former
        assert ledger.log.contradiction() is None


def test_a_view_beside_the_tables_stays_out_of_a_copy(
    filled: Run, new_postgres_url: Callable[[], str]
) -> None:
    url = new_postgres_url()
    assert filled("copy", "--to", url).status == 0
    with open_ledger(url) as ledger, ledger.store.write() as work:
        work.connection.execute("CREATE VIEW sizes AS SELECT count(*) AS events FROM events")
    back = filled("copy", "--store", url, "--to", "sqlite:///back.db")
    assert back.status == 0, back.err
    assert filled("export", "--store", "sqlite:///back.db").out == filled("export").out
