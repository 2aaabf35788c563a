"""Closing a ledger: from then on nothing is appended to it by anybody, whoever has it open; it can still be read.

A trigger refuses, so that no server has to be told. It is put up in a transaction of its own: appends under way end
before it stands.
"""

from __future__ import annotations

from ledger.store.log import drop_fact, fact_of, keep_fact
from ledger.store.protocol import Store

CLOSED = "closed"


def close_ledger(store: Store, reason: str) -> None:
    """Close the ledger in *store*; *reason* is told to who asks. One that is closed gets the new reason."""
    with store.write(alone=True, shape=True) as work:
        if fact_of(work.connection, CLOSED) is None:
            for statement in store.closing:
                work.connection.execute(statement)
        keep_fact(work.connection, CLOSED, reason)


def reopen_ledger(store: Store) -> None:
    """Take a closing back."""
    with store.write(alone=True, shape=True) as work:
        if fact_of(work.connection, CLOSED) is not None:
            work.connection.execute(store.reopening)
            drop_fact(work.connection, CLOSED)


def why_closed(store: Store) -> str | None:
    """Return the reason for which the ledger is closed, None when it is open."""
    with store.read() as work:
        return fact_of(work.connection, CLOSED)
