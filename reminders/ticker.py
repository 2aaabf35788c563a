"""The ticker: runs jobs now and then, and knows nothing of what they do.

APScheduler keeps time only: no truth about what was done is in it. A job that was missed runs once, one that is still
running is not started again, one that fails is logged and comes again at its next time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from ledger.events.event import SHANGHAI
from ledger.text import Text
from reminders.job_log import JobLog

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again after so long, and first at once."""

    period: timedelta


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day, at an hour and minute in Asia/Shanghai."""

    hour: int
    minute: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do, and when. *run* has to bear being called again, late, or by two servers at once."""

    name: str
    run: Callable[[], object]
    when: Every | Daily


@contextmanager
def ticking(
    jobs: Sequence[Job], log: JobLog | None = None, *, begins_in: timedelta = timedelta()
) -> Iterator[None]:
    """Run *jobs* in threads for as long as the block lasts; at its end a job under way is waited for.

    What is to run at once begins after *begins_in*. What becomes of each run is noted in *log*.
    """
    kept = JobLog() if log is None else log
    scheduler = BackgroundScheduler(
        timezone=SHANGHAI,
        executors={"default": ThreadPoolExecutor(max(1, len(jobs)))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in jobs:
        kept.expect(job.name, job.when.period if isinstance(job.when, Every) else timedelta(days=1))
        if isinstance(job.when, Every):
            trigger: IntervalTrigger | CronTrigger = IntervalTrigger(
                seconds=job.when.period.total_seconds(), timezone=SHANGHAI
            )
            first = {"next_run_time": datetime.now(SHANGHAI) + begins_in}
        else:
            trigger = CronTrigger(hour=job.when.hour, minute=job.when.minute, timezone=SHANGHAI)
            first = {}
        scheduler.add_job(_guarded, trigger, args=[job, kept], id=job.name, name=job.name, **first)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)
        for job in jobs:
            kept.dismiss(job.name)


def _guarded(job: Job, log: JobLog) -> None:
    log.begun(job.name)
    try:
        job.run()
    except Exception as error:  # noqa: BLE001 - a ticker that dies reminds nobody
        said = getattr(error, "text", None)
        told = (
            said
            if isinstance(said, Text)
            else Text("{error}", error=f"{type(error).__name__}: {error}"[:200])
        )
        log.failed(job.name, told)
        _log.exception("%s failed and is tried again at its next time", job.name)
    else:
        before = log.done(job.name)
        if before:
            _log.warning("%s went well again, after %d failures", job.name, before)
