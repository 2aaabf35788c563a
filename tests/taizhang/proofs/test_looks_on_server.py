"""What `verify` looks at of a ledger in PostgreSQL: its indexes, tables, guards and functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.taizhang.conftest import Run

from .conftest import add_events


@pytest.fixture
def url(run: Run, new_postgres_url: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> str:
    found = new_postgres_url()
    monkeypatch.setenv("TAIZHANG_STORE", found)
    add_events(run, 40)
    return found


def looks(run: Run) -> dict[str, dict[str, Any]]:
    return {look["look"]: look for look in run("verify", "--json").document["looks"]}


def alter(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]


def test_a_sound_one(run: Run, url: str) -> None:
    found = looks(run)
    assert [name for name, look in found.items() if look["result"] == "broken"] == []
    assert "PostgreSQL" in found["engine"]["text"]
    assert found["schema"]["result"] == "ok"
    assert run("verify").status == 0


@pytest.mark.parametrize(
    ("statement", "look", "said"),
    [
        ("DROP TRIGGER events_are_never_changed ON events", "schema", "events_are_never_changed不在了"),
        ("ALTER TABLE event_ids DISABLE TRIGGER ALL", "schema", "被停用"),
        (
            (
                "CREATE OR REPLACE FUNCTION events_are_never_changed() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RETURN NULL; END $$"
            ),
            "schema",
            "events_are_never_changed被改动过",
        ),
        (
            (
                "CREATE TRIGGER backdoor BEFORE INSERT ON events FOR EACH STATEMENT"
                " EXECUTE FUNCTION events_are_never_changed()"
            ),
            "schema",
            "events.backdoor不是本程序建立的",
        ),
        ("DROP INDEX events_by_sequence", "schema", "events_by_sequence不在了"),
        ("ALTER TABLE people ADD COLUMN more TEXT", "schema", "people被改动过"),
        ("DROP TABLE people", "schema", "people不在了"),
        ("UPDATE totals SET score = 1", "kept_rows", "score"),
    ],
)
def test_what_is_altered_is_told(run: Run, url: str, statement: str, look: str, said: str) -> None:
    alter(url, statement)
    done = run("verify", "--json")
    assert done.status == 1
    found = {each["look"]: each for each in done.document["looks"]}
    assert said in "".join(fault["problem"] for fault in found[look]["faults"])


def test_an_id_that_stands_twice(run: Run, url: str) -> None:
    """As after an index that had lost an entry: the table of ids is bypassed here."""
    alter(
        url,
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "UPDATE events SET id = 'r7' WHERE sequence = 9",
        "ALTER TABLE events ENABLE TRIGGER ALL",
    )
    done = run("verify", "--json")
    assert done.status == 1
    assert done.errors[0]["field"] == "sequence 9"


def test_indexes_are_held_to_their_tables_also_with_amcheck(run: Run, url: str) -> None:
    try:
        alter(url, "CREATE EXTENSION amcheck")
    except psycopg.Error:
        pytest.skip("this PostgreSQL comes without amcheck")
    engine = looks(run)["engine"]
    assert engine["result"] == "ok", engine
    assert "amcheck" in engine["text"]
    assert "没有安装" not in engine["text"]
