"""What the server plans by: a table filled a moment ago is read as one that it knows."""

from __future__ import annotations

import re

from ledger.store.postgres import statements
from ledger.store.postgres.dialect import translated
from ledger.store.postgres.work import PostgresWork
from ledger.store.postgres.writer import MANY_EVENTS
from tests.ledger.postgres.watching import Watch
from tests.ledger.support import LI, NOW, Book, held, line, open_store, registered

UNITS = [f"wj-{number:02d}" for number in range(40)]


def fill(book: Book, events: int) -> None:
    """Append so many events, the units taking turns."""
    lines = [line(registered(unit)) for unit in UNITS]
    lines += [line(held(UNITS[number % len(UNITS)])) for number in range(events - len(lines))]
    book.store.append([(None, each) for each in lines], by=LI, now=NOW)


def left_to_the_program(watch: Watch) -> None:
    """Keep the server from counting the ledger's rows by itself."""
    for table in ("events", "event_ids"):
        watch.connection.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")


def counted(watch: Watch, table: str) -> int:
    return int(watch.one("SELECT reltuples FROM pg_class WHERE oid = %s::text::regclass", table))


def plan(work: PostgresWork, units: list[str]) -> str:
    sql = f"EXPLAIN {translated(statements.BODIES_OF_UNITS)}"
    return "\n".join(row[0] for row in work.connection.execute(sql, (units,)).fetchall())


def test_a_bulk_load_is_counted_at_once_and_a_few_events_are_not(book: Book, watch: Watch) -> None:
    left_to_the_program(watch)
    fill(book, MANY_EVENTS - 1)
    assert counted(watch, "events") == -1
    book.add(held())
    assert counted(watch, "events") == -1
    book.store.append([(None, line(held(UNITS[0]))) for _ in range(MANY_EVENTS)], by=LI, now=NOW)
    assert counted(watch, "events") == counted(watch, "event_ids") == 2 * MANY_EVENTS


def test_streams_come_along_the_key_before_anything_was_counted(book: Book, watch: Watch) -> None:
    left_to_the_program(watch)
    fill(book, 4_000)
    with book.store.read() as work:
        assert isinstance(work, PostgresWork)
        assert "Sort" in plan(work, UNITS), "what the planner thinks of by itself reads more and sorts"
        found = {unit: len(list(events)) for unit, events in work.streams(UNITS)}
        assert "Index Scan using events_pkey" in plan(work, UNITS)
        assert "Sort" not in plan(work, UNITS)
    assert found == dict.fromkeys(UNITS, 100)
    with book.store.read() as work:
        assert isinstance(work, PostgresWork)
        assert "Sort" in plan(work, UNITS), "it holds for one transaction"


def test_whose_role_may_not_have_it_counted_appends_all_the_same(as_program: str) -> None:
    with open_store(as_program) as store, Watch(re.sub("//[a-z0-9_]+@", "//postgres@", as_program)) as owner:
        left_to_the_program(owner)
        book = Book(store)
        fill(book, MANY_EVENTS)
        book.add(held())
        assert counted(owner, "events") == -1
        assert store.verify().events == MANY_EVENTS + 1
