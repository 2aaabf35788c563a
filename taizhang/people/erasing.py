"""Erasing a person for good: out of the table, and out of what the engine keeps beside it."""

from __future__ import annotations

from ledger.store.protocol import Store
from taizhang.people import store as people


def erase_person(store: Store, unit: str, member: str) -> bool | None:
    """Erase what is known of *member* of *unit*; None when there was nothing.

    True: it is in no file of the ledger any more. False: somebody is reading an older state, or a server's database
    keeps old rows and its log as it is set up; it goes with the engine's next tidying. Earlier copies have it still.
    """
    with store.write() as work:
        if not people.erase(work.connection, unit, member):
            return None
    return store.drop_remains()
