"""The whole ledger against its own hashes and rules; codes belong to rubrics and are left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.checks.by_type import check_references
from ledger.checks.check import Check, CheckContext
from ledger.checks.known_failures import KnownFailures
from ledger.checks.unit_state import UnitState
from ledger.events.event import StoredEvent, event_unit, instant_of
from ledger.events.types import type_of
from ledger.intake.stored_form import StoredOrder, read_certain, read_stored
from ledger.merkle.canonical import leaf_hash
from ledger.problem import Broken
from ledger.store.log import check_subtrees
from ledger.store.protocol import Progress, Verified, Watch
from ledger.store.transaction import EventsTransaction
from ledger.text import Text

Row = tuple[int, str, str, str, object, bytes]
"""A body may have been tampered with, and be anything."""


def verify(work: EventsTransaction, progress: Progress | None, watch: Watch | None = None) -> Verified:
    """Check every event in the open reading transaction; raises Broken at the first that does not agree."""
    verifying = _Verifying(work, watch)
    page: Sequence[Row]
    while page := work.rows(verifying.order.last):
        for row in page:
            verifying.take(row)
        if progress is not None:
            progress(verifying.order.last)
    last = verifying.order.last
    if work.last_event()[0] != last:
        raise Broken(last + 1, Text("第 {place} 号事件缺失", place=last + 1))
    _check_ids(work)
    check_subtrees(work.connection, last)
    return Verified(last, work.tree().root().hex())


def _check_ids(work: EventsTransaction) -> None:
    doubled = work.doubled_id()
    if doubled is not None:
        event_id, first, again = doubled
        raise Broken(
            again,
            Text("第 {again} 号事件的编号“{id}”与第 {first} 号的相同", again=again, id=event_id, first=first),
        )


class _Verifying:
    def __init__(self, work: EventsTransaction, watch: Watch | None) -> None:
        self._watch = watch
        self.order = StoredOrder()
        self._work = work
        self._place = 0
        self._registers: dict[str, UnitState] = {}
        self._surroundings = CheckContext(
            None, None, KnownFailures(), check_references, self._find, self._stream_before, self._before
        )

    def take(self, row: Row) -> None:
        sequence, unit, event_id, recordedtime, body, leaf = row
        if sequence != self.order.last + 1:
            raise Broken(
                self.order.last + 1,
                Text("第 {place} 号事件缺失，后面是第 {next} 号", place=self.order.last + 1, next=sequence),
            )
        self._place = sequence
        if not isinstance(body, bytes) or leaf_hash(body) != leaf:
            raise Broken(sequence, Text("第 {place} 号事件的内容与它的哈希值不符", place=sequence))
        event = read_certain(body)
        if event is None:
            event, problems = read_stored(None, body, self._find)
            if event is None:
                raise _broken(sequence, problems[0].field, problems[0].text)
        for field, text in self.order.step(event):
            raise _broken(sequence, field, text)
        if (event_unit(event), event["id"], event["recordedtime"]) != (unit, event_id, recordedtime):
            raise Broken(sequence, Text("第 {place} 号事件的内容与表中的列不符", place=sequence))
        if not surely_before(event["time"], recordedtime) and instant_of(event["time"]) > instant_of(
            recordedtime
        ):
            raise _broken(sequence, "time", Text("发生时间晚于入账时间"))
        self._check_references(sequence, unit, event)
        if self._watch is not None:
            self._watch(event)

    def _check_references(self, sequence: int, unit: str, event: StoredEvent) -> None:
        register = self._registers.setdefault(unit, UnitState())
        for problem in Check(event, unit, register, self._surroundings, None).run():
            raise _broken(sequence, problem.field, problem.text)
        register.last = sequence
        # Probable duplicates are no matter here.
        if type_of(event["type"]).codes is None:
            register.apply(event, self._find, lambda: self._work.stream_to(unit, sequence))
            register.likenesses.clear()

    def _find(self, event_id: str) -> StoredEvent | None:
        try:
            event = self._work.find_many([event_id]).get(event_id)
            return event if event is not None and int(event["sequence"]) < self._place else None
        except (ValueError, KeyError, TypeError):
            # A later event that is no longer one; its own turn comes.
            return None

    def _before(self) -> int:
        return self._place - 1

    def _stream_before(self, unit: str) -> Iterator[StoredEvent]:
        return self._work.stream_to(unit, self._place - 1)


def surely_before(time: str, recordedtime: str) -> bool:
    """Say fast whether *time*, written in Shanghai's offset, lies on a day before that of *recordedtime* (UTC)."""
    return time.endswith("+08:00") and time[:10] < recordedtime[:10]


def _broken(sequence: int, field: str, text: Text) -> Broken:
    return Broken(
        sequence,
        Text("第 {place} 号事件的 {field}：{problem}", place=sequence, field=field or "内容", problem=text),
    )
