"""Making the archive of a year at an assessor's wish: one at a time, beside the pages."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Lock, Thread

from ledger.errors import TaizhangError
from ledger.text import Text
from rubric.schema import Rubric
from taizhang.app.ledger import OpenLedger
from taizhang.documents.archive_folder import ArchiveFolder
from taizhang.documents.year_archive import archive_year
from taizhang.evidence.folder import EvidenceFolder
from taizhang.language.i18n import Language, spoken, use

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Status:
    """How making stands: under way, or ended at `ended`, well or with a `problem`."""

    year: int
    by: str
    began: datetime
    done: int = 0
    """Steps that are done: a document or a package each."""
    steps: int = 0
    """How many there are; 0 as long as that is not known."""
    ended: datetime | None = None
    problem: Text | None = None


class Archiving:
    """The last archive that this server made, and the one under way."""

    def __init__(self, session: OpenLedger, evidence: Path) -> None:
        """*evidence* is the folder of attached files."""
        self._session, self._evidence = session, evidence
        self._lock = Lock()
        self.folder = ArchiveFolder(evidence)
        self.status: Status | None = None

    @property
    def is_running(self) -> bool:
        """Whether one is under way."""
        return self.status is not None and self.status.ended is None

    def start(self, rubric: Rubric, by: str) -> None:
        """Begin one in the name of the account *by*, unless one is under way."""
        with self._lock:
            if self.is_running:
                return
            self.status = began = Status(rubric.year, by, self._session.clock())
            Thread(target=self._run, args=(rubric, began, spoken()), daemon=True, name="year archive").start()

    def _run(self, rubric: Rubric, began: Status, language: Language) -> None:
        use(language)

        def progress(done: int, steps: int) -> None:
            self.folder.check_room()
            self.status = replace(began, done=done, steps=steps)

        def end(problem: Text | None) -> None:
            self.status = replace(self.status or began, ended=self._session.clock(), problem=problem)

        try:
            self.folder.check_room()
            working = self.folder.working(rubric.year)
            made = archive_year(
                self._session, rubric, working, EvidenceFolder(self._evidence), progress=progress
            )
            self.folder.put(rubric.year, made, began.by, self._session.clock())
            end(None)
        except TaizhangError as error:
            self.folder.give_up(rubric.year)
            end(error.text)
        except Exception:
            log.exception("year archive")
            self.folder.give_up(rubric.year)
            end(Text("归档没有做完，原因已记入日志；请稍后再试"))
