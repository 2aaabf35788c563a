"""Who watches a ledger hears of what others append."""

from __future__ import annotations

import time

from ledger.store.protocol import Store
from tests.ledger.postgres.watching import Doing, Watch
from tests.ledger.support import Book, Place, held, open_store, registered


def hears(store: Store, size: int) -> None:
    """Return once the ledger has so many events, looking only when `wait` returns."""
    while store.size() < size:
        store.wait(0.05)


def test_another_process_is_heard_of(book: Book, path: Place) -> None:
    with open_store(path) as other:
        book.add(registered())
        watching = Doing(lambda: hears(other, 3))
        book.add(held())
        book.add(held(time="2017-05-01"))
        watching.result()


def test_a_server_tells_at_once(new_postgres_url: object) -> None:
    url = new_postgres_url()  # type: ignore[operator]
    with open_store(url) as store, open_store(url) as other, Watch(url) as watch:
        book = Book(store)
        book.add(registered())
        for number in range(3):
            # Longer than any test may take: it returns because it was told.
            waiting = Doing(lambda: other.wait(600))
            watch.until(
                lambda: (
                    watch.one(
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name = current_schema()"
                        " AND query LIKE 'LISTEN%%'"
                    )
                    == 1
                )
            )
            book.add(*(held(topic=f"{number}-{part}") for part in range(100 if number else 1)))
            waiting.result()


def test_time_passes_where_nobody_tells(new_postgres_url: object) -> None:
    url = new_postgres_url()  # type: ignore[operator]
    with open_store(url) as store, Watch(url) as watch:
        store.wait(0.01)
        for pid in watch.connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = current_schema() AND query LIKE 'LISTEN%%'"
        ).fetchall():
            watch.terminate(pid[0])
        start = time.monotonic()
        store.wait(0.05)
        assert time.monotonic() - start >= 0.05
        Book(store).add(registered())
        hears(store, 1)
