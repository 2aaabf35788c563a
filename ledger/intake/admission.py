"""Lines on their way into the ledger, whatever engine keeps it: what is new, what is there, what is wrong.

An `Intake` lives for one append. It takes the drafts in chunks, so that memory stays bounded; what it accepted in
earlier chunks is already in the store (inside the open transaction), what it accepted in this one it knows itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from ledger.checks.by_type import check_references
from ledger.checks.check import Check, CheckContext, Clock
from ledger.checks.codes import check_readable_codes
from ledger.checks.duplicate_key import Alike
from ledger.checks.known_failures import KnownFailures
from ledger.checks.study_day import long_day
from ledger.checks.unit_state import Similar, UnitState
from ledger.checks.unit_state_cache import UnitStateCache
from ledger.events.event import LEDGER_ATTRIBUTES, ClientEvent, StoredEvent, day_of, event_unit
from ledger.events.types import type_of
from ledger.intake.draft import Draft, check_correction_data, too_big
from ledger.json_object import JsonMapping, JsonObject
from ledger.merkle.canonical import STORED_BYTES_MAX, canonical_bytes
from ledger.problem import NotPermitted, Problem, Refused
from ledger.store.protocol import Recorder
from ledger.text import Text
from ledger.vocabulary import Vocabulary

Accepted = tuple[ClientEvent, str, UnitState]
"""A new event, its unit, and the unit's register, which knows of it."""


class StoredEvents(Protocol):
    """What an intake asks the store, inside the append's transaction."""

    def find_many(self, event_ids: Sequence[str]) -> dict[str, StoredEvent]:
        """Return those of the events that are stored, by id."""
        ...

    def stream(self, unit: str, after: int = 0) -> Iterator[StoredEvent]:
        """Yield the unit's stored events with a sequence above *after*, in ledger order."""
        ...

    def last_sequence(self, unit: str) -> int:
        """Return the sequence of the unit's last stored event, 0 when it has none."""
        ...

    def last_event(self) -> tuple[int, str]:
        """Return sequence and recordedtime of the ledger's last stored event, (0, "") when it is empty."""
        ...


