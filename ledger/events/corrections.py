"""The events that `correct` and `retract` append (contract §3, §6)."""

from __future__ import annotations

from datetime import datetime

from ledger.events.event import ClientEvent
from ledger.events.new import new_event
from ledger.events.types import type_of
from ledger.problem import Problem, Refused
from ledger.text import Text


def correction(
    record: ClientEvent,
    *,
    reason: str,
    now: datetime,
    time: str | None = None,
    data: dict[str, object] | None = None,
) -> ClientEvent:
    """Return a new event that corrects *record*: *time* and *data* each replace the whole of what they name."""
    changed: dict[str, object] = {}
    if time is not None:
        changed["time"] = time
    if data is not None:
        changed["data"] = data
    return _about(record, "record.corrected", {"record": record["id"], "reason": reason, **changed}, now)


def retraction(record: ClientEvent, *, reason: str, now: datetime) -> ClientEvent:
    """Return a new event that retracts *record* for good."""
    return _about(record, "record.retracted", {"record": record["id"], "reason": reason}, now)


def _about(record: ClientEvent, kind: str, data: dict[str, object], now: datetime) -> ClientEvent:
    if not type_of(record["type"]).has_subject:
        raise Refused([Problem("id", Text("“{id}”是台账自己的证明记录，不能更正或撤回", id=record["id"]))])
    return new_event(kind, record["subject"], now, data)
