"""Many ledgers in one installation: on files and on schemas by the same code; none knows, opens or stops another."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from ledger.store.postgres.schemas import create_schema
from ledger.store.postgres.shared_pool import SIZE
from ledger.store.protocol import Recorder
from taizhang.app.installation import BadLedgerName, Installation, settings_of
from taizhang.app.settings import Settings
from taizhang.app.store_url import evidence_folder, key_path, ledger_in, sqlite_path
from taizhang.startup.open_ledger import open_ledger
from taizhang.startup.open_ledgers import OpenLedgers

from .conftest import EXAMPLE, Run


@pytest.fixture
def first(run: Run, new_url: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an installation whose first ledger holds the example year; on each engine in turn."""
    url = new_url()
    monkeypatch.setenv("TAIZHANG_STORE", url)
    assert run("import", str(EXAMPLE)).status == 0
    return url


@pytest.mark.parametrize(
    ("first", "address"),
    [
        ("sqlite:////srv/city.db", "sqlite:////srv/city.ledgers/east.db"),
        ("postgresql://u@db/city", "postgresql://u@db/city?options=-csearch_path%3Dtaizhang__east"),
        (
            "postgresql:///city?options=-c%20search_path%3Dpl%20-cwork_mem%3D1MB&host=/run",
            "postgresql:///city?host=%2Frun&options=-cwork_mem%3D1MB%20-csearch_path%3Dpl__east",
        ),
    ],
)
def test_where_a_ledger_stands(first: str, address: str) -> None:
    assert Installation(first).address("east") == address
    assert ledger_in(address) == "east"
    assert ledger_in(first) is None


@pytest.mark.parametrize("name", ["", "East", "a/b", "..", "a__b", "-a", "东", "a" * 48])
def test_what_no_ledger_is_called(name: str) -> None:
    with pytest.raises(BadLedgerName, match="不能作台账的名称"):
        Installation("sqlite:///city.db").address(name)


def test_each_has_its_own_files_and_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    here = Installation("sqlite:////srv/city.db")
    east, west = here.address("east"), here.address("west")
    common = Settings(
        backup=Path("/backup"), tiles=Path("/tiles"), base_url="https://tz.example.cn/", ledger_name="city"
    )
    for chosen in (None, Path("/keys/city.key")):
        assert len({key_path(url, chosen) for url in (here.first, east, west)}) == 3
    for chosen in (None, Path("/files")):
        assert len({evidence_folder(url, chosen) for url in (here.first, east, west)}) == 3
    own = settings_of(east, common)
    assert (own.backup, own.tiles) == (Path("/backup/east"), Path("/tiles/east"))
    assert (own.base_url, own.ledger_name) == ("https://tz.example.cn/l/east", None)
    assert settings_of(here.first, common) == common


def test_they_live_side_by_side(run: Run, first: str) -> None:
    assert run("ledgers", "add", "east").status == 0
    assert run("ledgers", "add", "west").status == 0
    assert "已经有台账" in run("ledgers", "add", "east").err
    # A name that is mistyped makes no ledger.
    assert run("import", str(EXAMPLE), "--ledger", "eats").status == 1
    year = run("export").out
    # The same ids: they are unique in a ledger, not in all of them.
    assert run("import", str(EXAMPLE), "--ledger", "east").status == 0
    assert run("score", "lh-01", "--ledger", "west").status == 1
    assert run("export", "--ledger", "west").out == ""
    assert run("export").out == year
    listed = {each["ledger"]: each for each in run("ledgers", "list", "--json").document["ledgers"]}
    assert [each["state"] for each in listed.values()] == ["open"] * 3
    assert listed["east"]["events"] == listed[None]["events"] > listed["west"]["events"] == 0
    assert len({each["name"] for each in listed.values()}) == 3
    keys = {run("key", *more).out for more in ((), ("--ledger", "east"), ("--ledger", "west"))}
    assert len(keys) == 3


def test_one_that_is_broken_takes_none_with_it(run: Run, first: str) -> None:
    run("ledgers", "add", "east")
    url = Installation(first).address("east")
    if first.startswith("postgres"):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP TABLE event_ids CASCADE")
            connection.execute("DROP TABLE rooms")
    else:
        sqlite_path(url).write_bytes(b"no database")
    listed = {each["ledger"]: each for each in run("ledgers", "list", "--json").document["ledgers"]}
    assert listed["east"]["state"] == "broken"
    assert listed["east"]["reason"]
    assert listed[None]["state"] == "open"
    assert run("score", "lh-01", "--ledger", "east").status == 1
    assert run("board").status == 0


