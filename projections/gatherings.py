"""What is one thing though several records tell of it: a gathering, a publication (contract §1, §5).

Activities of one day with the same kinds and the same topic are one gathering; a publication of an outlet is known by
its address, or by its title where it has none. Pure.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date

from ledger.equal_text import as_compared

from .records import Record

Gathering = tuple[date, frozenset[str], str]


def gathering_of(activity: Record) -> Gathering:
    """Return what tells the gathering that *activity* records from others of its tree."""
    return activity.day, frozenset(activity.data["kinds"]), as_compared(activity.data["topic"])


def counted_once(record: Record) -> Hashable:
    """Return what *record* is counted as in a total: records that give the same count once."""
    if record.type == "activity.held":
        return gathering_of(record)
    if record.type == "publication.made":
        url = record.data.get("url")
        return ("url", url) if url else ("title", as_compared(record.data["title"]))
    return record.id


def count_of(records: Iterable[Record]) -> int:
    """Return how many things *records* tell of."""
    return len({counted_once(record) for record in records})
