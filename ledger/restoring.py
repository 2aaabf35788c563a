"""Taking an export into an empty ledger, byte for byte (contract §6)."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.canonical import leaf_hash
from ledger.event import SHANGHAI, StoredEvent, event_unit, instant_of
from ledger.lines import written_lines
from ledger.problem import Problem, Refused
from ledger.store import Line, Progress, Projector, Restored
from ledger.stored_form import StoredOrder, read_stored
from ledger.text import Text
from ledger.work import EventRow, EventsWork

PROBLEMS_MAX = 100
"""An export that is broken is broken: the first problems are enough."""
_CHUNK_ROWS = 5000


def restore(
    work: EventsWork,
    lines: Iterable[Line],
    projector: Projector | None,
    touched: dict[str, None],
    progress: Progress | None,
) -> Restored:
    """Insert the events of *lines* in the open transaction; raises Refused. *touched* collects the units."""
    if work.last_event()[0]:
        raise Refused([Problem("", Text("台账里已有事件；只能恢复到空的台账，请换一个文件"))])
    restoring = _Restoring(work, touched)
    for number, line in written_lines(lines):
        restoring.take(number, line)
        if progress is not None and restoring.order.last % _CHUNK_ROWS == 0:
            progress(restoring.order.last)
        if len(restoring.problems) >= PROBLEMS_MAX:
            break
    if restoring.problems:
        raise Refused(restoring.problems)
    restoring.flush()
    if projector is not None and touched:
        day = instant_of(restoring.order.recordedtime).astimezone(SHANGHAI).date()
        projector.project(work, touched, day)()
    if progress is not None:
        progress(restoring.order.last)
    return Restored(restoring.order.last, work.tree().root().hex())


class _Restoring:
    def __init__(self, work: EventsWork, touched: dict[str, None]) -> None:
        self.order = StoredOrder()
        self.problems: list[Problem] = []
        self._work = work
        self._touched = touched
        self._rows: dict[str, EventRow] = {}
        self._events: dict[str, StoredEvent] = {}

    def take(self, number: int | None, line: bytes) -> None:
        event, problems = read_stored(number, line, self._find)
        if event is None:
            self.order.skip()
        else:
            problems += [Problem(field, text, number) for field, text in self.order.step(event)]
            if event["id"] in self._rows or self._work.find_many([event["id"]]):
                problems.append(Problem("id", Text("编号“{id}”出现了两次", id=event["id"]), number))
        self.problems += problems
        if event is None or self.problems:
            return
        unit = event_unit(event)
        if unit:
            self._touched[unit] = None
        leaf = leaf_hash(line)
        self._rows[event["id"]] = (self.order.last, unit, event["id"], event["recordedtime"], line, leaf)
        self._events[event["id"]] = event
        if len(self._rows) >= _CHUNK_ROWS:
            self.flush()

    def flush(self) -> None:
        self._work.insert(list(self._rows.values()))
        self._rows.clear()
        self._events.clear()

    def _find(self, event_id: str) -> StoredEvent | None:
        return self._events.get(event_id) or self._work.find_many([event_id]).get(event_id)
