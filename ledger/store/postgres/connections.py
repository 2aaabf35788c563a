"""The way to the server: an address, a pool for reading, and connections of one's own for writing events."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Lock
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool, PoolTimeout

from ledger.errors import ErrorKind, TaizhangError
from ledger.store.postgres.connection import DEFAULTS, ServerConnection, make_ready
from ledger.store.postgres.errors import closed, is_lost, is_passing, store_error
from ledger.store.postgres.shared_pool import SharedPool, lend, schema_in
from ledger.text import Text
from ledger.url_escapes import unescaped

FIRST_PAUSE, LONGEST_PAUSE = 0.01, 0.25
"""Seconds between two tries."""
CRASHES_MAX = 3
"""So often a statement is given to a server again that went while it worked on it: it may be what crashes it."""
POOL_SECONDS = 1.0
"""How long one try waits for a connection of the pool."""


class Connections:
    """Connections to the database at *url*. What passes by itself is tried again for *patience* seconds."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int,
        patience: float,
        durable: bool = True,
        shared: SharedPool | None = None,
    ) -> None:
        given = _parts_of(url)
        self.url = url
        self.place = place_of(given)
        self.patience = patience
        self.other_server: Callable[[], None] = lambda: None
        """Called when connections lead to another server than before, or to the same after a restart."""
        self._conninfo = make_conninfo(
            url, **{name: value for name, value in DEFAULTS.items() if name not in given}
        )
        self._options: dict[str, Any] = {"autocommit": True, "cursor_factory": psycopg.RawCursor}
        self._make_ready = partial(make_ready, place=self.place, patience=patience, durable=durable)
        self._pool_size = pool_size
        self._shared = shared
        self._schema = "" if shared is None else schema_in(url)
        self._pool: ConnectionPool[ServerConnection] | None = None
        self._server = ""
        self._mutex = Lock()
        self._is_closed = False

    @property
    def is_shared(self) -> bool:
        """The connections are those of several ledgers: none is kept for long."""
        return self._shared is not None

    def open_plain(self) -> ServerConnection:
        """Return a connection outside the pool on which nothing is set yet. Raises psycopg.Error."""
        if self._is_closed:
            raise closed(self.place)
        return ServerConnection.connect(self._conninfo, **self._options)

    def open_one(self) -> ServerConnection:
        """Return a connection outside the pool. Raises psycopg.Error, and StoreError when it cannot be used."""
        raw = self.open_plain()
        try:
            self._make_ready(raw)
        except BaseException:
            raw.close()
            raise
        return raw

    def notice(self, raw: ServerConnection) -> None:
        """Compare the server that *raw* leads to with the last one."""
        with self._mutex:
            before, self._server = self._server, raw.server
        if before and before != raw.server:
            self.other_server()

    def take(self) -> ServerConnection:
        """Take a connection from the pool. Raises psycopg.Error."""
        try:
            raw = self._opened_pool().getconn()
        except PoolTimeout:
            # Are all in use, or are there none to be had? Then this says why.
            self.open_one().close()
            raise
        if self._schema:
            try:
                lend(raw, self._schema)
            except BaseException:
                self.give_back(raw)
                raise
        self.notice(raw)
        return raw

    def take_for_writing(self) -> ServerConnection:
        """Return a connection for appending: one of its own to keep, or where they are shared one of the pool."""
        if self.is_shared:
            return self.take()
        raw = self.open_one()
        self.notice(raw)
        return raw

    def give_back(self, raw: ServerConnection) -> None:
        """Give a connection back; what is open on it is rolled back, a broken one is thrown away."""
        if raw.info.transaction_status not in (TransactionStatus.IDLE, TransactionStatus.UNKNOWN):
            try:
                raw.execute("ROLLBACK")
            except psycopg.Error:
                raw.close()
        with self._mutex:
            pool = self._pool
        try:
            if pool is not None:
                pool.putconn(raw)
                return
        except ValueError:
            pass  # the pool that it was of is closed
        raw.close()

    @contextmanager
    def one(self) -> Iterator[ServerConnection]:
        """Lend a connection of the pool for single statements. Raises psycopg.Error."""
        raw = self.take()
        try:
            yield raw
        finally:
            self.give_back(raw)

    def attempts(self) -> Iterator[Attempt]:
        """Yield tries, ever further apart, until one succeeds or time is up (`Attempt`)."""
        until = time.monotonic() + self.patience
        pause = FIRST_PAUSE
        crashes, last_lost = 0, time.monotonic()
        while True:
            attempt = Attempt(
                self.place,
                may_repeat=time.monotonic() + pause < until,
                lost_since=last_lost,
                may_crash=crashes + 1 < CRASHES_MAX,
            )
            yield attempt
            if attempt.succeeded:
                return
            crashes += attempt.crashed
            last_lost = time.monotonic()
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def close(self) -> None:
        """Close the pool; further calls raise StoreError."""
        self._is_closed = True
        with self._mutex:
            pool, self._pool = self._pool, None
        if pool is not None and not self.is_shared:
            pool.close()

    def _opened_pool(self) -> ConnectionPool[ServerConnection]:
        with self._mutex:
            if self._is_closed:
                raise closed(self.place)
            if self._pool is None:
                settings: dict[str, Any] = {
                    "connection_class": ServerConnection,
                    "kwargs": self._options,
                    "configure": self._make_ready,
                    # Whoever asks makes the pool try again; by itself it would wait longer and longer.
                    "timeout": min(self.patience, POOL_SECONDS),
                    "reconnect_timeout": 0,
                    "name": "taizhang",
                }
                if self._shared is not None:
                    self._pool = self._shared.opened(self._conninfo, **settings)
                else:
                    self._pool = ConnectionPool(
                        self._conninfo, min_size=1, max_size=self._pool_size, open=True, **settings
                    )
            return self._pool


