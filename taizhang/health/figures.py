"""The figures by which a monitor sees trouble coming: ages in seconds, room in bytes, counts; for Prometheus.

An age that is not known (no backup yet, no anchor, nothing waiting) is not told at all: an absent figure is no zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from ledger.events.event import SHANGHAI, instant_of
from ledger.problem import StoreError
from ledger.signing.anchors import anchors_of
from reminders.store import outbox
from taizhang.app.ledger import OpenLedger
from taizhang.app.settings import Settings
from taizhang.health.backup_age import newest_backup
from taizhang.health.checkup import MAIL_LOOKED_BACK
from taizhang.health.machine import free_bytes, ledger_path

Figure = tuple[str, str, Sequence[tuple[str, float]]]
"""A name, what it means, and its values, each with what it is of ("" where there is one only)."""


def figures(session: OpenLedger, settings: Settings, evidence: Path) -> Iterator[Figure]:
    """Yield every figure that is known now."""
    yield _room(session, settings, evidence)
    states = session.jobs.states()
    if states:
        failures = [(state.name, float(state.failures)) for state in states]
        yield (
            "taizhang_job_failures_total",
            "Runs of a job that failed, since the server was started",
            failures,
        )
        failing = [(state.name, float(state.failing)) for state in states]
        yield "taizhang_job_failing", "Runs of a job that failed one after the other until now", failing
        stopped = [(state.name, 1.0) for state in session.jobs.stopped()]
        yield "taizhang_jobs_stopped", "Jobs that should have run and did not", [("", float(len(stopped)))]
    now = session.clock()
    with suppress(OSError):
        newest = newest_backup(settings)
        if newest is not None and newest.made is not None:
            yield (
                "taizhang_backup_age_seconds",
                "Age of the newest backup",
                [("", _seconds(now, newest.made))],
            )
    with suppress(StoreError):
        yield from _of_the_store(session, now)


def _room(session: OpenLedger, settings: Settings, evidence: Path) -> Figure:
    path = ledger_path(session.store)
    places = {
        "ledger": None if path is None else path.absolute().parent,
        "evidence": evidence,
        "backups": settings.backup,
    }
    free = [(name, free_bytes(place)) for name, place in places.items() if place is not None]
    known = [(name, float(room)) for name, room in free if room is not None]
    return "taizhang_disk_free_bytes", "Room left on the disk of", known


def _of_the_store(session: OpenLedger, now: datetime) -> Iterator[Figure]:
    with session.store.read() as work:
        delivery = outbox.delivery(work.connection, now.astimezone(SHANGHAI).date() - MAIL_LOOKED_BACK)
        anchors = anchors_of(work.stream(""))
    counts = {"waiting": delivery.waiting, "failed": delivery.failed, "unknown": delivery.unknown}
    values = [(name, float(count)) for name, count in counts.items()]
    yield (
        "taizhang_outbox_messages",
        "Messages that wait, and those of seven days that did not arrive",
        values,
    )
    if delivery.oldest is not None:
        age = _seconds(now, instant_of(delivery.oldest))
        yield "taizhang_outbox_oldest_seconds", "How long the oldest message has waited", [("", age)]
    if anchors:
        age = _seconds(now, anchors[-1].instant)
        yield "taizhang_anchor_age_seconds", "Age of the last anchor outside", [("", age)]


def _seconds(now: datetime, then: datetime) -> float:
    return max(0.0, (now - then).total_seconds())
