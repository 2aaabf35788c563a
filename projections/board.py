"""Every unit's totals on a day, read from the rows that are kept; and those rows made anew when their day is over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from ledger.store.protocol import Progress, Store

from . import totals
from .answers import Board
from .evaluation import Evaluation
from .facts import Facts
from .scored_units import ScoredUnits
from .totals import TotalsRow, basis_of

UNITS_A_RENEWAL = 20


def board(
    units: ScoredUnits,
    store: Store,
    as_of: date,
    rubric_id: str | None = None,
    progress: Progress | None = None,
) -> Board:
    """Return the totals of every unit that is not closed; rows kept for the day are read, others made anew."""
    choice = units.rubrics.choice()
    rule_set = units.rubrics.rule_set(as_of, rubric_id) if rubric_id is not None else None
    general = rule_set.rubric if rule_set is not None else units.rubrics.rule_set(as_of).rubric
    bases = (
        choice.bases(as_of)
        if rule_set is None
        else frozenset({basis_of(general) + units.rubrics.shelf.stamp})
    )
    found: list[TotalsRow] = []
    made_anew = 0
    day = as_of.isoformat()
    with store.read() as work:
        kept = list(totals.rows(work.connection))
        for done, row in enumerate(kept, 1):
            if row.is_closed(day):
                continue
            if row.holds(bases, day):
                found.append(row)
                continue
            fresh = units.fresh_row(work, row.unit, choice, as_of, rule_set)
            made_anew += 1
            if fresh is not None and not fresh.is_closed(day):
                found.append(fresh)
            if progress:
                progress(done)
    provisional = general.is_provisional or any(row.is_provisional for row in found)
    return Board(as_of, general.id, found, made_anew, provisional)


def renew(units: ScoredUnits, store: Store, day: date) -> int:
    """Write anew the kept rows that no longer hold on *day*; return how many.

    A few at a time, so that appends never wait long.
    """
    units.rubrics.rule_set(day)  # raises where no rubric answers for the day
    choice, today = units.rubrics.choice(), day.isoformat()
    bases = choice.bases(day)
    with store.read() as work:
        stale = [row.unit for row in totals.rows(work.connection) if not row.holds(bases, today)]
    for batch in _batches(stale, UNITS_A_RENEWAL):
        with store.write(alone=True) as work:
            rows = [units.fresh_row(work, unit, choice, day) for unit in batch]
            totals.keep(work.connection, [row for row in rows if row is not None])
    return len(stale)


def forecasts(
    units: ScoredUnits, store: Store, asked: Iterable[str], day: date, past: date
) -> dict[str, int]:
    """Return what each of *asked* was forecast (hundredths) as of *past*, by what is known now.

    Left out is who was not registered by then, or had another rubric than on *day*; and where a rubric compares
    units, everybody: what others had then is not kept.
    """
    choice = units.rubrics.choice()
    found: dict[str, int] = {}
    with store.read() as work:
        for unit in asked:
            live = units.caught_up(unit, work)
            rule_set = choice.rule_set(live, past)
            if rule_set is None or rule_set.compares or rule_set is not choice.rule_set(live, day):
                continue
            facts = Facts(unit, live.records.counting(past, rule_set.rubric.closes_on))
            if facts.organization(unit).registered is not None:
                found[unit] = Evaluation(rule_set, facts, past).totals().forecast
    return found


def _batches(units: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (units[start : start + size] for start in range(0, len(units), size))
