"""By how much each unit's forecast has moved in 30 days: who was fine a month ago and is slipping.

The forecast of a past day follows from the events, and is worked out by what is known now. It is remembered for every
unit until the unit has a new event.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from threading import Lock

from projections.totals import TotalsRow
from rubric.schema import Rubric
from taizhang.app.ledger import OpenLedger

DAYS = 30
UNITS_MAX = 400
"""In a larger district only the units of the page that is shown are worked out: one takes some milliseconds."""


class Falls:
    """What a server remembers of past forecasts, of one past day."""

    def __init__(self) -> None:
        self._asked: tuple[date, str] | None = None
        self._kept: dict[str, tuple[int, int | None]] = {}
        """By unit: the sequence that it was worked out at, and the forecast; None where there was none."""
        self._lock = Lock()

    def of(self, session: OpenLedger, rows: Sequence[TotalsRow], rubric: Rubric, day: date) -> dict[str, int]:
        """Return the moves of *rows*, those of *day*, in hundredths; who has no forecast of then is left out."""
        past = day - timedelta(days=DAYS)
        if past < rubric.opens_on:
            return {}
        with self._lock:
            if self._asked != (past, rubric.basis):
                self._asked, self._kept = (past, rubric.basis), {}
            kept = self._kept
            missing = [row for row in rows if kept.get(row.unit, (-1, None))[0] != row.sequence]
        if missing:
            found = session.projections.forecasts(session.store, [row.unit for row in missing], day, past)
            fresh = {row.unit: (row.sequence, found.get(row.unit)) for row in missing}
            with self._lock:
                kept.update(fresh)
        moves = {}
        for row in rows:
            before = kept[row.unit][1]
            if before is not None:
                moves[row.unit] = row.forecast - before
        return moves
