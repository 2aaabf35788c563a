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
from ledger.store.postgres.connection import DEFAULTS, PostgresConnection, ServerConnection, make_ready
from ledger.store.postgres.errors import closed, is_lost, is_passing, store_error
from ledger.store.postgres.nodes import Node, at_node, node_of
from ledger.store.postgres.shared_pool import SharedPool, lend, schema_in
from ledger.text import Text
from ledger.url_escapes import unescaped

FIRST_PAUSE, LONGEST_PAUSE = 0.01, 0.25
"""Seconds between two tries."""
CRASHES_MAX = 3
"""So often a statement is given to a server again that went while it worked on it: it may be what crashes it."""
POOL_SECONDS = 1.0
"""How long one try waits for a connection of the pool."""
LOOK_SECONDS = 5.0
"""So often a ledger on a node of a distributed database is asked for where it is now: it may have been moved."""


class Connections:
    """Connections to the database at *url*. What passes by itself is tried again for *patience* seconds.

    In a distributed database they lead to the node of the ledger, once it is known (`know_node`), and follow it.
    """

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
        self._given = make_conninfo(
            url, **{name: value for name, value in DEFAULTS.items() if name not in given}
        )
        self.is_distributed = False
        self._node: Node | None = None
        self._look_at = 0.0
        """When to ask next where the ledger is, on `time.monotonic`."""
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

    @property
    def node(self) -> Node | None:
        """The node that connections lead to; None: the server that the address names."""
        return self._node

    def know_node(self, node: Node | None) -> None:
        """In a distributed database: let connections lead to *node* from now on; those of before are thrown away."""
        with self._mutex:
            self.is_distributed = True
            self._look_at = time.monotonic() + LOOK_SECONDS
            if node == self._node:
                return
            self._node = node
            pool, self._pool = self._pool, None
        if pool is not None and not self.is_shared:
            pool.close()

    def open_plain(self) -> ServerConnection:
        """Return a connection outside the pool on which nothing is set yet. Raises psycopg.Error.

        It leads to the server that the address names: in a distributed database, to the coordinator.
        """
        return self._connect(None)

    def open_given(self) -> ServerConnection:
        """Return a connection as `open_plain` does, made ready. Raises StoreError, too, when it cannot be used."""
        return self._ready(self.open_plain())

    def open_one(self) -> ServerConnection:
        """Return a connection outside the pool. Raises psycopg.Error, and StoreError when it cannot be used."""
        return self._ready(self._connect(self._node))

    def _connect(self, node: Node | None) -> ServerConnection:
        if self._is_closed:
            raise closed(self.place)
        raw = ServerConnection.connect(at_node(self._given, node), **self._options)
        raw.node = node
        return raw

    def _ready(self, raw: ServerConnection) -> ServerConnection:
        try:
            self._make_ready(raw)
        except BaseException:
            raw.close()
            raise
        return raw

    def is_elsewhere(self, raw: ServerConnection) -> bool:
        """Whether *raw*, on which nothing is open, leads to another node than the ledger's. Raises psycopg.Error."""
        if not self.is_distributed:
            return False
        if time.monotonic() >= self._look_at:
            node = node_of(PostgresConnection(raw))
            # A node that does not know it is no longer one of the cluster; the coordinator is asked when it is gone.
            self.know_node(node or self._node)
        return raw.node != self._node

    def _find_node(self) -> None:
        """Ask the coordinator where the ledger is. Where that is away, too, it is where it was."""
        try:
            with self.open_plain() as raw:
                node = node_of(PostgresConnection(raw))
        except psycopg.Error:
            return
        self.know_node(node)

    def notice(self, raw: ServerConnection) -> None:
        """Compare the server that *raw* leads to with the last one."""
        with self._mutex:
            before, self._server = self._server, raw.server
        if before and before != raw.server:
            self.other_server()

    def take(self) -> ServerConnection:
        """Take a connection from the pool. Raises psycopg.Error."""
        while True:
            pool = self._opened_pool()
            try:
                raw = pool.getconn()
            except PoolTimeout:
                # Are all in use, or are there none to be had? Then this says why.
                self.open_one().close()
                raise
            raw.pool = pool
            try:
                if self._schema:
                    lend(raw, self._schema)
                elsewhere = self.is_elsewhere(raw)
            except BaseException:
                self.give_back(raw)
                raise
            if not elsewhere:
                break
            self.give_back(raw)
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
        try:
            if raw.pool is not None:
                raw.pool.putconn(raw)
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
            if attempt.lost and self.is_distributed:
                self._find_node()
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
                node = self._node

                def make_ready(raw: ServerConnection) -> None:
                    raw.node = node
                    self._make_ready(raw)

                conninfo = at_node(self._given, node)
                settings: dict[str, Any] = {
                    "connection_class": ServerConnection,
                    "kwargs": self._options,
                    "configure": make_ready,
                    # Whoever asks makes the pool try again; by itself it would wait longer and longer.
                    "timeout": min(self.patience, POOL_SECONDS),
                    "reconnect_timeout": 0,
                    "name": "taizhang",
                }
                if self._shared is not None:
                    self._pool = self._shared.opened(conninfo, **settings)
                else:
                    self._pool = ConnectionPool(
                        conninfo, min_size=1, max_size=self._pool_size, open=True, **settings
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
        self.lost = False
        """It failed because a connection was lost, or none was to be had."""
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
        self.lost = is_lost(error)
        self.crashed = is_new and self.lost
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
