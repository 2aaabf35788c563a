"""A server that is killed, restarted, replaced, full or too busy: what was acknowledged is there, and work goes on."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from ledger.problem import StoreError
from tests.ledger.postgres.watching import HELD, WAIT_SECONDS, Doing, Watch
from tests.ledger.support import Book, bodies, held, open_store, registered
from tests.postgres.server import QUICK, WAL_MEGABYTES, Server

KILLS = 20
THREADS = 4


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that the test may kill."""
    with Server(settings=QUICK) as running:
        yield running


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


# -- full ------------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(server: Server) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield a folder for the server's tables with room for a few megabytes, and what makes room.

    As root it is a small file system; else no file of the server may grow beyond that.
    """
    folder = Path(tempfile.mkdtemp(prefix="small-", dir=server.folder))
    mounted = os.getuid() == 0 and _mount(folder, "size=3m")
    if mounted:
        os.chown(folder, server.owner, -1)
        try:
            yield str(folder), lambda: _remount(folder, "size=64m")
        finally:
            server.stop()
            subprocess.run(["umount", folder], check=True)
        return
    (Path(folder)).chmod(0o700)
    processes = server.processes()
    limits = [process.rlimit(resource.RLIMIT_FSIZE) for process in processes]
    for process in processes:
        process.rlimit(resource.RLIMIT_FSIZE, (2 * WAL_MEGABYTES * 1024 * 1024, limits[0][1]))

    def make_room() -> None:
        for process in server.processes():
            process.rlimit(resource.RLIMIT_FSIZE, limits[0])

    yield str(folder), make_room


def _mount(folder: Path, options: str) -> bool:
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True)
    return done.returncode == 0


def _remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)


def _add_all(book: Book, batches: list[list[Any]]) -> None:
    for batch in batches:
        book.add(*batch)


def test_disk_full_on_the_server(server: Server) -> None:
    with small_disk(server) as (folder, make_room):
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{folder}'")
        url = server.url(options="-cdefault_tablespace=small")
        with open_store(url, patience=1.0) as store:
            book = Book(store)
            book.add(registered())
            noise = random.Random(2017)
            batches = [
                [held(event_id=f"{number}-{part}", topic=noise.randbytes(8_000).hex()) for part in range(10)]
                for number in range(100)
            ]
            with pytest.raises(StoreError, match="没有写入任何内容") as full:
                _add_all(book, batches)
            if os.getuid() == 0:
                assert "磁盘已满" in str(full.value)
            size = store.size()
            assert 1 < size < 1000
            assert size % 10 == 1
            assert store.verify().events == size
            make_room()
            batch = batches[size // 10]
            assert book.add(*batch).appended == 10
            assert store.verify().events == size + 10


# -- busy ------------------------------------------------------------------------------------------------------


def test_statement_timeout(path: str, watch: Watch) -> None:
    slow = path.replace("options=", f"options={quote('-cstatement_timeout=300 ', safe='')}")
    with open_store(slow) as store:
        book = Book(store)
        book.add(registered())
        said = held(event_id=HELD)
        with watch.writer_held(), pytest.raises(StoreError, match="没有在时限内"):
            book.add(said)
        assert store.size() == 1
        assert book.add(said).appended == 1
        assert store.verify().events == 2


def test_locked_for_too_long(path: str, watch: Watch) -> None:
    with open_store(path) as store, open_store(path, patience=0.3) as impatient:
        Book(store).add(registered())
        with watch.writer_held():
            first = Doing(lambda: Book(store).add(held(event_id=HELD)))
            watch.until_waiting(1)
            with pytest.raises(StoreError, match="占用"):
                Book(impatient).add(held("wj-01", time="2017-05-01"))
        assert first.result().appended == 1
        with store.write():
            with pytest.raises(StoreError, match="占用"), impatient.write():
                pass
            # Appends do not wait for the tables of other rooms.
            assert Book(impatient).add(held(time="2017-05-01")).appended == 1
        assert store.verify().events == 3


def test_pool_exhausted(path: str) -> None:
    with open_store(path, patience=0.4, pool_size=2) as store:
        book = Book(store)
        book.add(registered())
        release, inside = Event(), [Event(), Event()]

        def hold(number: int) -> None:
            with store._connections.one() as raw:
                raw.execute("SELECT 1")
                inside[number].set()
                assert release.wait(WAIT_SECONDS)

        holding = [Doing(lambda number=number: hold(number)) for number in range(2)]
        assert all(each.wait(WAIT_SECONDS) for each in inside)
        for call in (store.size, lambda: list(store.export()), lambda: store.read().__enter__()):
            with pytest.raises(StoreError, match="连接都在使用"):
                call()
        # Who appends has a connection of his own.
        assert book.add(held()).appended == 1
        release.set()
        for each in holding:
            each.result()
        assert store.size() == 2


def _all_connections(url: str) -> Iterator[psycopg.Connection[Any]]:
    while True:
        try:
            yield psycopg.connect(url)
        except psycopg.OperationalError:
            return


def test_no_connections_left_on_the_server() -> None:
    few: dict[str, Any] = {
        "max_connections": "8",
        "superuser_reserved_connections": "1",
        "reserved_connections": "0",
    }
    with Server(settings={**QUICK, **few}) as server:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("CREATE ROLE plain LOGIN")
            connection.execute("CREATE SCHEMA plain AUTHORIZATION plain")
        url = server.url(user="plain")
        with open_store(url, patience=0.3) as store:
            Book(store).add(registered())
            taken = list(_all_connections(url))
            with pytest.raises(StoreError, match="连接数已满"):
                open_store(url)
            for each in taken:
                each.close()
            assert Book(store).add(held()).appended == 1


def test_wrong_addresses_are_told_without_the_password(server: Server) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE ROLE guarded LOGIN PASSWORD 'right'")
        connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        connection.execute("CREATE SCHEMA taken")
        connection.execute("CREATE TABLE taken.events (a int)")
    rules = server.data / "pg_hba.conf"
    rules.write_text("local all guarded scram-sha-256\n" + rules.read_text())
    server.stop()
    server.start()

    def told(url: str, **options: Any) -> str:
        with pytest.raises(StoreError) as caught:
            open_store(url, **options)
        return str(caught.value)

    wrong = told(server.url(user="guarded:wrong-secret"))
    assert "用户名或密码" in wrong
    assert "wrong-secret" not in wrong
    assert "没有" in told(server.url("nowhere"))
    assert "nowhere" in told(server.url("nowhere"))
    assert "LATIN1" in told(server.url("latin"))
    assert "别的程序" in told(server.url(options="-csearch_path=taken"))
    assert "search_path" in told(server.url(options="-csearch_path=absent"))
    assert "没有台账" in told(server.url(), read_only=True)
    open_store(server.url()).close()
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("UPDATE rooms SET version = 99 WHERE name = 'ledger'")
    assert "升级" in told(server.url())
