"""No event can be changed, whatever became of the schema: guards are tried at every opening."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from ledger.problem import StoreError
from ledger.store.log import guards_put_back
from ledger.store.postgres import connections, statements
from ledger.store.postgres.connections import Connections
from ledger.store.postgres.schema import MIGRATIONS
from ledger.store.sql import Connection
from tests.ledger.support import Book, held, open_store, registered

TOUCHED = (
    ("DROP TRIGGER events_are_never_changed ON events", "UPDATE events"),
    ("DROP TRIGGER event_ids_are_never_emptied ON event_ids", "TRUNCATE event_ids"),
    ("ALTER TABLE events DISABLE TRIGGER events_are_never_changed", "DELETE events"),
    (
        (
            "CREATE OR REPLACE FUNCTION events_are_never_changed() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RETURN NULL; END $$"
        ),
        "UPDATE event_ids",
    ),
)


def refuses(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as owner:
        for statement in (*statements.TRIALS.values(), *statements.TRUNCATE_TRIALS.values()):
            with pytest.raises(psycopg.Error, match="never changed or deleted"):
                owner.execute(statement)  # type: ignore[call-overload]


def test_guards_that_are_gone_are_made_anew_and_told(path: str) -> None:
    with open_store(path) as store:
        Book(store).add(registered())
    for statement, said in TOUCHED:
        with psycopg.connect(path, autocommit=True) as owner:
            owner.execute(statement)  # type: ignore[call-overload]
        with open_store(path, as_found=True) as store, store.read() as work:
            assert said not in (guards_put_back(work.connection) or "")
        with open_store(path) as store, store.read() as work:
            assert said in (guards_put_back(work.connection) or "")
        refuses(path)


def test_a_ledger_whose_guards_do_not_act_is_refused(path: str) -> None:
    with open_store(path) as store:
        Book(store).add(registered())
    # As where the rows stand on a server that the triggers were never made on.
    silent = path.replace("options=", "options=-csession_replication_role%3Dreplica%20")
    with pytest.raises(StoreError, match="没有拒绝改动事件的语句"):
        open_store(silent)
    with open_store(silent, read_only=True) as store:
        assert store.size() == 1


def test_an_older_ledger_gets_the_guards_of_today(path: str) -> None:
    def of_old(connection: Connection) -> None:
        MIGRATIONS[0](connection)
        old = statements.GUARDS[1].replace("UPDATE OR DELETE", "UPDATE OR DELETE OR TRUNCATE")
        of_ids = old.replace("events", "event_ids", 2)
        for statement in (statements.GUARDS[0], old, of_ids, statements.APPEND_FUNCTION):
            connection.execute(statement)

    with open_store(path, migrations=(of_old, MIGRATIONS[1])) as store:
        Book(store).add(registered())
    with open_store(path) as store:
        assert Book(store).add(held()).appended == 1
        assert store.check_schema(()).faults == []
    refuses(path)


@pytest.mark.parametrize(("on_a_connection", "most"), [(True, 3), (False, 1000)])
def test_what_crashes_the_server_is_tried_a_few_times(on_a_connection: bool, most: int) -> None:
    """A server that cannot be reached is waited for; one that goes over a statement is not given it for ever."""
    ways = Connections("postgresql:///nowhere", pool_size=1, patience=0.6)
    tries = []

    def try_and_fail() -> None:
        for attempt in ways.attempts():
            with attempt:
                tries.append(attempt)
                if on_a_connection:
                    raw: Any = SimpleNamespace(made_at=time.monotonic())
                    attempt.uses(raw)
                raise psycopg.OperationalError("server closed the connection unexpectedly")

    with pytest.raises(StoreError, match="连不上"):
        try_and_fail()
    assert connections.CRASHES_MAX <= len(tries) <= most
