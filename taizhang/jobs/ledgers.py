"""What one ticker does for all ledgers beside the first: the same as for that one, one ledger after the other.

One that cannot be opened, or whose work fails, is told in the log and on the first's `/admin`, and holds none up.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from ledger.errors import TaizhangError
from ledger.text import Text
from reminders.ticker import Every, Job
from taizhang.app.installation import settings_of
from taizhang.app.ledger import OpenLedger
from taizhang.app.settings import Settings
from taizhang.app.store_url import evidence_folder
from taizhang.health.checkup import Checkup
from taizhang.jobs import checkpoints
from taizhang.jobs.board_rows import kept_rows_job, renew_rows
from taizhang.jobs.invitations import invitations_job
from taizhang.jobs.nightly import nightly_job
from taizhang.jobs.reminders import reminder_job
from taizhang.jobs.uploads import uploads_job
from taizhang.jobs.watch import NOT_MAILED
from taizhang.proofs.log_of_logs import see
from taizhang.startup.ledgers import names
from taizhang.startup.open_ledgers import OpenLedgers
from taizhang.startup.summaries import keep_summary

EVERY = timedelta(minutes=5)
LOOK_EVERY = timedelta(seconds=2)
ALARM = "ledgers"
OF_LEDGER = "ledger "
"""Begins the name of an alarm about one of them, which stands on the first's `/admin` and goes to its operator."""

_log = logging.getLogger(__name__)


def ledgers_jobs(first: OpenLedger | None, others: OpenLedgers, settings: Settings) -> list[Job]:
    """Return the jobs of a server's ticker for the ledgers that stand with *first*; None: that one cannot be opened."""
    others.before_closing.append(lambda _name, ledger: checkpoints.sign(ledger))
    return [
        Job("ledgers", lambda: walk(first, others, settings), Every(EVERY)),
        Job("ledgers' checkpoints", lambda: _sign(others), Every(checkpoints.EVERY)),
        Job("ledgers' settings", lambda: _take_in(others), Every(LOOK_EVERY)),
    ]


def walk(first: OpenLedger | None, others: OpenLedgers, settings: Settings) -> None:
    """Do for each ledger what is due; what it leaves with *first* waits while that is away."""
    failed: list[str] = []
    amiss: dict[str, Text] = {}
    for name in names(others.here):
        try:
            with others.use(name) as ledger:
                _see_to(ledger, settings)
                if trouble := _trouble(ledger, settings):
                    amiss[f"{OF_LEDGER}{name}"] = Text("台账“{name}”：{what}", name=name, what=trouble)
                if first is not None:
                    keep_summary(first, name, ledger)
                    if first.settings.demo_today is None:
                        see(first.log, ledger.log, first.clock())
        except Exception as error:  # noqa: BLE001 - the next ledger's people wait for their reminders all the same
            _log.error("%s: %s", name, error.text if isinstance(error, TaizhangError) else repr(error))
            failed.append(name)
    if first is None:
        return
    for former in [each for each in first.alarms if each.startswith(OF_LEDGER) and each not in amiss]:
        del first.alarms[former]
    first.alarms.update(amiss)
    if failed:
        first.alarms[ALARM] = Text("这些台账打不开，或日常事务没有做完：{names}", names=failed)
    else:
        first.alarms.pop(ALARM, None)


def _see_to(ledger: OpenLedger, settings: Settings) -> None:
    own = settings_of(ledger.url, settings)
    for job in (
        kept_rows_job(ledger),
        uploads_job(ledger),
        reminder_job(ledger, own),
        invitations_job(ledger, own),
        nightly_job(ledger, own),
    ):
        job.run()
    checkpoints.sign(ledger)


def _trouble(ledger: OpenLedger, settings: Settings) -> list[Text]:
    """Return what an operator has to look into; a demo is nobody's work."""
    if ledger.settings.demo_today is not None:
        return []
    own = settings_of(ledger.url, settings)
    found = Checkup(ledger, evidence_folder(ledger.url, own.evidence)).findings(own)
    return [each.text for each in found if each.name not in NOT_MAILED]


def _sign(others: OpenLedgers) -> None:
    for _name, ledger in others.opened():
        checkpoints.sign(ledger)


def _take_in(others: OpenLedgers) -> None:
    for name, ledger in others.opened():
        try:
            if ledger.take_in():
                renew_rows(ledger)
        except TaizhangError as error:
            # Told by whoever uses it; one that is closed meanwhile has nothing to take in.
            _log.debug("%s: %s", name, error.text)
