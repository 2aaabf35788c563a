"""The ticker's job that keeps the board's rows of today, so that nobody waits for them in the morning."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from projections.not_scored import NotScored
from reminders.ticker import Every, Job
from taizhang.app.ledger import OpenLedger

EVERY = timedelta(minutes=5)


def kept_rows_job(session: OpenLedger) -> Job:
    """Return the job: after midnight, and wherever a day changes a score, rows are made anew; else it only looks."""
    return Job("kept rows", lambda: renew_rows(session), Every(EVERY))


def renew_rows(session: OpenLedger) -> int:
    """Write anew the rows that no longer hold today; return how many. None on a day that no rubric covers."""
    with suppress(NotScored):
        return session.projections.renew(session.store, session.clock.today())
    return 0
