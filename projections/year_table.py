"""Every unit's year at a glance: what results, the leader's page and the year's end read, remembered by day.

A row is worked out from the unit's card once for a day (today, the ends of the months), kept in the store
(`year_rows`), and made anew where the unit's events since could have moved it: whoever looks again, also after a start,
pays only for what changed. Figures are hundredths of a point, and fractions of them where a curve divides.

Of a rubric that compares units nothing is kept in the store: any event of any unit may move everybody's row.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Lock
from time import monotonic

from ledger.events.event import day_of
from ledger.events.types import type_of
from ledger.problem import StoreError
from ledger.store.protocol import Store, Transaction
from rubric.schema import Rubric

from . import totals, year_rows
from .not_scored import NotScored
from .requirement import Status
from .results import result_of
from .scorecard import Scorecard
from .service import Projections
from .year_columns import UnitYear

TABLES = 40
"""So many days are remembered: a year's months of two rubrics, and days that somebody asked for."""
UNITS_AT_ONCE = 50
"""So many rows are written in one transaction."""
UNSETTLED = frozenset({Status.OPEN, Status.BEHIND, Status.OVERDUE, Status.UNEARNED})
"""What of a clause can still move by itself."""
SHORT = frozenset({Status.BEHIND, Status.OVERDUE, Status.UNEARNED, Status.MISSED})

_Kept = UnitYear | int
"""A unit's year; of one that has no card of the year the last event that was looked at."""


@dataclass(slots=True)
class _Table:
    """What is remembered of a day."""

    kept: dict[str, _Kept] = field(default_factory=dict)
    shown: list[UnitYear] = field(default_factory=list)
    size: int = -1
    """How long the ledger was when every row held; -1: not every row did."""


@dataclass(frozen=True, slots=True)
class YearTable:
    """Every unit's year as of a day, by unit id, as far as it is at hand."""

    day: date
    years: list[UnitYear]
    waiting: int = 0
    """How many units have yet to be worked out; of those in `years` none is out of date."""


class YearTables:
    """What is remembered of years."""

    def __init__(self) -> None:
        self._tables: OrderedDict[tuple[str, date], _Table] = OrderedDict()
        self._lock = Lock()

    def of(
        self,
        projections: Projections,
        store: Store,
        rubric: Rubric,
        day: date,
        until: float | None = None,
    ) -> YearTable:
        """Return every unit's year of *rubric* as of *day*, by unit id.

        Left out are units that were closed by *day* or the year's end, those that were not there in that year, and
        those that the rubric is not meant for.
        *until* (of `monotonic`): nothing more is worked out after it, and those that are left are counted.
        """
        key = rubric.basis, day
        with self._lock:
            table = self._tables.get(key)
        size = store.size()
        if table is not None and table.size == size:
            return YearTable(day, table.shown)
        compares = projections.compares(rubric)
        basis = year_rows.basis_of(rubric)
        with store.read() as work:
            # The length as this transaction sees it: what comes after it is looked at the next time.
            size = store.size()
            kept: dict[str, _Kept] = {}
            if not compares:
                kept = dict(table.kept if table is not None else year_rows.read(work.connection, basis, day))
            units = list(_standing(work, kept, rubric, day))
        lacking = [unit for unit, holds in units if not holds]
        made: list[UnitYear] = []
        done = 0
        for unit in lacking:
            if until is not None and monotonic() > until:
                break
            # Each in a transaction of its own: nobody else waits for a whole district.
            kept[unit] = fresh = _made(projections, store, unit, rubric, day)
            made += [fresh] if isinstance(fresh, UnitYear) else []
            done += 1
        if not compares:
            _keep(store, basis, day, made)
        left = set(lacking[done:])
        years = [each for unit, _ in units if unit not in left and isinstance(each := kept[unit], UnitYear)]
        with self._lock:
            self._tables[key] = _Table(kept, years, -1 if left else size)
            self._tables.move_to_end(key)
            while len(self._tables) > TABLES:
                self._tables.popitem(last=False)
        return YearTable(day, years, len(left))


def _standing(
    work: Transaction, kept: dict[str, _Kept], rubric: Rubric, day: date
) -> Iterator[tuple[str, bool]]:
    """Yield each unit that is in the table, and whether what is *kept* of it still holds; carry that on to its end."""
    closing = min(day, rubric.ends_on).isoformat()
    for row in totals.rows(work.connection):
        if row.is_closed(closing):
            continue
        known = kept.get(row.unit)
        if known is not None and _sequence(known) != row.sequence:
            if not _holds(work, row.unit, known, day):
                known = None
            elif isinstance(known, UnitYear):
                kept[row.unit] = replace(known, sequence=row.sequence)
            else:
                kept[row.unit] = row.sequence
        yield row.unit, known is not None


def _holds(work: Transaction, unit: str, kept: _Kept, day: date) -> bool:
    """Whether what is kept is still the unit's year as of *day*: nothing that occurred by then came since."""
    last = _sequence(kept)
    return last <= work.last_sequence(unit) and not any(
        type_of(event["type"]).looks_back or day_of(event["time"]) <= day for event in work.stream(unit, last)
    )


def _sequence(kept: _Kept) -> int:
    return kept.sequence if isinstance(kept, UnitYear) else kept


def _keep(store: Store, basis: str, day: date, made: Sequence[UnitYear]) -> None:
    """Write rows that were made; a store that can only be read answers as well, only not as fast after a start."""
    for start in range(0, len(made), UNITS_AT_ONCE):
        with suppress(StoreError), store.write(alone=True) as work:
            year_rows.keep(work.connection, basis, day, made[start : start + UNITS_AT_ONCE])


def _made(projections: Projections, store: Store, unit: str, rubric: Rubric, day: date) -> _Kept:
    with store.read() as work:
        last = work.last_sequence(unit)
        if not projections.assesses(work, unit, rubric, day):
            return last
        try:
            return unit_year(projections.score(store, unit, day, None, rubric.id))
        except NotScored:
            return last


def unit_year(card: Scorecard) -> UnitYear:
    """Return a unit's year as *card* has it."""
    organization = card.facts.organization(card.unit)
    sums = card.evaluation.totals()
    results = [each for each in card.evaluation.results if not each.is_bonus]
    grade = card.grade()
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
        grade.name if grade else "",
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
