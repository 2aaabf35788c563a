"""What happened: the event-sourced evidence ledger of taizhang.

Lines come in (`append`), are held to the contract's §2 and §3, and stay for ever as the exact bytes that were hashed;
everything else is derived from them. The ledger knows no rubric and no score: it is handed a `Vocabulary` to check
codes against and a `Projector` to call inside its transaction.

    strict_json -> draft (fields, event_types, explain)      is the line well-formed, and of its type?
    intake -> references (register, checks, changes)         does it fit what is there already?
    canonical, merkle                                        the bytes, their hash, the root over all
    sqlite                                                   the embedded store, with its promises at its head
    history, corrections                                     reading a record's past, and mending it
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledger.events.corrections import correction, retraction
    from ledger.events.event import ClientEvent, StoredEvent, day_of, instant_of, unit_of
    from ledger.history import History, history_of, record_history
    from ledger.intake.lines import numbered_lines
    from ledger.problem import Broken, Problem, Refused, StoreError
    from ledger.store.components import Component
    from ledger.store.protocol import Appended, Projector, Recorder, Restored, Store, Transaction, Verified
    from ledger.store.sqlite import SqliteStore, open_sqlite
    from ledger.text import Text
    from ledger.vocabulary import Vocabulary

__all__ = [
    "Appended",
    "Broken",
    "ClientEvent",
    "Component",
    "History",
    "Problem",
    "Projector",
    "Recorder",
    "Refused",
    "Restored",
    "SqliteStore",
    "Store",
    "StoreError",
    "StoredEvent",
    "Text",
    "Transaction",
    "Verified",
    "Vocabulary",
    "correction",
    "day_of",
    "history_of",
    "instant_of",
    "numbered_lines",
    "open_sqlite",
    "record_history",
    "retraction",
    "unit_of",
]

_HOMES = {
    "Appended": "ledger.store.protocol",
    "Broken": "ledger.problem",
    "ClientEvent": "ledger.events.event",
    "History": "ledger.history",
    "Problem": "ledger.problem",
    "Projector": "ledger.store.protocol",
    "Recorder": "ledger.store.protocol",
    "Refused": "ledger.problem",
    "Restored": "ledger.store.protocol",
    "Component": "ledger.store.components",
    "SqliteStore": "ledger.store.sqlite",
    "Store": "ledger.store.protocol",
    "StoreError": "ledger.problem",
    "StoredEvent": "ledger.events.event",
    "Text": "ledger.text",
    "Verified": "ledger.store.protocol",
    "Vocabulary": "ledger.vocabulary",
    "Transaction": "ledger.store.protocol",
    "correction": "ledger.events.corrections",
    "day_of": "ledger.events.event",
    "history_of": "ledger.history",
    "instant_of": "ledger.events.event",
    "numbered_lines": "ledger.intake.lines",
    "open_sqlite": "ledger.store.sqlite",
    "record_history": "ledger.history",
    "retraction": "ledger.events.corrections",
    "unit_of": "ledger.events.event",
}


def __getattr__(name: str) -> object:
    # Fetched when asked for: whoever wants a Text need not wait for the schemas to be built.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
