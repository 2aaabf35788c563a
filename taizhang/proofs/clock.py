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
)
from ledger.store.protocol import Recorder, Store, Transaction
from taizhang.proofs.anchoring import event_of_ledger


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
