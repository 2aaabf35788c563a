"""PgBouncer before the database: in session mode all works; by transaction it is refused in words, at the start."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from ledger.problem import StoreError
from tests.ledger.support import Book, held, open_store, registered
from tests.postgres.server import QUICK, Server

BOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = pytest.mark.skipif(BOUNCER is None, reason="no pgbouncer here (tests/system.sh installs it)")


@pytest.fixture(scope="module")
def database() -> Iterator[Server]:
    with Server(port=0, settings=QUICK) as running:
        yield running


@contextmanager
def bouncer(database: Server, mode: str, size: int = 3, name: str = "postgres") -> Iterator[str]:
    """Run PgBouncer before *database*; yield the address of the database *name* through it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings: Path = database.folder / f"{mode}{size}.ini"
    settings.write_text(
        f"[databases]\n* = host=127.0.0.1 port={database.port} user=postgres\n"
        f"[pgbouncer]\nlisten_addr=127.0.0.1\nlisten_port={port}\nunix_socket_dir=\nauth_type=any\n"
        f"pool_mode={mode}\ndefault_pool_size={size}\nignore_startup_parameters=extra_float_digits\n"
    )
    settings.chmod(0o644)
    # It does not run as root.
    who = {"user": database.owner} if os.getuid() == 0 else {}
    with (database.folder / "bouncer.log").open("ab") as log:
        process = subprocess.Popen(
            [str(BOUNCER), "-q", str(settings)], stdout=log, stderr=log, cwd="/", **who
        )
    try:
        url = database.tcp_url(name, port)
        for _ in range(200):
            try:
                psycopg.connect(url).close()
                break
            except psycopg.OperationalError:
                assert process.poll() is None, log.name
                time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize(("mode", "size"), [("transaction", 3), ("transaction", 1), ("statement", 3)])
def test_by_transaction_it_is_refused_and_nothing_is_set_on_others_sessions(
    database: Server, mode: str, size: int
) -> None:
    with bouncer(database, mode, size) as url:
        with pytest.raises(StoreError, match="pool_mode=session"):
            open_store(url)
        with psycopg.connect(url, autocommit=True) as next_one:
            assert next_one.execute("SHOW lock_timeout").fetchone() == ("0",)
            assert next_one.execute(
                "SELECT count(*) FROM pg_tables WHERE tablename = 'events'"
            ).fetchone() == (0,)


def test_by_session_it_works(database: Server) -> None:
    with psycopg.connect(database.tcp_url(), autocommit=True) as owner:
        owner.execute("CREATE DATABASE pooled")
    with bouncer(database, "session", 20, "pooled") as url, open_store(url) as store:
        book = Book(store)
        book.add(registered())
        heard: list[float] = []
        begun = time.monotonic()
        waiting = Thread(target=lambda: heard.append(_heard(store.wait, begun)))  # type: ignore[union-attr]
        waiting.start()
        for number in range(20):
            assert book.add(held(event_id=f"h{number}", topic=str(number))).appended == 1
        waiting.join(20)
        assert store.verify().events == 21
        assert heard
        assert heard[0] < 15


def _heard(wait: object, begun: float) -> float:
    wait(15.0)  # type: ignore[operator]
    return time.monotonic() - begun
