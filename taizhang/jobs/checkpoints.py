"""Checkpoints that a server signs by itself: every minute in which something was recorded, and when it ends.

What is signed is first compared with what was signed before: a ledger that is shorter than its last checkpoint, as
after a lost write-ahead log or with an older copy put back, or another one, is told in the log, on `/admin` and by
`/healthz` until it is the right one again. The last checkpoint also lies beside the key, outside the store.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from ledger.merkle.proof_error import ProofError
from ledger.problem import Broken, Refused, StoreError
from ledger.text import Text
from taizhang.app.ledger import OpenLedger

if TYPE_CHECKING:
    from reminders.ticker import Job

EVERY = timedelta(seconds=30)
"""Half of what is promised: a tick may come late."""
ALARM = "checkpoint"

_log = logging.getLogger(__name__)


@contextmanager
def signing(session: OpenLedger) -> Iterator[Job]:
    """Compare and sign at the beginning of the block and at its end; give the job that does it in between."""
    from reminders.ticker import Every, Job

    sign(session)
    try:
        yield Job("checkpoints", lambda: sign(session), Every(EVERY))
    finally:
        sign(session)


@contextmanager
def signed_after(session: OpenLedger) -> Iterator[None]:
    """Sign at the end of a block at the terminal that has recorded something.

    Only where a key was made before, by a server or by the operator: who merely tries the program out gets no key
    that he would have to keep.
    """
    before = session.store.size()
    yield
    if session.store.size() != before and session.log.key_file.path.exists():
        sign(session)


def sign(session: OpenLedger) -> None:
    """Sign a checkpoint of what was recorded since the last one; what stands in the way becomes an alarm."""
    try:
        problem = _signed(session)
    except Refused as error:
        problem = error.problems[0].text
    except (ProofError, StoreError, Broken) as error:
        problem = error.text
    except OSError as error:
        problem = Text("没有签检查点：{reason}", reason=str(error))
    if problem is None:
        session.alarms.pop(ALARM, None)
    elif session.alarms.get(ALARM) != problem:
        session.alarms[ALARM] = problem
        _log.error("%s", problem)


def _signed(session: OpenLedger) -> Text | None:
    log = session.log
    problem = log.contradiction()
    if problem is not None or session.store.only_reads:
        return problem
    if session.store.size() > log.signed_size():
        log.checkpoint(automatic=True)
    return None
