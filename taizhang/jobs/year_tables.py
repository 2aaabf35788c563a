"""The ticker's job that works out the year's tables ahead: today's, and those of the months that are over."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from projections.district_course import month_ends
from reminders.ticker import Every, Job
from rubric.catalog import NoRubric
from taizhang.app.judged_year import judged_rubric
from taizhang.app.ledger import OpenLedger

EVERY = timedelta(minutes=5)


def year_tables_job(session: OpenLedger) -> Job:
    """Return the job: after a start, and after midnight, everything is worked out; else what moved since."""
    return Job("year tables", lambda: renew_tables(session), Every(EVERY))


def renew_tables(session: OpenLedger) -> int:
    """Work out every table of the year that is judged today; return how many there are. None where no rubric is."""
    today = session.clock.today()
    with suppress(NoRubric):
        rubric = judged_rubric(session.shelf, today)
        days = [today, *reversed(month_ends(rubric, today))]
        for day in days:
            session.year_table(rubric, day)
        if set(session.year_days(rubric)) - set(days):
            session.keep_year_days(rubric, days)
        return len(days)
    return 0
