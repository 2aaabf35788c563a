"""Events held against the ledger's own rules before they are written: what an append would refuse or warn of. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from ledger.checks.unit_state_cache import UnitStateCache
from ledger.events.event import ClientEvent, StoredEvent, event_unit, instant_of
from ledger.intake.admission import Intake
from ledger.intake.draft import Draft, ReadLine, read_draft
from ledger.problem import Problem, Refused, told
from ledger.store.protocol import Line, Recorder
from ledger.vocabulary import Vocabulary


class _Stored:
    """One unit's events as an intake asks for them; ids of other units are looked up through *find*."""

    def __init__(
        self,
        unit: str,
        events: Sequence[StoredEvent],
        find: Callable[[str], StoredEvent | None],
        is_unit: Callable[[str], bool],
    ) -> None:
        self._is_unit = is_unit
        self._unit = unit
        self._events = events
        self._by_id = {event["id"]: event for event in events}
        self._find = find

    def find_many(self, event_ids: Sequence[str]) -> dict[str, StoredEvent]:
        found: dict[str, StoredEvent] = {}
        for event_id in event_ids:
            event = self._by_id.get(event_id) or self._find(event_id)
            if event is not None:
                found[event_id] = event
        return found

    def stream(self, unit: str, after: int = 0) -> Iterator[StoredEvent]:
        return (event for event in self._events if unit == self._unit and int(event["sequence"]) > after)

    def last_event(self) -> tuple[int, str]:
        return (
            (int(self._events[-1]["sequence"]), self._events[-1]["recordedtime"]) if self._events else (0, "")
        )

    def last_sequence(self, unit: str) -> int:
        if unit != self._unit:
            # How far another unit's events go is no matter here, only whether there are any.
            return int(self._is_unit(unit))
        return int(self._events[-1]["sequence"]) if self._events else 0


def supposed(
    lines: Iterable[Line],
    stored: Sequence[StoredEvent],
    unit: str,
    *,
    find: Callable[[str], StoredEvent | None],
    is_unit: Callable[[str], bool],
    vocabulary: Vocabulary,
    by: Recorder,
    now: datetime,
) -> list[ClientEvent]:
    """Return the events of *lines* in stored form, as an append would take them after *unit*'s events *stored*.

    What is there already is left out. A day ahead is no fault here: who asks what would be looks ahead. Raises
    Refused with everything else that an append would refuse.
    """
    drafts = [read_draft(number, raw) for number, raw in lines]
    days = [instant_of(draft.event["time"]) for draft in drafts if draft.event is not None]
    intake = Intake(
        _Stored(unit, stored, find, is_unit), UnitStateCache(), vocabulary, by=by, now=max([now, *days])
    )
    accepted = intake.take(drafts)
    if intake.forbidden or intake.problems:
        raise Refused([*intake.forbidden, *told(intake.problems)])
    return [event for event, _, _ in accepted]


def drafts_of(events: Sequence[ClientEvent]) -> tuple[list[Draft], list[Line]]:
    """Return *events* as an append would read them, their place from 0 as their line; and as lines for that append.

    What was read is not parsed again when the lines are appended.
    """
    drafts: list[Draft] = []
    lines: list[Line] = []
    for place, event in enumerate(events):
        raw = orjson.dumps(event)
        draft = read_draft(place, raw)
        drafts.append(draft)
        lines.append((None, raw if draft.event is None else ReadLine(raw, draft)))
    return drafts, lines


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What an append would say, by kind; `line` is the event's place from 0."""

    forbidden: list[Problem]
    """What the recorder may not append."""
    problems: list[Problem]
    """What would be refused of the rest."""
    warnings: list[Problem]


def dry_run(
    drafts: Sequence[Draft],
    stored: Sequence[StoredEvent],
    *,
    find: Callable[[str], StoredEvent | None],
    is_unit: Callable[[str], bool],
    vocabulary: Vocabulary,
    by: Recorder,
    now: datetime,
) -> Rehearsed:
    """Return what an append of *drafts* would forbid, refuse and warn of.

    *stored* are the unit's events, in ledger order; all *drafts* are of that unit. *find* looks an id up in the whole
    ledger, *is_unit* says whether it knows a unit.
    """
    unit = next((event_unit(draft.event) for draft in drafts if draft.event is not None), "")
    intake = Intake(_Stored(unit, stored, find, is_unit), UnitStateCache(), vocabulary, by=by, now=now)
    intake.take(drafts)
    return Rehearsed(intake.forbidden, told(intake.problems), intake.warnings)
