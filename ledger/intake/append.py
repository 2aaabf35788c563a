"""Appending lines: one transaction from the first line to the projections, in chunks, so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from ledger.checks.unit_state_cache import UnitStateCache
from ledger.events.event import SHANGHAI, ClientEvent, StoredEvent, instant_of, recorded_text
from ledger.intake.admission import Accepted, Intake
from ledger.intake.clock_guard import check_clock
from ledger.intake.draft import Draft, read_draft
from ledger.intake.lines import written_lines
from ledger.merkle.canonical import canonical_bytes, leaf_hash
from ledger.problem import Problem, Refused
from ledger.store.protocol import Appended, Line, Progress, Projector, Recorder
from ledger.store.transaction import EventRow, EventsTransaction
from ledger.text import Text
from ledger.vocabulary import Vocabulary

CHUNK_LINES = 64
"""Few enough to stay in the processor's cache: larger chunks are slower."""
KEPT_EVENTS_MAX = 200_000
"""With more new events than this, projections fold the streams again instead of being handed the events."""


def check_recorder(by: Recorder, now: datetime) -> None:
    """See that an append by *by* at the clock *now* can be; raises Refused for a name that is none."""
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    if not by.name or not by.name.isprintable():
        raise Refused([Problem("authid", Text("登记人不能为空，也不能含有控制字符；请写上姓名"))])


def read_drafts(lines: Iterable[Line], by: Recorder) -> Iterator[Draft]:
    """Yield what the written ones of *lines* say; only the program itself may send its own types."""
    program = by.kind == "system"
    return (read_draft(number, line, program=program) for number, line in written_lines(lines))


def place(event: ClientEvent, sequence: int, recordedtime: str, by: Recorder) -> StoredEvent:
    """Give *event* its place in the ledger."""
    stored: StoredEvent = event  # type: ignore[assignment]  # gets the ledger's attributes here
    stored["sequence"] = f"{sequence:012d}"
    stored["recordedtime"] = recordedtime
    stored["authtype"] = by.kind
    stored["authid"] = by.name
    return stored


def row_of(event: StoredEvent, unit: str, sequence: int) -> EventRow:
    """Return what is stored of an event that has its place."""
    body = canonical_bytes(event)
    return sequence, unit, event["id"], event["recordedtime"], body, leaf_hash(body)


class Append:
    """One append in an open writing transaction. `touched` names the units whose events it stored so far."""

    def __init__(
        self,
        work: EventsTransaction,
        registers: UnitStateCache,
        vocabulary: Vocabulary,
        by: Recorder,
        now: datetime,
    ) -> None:
        self.touched: dict[str, list[StoredEvent] | None] = {}
        self._work = work
        self._registers = registers
        self._by = by
        self._now = now
        first, last_recorded = work.last_event()
        if not by.clock_is_right:
            check_clock(work, last_recorded, now)
        registers.begin(first)
        self.sequence = first
        self._first = first
        self._recordedtime = next_recordedtime(last_recorded, now)
        self._intake = Intake(work, registers, vocabulary, by=by, now=now)

    def run(
        self, drafts: Iterator[Draft], projector: Projector | None, progress: Progress | None
    ) -> Appended:
        """Take all lines; raises NotPermitted or Refused with all problems, and leaves rolling back to the caller."""
        done = 0
        for chunk in chunks(drafts):
            self._insert(self._intake.take(chunk))
            done += len(chunk)
            if progress is not None:
                progress(done)
        refusal = self._intake.refusal()
        if refusal is not None:
            raise refusal
        appended = self.sequence - self._first
        if self.touched and projector is not None:
            projector.project(self._work, self.touched, self._now.astimezone(SHANGHAI).date())()
        return Appended(appended, self._intake.skipped, self._intake.warnings)

    def _insert(self, accepted: Sequence[Accepted]) -> None:
        if not accepted:
            return
        rows = []
        for event, unit, register in accepted:
            self.sequence = register.last = self.sequence + 1
            stored = place(event, self.sequence, self._recordedtime, self._by)
            rows.append(row_of(stored, unit, self.sequence))
        self._work.insert(rows)
        if len(rows) > 1:
            self._registers.trim()
        self._keep(accepted)

    def _keep(self, accepted: Sequence[Accepted]) -> None:
        """Keep the events for the projections, or only the names of their units when they get too many."""
        touched = self.touched
        if self.sequence - self._first > KEPT_EVENTS_MAX:
            self.touched = dict.fromkeys([*touched, *(unit for _, unit, _ in accepted if unit)])
            return
        for event, unit, _ in accepted:
            if not unit:
                continue
            kept = touched.get(unit)
            if kept is None:
                kept = touched[unit] = []
            kept.append(event)  # type: ignore[arg-type]  # `_row` has made it a stored event


def next_recordedtime(last_recorded: str, now: datetime) -> str:
    """Return the instant of an append at *now*: later than the append before, also when the clock steps back."""
    text = recorded_text(now)
    # Fixed width and UTC: the order of the text is the order of the instants.
    if text > last_recorded:
        return text
    return recorded_text(instant_of(last_recorded) + timedelta(microseconds=1))


def chunks(drafts: Iterator[Draft]) -> Iterator[list[Draft]]:
    """Yield the drafts a few at a time."""
    while chunk := list(islice(drafts, CHUNK_LINES)):
        yield chunk
