"""What the ticker does once a day for the ledger's safety: anchors, the static log, a backup.

The ticker asks often; done stays done. Nothing of it is remembered in memory: the anchors among the events and the
backups on the shelf say what today still lacks.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from ledger.events.event import SHANGHAI
from ledger.merkle.proof_error import ProofError
from ledger.problem import Broken, Problem, Refused, StoreError
from ledger.signing.anchors import anchors_of
from ledger.signing.tile_folder import TileFolder
from ledger.text import Text
from reminders.ticker import Every, Job
from taizhang.app.ledger import OpenLedger
from taizhang.app.log_lines import told
from taizhang.app.settings import Settings
from taizhang.app.store_url import evidence_folder
from taizhang.proofs.anchoring import anchor, known_witnesses
from taizhang.proofs.clock import doubt_of
from taizhang.proofs.timestamps import read_roots

if TYPE_CHECKING:
    import httpx

TICK = timedelta(minutes=30)
BACKUP_FROM_HOUR = 2
"""In Asia/Shanghai: when nobody works. What was missed in the night is made up for as soon as a server runs."""

_log = logging.getLogger(__name__)


def nightly_job(session: OpenLedger, settings: Settings) -> Job:
    """Return the job for a server's ticker."""
    return Job("proofs", lambda: _run(session, settings), Every(TICK))


def nightly(session: OpenLedger, settings: Settings, client: httpx.Client) -> list[Problem]:
    """Do what today still lacks; return what could not be done and why. Each part is tried whatever the others do."""
    if session.settings.demo_today is not None:
        # A demo's clock is not the world's: nobody outside would sign for it.
        return []
    now = session.clock()
    problems = [] if (doubt := doubt_of(session.store, now)) is None else [Problem("", doubt.text)]
    # Names that were erased while somebody was reading an older state.
    session.store.drop_remains()
    for name, part in PARTS.items():
        try:
            said = part(session, settings, now, client)
        except (ProofError, StoreError, Broken) as error:
            said = [Problem("", error.text)]
        except Refused as error:
            said = list(error.problems)
        except OSError as error:
            said = [Problem(str(error.filename or ""), Text("{reason}", reason=str(error)))]
        if said is not None:
            _keep_in_mind(session, name, said)
            problems += said
    return problems


def _keep_in_mind(session: OpenLedger, name: str, said: Sequence[Problem]) -> None:
    """Have `/admin` and `/healthz` tell of the first of what went wrong, until it went well again."""
    if said:
        told(f"{name}.failed", problems=list(map(str, said)))
        session.alarms[name] = Text("{what}：{problem}", what=ALARMS[name], problem=said[0].text)
    else:
        session.alarms.pop(name, None)


def _run(session: OpenLedger, settings: Settings) -> None:
    import httpx  # here: a server has no need of it before the night

    with httpx.Client() as client:
        for problem in nightly(session, settings, client):
            _log.error("%s", problem)


def _anchor(
    session: OpenLedger, settings: Settings, now: datetime, client: httpx.Client
) -> list[Problem] | None:
    witnesses = known_witnesses(session.log)
    if not witnesses and settings.tsa is None:
        return []
    today = _day(now)
    done = {found.authority for found in anchors_of(session.store.stream("")) if _day(found.instant) == today}
    lacking = [witness for witness in witnesses if witness.vkey not in done]
    tsa = settings.tsa if settings.tsa not in done else None
    if not lacking and tsa is None:
        return []
    return anchor(
        session.log,
        witnesses=lacking,
        tsa=tsa,
        roots=read_roots(settings.tsa_roots),
        clock=session.clock,
        client=client,
    ).problems


def _tiles(
    session: OpenLedger, settings: Settings, _now: datetime, _client: httpx.Client
) -> list[Problem] | None:
    if settings.tiles is not None:
        note = session.log.checkpoint()
        with session.store.read() as work:
            TileFolder(settings.tiles).write(work.connection, note)
    return []


def _backup(
    session: OpenLedger, settings: Settings, now: datetime, _client: httpx.Client
) -> list[Problem] | None:
    local = now.astimezone(SHANGHAI)
    if settings.backup is None or local.hour < BACKUP_FROM_HOUR:
        return None
    from taizhang.backup.continuing import check_folder
    from taizhang.backup.folder import made_at, open_shelf
    from taizhang.backup.making import make_backup

    check_folder(session, settings.backup)
    secret = settings.backup_passphrase
    shelf = open_shelf(
        settings.backup, secret.get_secret_value() if secret is not None else None, create=True
    )
    # Any of today: the latest by name may be one that was made under a clock that was ahead.
    if any(_day(made_at(backup)) == _day(now) for backup in shelf.folders()):
        return []
    evidence = evidence_folder(session.url, settings.evidence)
    done = make_backup(session, shelf, evidence, keep=settings.backup_keep)
    told("backup.made", name=done.path.name, events=done.events, files=done.evidence, removed=done.removed)
    return [Problem(str(done.path), warning) for warning in done.warnings]


PARTS = {"anchor": _anchor, "tiles": _tiles, "backup": _backup}
"""What is done, by the name of its alarm. None: nothing was due, and what was said before stands."""
ALARMS = {
    "anchor": Text("今天的外部存证没有做成"),
    "tiles": Text("日志的静态拷贝没有写成"),
    "backup": Text("昨夜的备份没有做成"),
}


def _day(instant: datetime) -> date:
    return instant.astimezone(SHANGHAI).date()
