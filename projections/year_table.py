"""Every unit's year in one table: its figures by indicator, what is still open in it, and what became of it.

Remembered unit by unit for a few days at a time (today, the ends of the months), and made anew where the unit's
events since could have moved it: whoever looks again pays only for what changed. Figures are hundredths of a point,
and fractions of them where a curve divides.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock

from ledger.events.event import day_of
from ledger.events.types import type_of
from ledger.store.protocol import Store, Transaction
from rubric.amounts import Amount
from rubric.schema import Rubric

from . import totals
from .not_scored import NotScored
from .requirement import Status
from .results import Result, result_of
from .scorecard import Scorecard
from .service import Projections

TABLES = 40
"""So many days are remembered: a year's months of two rubrics, and days that somebody asked for."""
UNSETTLED = frozenset({Status.OPEN, Status.BEHIND, Status.OVERDUE, Status.UNEARNED})
"""What of a clause can still move by itself."""
SHORT = frozenset({Status.BEHIND, Status.OVERDUE, Status.UNEARNED, Status.MISSED})


@dataclass(frozen=True, slots=True)
class UnitYear:
    """One unit's year as of a day."""

    unit: str
    name: str
    kind: str
    sequence: int
    """The unit's last event that was looked at."""
    score: Amount
    floor: Amount
    ceiling: Amount
    forecast: Amount
    bonus: Amount
    figures: dict[int, Amount]
    """The points of each indicator."""
    unsettled: int
    """Clauses that can still move by themselves."""
    awaiting: int
    """Clauses that only people can decide, and nobody has."""
    short: frozenset[str]
    """Clauses that are behind, overdue, unearned or missed."""
    overdue: frozenset[str]
    missed: frozenset[str]
    lost: dict[str, Amount]
    """What each clause has cost, where it cost something."""
    last_done: date | None
    """The day of the latest thing that the unit did in the year; None when there is none."""
    result: Result


_Table = dict[str, UnitYear | int | None]
"""By unit; of one that has no card of the year the last event that was looked at. None: not looked at yet."""


class YearTables:
    """What is remembered of years."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, date], _Table] = OrderedDict()
        self._lock = Lock()

    def has(self, rubric: Rubric, day: date) -> bool:
        """Whether the table of *day* is remembered: then it costs little to ask for it."""
        with self._lock:
            return (rubric.basis, day) in self._kept

    def of(self, projections: Projections, store: Store, rubric: Rubric, day: date) -> list[UnitYear]:
        """Return every unit's year of *rubric* as of *day*, by unit id.

        Left out are units that were closed by *day* or the year's end, and those that were not there in that year.
        """
        key = rubric.basis, day
        with self._lock:
            known = self._kept.get(key, {})
        with store.read() as work:
            made = _kept(work, known, rubric, day)
        for unit, kept in made.items():
            if kept is None:
                # Each in a transaction of its own: nobody else waits for a whole district.
                made[unit] = _made(projections, store, unit, rubric, day)
        with self._lock:
            self._kept[key] = made
            self._kept.move_to_end(key)
            while len(self._kept) > TABLES:
                self._kept.popitem(last=False)
        return [each for each in made.values() if isinstance(each, UnitYear)]


def _holds(work: Transaction, unit: str, kept: UnitYear | int, day: date) -> bool:
    """Whether what is kept is still the unit's year as of *day*: nothing that occurred by then came since."""
    return not any(
        type_of(event["type"]).looks_back or day_of(event["time"]) <= day
        for event in work.stream(unit, _sequence(kept))
    )


def _kept(work: Transaction, known: _Table, rubric: Rubric, day: date) -> _Table:
    """Return what of *known* is still right, None for units that have to be looked at."""
    closing = min(day, rubric.ends_on).isoformat()
    found: _Table = {}
    for row in totals.rows(work.connection):
        if row.is_closed(closing):
            continue
        kept = known.get(row.unit)
        if kept is not None and _sequence(kept) != row.sequence:
            if not _holds(work, row.unit, kept, day):
                kept = None
            elif isinstance(kept, UnitYear):
                kept = replace(kept, sequence=row.sequence)
            else:
                kept = row.sequence
        found[row.unit] = kept
    return found


def _sequence(kept: UnitYear | int) -> int:
    return kept.sequence if isinstance(kept, UnitYear) else kept


def _made(projections: Projections, store: Store, unit: str, rubric: Rubric, day: date) -> UnitYear | int:
    with store.read() as work:
        last = work.last_sequence(unit)
        try:
            return unit_year(projections.score(store, unit, day, None, rubric.id))
        except NotScored:
            return last


def unit_year(card: Scorecard) -> UnitYear:
    """Return a unit's year as *card* has it."""
    organization = card.facts.organization(card.unit)
    sums = card.evaluation.totals()
    results = [each for each in card.evaluation.results if not each.is_bonus]
    return UnitYear(
        card.unit,
        organization.value("name", card.day, card.unit),
        organization.value("kind", card.day, ""),
        card.records.last_sequence,
        sums.score,
        sums.floor,
        sums.ceiling,
        sums.forecast,
        sums.bonus,
        {number: each.score for number, _results, each in card.evaluation.indicators()},
        sum(each.status in UNSETTLED for each in results),
        sum(each.status is Status.AWAITING for each in results),
        frozenset(each.rule.clause.id for each in results if each.status in SHORT),
        frozenset(each.rule.clause.id for each in results if each.status is Status.OVERDUE),
        frozenset(each.rule.clause.id for each in results if each.status is Status.MISSED),
        {each.rule.clause.id: each.loss.score for each in results if each.loss.score},
        _last_done(card),
        result_of(card.records, card.rubric.year, card.day, card.rubric),
    )


def _last_done(card: Scorecard) -> date | None:
    days = (
        record.day
        for record in card.records.by_id.values()
        if type_of(record.type).lived and not record.retracted and record.day <= card.day
    )
    return max(days, default=None)


def by_clause(table: Sequence[UnitYear]) -> dict[str, int]:
    """Return in how many units each clause is short, the most troublesome first."""
    counts: dict[str, int] = {}
    for each in table:
        for clause in each.short:
            counts[clause] = counts.get(clause, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
