"""Taking an export into an empty ledger, byte for byte (contract §6)."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.events.event import SHANGHAI, StoredEvent, event_unit, instant_of
from ledger.intake.lines import written_lines
from ledger.intake.stored_form import StoredOrder, read_certain, read_stored
from ledger.merkle.canonical import leaf_hash
from ledger.problem import Problem, Refused
from ledger.store.protocol import Line, Progress, Projector, Restored
from ledger.store.transaction import EventRow, EventsTransaction
from ledger.text import Text

PROBLEMS_MAX = 100
"""An export that is broken is broken: the first problems are enough."""
_CHUNK_ROWS = 5000


def restore(
    work: EventsTransaction,
    lines: Iterable[Line],
    projector: Projector | None,
    touched: dict[str, None],
    progress: Progress | None,
) -> Restored:
    """Insert the events of *lines* in the open transaction; raises Refused. *touched* collects the units."""
    if work.last_event()[0]:
        raise Refused([Problem("", Text("台账里已有事件；只能恢复到空的台账，请换一个文件"))])
    restoring = _Restoring(work)
    restoring.run(lines, progress)
    touched.update(restoring.touched)
    if projector is not None and touched:
        day = instant_of(restoring.order.recordedtime).astimezone(SHANGHAI).date()
        projector.project(work, touched, day)()
    if progress is not None:
        progress(restoring.order.last)
    return Restored(restoring.order.last, work.tree().root().hex())


def extend(work: EventsTransaction, lines: Iterable[Line], progress: Progress | None) -> int:
    """Insert the events of *lines*, which follow those that are here; raises Refused. Return how many there are now.

    Projections are not brought up to date.
    """
    restoring = _Restoring(work)
    restoring.run(lines, progress)
    return restoring.order.last


class _Restoring:
    def __init__(self, work: EventsTransaction) -> None:
        self.order = StoredOrder()
        self.order.last, self.order.recordedtime = work.last_event()
        self.problems: list[Problem] = []
        self.touched: dict[str, None] = {}
        self._work = work
        self._rows: dict[str, EventRow] = {}
        self._events: dict[str, StoredEvent] = {}
        self._places: dict[str, int | None] = {}

    def run(self, lines: Iterable[Line], progress: Progress | None) -> None:
        """Take all lines; raises Refused."""
        for number, line in written_lines(lines):
            self._take(number, line)
            if len(self._rows) >= _CHUNK_ROWS:
                self._flush()
                if progress is not None:
                    progress(self.order.last)
            if len(self.problems) >= PROBLEMS_MAX:
                break
        self._flush()
        if self.problems:
            raise Refused(self.problems)

    def _take(self, number: int | None, line: bytes) -> None:
        problems: list[Problem] = []
        event = read_certain(line)
        if event is None:
            event, problems = read_stored(number, line, self._find)
        if event is None:
            self.order.skip()
        else:
            problems += [Problem(field, text, number) for field, text in self.order.step(event)]
            if event["id"] in self._rows:
                problems.append(_twice(event["id"], number))
        self.problems += problems
        if event is None or problems:
            return
        unit = event_unit(event)
        if unit:
            self.touched[unit] = None
        event_id = event["id"]
        self._rows[event_id] = (self.order.last, unit, event_id, event["recordedtime"], line, leaf_hash(line))
        self._events[event_id] = event
        self._places[event_id] = number

    def _flush(self) -> None:
        """Insert what was taken since the last time, unless something is wrong: then look on for what else is."""
        there = self._work.find_many(list(self._rows)) if self._rows else {}
        self.problems += [_twice(event_id, self._places[event_id]) for event_id in there]
        if not self.problems:
            self._work.insert(list(self._rows.values()))
        self._rows.clear()
        self._events.clear()
        self._places.clear()

    def _find(self, event_id: str) -> StoredEvent | None:
        return self._events.get(event_id) or self._work.find_many([event_id]).get(event_id)


def _twice(event_id: str, number: int | None) -> Problem:
    return Problem("id", Text("编号“{id}”出现了两次", id=event_id), number)
