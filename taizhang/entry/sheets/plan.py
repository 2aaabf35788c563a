"""Rows held against the ledger: what is new, what is there already, what would be a correction, what is wrong.

The same workbook again records nothing twice: a row is known again by the record id it bears, by saying the same as a
record (as it was first or as it stands), or else by what it is about (`matching`). Ids of new events are made of what
they say, so that even two imports at one moment leave one record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from uuid import UUID, uuid5

from ledger.events.event import ClientEvent, start_of_day
from ledger.events.new import new_event
from ledger.merkle.canonical import canonical_bytes
from ledger.text import Text

from .drafts import Draft
from .known import Known, KnownRecord, sense
from .matching import Matching
from .sheet import RowProblem, RowReading, SheetReading

SOURCE = "urn:taizhang:sheets"
_NAMESPACE = UUID("6a5cbd0c-52a5-5d04-9a8e-0a4c5e5c6d11")


class State(StrEnum):
    """What becomes of an event that a row stands for."""

    NEW = "new"
    THERE = "there"
    DOUBLE = "double"
    CHANGED = "changed"


@dataclass
class Step:
    """One event of one row: `event` is what would be recorded, or what a correction would make of `record`."""

    row: RowReading
    draft: Draft
    state: State
    event: ClientEvent
    record: KnownRecord | None = None
    differences: list[tuple[str, object, object]] = field(default_factory=list)
    """Of a correction: data field (or "time"), what stands, what the row says."""
    same_as_row: int | None = None
    """Of a double: the row that says the same."""
    copy_of_row: int | None = None
    """The row above that bears the same record's id: this one was copied from it."""


@dataclass
class Plan:
    """What an import would do, row by row."""

    unit: str
    sheets: list[SheetReading]
    steps: list[Step]
    problems: list[RowProblem]
    notes: list[RowProblem] = field(default_factory=list)

    def of(self, state: State) -> list[Step]:
        """Return the steps of that state."""
        return [step for step in self.steps if step.state is state]

    def rows(self) -> Iterator[tuple[SheetReading, RowReading, list[Step]]]:
        """Yield every row with its steps, in reading order."""
        by_row: dict[int, list[Step]] = {}
        for step in self.steps:
            by_row.setdefault(id(step.row), []).append(step)
        for sheet in self.sheets:
            for row in sheet.rows:
                yield sheet, row, by_row.get(id(row), [])

    def new_events(self) -> list[ClientEvent]:
        """Return the events of the new rows, in the order in which they have to be recorded."""
        return [step.event for step in self.of(State.NEW)]

    def as_new(self) -> Plan:
        """Return the plan in which what looks like a correction is another thing, with an id of its own."""
        steps = [_of_its_own(step, self.unit) if step.state is State.CHANGED else step for step in self.steps]
        return replace(self, steps=steps)

    def corrected_twice(self) -> list[RowProblem]:
        """Return the copied rows that cannot be corrections: one record cannot become two things."""
        return [
            RowProblem(step.row.sheet, step.row.row, "编号", _copied(step.copy_of_row))
            for step in self.of(State.CHANGED)
            if step.copy_of_row is not None
        ]


def _copied(row: int) -> Text:
    return Text("编号和第 {row} 行相同，像是复制来的行；是另一件事就清空这一格，不能当作更正", row=row)


def _of_its_own(step: Step, unit: str) -> Step:
    draft = replace(step.draft, record=None)
    return Step(step.row, draft, State.NEW, event_of(draft, unit))


def plan(sheets: Sequence[SheetReading], known: Known, unit: str, today: date) -> Plan:
    """Hold the rows of *sheets* against what the ledger has of *unit*; nothing later than *today* can be recorded."""
    problems = [problem for sheet in sheets for problem in sheet.problems]
    problems += [problem for sheet in sheets for row in sheet.rows for problem in row.problems]
    matching = Matching(known, unit)
    pairs = [
        (row, draft) for sheet in sheets for row in sheet.rows if not row.problems for draft in row.drafts
    ]
    pairs = _members_in_order(pairs)
    for row, draft in pairs:
        if draft.moment.day > today:
            header, place = _column(sheets, row, draft)
            row.blame(header, Text("{day} 还没有到；没有发生的事不能记", day=draft.moment.day), place)
            problems.append(row.problems[-1])
    pairs = [(row, draft) for row, draft in pairs if not row.problems]
    return Plan(unit, list(sheets), list(_steps(pairs, matching, unit, problems)), problems)