class Intake:
    """Sorts the drafts of one append; `forbidden`, `problems`, `warnings` and `skipped` add up over its chunks."""

    def __init__(
        self,
        stored: StoredEvents,
        registers: UnitStateCache,
        vocabulary: Vocabulary,
        *,
        by: Recorder,
        now: datetime,
    ) -> None:
        self.forbidden: list[Problem] = []
        """What the recorder may not append."""
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.skipped = 0
        self._guard = by.guard
        self._turned_away: dict[str, JsonMapping] = {}
        """Forbidden events of this append by id, for the lines after them that name them."""
        self._stored = stored
        self.vocabulary = vocabulary
        """What may be named now: what was accepted counts."""
        self._registers = registers
        self._excuses = KnownFailures()
        self._surroundings = CheckContext(
            Clock(now),
            vocabulary,
            self._excuses,
            check_references,
            self.find,
            self.stream,
            self._position,
            self._is_unit,
        )
        self._found: dict[str, StoredEvent] = {}
        self._accepted: dict[str, ClientEvent] = {}
        self._taken: list[Accepted] = []
        self._here: dict[str, UnitState] = {}
        self._stamp = {
            "sequence": "0" * 12,
            "recordedtime": "2017-03-15T06:00:00.123456Z",
            "authtype": by.kind,
            "authid": by.name,
        }
        # Lines of this length are short enough whatever is added to them.
        self._short = STORED_BYTES_MAX - 400 - 6 * (len(by.name) + len(by.kind))

    def take(self, drafts: Sequence[Draft]) -> list[Accepted]:
        """Return the new events among *drafts*, in order; the bad and the known ones are only noted."""
        self._look_up(drafts)
        self._accepted = {}
        self._taken = []
        # Registers may be dropped between chunks.
        self._here = {}
        for draft in drafts:
            event = draft.event
            if event is None:
                assert draft.problems, "a line without an event is refused"
                if self._forbids(draft, draft.said):
                    continue
                check_readable_codes(draft.said, self.vocabulary, draft.blame)
                self._refuse(draft)
            else:
                self._take(draft, event)
        return self._taken

    def _look_up(self, drafts: Sequence[Draft]) -> None:
        """Ask the store once for every id that the drafts bear or name."""
        wanted: set[str] = set()
        for draft in drafts:
            event: Any = draft.event
            if event is None:
                event = draft.said
                if type(event.get("id")) is str:
                    wanted.add(event["id"])
            else:
                wanted.add(event["id"])
                if not type_of(event["type"]).looks_back:
                    continue
            data = event.get("data")
            if type(data) is dict and type(data.get("record")) is str:
                wanted.add(data["record"])
        self._found = self._stored.find_many(list(wanted))

    def refusal(self) -> NotPermitted | Refused | None:
        """Return why the append cannot be, None when nothing is in its way.

        Who may not append it is told that and nothing else.
        """
        if self.forbidden:
            return NotPermitted(self.forbidden)
        return Refused(self.problems) if self.problems else None

    def _forbids(self, draft: Draft, said: JsonMapping) -> bool:
        """Say whether the guard forbids what *draft* says; notes it."""
        text = self._guard(said, self) if self._guard is not None else None
        if text is None:
            return False
        self.forbidden.append(Problem("type", text, draft.line))
        if draft.event is not None:
            self._turned_away.setdefault(draft.event["id"], said)
        return True

    def record(self, event_id: str) -> JsonMapping | None:
        """Return what the guard may look up (see `ledger.guard.Seen`)."""
        return self.find(event_id) or self._turned_away.get(event_id)

    def find(self, event_id: str) -> ClientEvent | None:
        """Return the event of that id, stored or accepted before; None when there is none."""
        return self._accepted.get(event_id) or self._found.get(event_id) or self._find_late(event_id)

    def _find_late(self, event_id: str) -> ClientEvent | None:
        # Only a register that catches up asks for a record that no draft names.
        return None if event_id in self._found else self._stored.find_many([event_id]).get(event_id)

    def stream(self, unit: str) -> Iterator[ClientEvent]:
        """Yield the unit's events, stored or accepted before, in ledger order."""
        yield from self._stored.stream(unit)
        for event in self._accepted.values():
            if event_unit(event) == unit:
                yield event

    def _is_unit(self, unit: str) -> bool:
        return self._stored.last_sequence(unit) > 0 or any(unit == other for _, other, _ in self._taken)

    def _position(self) -> int:
        # What this chunk has accepted is stored when the chunk is done.
        return self._stored.last_event()[0] + len(self._taken)

    def _refuse(self, draft: Draft) -> None:
        self.problems += draft.problems
        said: JsonObject = dict(draft.event) if draft.event is not None else draft.said
        data = said.get("data")
        record_id = data.get("record") if isinstance(data, dict) else None
        record = self.find(record_id) if isinstance(record_id, str) else None
        self._excuses.excuse(said, dict(record) if record is not None else None)

    def _take(self, draft: Draft, event: ClientEvent) -> None:
        settled = event["type"] != "record.corrected" or self._settle_correction(draft, event)
        # Before anything else is said of the event: also whether it is there already.
        if self._forbids(draft, event):
            return
        if not settled:
            self._refuse(draft)
            return
        event_id = event["id"]
        there = self._accepted.get(event_id) or self._found.get(event_id)
        if there is not None:
            self._compare(draft, event, there)
            return
        unit = event_unit(event)
        register = self._here.get(unit)
        if register is None:
            register = self._here[unit] = self._registers.current(unit, self._stored)
        problems = Check(event, unit, register, self._surroundings, draft.line).run()
        # The stored form is never much longer than the line: only long lines need measuring.
        if not problems and draft.length > self._short:
            problems = self._check_length(draft, event)
        if problems:
            draft.problems = problems
            self._refuse(draft)
            return
        self._accepted[event_id] = event
        self._taken.append((event, unit, register))
        if type_of(event["type"]).brings_codes:
            self._learn()
        similar = register.apply(event, self.find, lambda: self.stream(unit))
        if similar is not None:
            self._warn(draft, event, similar)
        elif "study_hours" in event["data"]:
            self._warn_of_hours(draft, event, register)

    def _learn(self) -> None:
        """Take what the rubrics ask for once the lines before are recorded: the lines after may use its codes."""
        if self.vocabulary.after is None:
            return
        about_ledger = ({**self._stamp, **event} for event in self.stream(""))
        self.vocabulary = self.vocabulary.after(about_ledger)
        self._surroundings = replace(self._surroundings, vocabulary=self.vocabulary)

    def _settle_correction(self, draft: Draft, event: ClientEvent) -> bool:
        """Bring the data of a correction into stored form: only now is the type of its record known."""
        if "data" not in event["data"]:
            return True
        record = self.find(event["data"]["record"])
        if record is None or not type_of(record["type"]).correctable:
            return True
        if event_unit(record) != event_unit(event):
            return True
        data, problems = check_correction_data(record["type"], event["data"]["data"], draft.line)
        if data is None:
            draft.problems += problems
            return False
        event["data"]["data"] = data
        return True

    def _compare(self, draft: Draft, event: ClientEvent, there: ClientEvent) -> None:
        if client_part(there) == event and canonical_bytes(client_part(there)) == canonical_bytes(event):
            self.skipped += 1
            return
        draft.blame("id", _conflict(event["id"]))
        self._refuse(draft)

    def _check_length(self, draft: Draft, event: ClientEvent) -> list[Problem]:
        length = len(canonical_bytes({**event, **self._stamp}))
        if length <= STORED_BYTES_MAX:
            return []
        return [Problem("", too_big(length), draft.line)]

    def _warn(self, draft: Draft, event: ClientEvent, similar: Similar) -> None:
        alike, other = similar
        self.warnings.append(Problem("id", duplicate_words(alike, event, other), draft.line))

    def _warn_of_hours(self, draft: Draft, event: ClientEvent, register: UnitState) -> None:
        found = long_day(event, register, self.find)
        if found is not None:
            text = Text(
                "党员“{member}”在 {day} 的学时合计 {hours}，超过 8 小时；请核对，重复的请撤回（如“{other}”）",
                member=found.member,
                day=found.day,
                hours=f"{found.hours / 100:g}",
                other=found.other,
            )
            self.warnings.append(Problem("data.study_hours", text, draft.line))


