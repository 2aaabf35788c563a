"""A ledger that was made for something that may yet be refused, or killed: until it holds an event it is none.

The note is written in the transaction that makes the tables, so that there is no moment without it: whoever opens the
place afterwards finds nothing there, as before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from ledger.store import statements
from ledger.store.log import drop_fact, fact_of, keep_fact
from ledger.store.sql import Connection

_BEGUN = "begun"


class Begun(NamedTuple):
    """By which opening the tables were made, and what was made (where it does not go with a file)."""

    by: str
    made: list[str]


def note_begun(connection: Connection, by: str, made: Iterable[str] = ()) -> None:
    """Note that the tables were made by the opening *by*; *made* are their names as DROP takes them."""
    keep_fact(connection, _BEGUN, json.dumps([by, list(made)]))


def only_begun(connection: Connection) -> Begun | None:
    """Return the note of a ledger that is none yet; None of one that is."""
    said = fact_of(connection, _BEGUN)
    if said is None or connection.execute(statements.LAST_EVENT).fetchone() is not None:
        return None
    by, made = json.loads(said)
    return Begun(by, made)


def forget_begun(connection: Connection) -> None:
    """From now on it is a ledger, also without an event."""
    drop_fact(connection, _BEGUN)
