"""The order of the ledger: how the drafts of a history are entered, in time or late."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from tests.oracle.history import day_of

Event = dict[str, Any]
Appends = list[tuple[datetime, list[Event]]]
CORRECTED = "record.corrected"


@dataclass
class Draft:
    """An event to be, with the drafts that must be in the ledger before it."""

    event: Event
    after: list[Draft] = field(default_factory=list)
    recorded: datetime | None = None
    lag: timedelta = timedelta()

    @property
    def day(self) -> date:
        return day_of(self.event["time"])

    def recorded_at(self) -> datetime:
        assert self.recorded is not None
        return self.recorded


@dataclass
class History:
    """One unit's events by append, and the drafts they came from."""

    appends: list[tuple[datetime, list[Event]]]
    drafts: list[Draft]


def grouped(order: list[Draft], random: Random) -> list[tuple[datetime, list[Event]]]:
    """The drafts in ledger order, by append: mostly one, now and then several recorded together."""
    appends: list[tuple[datetime, list[Event]]] = []
    for draft in order:
        if appends and random.random() < 0.3:
            appends[-1] = (draft.recorded_at(), [*appends[-1][1], draft.event])
        else:
            appends.append((draft.recorded_at(), [draft.event]))
    return appends


def shuffled(history: History, seed: int) -> list[tuple[datetime, list[Event]]]:
    """The same events entered in another order, all after the year: what rests on another still comes after it.

    Events of one day keep their order, for the ledger's order decides between them; so do the corrections of a
    record, of which the last one stands.
    """
    random = Random(seed)
    order = sorted(history.drafts, key=Draft.recorded_at)
    corrected = {one.event["data"]["record"] for one in order if one.event["type"] == CORRECTED}
    waits_for = {
        draft.event["id"]: {earlier.event["id"] for earlier in draft.after}
        | {other.event["id"] for other in order[:place] if keeps_its_place(other, draft, corrected)}
        for place, draft in enumerate(order)
    }
    entered: list[Event] = []
    done: set[str] = set()
    while len(entered) < len(order):
        ready = [
            one.event for one in order if one.event["id"] not in done and waits_for[one.event["id"]] <= done
        ]
        chosen = random.choice(ready)
        done.add(chosen["id"])
        entered.append(chosen)
    start = datetime(2018, 6, 1, tzinfo=UTC)
    return [(start + timedelta(minutes=number), [event]) for number, event in enumerate(entered)]


def keeps_its_place(other: Draft, draft: Draft, corrected: set[str]) -> bool:
    """Whether `other`, entered before, must stay before `draft`."""
    if draft.event["type"] == other.event["type"] == CORRECTED:
        return bool(other.event["data"]["record"] == draft.event["data"]["record"])
    # A corrected time may bring two records to one day, so records that were corrected keep their place among all.
    return other.day == draft.day or bool({other.event["id"], draft.event["id"]} & corrected)
