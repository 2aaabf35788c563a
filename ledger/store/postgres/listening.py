"""Hearing at once that events were stored, whoever stored them (LISTEN): see `append_events`, which tells."""

from __future__ import annotations

import time
from threading import Lock

import psycopg

from ledger.store.postgres import statements
from ledger.store.postgres.connection import PostgresConnection, ServerConnection
from ledger.store.postgres.connections import Connections


class Listening:
    """A connection that listens. Where there is none to be had (a pooler that does not pass it on), time passes."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._raw: ServerConnection | None = None
        self._lock = Lock()

    def wait(self, seconds: float) -> None:
        """Return when events were stored since the last call, at the latest after *seconds*."""
        if self._connections.is_shared:
            time.sleep(seconds)
            return
        with self._lock:
            until = time.monotonic() + seconds
            if self._raw is not None and self._raw.node != self._connections.node:
                self._drop()
            try:
                raw = self._raw or self._listen()
                for _ in raw.notifies(timeout=seconds, stop_after=1):
                    return
            except psycopg.Error:
                self._drop()
                time.sleep(max(0.0, until - time.monotonic()))

    def close(self) -> None:
        """Close the connection; who waits is let go."""
        self._drop()

    def _listen(self) -> ServerConnection:
        raw = self._raw = self._connections.open_one()
        connection = PostgresConnection(raw)
        (channel,) = connection.execute(statements.CHANNEL).fetchone() or ("",)
        connection.execute(f"LISTEN {channel}")
        return raw

    def _drop(self) -> None:
        raw, self._raw = self._raw, None
        if raw is not None:
            raw.close()