class Attempt:
    """A block that may fail for a reason that passes: then nothing is raised, and the next try comes.

    ``for attempt in connections.attempts(): with attempt: ...``

    Whoever names the connection that he `uses` is not let to try without end what makes the server go each time.
    """

    def __init__(self, place: str, *, may_repeat: bool, lost_since: float, may_crash: bool) -> None:
        self.succeeded = False
        self.crashed = False
        """A connection that was made for this try, or after the last one failed, is lost again."""
        self._place = place
        self._may_repeat = may_repeat
        self._lost_since = lost_since
        self._may_crash = may_crash
        self._raw: ServerConnection | None = None

    def uses(self, raw: ServerConnection) -> None:
        """Note that the statement is sent on *raw*."""
        self._raw = raw

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if error is None:
            self.succeeded = True
            return False
        # One from before the last failure tells of the same failure.
        is_new = self._raw is not None and self._raw.made_at >= self._lost_since
        self.crashed = is_new and is_lost(error)
        if self._may_repeat and is_passing(error) and (self._may_crash or not self.crashed):
            return True
        if isinstance(error, psycopg.Error):
            raise store_error(error, self._place) from error
        return False


_QUOTED = re.compile(r'"[^"]*"')


class BadAddress(TaizhangError):
    """The URL is none that libpq understands; `text` says why."""

    kind = ErrorKind.USAGE


def _parts_of(url: str) -> dict[str, Any]:
    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error as error:
        escape = unescaped(url)
        if escape is not None:
            raise BadAddress(escape) from None
        # What libpq quotes may be a password.
        reason = _QUOTED.sub('"…"', str(error).strip().splitlines()[0])
        example = "postgresql://taizhang@db.example.org/taizhang"
        raise BadAddress(
            Text("看不懂数据库地址（{reason}）；应写成 {example} 的样子", reason=reason, example=example)
        ) from None
    escape = unescaped(url)
    if escape is not None and "@" in f"{parts.get('host', '')}{parts.get('dbname', '')}":
        raise BadAddress(escape)
    return parts


def place_of(given: dict[str, Any]) -> str:
    """Return what the database is called in messages: never with its password."""
    host = given.get("host") or given.get("hostaddr") or "localhost"
    port = f":{given['port']}" if given.get("port") else ""
    return f"postgresql://{host}{port}/{given.get('dbname') or given.get('user') or ''}"
