"""`make standby`: a primary and its synchronous standby, killed and replaced KILLS (20) times; nothing may be lost.

Each time the primary is killed (SIGKILL) in the middle of the work of several writers, the standby takes over, and gets
a standby of its own. Prints what was proved, with date and version; status 1 when an acknowledged event is missing.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from threading import Event, Thread
from urllib.parse import quote

import psycopg

from ledger.problem import StoreError
from ledger.store.protocol import Store
from tests.ledger.support import Book, bodies, held, open_store, registered
from tests.postgres.server import QUICK, Server

WRITERS = 4
BETWEEN_KILLS = 40
"""So many appends are acknowledged before the next kill."""
WAIT_SECONDS = 60.0


def main(kills: int) -> int:
    """Kill so many times; return the status."""
    primary = Server(settings=QUICK).start()
    standby = _standby_of(primary)
    acknowledged: set[str] = set()
    in_doubt = 0
    try:
        with psycopg.connect(primary.url()) as connection:
            (version,) = connection.execute("SELECT version()").fetchone() or ("",)
        with open_store(primary.url()) as store:
            Book(store).add(*(registered(f"wj-0{number}") for number in range(WRITERS)))
        for number in range(1, kills + 1):
            with open_store(_both(primary, standby), patience=WAIT_SECONDS) as store:
                in_doubt += _round(store, number, primary, standby, acknowledged)
            primary.remove()
            primary, standby = standby, _standby_of(standby)
            stored = _stored(primary)
            print(f"kill {number}: {len(acknowledged)} acknowledged, {len(stored)} stored", flush=True)
            if acknowledged - stored:
                print(f"LOST: {sorted(acknowledged - stored)[:10]}")
                return 1
        with open_store(primary.url()) as store:
            verified = store.verify()
    finally:
        primary.remove()
        standby.remove()
    print(
        f"{datetime.now(UTC):%Y-%m-%d} {version.partition(' on ')[0]}: {kills} kills under {WRITERS} writers"
    )
    print(f"acknowledged {len(acknowledged)}, all stored; {in_doubt} told as in doubt; root {verified.root}")
    return 0


def _round(store: Store, number: int, primary: Server, standby: Server, acknowledged: set[str]) -> int:
    """Let writers work, kill *primary* in their midst, go on with *standby*; return how many appends were in doubt."""
    stop, doubts = Event(), []
    book, before = Book(store), len(acknowledged)

    def work(writer: int) -> None:
        each = 0
        while not stop.is_set():
            each += 1
            event_id = f"{number}-{writer}-{each}"
            try:
                book.add(held(f"wj-0{writer}", event_id=event_id, topic=event_id))
            except StoreError:
                doubts.append(event_id)
            else:
                acknowledged.add(event_id)

    writers = [Thread(target=work, args=(writer,)) for writer in range(WRITERS)]
    for writer in writers:
        writer.start()
    _until(lambda: len(acknowledged) >= before + BETWEEN_KILLS)
    primary.kill()
    standby.promote()
    taken_over = len(acknowledged)
    _until(lambda: len(acknowledged) >= taken_over + WRITERS)
    stop.set()
    for writer in writers:
        writer.join(WAIT_SECONDS)
    return len(doubts)


def _until(holds: object) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while not holds() and time.monotonic() < until:  # type: ignore[operator]
        time.sleep(0.005)


def _standby_of(primary: Server) -> Server:
    """Return a running standby of *primary*, whose commits wait for it from now on."""
    following = Server(settings=QUICK)
    primary.base_backup(following.data)
    following.start()
    with psycopg.connect(primary.url(), autocommit=True) as connection:
        # A cluster made from a backup has what was set there: each is set anew.
        connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        connection.execute("SELECT pg_reload_conf()")
        _until(
            lambda: (
                connection.execute(
                    "SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')"
                ).fetchone()
                == (1,)
            )
        )
    return following


def _both(primary: Server, standby: Server) -> str:
    hosts = quote(f"{primary.folder},{standby.folder}", safe="")
    return f"postgresql://postgres@/postgres?host={hosts}&target_session_attrs=read-write"


def _stored(server: Server) -> set[str]:
    with open_store(server.url(), read_only=True) as store:
        return {said["id"] for said in bodies(store.export())}


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main(int(os.environ.get("KILLS", "20"))))
