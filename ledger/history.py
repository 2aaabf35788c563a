"""A record with everything that was ever said about it (contract §3, §6: `history ID`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypedDict

from ledger.event import StoredEvent, unit_of
from ledger.problem import Problem, Refused
from ledger.references.register import corrected
from ledger.store import Store
from ledger.text import Text


class Effective(TypedDict):
    """What stands of a record after its corrections."""

    time: str
    data: dict[str, Any]


class History(TypedDict):
    """A record, what stands of it, and the events about it in ledger order (the retraction among the corrections)."""

    record: StoredEvent
    effective: Effective
    retracted: bool
    corrections: list[StoredEvent]
    reviews: list[StoredEvent]
    evidence: list[StoredEvent]


def record_history(store: Store, event_id: str) -> History:
    """Return the history of the record *event_id*; raises Refused when there is no such event."""
    record = store.find(event_id)
    if record is None:
        raise Refused([Problem("id", Text("没有编号为“{id}”的记录；请核对编号", id=event_id))])
    return history_of(record, store.stream(unit_of(record["subject"]), int(record["sequence"])))


def history_of(record: StoredEvent, later: Iterable[StoredEvent]) -> History:
    """Return the history of *record* from the *later* events of its unit's stream."""
    about: dict[str, list[StoredEvent]] = {kind: [] for kind in _ABOUT}
    time, data, retracted = record["time"], record["data"], False
    for event in later:
        kind = event["type"]
        if kind in about and event["data"]["record"] == record["id"]:
            about[kind].append(event)
            if kind == "record.corrected" and not retracted:
                time, data = corrected(time, data, event["data"])
            elif kind == "record.retracted":
                retracted = True
    changes = about["record.corrected"] + about["record.retracted"]
    return {
        "record": record,
        "effective": {"time": time, "data": data},
        "retracted": retracted,
        "corrections": sorted(changes, key=lambda event: event["sequence"]),
        "reviews": about["claim.reviewed"],
        "evidence": about["evidence.attached"],
    }


_ABOUT = ("record.corrected", "record.retracted", "claim.reviewed", "evidence.attached")
