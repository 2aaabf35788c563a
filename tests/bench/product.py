"""The product, opened as taizhang opens it: ledger, rubrics and projections wired together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from ledger.store.protocol import Recorder
from taizhang.app.ledger import OpenLedger
from taizhang.startup.open_ledger import open_ledger

from .events import APPEND_CLOCK, HISTORY_KNOWN

EVENTS_TABLE = "events"
BY = Recorder("secretary")


@contextmanager
def opened(path: Path) -> Iterator[OpenLedger]:
    """Open the product's store at *path*, made when it is not there."""
    with open_ledger(f"sqlite:///{path.absolute()}", new=True) as session:
        yield session


def import_all(session: OpenLedger, lines: Iterable[bytes], now: datetime = HISTORY_KNOWN) -> int:
    """Append all *lines* as `taizhang import` does; return how many were stored."""
    return session.store.append(enumerate(lines, 1), by=BY, now=now).appended


def append_each(session: OpenLedger, lines: Iterable[bytes], minute: int) -> None:
    """Append one line after the other, each in a commit of its own, a minute apart on the clock of 2017.

    minute: how many minutes after APPEND_CLOCK the first of them is.
    """
    for each_minute, line in enumerate(lines, minute):
        now = APPEND_CLOCK + timedelta(minutes=each_minute)
        done = session.store.append([(None, line)], by=BY, now=now)
        assert done.appended == 1, "a line that was there already measures nothing"
