"""The ledger and the machine's clock: whether it is believed, and somebody who answers for it, in the open.

That the clock is right, whatever was recorded before, becomes an event of the ledger (`clock.confirmed`): it lets
appends go on, and says of what was recorded under a clock that was ahead by when it was there at the latest.
"""

from __future__ import annotations

from datetime import datetime

import orjson

from ledger.intake.clock_guard import (
    CONFIRMED,
    ClockDoubt,
    Confirmation,
    clock_doubt,
    confirmation_data,
    confirmations,
    written,
)
from ledger.store.protocol import Recorder, Store, Transaction
from ledger.text import Text
from taizhang.accounts.called import people_called
from taizhang.proofs.anchoring import event_of_ledger
from taizhang.proofs.looks import Look, Result

CONFIRMED_TOLD = 5
"""So many confirmations of the clock are told, the latest; all are in the ledger."""


def doubt_of(store: Store, now: datetime) -> ClockDoubt | None:
    """Return why nothing can be recorded at the clock *now*, None when it can."""
    with store.read() as work:
        return clock_doubt(work, last_recorded(work), now)


def confirmed_clocks(store: Store) -> list[Confirmation]:
    """Return when somebody answered for the clock, in ledger order."""
    return confirmations(store.stream(""))


def confirm_clock(store: Store, now: datetime, *, by: str, reason: str | None = None) -> bool:
    """Record that *by* answers for the clock *now*; return False where nothing is in doubt, and nothing is recorded."""
    with store.read() as work:
        last = last_recorded(work)
        if clock_doubt(work, last, now) is None:
            return False
    event = event_of_ledger(CONFIRMED, confirmation_data(last, now, reason), now)
    store.append([(None, orjson.dumps(event))], by=Recorder(by, "system", clock_is_right=True), now=now)
    return True


def last_recorded(work: Transaction) -> str:
    """Return the `recordedtime` of the last event, "" when there is none."""
    size = work.tree().size
    return work.back(size, 1)[0]["recordedtime"] if size else ""


def clock_look(store: Store, now: datetime) -> Look:
    """Look whether the machine's clock *now* can be right beside what is recorded, and who answered for it."""
    with store.read() as work:
        doubt = clock_doubt(work, last_recorded(work), now)
        known = confirmations(work.stream(""))
        called = people_called(work.connection) if known else {}
    text = Text("机器的时钟与最后的入账时间不矛盾") if doubt is None else doubt.text
    if known:
        said = [_said(each, called.get(each.by, each.by)) for each in known[-CONFIRMED_TOLD:]]
        text = Text("{text}；有人确认时钟 {count} 次：{said}", text=text, count=len(known), said=said)
    return Look("clock", Result.TOLD if doubt is not None or known else Result.FINE, text)


def _said(known: Confirmation, by: str) -> Text:
    place, clock, last = known.sequence, written(known.clock), written(known.last)
    if known.clock < known.last:
        return Text(
            "第 {place} 号事件，{by} 确认当时是 {clock}，而入账时间已写到 {last}；这一段的补录按确认的时间算",
            place=place, by=by, clock=clock, last=last,
        )  # fmt: skip
    return Text(
        "第 {place} 号事件，{by} 确认当时是 {clock}，此前最后的入账时间是 {last}",
        place=place, by=by, clock=clock, last=last,
    )  # fmt: skip
