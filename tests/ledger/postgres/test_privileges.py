"""The program's role as docs/sizes.md describes it does all its work, and can neither change nor delete an event."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from ledger.problem import StoreError
from taizhang.startup.open_ledger import open_ledger
from tests.ledger.support import LI, NOW, Book, held, line, open_store, registered


def test_it_can_do_all_its_work(as_program: str) -> None:
    with open_ledger(as_program, new=True) as session:
        events = [registered(), registered("wj-02"), *(held(topic=f"{number}") for number in range(300))]
        store = session.store
        # The tests' own codes are not the rubric's.
        kinds = [{**each, "data": {**each["data"], "kinds": ["study_session"]}} for each in events[2:]]
        done = store.append([(None, line(each)) for each in [*events[:2], *kinds]], by=LI, now=NOW)
        assert done.appended == 302
        assert store.append([(None, line(held(topic="one more")))], by=LI, now=NOW).appended == 1
        assert store.verify().events == 303
        assert session.projections.rebuild(store, NOW.date()) == 2
        session.keep_settings(session.settings.model_copy(update={"district": "武进区"}))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET body = ''",
        "DELETE FROM events",
        "TRUNCATE events",
        "UPDATE event_ids SET unit = 'x'",
        "DELETE FROM event_ids",
        "DELETE FROM ledger_head",
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "DROP TABLE events",
        "DROP TRIGGER events_are_never_changed ON events",
        "CREATE TABLE strange (a int)",
    ],
)
def test_it_has_no_right_to(as_program: str, statement: str) -> None:
    with open_ledger(as_program, new=True) as session:
        Book(session.store).add(registered())
        with psycopg.connect(as_program) as program, pytest.raises(psycopg.errors.InsufficientPrivilege):
            program.execute(statement)
        assert session.store.verify().events == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET body = ''",
        "UPDATE events SET unit = 'x' WHERE false",
        "DELETE FROM events",
        "TRUNCATE events",
        "INSERT INTO events SELECT * FROM events ON CONFLICT (unit, sequence) DO UPDATE SET unit = 'x'",
        "UPDATE event_ids SET unit = 'x'",
        "DELETE FROM event_ids",
    ],
)
def test_nor_does_its_owner_change_an_event(book: Book, path: str, statement: str) -> None:
    book.add(registered(), held())
    before = list(book.store.export())
    with psycopg.connect(path) as owner, pytest.raises(psycopg.Error, match="never changed or deleted"):
        owner.execute(statement)
    assert list(book.store.export()) == before


def test_tables_that_are_not_there_are_the_owners_to_make(new_postgres_url: Callable[[], str]) -> None:
    url = new_postgres_url()
    with psycopg.connect(url, autocommit=True) as owner:
        (schema,) = owner.execute("SELECT current_schema()").fetchone() or ("",)
        owner.execute(f"CREATE ROLE {schema}_plain LOGIN; GRANT USAGE ON SCHEMA {schema} TO {schema}_plain")
    with pytest.raises(StoreError, match="权限"):
        open_store(url.replace("//postgres@", f"//{schema}_plain@"))