def duplicate_words(alike: Alike, event: ClientEvent, other: str) -> Text:
    """Return the warning that *event* is probably what *other*, an earlier record's id, is already."""
    day = day_of(event["time"])
    match alike.reason:
        case "gathering":
            return Text(
                "可能重复：{day} 单位和支部都记了主题、类别相同的活动（“{other}”）；同一次活动只算一次，请撤回其中一条",
                day=day,
                other=other,
            )
        case "url":
            return Text(
                "可能重复：{year} 年已有网址相同的报道“{other}”；若是同一篇，请撤回其中一条",
                year=day.year,
                other=other,
            )
        case "title":
            return Text(
                "可能重复：{year} 年同一媒体已有标题相同的报道“{other}”；若是同一篇，请撤回其中一条",
                year=day.year,
                other=other,
            )
        case "document":
            _reason, subject, document, year = alike.own
            return Text(
                "可能重复：{subject} 已有 {year} 年的“{document}”（“{other}”）；若是同一份，请撤回其中一条",
                subject=subject,
                year=year,
                document=document,
                other=other,
            )
        case _:
            _reason, code, _kind, subject, *_rest = alike.own
            return Text(
                "可能重复：{subject} 在 {day} 已有“{code}”的记录“{other}”；若是同一件事，请撤回其中一条",
                subject=subject,
                day=day,
                code=code,
                other=other,
            )


def _conflict(event_id: str) -> Text:
    return Text("编号“{id}”已有内容不同的记录；要改请用更正（correct），是另一件事请换编号", id=event_id)


def is_conflict(problem: Problem) -> bool:
    """Whether *problem* is that another event has the id already (contract §2)."""
    return problem.text.message == _conflict("").message


def client_part(event: Any) -> JsonObject:
    """Return the attributes of *event* that its client sent, in stored form."""
    return {name: value for name, value in event.items() if name not in LEDGER_ATTRIBUTES}
