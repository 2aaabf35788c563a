"""A server that is killed, restarted or replaced: what was acknowledged is there, and work goes on."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from urllib.parse import quote

import psycopg
import pytest

from ledger.problem import StoreError
from tests.ledger.postgres.watching import WAIT_SECONDS, Watch
from tests.ledger.support import Book, bodies, held, open_store, registered
from tests.postgres.server import QUICK, Server

KILLS = 20
THREADS = 4


class Offices:
    """Several threads that append to one store without pause, and know what was acknowledged."""

    def __init__(self, book: Book) -> None:
        self.acknowledged: dict[str, int] = {}
        self.errors: list[BaseException] = []
        self._stop = Event()
        self._threads = [Thread(target=self._work, args=(book, number)) for number in range(THREADS)]

    def _work(self, book: Book, office: int) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            parts = number % 3 + 1
            batch = [
                held(f"wj-0{office}", event_id=f"{office}-{number}-{part}", topic=f"{number} {part}")
                for part in range(parts)
            ]
            try:
                done = book.add(*batch)
                assert (done.appended, done.skipped) == (parts, 0)
            except BaseException as error:  # noqa: BLE001  # told by the test
                self.errors.append(error)
                return
            self.acknowledged[f"{office}-{number}"] = parts

    @contextmanager
    def at_work(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join(WAIT_SECONDS)

    def check(self, book: Book) -> None:
        """All that was acknowledged is stored, once and whole; nothing else is."""
        assert not self.errors, self.errors[0]
        stored: dict[str, int] = {}
        for said in bodies(book.store.export())[THREADS:]:
            append = said["id"].rpartition("-")[0]
            stored[append] = stored.get(append, 0) + 1
        assert stored == self.acknowledged
        assert book.store.verify().events == THREADS + sum(stored.values())


def offices(book: Book) -> Offices:
    book.add(*(registered(f"wj-0{number}") for number in range(THREADS)))
    return Offices(book)


def test_killed_under_load(server: Server) -> None:
    chance = random.Random(2017)
    with open_store(server.url(), patience=60.0) as store:
        working = offices(Book(store))
        with working.at_work():
            for _ in range(KILLS):
                before = len(working.acknowledged)
                until = time.monotonic() + WAIT_SECONDS
                while (
                    len(working.acknowledged) < before + 8 and time.monotonic() < until and not working.errors
                ):
                    time.sleep(0.002)
                time.sleep(chance.random() * 0.02)
                server.kill()
                server.start()
        working.check(Book(store))
    assert len(working.acknowledged) > 8 * (KILLS - 1)


def test_restarted_in_order(server: Server) -> None:
    with open_store(server.url()) as store:
        book = Book(store)
        book.add(registered())
        for number in range(3):
            assert store.size() == number + 1
            server.stop()
            server.start()
            if number == 1:
                assert len(list(store.export())) == 2
            assert book.add(held(topic=f"{number}", time=f"2017-03-0{number + 1}")).appended == 1
        assert store.verify().events == 4


def test_while_the_server_is_away(server: Server) -> None:
    with open_store(server.url(), patience=0.3) as store:
        book = Book(store)
        book.add(registered())
        server.stop()
        said = held()
        for call in (store.size, store.units, lambda: book.add(said), lambda: list(store.export())):
            # Of what was sent to a server that was going it cannot be said that it did not arrive.
            with pytest.raises(StoreError, match=r"连不上|同样的编号"):
                call()
        with pytest.raises(StoreError, match="连不上"):
            open_store(server.url())
        server.start()
        assert store.size() == 1
        assert book.add(said).appended == 1


@pytest.fixture
def standby(server: Server) -> Iterator[Server]:
    """A second server that follows the first."""
    following = Server(settings=QUICK)
    try:
        server.base_backup(following.data)
        following.start()
        yield following
    finally:
        following.remove()


def both(primary: Server, standby: Server) -> str:
    """Return the address of whichever of the two can be written."""
    hosts = quote(f"{primary.folder},{standby.folder}", safe="")
    return f"postgresql://postgres@/postgres?host={hosts}&target_session_attrs=read-write"


def test_a_standby_takes_over_under_load(server: Server, standby: Server) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        # A commit is answered when the standby has it too.
        connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        connection.execute("SELECT pg_reload_conf()")
    with open_store(both(server, standby), patience=60.0) as store:
        working = offices(Book(store))
        with working.at_work():
            while len(working.acknowledged) < 30 and not working.errors:
                time.sleep(0.005)
            server.kill()
            standby.promote()
            taken_over = len(working.acknowledged)
            until = time.monotonic() + WAIT_SECONDS
            while (
                len(working.acknowledged) < taken_over + 30
                and time.monotonic() < until
                and not working.errors
            ):
                time.sleep(0.005)
        working.check(Book(store))
        assert len(working.acknowledged) > taken_over
    with open_store(standby.url()) as store:
        working.check(Book(store))


def test_memory_does_not_outlive_what_a_standby_never_got(server: Server, standby: Server) -> None:
    """Without synchronous commits a failover may lose the last events: nothing kept in memory still counts on them."""
    with open_store(both(server, standby)) as store:
        book = Book(store)
        book.add(registered())
        with Watch(server.url()) as watch:
            watch.until(
                lambda: (
                    watch.one(
                        "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()"
                    )
                    == 1
                )
            )
        with psycopg.connect(standby.url(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET primary_conninfo = ''")
            connection.execute("SELECT pg_reload_conf()")
        with Watch(server.url()) as watch:
            watch.until(lambda: watch.one("SELECT count(*) FROM pg_stat_replication") == 0)
        lost = registered("wj-02")
        book.add(lost)
        assert book.add(held("wj-02", event_id="lost")).appended == 1
        server.kill()
        standby.promote()
        assert book.fields(held("wj-02")) == [(1, "subject")]
        assert book.add(lost).appended == 1
        assert book.add(held("wj-02", event_id="lost", topic="other")).appended == 1
        assert store.verify().events == 3


def test_a_standby_can_be_read(server: Server, standby: Server) -> None:
    with open_store(server.url()) as store:
        Book(store).add(registered(), held())
        with Watch(server.url()) as watch:
            watch.until(
                lambda: (
                    watch.one(
                        "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()"
                    )
                    == 1
                )
            )
    with open_store(standby.url()) as store:
        assert store.only_reads
        assert store.verify().events == 2
        with pytest.raises(StoreError, match="只读"):
            Book(store).add(held())