def _steps(
    pairs: list[tuple[RowReading, Draft]], matching: Matching, unit: str, problems: list[RowProblem]
) -> Iterator[Step]:
    # Rows that say the same as a record take it first: what is left is compared by what it is about.
    there = [matching.same(draft) for _row, draft in pairs]
    said: dict[bytes, RowReading] = {}
    bearers = _bearers(pairs, there)
    for (row, draft), record in zip(pairs, there, strict=True):
        event = event_of(draft, unit)
        if record is None and draft.record is not None and (stranger := matching.stranger(draft)) is not None:
            row.blame("编号", stranger)
            problems.append(row.problems[-1])
            continue
        # Rows that bear ids are as many records, though they say the same.
        key = canonical_bytes({**event, "id": draft.record or ""})
        if said.setdefault(key, row) is not row:
            yield Step(row, draft, State.DOUBLE, event, record, same_as_row=said[key].row)
            continue
        if record is not None:
            yield Step(row, draft, State.THERE, event, record)
            continue
        if draft.record is not None and not matching.knows(draft) and bearers[draft.record] is not row:
            row.blame("编号", _copied(bearers[draft.record].row))
            problems.append(row.problems[-1])
            continue
        about = matching.about(draft, row)
        if about is None:
            yield Step(row, draft, State.NEW, event)
        else:
            differences = differences_of(draft, about)
            state = State.CHANGED if differences else State.THERE
            copied = bearers.get(draft.record or "", row)
            yield Step(
                row,
                draft,
                state,
                event,
                about,
                differences,
                copy_of_row=copied.row if copied is not row else None,
            )


def _bearers(pairs: list[tuple[RowReading, Draft]], there: list[KnownRecord | None]) -> dict[str, RowReading]:
    """Return the row to which each record id belongs: the one that says what the record says, else the first."""
    found: dict[str, RowReading] = {}
    for (row, draft), record in zip(pairs, there, strict=True):
        if draft.record is not None and record is not None and record.id == draft.record:
            found.setdefault(draft.record, row)
    for row, draft in pairs:
        if draft.record is not None:
            found.setdefault(draft.record, row)
    return found


def event_of(draft: Draft, unit: str) -> ClientEvent:
    """Return the event that *draft* becomes; its id is that of the row, or made of what it says."""
    time = draft.moment.rfc3339()
    event = new_event(
        draft.type,
        draft.subject,
        start_of_day(draft.moment.day) if len(time) == 10 else time,
        draft.data,
        id_=draft.record,
        source=SOURCE,
    )
    if not draft.record:
        body = {name: value for name, value in event.items() if name != "id"}
        event["id"] = str(uuid5(_NAMESPACE, canonical_bytes({**body, "unit": unit}).decode()))
    return event


def differences_of(draft: Draft, record: KnownRecord) -> list[tuple[str, object, object]]:
    """Return what the row says otherwise than the record: (field, what stands, what the row says)."""
    found: list[tuple[str, object, object]] = []
    moment = draft.moment
    if draft.dated and (
        moment.day != record.day or (moment.clock is not None and event_of(draft, "")["time"] != record.time)
    ):
        found.append(("time", record.time, event_of(draft, "")["time"]))
    stands, says = sense(record.day, record.data), sense(moment.day, draft.data)
    found += [
        (name, record.data.get(name), draft.data.get(name))
        for name in sorted(draft.covers | set(says))
        if stands.get(name) != says.get(name)
    ]
    return found


def corrected_data(draft: Draft, record: KnownRecord) -> dict[str, object]:
    """Return the data of a correction: the row's, and as it stands what the sheet has no column for."""
    about = draft.covers | set(draft.data)
    return {name: value for name, value in record.data.items() if name not in about} | draft.data


def _members_in_order(pairs: list[tuple[RowReading, Draft]]) -> list[tuple[RowReading, Draft]]:
    """Bring each person's joinings and leavings into the order of days: the ledger follows them one by one."""
    order = {"member.left": 0, "member.joined": 1, "member.changed": 2}
    places = [place for place, (_row, draft) in enumerate(pairs) if draft.type in order]
    by_day = sorted(
        (pairs[place] for place in places), key=lambda pair: (pair[1].moment.day, order[pair[1].type])
    )
    arranged = list(pairs)
    for place, pair in zip(places, _same_day_stays(by_day), strict=True):
        arranged[place] = pair
    return arranged


def _same_day_stays(pairs: list[tuple[RowReading, Draft]]) -> Iterable[tuple[RowReading, Draft]]:
    """A row that joins and leaves on one day joins first."""
    joined: set[int] = set()
    waiting: list[tuple[RowReading, Draft]] = []
    ordered: list[tuple[RowReading, Draft]] = []
    joins = {id(row) for row, draft in pairs if draft.type == "member.joined"}
    for row, draft in pairs:
        if draft.type == "member.left" and id(row) in joins and id(row) not in joined:
            waiting.append((row, draft))
            continue
        ordered.append((row, draft))
        if draft.type == "member.joined":
            joined.add(id(row))
            ordered += [pair for pair in waiting if pair[0] is row]
            waiting = [pair for pair in waiting if pair[0] is not row]
    return ordered + waiting


def _column(sheets: Sequence[SheetReading], row: RowReading, draft: Draft) -> tuple[str, int | None]:
    """Return what the column of the draft's day is called, and its place."""
    sheet = next((sheet for sheet in sheets if row in sheet.rows), None)
    column = sheet.kind.by_key.get(draft.column) if sheet is not None and sheet.kind is not None else None
    if sheet is None or sheet.header is None or column is None:
        return "", None
    return column.header, sheet.header.columns.get(column.key)
