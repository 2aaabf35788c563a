"""Every unit's totals on a day, read from the rows that are kept; and those rows made anew when their day is over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from ledger.store.protocol import Progress, Store, Transaction

from . import kept_beside, kept_firsts, totals
from .answers import Board
from .comparisons import Stage, renew_second_stage, second_of
from .evaluation import Evaluation
from .facts import Facts
from .kept import kept_of, settle, write
from .rebuild import Choice, fold
from .rule_set import RuleSet
from .scored_units import ScoredUnits
from .totals import TotalsRow

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
    general = units.rubrics.rule_set(as_of, rubric_id)
    found: list[TotalsRow] = []
    made_anew = 0
    day = as_of.isoformat()
    with store.read() as work:
        rows = (
            _main_rows(units, work, choice, as_of, progress)
            if rubric_id is None
            else units.comparisons.rows(work, choice, general, as_of, progress)
        )
        for row, is_new in rows:
            made_anew += is_new
            if not row.is_closed(day):
                found.append(row)
    provisional = general.rubric.is_provisional or any(row.is_provisional for row in found)
    return Board(as_of, general.rubric.id, found, made_anew, provisional)


def _main_rows(
    units: ScoredUnits, work: Transaction, choice: Choice, as_of: date, progress: Progress | None
) -> Iterator[tuple[TotalsRow, bool]]:
    """Yield every unit's row under its own main rubric, and whether it had to be made anew."""
    day, bases = as_of.isoformat(), choice.bases(as_of)
    kept = list(totals.rows(work.connection))
    comparing = [each for each in choice.mains(as_of) if each.compares]
    stages: list[tuple[RuleSet, Stage, dict[str, str]]] | None = None
    for done, row in enumerate(kept, 1):
        if row.is_closed(day) or row.holds(bases, day):
            yield row, False
            continue
        if stages is None:
            stages = [
                (
                    rule_set,
                    units.comparisons.stage(work, choice, rule_set, as_of),
                    kept_firsts.results(work.connection, choice.basis(rule_set, as_of)),
                )
                for rule_set in comparing
            ]
        found = next((each for each in stages if row.unit in each[1].firsts), None)
        if found is not None:
            rule_set, stage, results = found
            yield second_of(stage, rule_set, row, results.get(row.unit, "")), True
        else:
            fresh = choice.row(fold(row.unit, work.stream(row.unit)), as_of)
            if fresh is not None:
                yield fresh, True
        if progress:
            progress(done)


def renew(units: ScoredUnits, store: Store, day: date) -> int:
    """Write anew the kept rows that no longer hold on *day*; return how many.

    A few at a time, so that appends never wait long.
    """
    units.rubrics.rule_set(day)  # raises where no rubric answers for the day
    choice = units.rubrics.choice()
    comparing = choice.comparing(day)
    with store.read() as work:
        stale = _stale(work, choice, day)
    lapsed: set[str] = set()
    for batch in _batches(stale, UNITS_A_RENEWAL):
        with store.write(alone=True) as work:
            found = [kept_of(choice, fold(unit, work.stream(unit)), day) for unit in batch]
            every = [rows for rows in found if rows]
            moves = settle(work.connection, every, comparing=bool(comparing))
            write(work.connection, every, moves, lapsed=lapsed)
            lapsed |= moves.bases
    if comparing and stale:
        with store.write(alone=True) as work:
            kept_firsts.clear(work.connection, but=[choice.basis(each, day) for each in comparing])
    return len(stale) + sum(renew_second_stage(store, choice, each, day) for each in comparing)


def _stale(work: Transaction, choice: Choice, day: date) -> list[str]:
    """Return the units of whom a kept row, of the first stage where units are compared, does not hold on *day*."""
    today, bases = day.isoformat(), choice.bases(day)
    firsts = {
        (row.unit, row.basis)
        for rule_set in choice.comparing(day)
        for row in kept_firsts.of_basis(work.connection, choice.basis(rule_set, day))
        if row.holds(today)
    }
    known = list(totals.rows(work.connection))
    found = {row.unit for row in known if not (row.holds(bases, today) or (row.unit, row.basis) in firsts)}
    for rule_set in choice.apart(day):
        basis = choice.basis(rule_set, day)
        held = {
            each.row.unit
            for each in kept_beside.rows(work.connection, rule_set.rubric.id)
            if each.row.holds({basis}, today) or (each.row.unit, basis) in firsts
        }
        found |= {row.unit for row in known} - held
    return sorted(found)


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
