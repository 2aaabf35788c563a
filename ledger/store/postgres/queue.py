"""Appends of one server, waiting: whoever comes first writes for all that have come meanwhile (group commit)."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock

from ledger.events.event import SHANGHAI, event_unit
from ledger.events.types import type_of
from ledger.intake.append import read_drafts
from ledger.intake.draft import Draft
from ledger.store.protocol import Appended, Known, Line, Recorder

GROUP_MAX = 64
"""Appends in one transaction."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A commit that was sent and not answered: if the event is there with that instant, it succeeded."""

    event_id: str
    recordedtime: str
    result: Appended


@dataclass(slots=True, eq=False)
class Entry:
    """One append that waits, and what became of it: `result` or `error`."""

    lines: Sequence[Line]
    by: Recorder
    now: datetime
    alone: bool = False
    """It writes in a transaction of its own, by its own thread."""
    known: Known = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)
    result: Appended | None = None
    error: BaseException | None = None
    doubt: Doubt | None = None
    gate: Lock = field(default_factory=Lock)
    done: bool = False

    def __post_init__(self) -> None:
        self.gate.acquire()
        self.read()

    def read(self) -> None:
        """Read the lines (again: checking and placing them changes the drafts)."""
        self.drafts = [] if self.alone else list(read_drafts(self.lines, self.by))

    @property
    def day(self) -> date:
        """The day in Asia/Shanghai on the append's clock."""
        return self.now.astimezone(SHANGHAI).date()

    def units(self) -> set[str]:
        """Return the units that the well-formed lines are about."""
        return {event_unit(draft.event) for draft in self.drafts if draft.event is not None}

    def is_about_ledger(self) -> bool:
        """Say whether it has an event about the ledger itself: what comes after is held to what that says."""
        return "" in self.units()

    def own_ids(self) -> list[str]:
        """Return the ids that the well-formed lines bear."""
        return [draft.event["id"] for draft in self.drafts if draft.event is not None]

    def named_ids(self) -> list[str]:
        """Return the ids of the records that the well-formed lines are about."""
        return [
            draft.event["data"]["record"]
            for draft in self.drafts
            if draft.event is not None and type_of(draft.event["type"]).looks_back
        ]


class Queue:
    """Hands the work of several threads to the one that is at the front."""

    def __init__(self) -> None:
        self._mutex = Lock()
        self._waiting: deque[Entry] = deque()
        self._busy = False

    def enter(self, entry: Entry) -> list[Entry]:
        """Wait, and return what the caller is to write now, his own first; nothing when others have written it."""
        with self._mutex:
            self._waiting.append(entry)
            leads = not self._busy
            self._busy = True
        if not leads:
            entry.gate.acquire()
            if entry.done:
                return []
        return self._batch()

    def leave(self, batch: Sequence[Entry]) -> None:
        """Let those of *batch* go whose work is done, and the next begin."""
        with self._mutex:
            following = self._waiting[0] if self._waiting else None
            self._busy = following is not None
        for entry in batch[1:]:
            entry.done = True
            entry.gate.release()
        if following is not None:
            following.gate.release()

    def _batch(self) -> list[Entry]:
        with self._mutex:
            first = self._waiting.popleft()
            batch = [first]
            alone = first.alone or first.is_about_ledger()
            while not alone and self._waiting and len(batch) < GROUP_MAX:
                following = self._waiting[0]
                if following.alone or following.is_about_ledger() or following.day != first.day:
                    break
                batch.append(self._waiting.popleft())
        return batch
