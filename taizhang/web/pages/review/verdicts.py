"""A verdict on several records at once, looked over before the ledger is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.events.event import ClientEvent, StoredEvent, unit_of
from ledger.problem import Problem
from ledger.store.protocol import Store
from ledger.text import Text
from projections.records import CORRECTED, REVIEWED, Record
from projections.review_items import may_be_returned
from projections.service import Projections
from taizhang.accounts.called import people_called
from taizhang.app.ledger import OpenLedger
from taizhang.language.code_words import VERDICTS, word_of
from taizhang.web.http import make_events as making

AT_ONCE_MAX = 200


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was sent: which records, what is said of them, and how far the ledger went when they were shown."""

    records: Sequence[str]
    verdict: str
    reason: str
    seen: int
    form: str
    most: int = AT_ONCE_MAX
    """How many at once."""


@dataclass(slots=True)
class Looked:
    """The events to append, or what stands in their way; `standing` are records that cannot be returned.

    `meanwhile` says of which records a colleague has decided, or that were corrected, since they were shown: they are
    left alone and keep nobody from the others.
    """

    events: list[ClientEvent] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    standing: list[Record] = field(default_factory=list)
    meanwhile: list[Problem] = field(default_factory=list)


def look_over(session: OpenLedger, sent: Verdict) -> Looked:
    """Return the reviews that *sent* asks for, or every problem with it."""
    looked = Looked()
    chosen = list(dict.fromkeys(sent.records))
    if sent.verdict not in ("accepted", "returned"):
        looked.problems.append(Problem("verdict", Text("请选“通过”或“退回”")))
    if not chosen:
        looked.problems.append(Problem("record", Text("还没有选中任何一条；请先勾选")))
    if len(chosen) > sent.most:
        looked.problems.append(Problem("record", Text("一次最多审核 {most} 条；请分几次", most=sent.most)))
        return looked
    if sent.verdict == "returned" and not sent.reason:
        looked.problems.append(Problem("reason", Text("退回要写明理由，让单位知道要补什么、改什么")))
    with session.store.read():
        for number, record_id in enumerate(chosen):
            _look_at(session, sent, looked, number, record_id)
    if not looked.events and not looked.problems:
        looked.problems, looked.meanwhile = looked.meanwhile, []
    return looked


def _look_at(session: OpenLedger, sent: Verdict, looked: Looked, number: int, record_id: str) -> None:
    event = session.store.find(record_id)
    record = _record(session.projections, session.store, event) if event is not None else None
    if record is None or event is None:
        looked.problems.append(Problem("record", Text("没有编号为“{id}”的记录；请核对编号", id=record_id)))
        return
    if record.retracted:
        looked.meanwhile.append(Problem("record", Text("“{id}”已由单位撤回，不必再审", id=record_id)))
        return
    changes = [record.corrected or "", *(sequence for _, sequence, _ in record.reviews or ())]
    if max(int(change or 0) for change in changes) > sent.seen:
        looked.meanwhile.append(Problem("record", _who_was_first(session, record, sent.seen)))
        return
    if sent.verdict == "returned" and not may_be_returned(record):
        looked.standing.append(record)
        text = Text(
            "“{id}”是登记，不能退回：退回后它所登记的支部或党员就不再算在考核之内；请让单位更正，或提出问题限期整改",
            id=record_id,
        )
        looked.problems.append(Problem("record", text))
        return
    data = {"record": record_id, "verdict": sent.verdict}
    if sent.reason:
        data["reason"] = sent.reason
    looked.events.append(
        making.made(
            "claim.reviewed",
            event["subject"],
            data,
            now=session.clock(),
            id_=making.event_id(sent.form, number),
        )
    )


def _who_was_first(session: OpenLedger, record: Record, seen: int) -> Text:
    """Return who did what to *record* after the event *seen*."""
    with session.store.read() as work:
        later = [
            event
            for event in work.stream(unit_of(record.subject), seen)
            if event["type"] in (REVIEWED, CORRECTED) and event["data"]["record"] == record.id
        ]
        last = later[-1] if later else None
        names = people_called(work.connection) if last else {}
    if last is None or last["type"] == CORRECTED:
        return Text("“{id}”刚有人审核或更正过；请看过它现在的样子再审", id=record.id)
    return Text(
        "“{id}”刚有人审核过：{who}已审为“{verdict}”；这次没有再审",
        id=record.id,
        who=names.get(last["authid"], last["authid"]),
        verdict=word_of(VERDICTS, last["data"]["verdict"]),
    )


def _record(projections: Projections, store: Store, event: StoredEvent) -> Record | None:
    if "subject" not in event:
        return None
    return projections.records(store, unit_of(event["subject"])).by_id.get(event["id"])
