"""A server that is full or too busy: what cannot be done is told and undone, and work goes on afterwards."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from ledger.problem import StoreError
from tests.ledger.postgres.watching import HELD, WAIT_SECONDS, Doing, Watch
from tests.ledger.support import Book, held, open_store, registered
from tests.postgres.server import QUICK, WAL_MEGABYTES, Server

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
        connection.execute("CREATE DATABASE ascii ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
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
    assert told(server.url("ascii")) == told(server.url("latin")).replace("latin", "ascii").replace(
        "LATIN1", "SQL_ASCII"
    )
    assert "别的程序" in told(server.url(options="-csearch_path=taken"))
    assert "search_path" in told(server.url(options="-csearch_path=absent"))
    assert "没有台账" in told(server.url(), read_only=True)
    open_store(server.url()).close()
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("UPDATE rooms SET version = 99 WHERE name = 'ledger'")
    assert "升级" in told(server.url())
