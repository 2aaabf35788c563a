"""The history of one record: what was said first, what changed it since, by whom, when and why (contract §3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ledger.events.event import StoredEvent, event_unit
from ledger.events.types import type_of
from ledger.json_object import JsonObject
from ledger.problem import Problem, Refused
from ledger.store.protocol import Store
from ledger.text import Text


@dataclass(slots=True)
class History:
    """A record and the later events that name it, each in ledger order."""

    record: StoredEvent
    corrections: list[StoredEvent] = field(default_factory=list)
    retraction: StoredEvent | None = None
    reviews: list[StoredEvent] = field(default_factory=list)
    evidence: list[StoredEvent] = field(default_factory=list)
    withdrawn: set[str] = field(default_factory=set)
    """The ids of what was retracted since in the same tree: of an attached file, for one."""

    @property
    def files(self) -> list[StoredEvent]:
        """What attached a file to the record and was not retracted."""
        return [event for event in self.evidence if event["id"] not in self.withdrawn]

    @property
    def time(self) -> str:
        """The time that stands: the last correction's, else the record's own."""
        time: str = self._standing("time", self.record["time"])
        return time

    @property
    def data(self) -> JsonObject:
        """The data that stands: the last correction's, else the record's own."""
        data: JsonObject = self._standing("data", self.record["data"])
        return data

    @property
    def subject(self) -> str:
        """The subject that stands: the last correction's, else the record's own; "" of the ledger's own events."""
        subject: str = self._standing("subject", self.record.get("subject", ""))
        return subject

    def _standing(self, key: str, first: object) -> Any:
        return next(
            (event["data"][key] for event in reversed(self.corrections) if key in event["data"]), first
        )

    def later(self) -> list[StoredEvent]:
        """Return everything that came after the record, in ledger order."""
        retractions = [self.retraction] if self.retraction is not None else []
        events = [*self.corrections, *retractions, *self.reviews, *self.evidence]
        return sorted(events, key=lambda event: event["sequence"])

    def as_json(self) -> JsonObject:
        """Return the document of `history`: the events as they are stored, and what stands now."""
        return {
            "record": self.record,
            "current": {
                **({"subject": self.subject} if self.subject else {}),
                "time": self.time,
                "data": self.data,
                "retracted": self.retraction is not None,
            },
            "corrections": self.corrections,
            "retraction": self.retraction,
            "reviews": self.reviews,
            "evidence": self.evidence,
        }


def record_history(store: Store, event_id: str) -> History:
    """Return the history of the record *event_id*; raises Refused when there is no such event."""
    record = store.find(event_id)
    if record is None:
        raise Refused([Problem("id", Text("没有编号为“{id}”的记录；请核对编号", id=event_id))])
    return history_of(record, store.stream(event_unit(record), int(record["sequence"])))


def history_of(record: StoredEvent, later: Iterable[StoredEvent]) -> History:
    """Return the history of *record*; *later* are its unit's events after it, in ledger order."""
    history = History(record)
    for event in later:
        if event["type"] == "record.retracted":
            history.withdrawn.add(event["data"]["record"])
        if type_of(event["type"]).looks_back and event["data"].get("record") == record["id"]:
            _add(history, event)
    return history


def _add(history: History, event: StoredEvent) -> None:
    match event["type"]:
        case "record.corrected":
            history.corrections.append(event)
        case "record.retracted":
            history.retraction = event
        case "claim.reviewed":
            history.reviews.append(event)
        case _attached:
            history.evidence.append(event)
