"""Boards, remembered until somebody records something: whoever turns a page or searches asks for the same one again."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from threading import Lock

from ledger.problem import StoreError
from projections.district import ClauseCount, District, FallingDue
from projections.requirement import Status
from projections.totals import TotalsRow
from rubric.schema import Rubric
from taizhang.app.ledger import OpenLedger
from taizhang.web.pages.board.falls import Falls

BOARDS = 4


@dataclass(frozen=True, slots=True)
class Glance:
    """The whole district on a day, with what does not depend on the question; made after the event `since`."""

    district: District
    counts: list[ClauseCount]
    falling: list[FallingDue]
    overdue: int
    behind: int
    due: int
    missed: int
    since: int

    def made_by(self, since: int, rubric: Rubric, grace_days: int) -> bool:
        """Whether it would be made the same now."""
        return self.since == since and self.rubric is rubric and self.district.grace_days == grace_days

    @property
    def day(self) -> date:
        """The day looked at."""
        return self.district.day

    @property
    def rubric(self) -> Rubric:
        """The rubric of that day."""
        return self.district.rubric


def glance(rows: list[TotalsRow], rubric: Rubric, day: date, since: int, grace_days: int = 0) -> Glance:
    """Return the district of *rows*."""
    district = District(rows, rubric, day, grace_days)
    everything = district.everything()
    return Glance(
        district,
        district.counts(),
        district.falling_due(),
        overdue=len(district.with_status(Status.OVERDUE, everything)),
        behind=len(district.with_status(Status.BEHIND, everything)),
        due=len(district.due_soon(everything)),
        missed=len(district.with_status(Status.MISSED, everything)),
        since=since,
    )


class Boards:
    """What a server remembers of boards, the least recently used day first out."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[date, str], Glance] = OrderedDict()
        self._lock = Lock()
        self.falls = Falls()
        """What the board's moves in 30 days are worked out from."""

    def of(self, session: OpenLedger, day: date, *, today: date, rubric_id: str = "") -> Glance:
        """Return the board of *day*, by the rubric named or the one for everybody.

        Raises NotScored when no rubric is as old as that, or none has that id.
        """
        since, grace_days = session.store.size(), session.settings.grace_days
        rubric = session.projections.rubric_for(day, rubric_id or None)
        key = (day, rubric_id)
        with self._lock:
            kept = self._kept.get(key)
        if kept is not None and kept.made_by(since, rubric, grace_days):
            return kept
        apart = rubric_id if rubric.is_beside else None
        board = session.projections.board(session.store, day, apart)
        if board.made_anew and day == today and not apart:
            # Whoever comes first on a day keeps for the others what he had to make anew; a store that can only be
            # read answers as well, only not as fast.
            with suppress(StoreError):
                session.projections.renew(session.store, day)
        rows = [row for row in board.rows if apart or row.rubric == rubric.id]
        made = glance(rows, rubric, day, since, grace_days)
        with self._lock:
            self._kept[key] = made
            self._kept.move_to_end(key)
            while len(self._kept) > BOARDS:
                self._kept.popitem(last=False)
        return made
