"""Looking at a ledger's database from outside: who waits, and making somebody wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any, Self

import psycopg

WAIT_SECONDS = 60
HELD = "held"
"""The id of the event whose writer is held after it has its place and before it commits."""


class Watch:
    """A connection of the test's own to the database at *url*."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        (self.schema,) = self.connection.execute("SELECT current_schema()").fetchone() or ("",)

    def one(self, sql: str, *values: Any) -> Any:
        row = self.connection.execute(sql, values).fetchone()
        return row[0] if row else None

    def until(self, happened: Callable[[], bool]) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while not happened():
            assert time.monotonic() < deadline, "it does not happen"
            time.sleep(0.005)

    def waiting(self, lock: str | None = None) -> list[int]:
        """Return the processes that wait for a lock (of a kind) in a connection of the program to this schema."""
        rows = self.connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND wait_event_type = 'Lock'"
            " AND coalesce(wait_event = %s, true)",
            (self.schema, lock),
        ).fetchall()
        return [pid for (pid,) in rows]

    def until_waiting(self, count: int) -> None:
        self.until(lambda: len(self.waiting()) >= count)

    def terminate(self, pid: int) -> None:
        self.connection.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))

    @contextmanager
    def writer_held(self) -> Iterator[None]:
        """Hold whoever stores the event HELD, for as long as the block lasts."""
        key = f"hashtext('{self.schema}')"
        self.connection.execute(f"SELECT pg_advisory_lock({key})")
        self.connection.execute(
            f"""
            CREATE OR REPLACE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_advisory_xact_lock_shared({key}); RETURN NULL; END $$
            """
        )
        self.connection.execute(
            f"CREATE OR REPLACE TRIGGER hold AFTER INSERT ON events FOR EACH ROW WHEN (NEW.id = '{HELD}')"
            " EXECUTE FUNCTION hold()"
        )
        try:
            yield
        finally:
            self.connection.execute(f"SELECT pg_advisory_unlock({key})")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()


class Doing:
    """Something that is done in a thread; `result` waits for it."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._result: Any = None
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[], Any]) -> None:
        try:
            self._result = work()
        except BaseException as error:  # noqa: BLE001  # told by the test
            self._error = error

    @property
    def is_done(self) -> bool:
        return not self._thread.is_alive()

    def result(self) -> Any:
        self._thread.join(WAIT_SECONDS)
        assert self.is_done, "it does not end"
        if self._error is not None:
            raise self._error
        return self._result
