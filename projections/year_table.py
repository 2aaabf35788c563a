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
from .requirement import Status
from .results import Result, result_of
from .scorecard import Scorecard
from .service import NotScored, Projections

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
    lost: dict[str, Amount]
    """What each clause has cost, where it cost something."""
    result: Result


_Table = dict[str, UnitYear | int]
"""By unit; of one that has no card of the year the last event that was looked at."""


class YearTables:
    """What is remembered of years."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, date], _Table] = OrderedDict()
        self._lock = Lock()

    def of(self, projections: Projections, store: Store, rubric: Rubric, day: date) -> list[UnitYear]:
        """Return every unit's year of *rubric* as of *day*, by unit id.

        Left out are units that were closed by *day* or the year's end, and those that were not there in that year.
        """
        key = rubric.basis, day
        with self._lock:
            known = self._kept.get(key, {})
        made: _Table = {}
        closing = min(day, rubric.ends_on).isoformat()
        with store.read() as work:
            for row in totals.rows(work.connection):
                if row.is_closed(closing):
                    continue
                kept = known.get(row.unit)
                if kept is not None and _sequence(kept) == row.sequence:
                    pass
                elif kept is not None and _holds(work, row.unit, kept, day):
                    kept = (
                        replace(kept, sequence=row.sequence) if isinstance(kept, UnitYear) else row.sequence
                    )
                else:
                    kept = _made(projections, store, row.unit, rubric, day, row.sequence)
                made[row.unit] = kept
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


def _sequence(kept: UnitYear | int) -> int:
    return kept.sequence if isinstance(kept, UnitYear) else kept


def _made(
    projections: Projections, store: Store, unit: str, rubric: Rubric, day: date, last: int
) -> UnitYear | int:
    try:
        card = projections.score(store, unit, day, None, rubric.id)
    except NotScored:
        return last
    return unit_year(card)


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
        {each.rule.clause.id: each.loss.score for each in results if each.loss.score},
        result_of(card.records, card.rubric.year, card.day, card.rubric),
    )


def by_clause(table: Sequence[UnitYear]) -> dict[str, int]:
    """Return in how many units each clause is short, the most troublesome first."""
    counts: dict[str, int] = {}
    for each in table:
        for clause in each.short:
            counts[clause] = counts.get(clause, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