def test_a_closed_one_is_read_and_takes_nothing(run: Run, first: str) -> None:
    run("ledgers", "add", "east")
    run("import", str(EXAMPLE), "--ledger", "east")
    with open_ledger(Installation(first).address("east")) as held_open:
        events = held_open.store.size()
        assert run("ledgers", "close", "east", "--reason", "区划调整").status == 0
        # Who had it open before is refused as well.
        line = EXAMPLE.read_text().splitlines()[0].replace('"id":"', '"id":"again-').replace("lh-01", "lh-77")
        Path("more.jsonl").write_text(line + "\n")
        refused = run("import", "more.jsonl", "--ledger", "east")
        assert refused.status == 1
        assert "已停用" in refused.err
        assert held_open.store.size() == events
    assert run("verify", "--ledger", "east").status == 0
    assert run("board", "--ledger", "east").status == 0
    told = next(each for each in run("ledgers", "list", "--json").document["ledgers"] if each["ledger"])
    assert (told["state"], told["reason"]) == ("closed", "区划调整")
    assert run("ledgers", "close", "east", "--reopen").status == 0
    assert run("import", "more.jsonl", "--ledger", "east").status == 0
    assert run("ledgers", "close", "west").status == 1


def test_one_moves_to_another_installation(run: Run, first: str, new_url: Callable[[], str]) -> None:
    run("ledgers", "add", "east")
    run("import", str(EXAMPLE), "--ledger", "east")
    before = run("checkpoint", "--ledger", "east").out
    whole = run("export", "--ledger", "east").out
    there = new_url()
    moved = run("ledgers", "move", "east", "--to", there, "--json")
    assert moved.status == 0, moved.err
    # Once more, as after a break: it is there, and stays so.
    assert run("ledgers", "move", "east", "--to", there).status == 0
    assert run("export", "--store", there, "--ledger", "east").out == whole
    # The same key goes on: what it signs next contradicts nothing.
    assert run("checkpoint", "--store", there, "--ledger", "east").out == before
    Path("more.jsonl").write_text(
        EXAMPLE.read_text().splitlines()[0].replace('"id":"', '"id":"again-').replace("lh-01", "lh-77") + "\n"
    )
    assert run("import", "more.jsonl", "--ledger", "east").status == 1
    assert run("import", "more.jsonl", "--store", there, "--ledger", "east").status == 0
    assert run("verify", "--store", there, "--ledger", "east").status == 0


def test_many_at_once_share_a_few_connections(run: Run, new_postgres_url: Callable[[], str]) -> None:
    here = Installation(new_postgres_url())
    with open_ledger(here.first, new=True):
        pass
    names = [f"d{number}" for number in range(6)]
    for name in names:
        create_schema(here.first, f"{here.schemas}{name}")
        with open_ledger(here.address(name), new=True):
            pass
    lines = [(None, line.encode()) for line in EXAMPLE.read_text().splitlines()[:10]]

    def write(ledgers: OpenLedgers, name: str) -> int:
        with ledgers.use(name) as ledger:
            for line in lines:
                ledger.store.append([line], by=Recorder("tests"), now=ledger.clock())
            return ledger.store.verify().events

    with (
        closing(OpenLedgers(here)) as ledgers,
        psycopg.connect(here.first, autocommit=True) as watch,
        ThreadPoolExecutor(24) as threads,
    ):
        before = _connections(watch)
        done = list(threads.map(lambda name: write(ledgers, name), names))
        # Again by other threads: the ids are there, in each ledger its own.
        again = list(threads.map(lambda name: write(ledgers, name), [*names, *names]))
        assert [*done, *again] == [10] * 18
        assert len(ledgers.opened()) == 6
        assert _connections(watch) - before <= SIZE


def _connections(watch: psycopg.Connection[tuple[int]]) -> int:
    found = watch.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = current_setting('application_name')"
    ).fetchone()
    assert found is not None
    return found[0]


def test_nodes_are_for_a_cluster_and_what_is_none_says_so(run: Run, first: str) -> None:
    run("ledgers", "add", "east")
    for command in (
        ("init", "--node", "127.0.0.1:1"),
        ("distribute", "east"),
        ("move", "east", "--node", "db2:5432"),
    ):
        done = run("ledgers", *command)
        assert done.status == 1, done.out
        assert ("Citus" if first.startswith("postgres") else "PostgreSQL") in done.err or "节点" in done.err
    assert run("ledgers", "move", "east", "--node", "db2").status == 1
    assert run("ledgers", "move", "east").status == 1
    assert run("ledgers", "move", "east", "--node", "db2:1", "--to", first).status == 1
    assert "node" not in run("ledgers", "list", "--json").document["ledgers"][0]
