"""The ticker's job that forgets workbooks which were looked at and never recorded."""

from __future__ import annotations

from datetime import timedelta

from reminders.ticker import Every, Job
from taizhang.app.clock import Clock
from taizhang.app.ledger import OpenLedger
from taizhang.entry.workbooks import uploads

EVERY = timedelta(minutes=5)


def uploads_job(session: OpenLedger) -> Job:
    """Return the job; while nothing is too old it only looks."""
    return Job("uploads", lambda: forget_old(session), Every(EVERY))


def forget_old(session: OpenLedger) -> None:
    """Drop what has waited too long, by the clock of the machine, also where a demo lives on another day."""
    now = Clock()()
    with session.store.read() as work:
        old = uploads.any_old(work.connection, now)
    if old:
        with session.store.write() as work:
            uploads.drop_old(work.connection, now)
