"""Verifying the ledger at an auditor's wish: one at a time, beside the pages, over a reader of its own."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock, Thread

from ledger.merkle.proof_error import ProofError
from ledger.problem import StoreError
from ledger.signing.signed_log import SignedLog
from ledger.text import Text
from taizhang.app.ledger import OpenLedger
from taizhang.proofs.looks import Checked
from taizhang.proofs.verification import Beside, Outside, look_through

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Status:
    """How a verification stands: under way (`checked` and `problem` None), or ended at `ended`."""

    by: str
    began: datetime
    done: int
    """Events gone through so far."""
    ended: datetime | None = None
    checked: Checked | None = None
    problem: Text | None = None
    sequence: int | None = None
    """The event at which the ledger does not agree, where one can be named."""

    @property
    def is_fine(self) -> bool:
        """Whether it ended and found nothing broken."""
        return self.problem is None and self.checked is not None and self.checked.is_sound


class Verification:
    """The last verification of one server, and the one under way."""

    def __init__(self, session: OpenLedger, evidence: Path) -> None:
        """*evidence* is the folder of attached files."""
        self._session = session
        self._evidence = evidence
        self._lock = Lock()
        self.status: Status | None = None

    @property
    def is_running(self) -> bool:
        """Whether one is under way."""
        return self.status is not None and self.status.ended is None

    def start(self, by: str) -> None:
        """Begin one in the name of the account *by*, unless one is under way."""
        with self._lock:
            if self.is_running:
                return
            self.status = Status(by, self._session.clock(), 0)
            Thread(target=self._run, args=(self.status,), daemon=True, name="verification").start()

    def _run(self, began: Status) -> None:
        def progress(done: int) -> None:
            self.status = Status(began.by, began.began, done)

        def end(
            done: int, checked: Checked | None, problem: Text | None, sequence: int | None = None
        ) -> None:
            ended = self._session.clock()
            self.status = Status(began.by, began.began, done, ended, checked, problem, sequence)

        own = self._session.log
        try:
            session = self._session
            beside = Beside(session.shelf, session.settings.late_days, session.clock(), self._evidence)
            # A reader of its own: pages go on meanwhile.
            with session.store.reader()() as reader:  # type: ignore[attr-defined]  # both engines' readers close
                signed = SignedLog(reader, own.key_file, session.clock)
                checked = look_through(signed, Outside(), beside, progress=progress)
            first = next(checked.faults(), None)
            if first is None:
                end(checked.events, checked, None)
            else:
                end(checked.events, checked, first.text, first.sequence)
        except (ProofError, StoreError) as error:
            end(0, None, error.text)
        except Exception:
            log.exception("verification")
            end(0, None, Text("核验没有做完，原因已记入日志；请稍后再试"))
