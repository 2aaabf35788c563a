"""How all units stand on a day under a rubric that compares them, or shares something out among them.

Read from what is kept of each; only of whom nothing is kept that holds on that day the stream is folded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ledger.store.protocol import Progress, Store, Transaction
from rubric.format2.rubric2 import Rubric2

from . import kept_beside, kept_firsts, totals
from .kept import Kept, kept_under
from .kept_firsts import FirstRow
from .peers import Brought, Comparison
from .places import Entrant, Outcome, outcomes
from .rebuild import Choice, fold
from .requirement import NEVER
from .rule_set import RuleSet
from .second_stage import brought_of, drawn_of, drawn_text, second_row
from .totals import TotalsRow

TRIES = 3
"""So often the second stage is worked out while others write, before they have to wait for it."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What everybody brings on a day, the comparison of it, and from when on somebody may bring something else."""

    firsts: Mapping[str, FirstRow]
    brought: Mapping[str, Mapping[str, Brought]]
    comparison: Comparison
    until: date
    fresh: Mapping[str, Kept]
    """Those whose stream was folded for it."""


class Comparisons:
    """What was last asked of comparisons, for as long as nothing is appended."""

    def __init__(self) -> None:
        self._stage: tuple[object, Stage | None] = (None, None)
        self._entrants: tuple[object, list[Entrant]] = (None, [])
        self._outcomes: tuple[object, dict[str, Outcome]] = (None, {})

    def forget(self) -> None:
        """Drop what is remembered."""
        self._stage, self._entrants, self._outcomes = (None, None), (None, []), (None, {})

    def stage(self, work: Transaction, choice: Choice, rule_set: RuleSet, day: date) -> Stage:
        """Return what everybody brings on *day* under a rubric that compares units."""
        key = rule_set, choice.catalog.stamp, day, totals.last_sequence(work.connection)
        known, stage = self._stage
        if stage is None or known != key:
            stage = _stage(work, choice, rule_set, day)
            self._stage = key, stage  # one assignment: threads that meet here read the same rows
        return stage

    def rows(
        self,
        work: Transaction,
        choice: Choice,
        rule_set: RuleSet,
        day: date,
        progress: Progress | None = None,
    ) -> Iterator[tuple[TotalsRow, bool]]:
        """Yield the row on *day* of every unit that is scored by the rubric, and whether it had to be made anew."""
        today, basis, bases = day.isoformat(), choice.basis(rule_set, day), choice.bases(day)
        stage = self.stage(work, choice, rule_set, day) if rule_set.compares else None
        results: Mapping[str, str] | None = None
        for done, (row, is_meant) in enumerate(_kept_rows(work, choice, rule_set, day), 1):
            if row.basis == basis and row.as_of <= today < row.changes_on:
                if is_meant:
                    yield row, False
                continue
            if basis in bases and row.holds(bases, today):
                continue  # another one is the unit's main rubric
            if stage is None:
                fresh = kept_under(choice, rule_set, fold(row.unit, work.stream(row.unit)), day)
                if fresh is not None:
                    yield fresh.row, True
            elif row.unit in stage.firsts:
                if results is None:
                    results = kept_firsts.results(work.connection, basis)
                yield second_of(stage, rule_set, row, results.get(row.unit, "")), True
            if progress:
                progress(done)

    def entrants(self, work: Transaction, choice: Choice, rule_set: RuleSet, day: date) -> list[Entrant]:
        """Return everybody who takes part in what the rubric shares out on *day*: all that stand."""
        key = rule_set, choice.catalog.stamp, day, totals.last_sequence(work.connection)
        known, found = self._entrants
        if known != key:
            found = [
                Entrant(row.unit, row.score + row.bonus, row.grade, row.unit_group)
                for row, _ in self.rows(work, choice, rule_set, day)
                if not row.is_closed(day.isoformat())
            ]
            self._entrants = key, found
        return found

    def outcomes(
        self, work: Transaction, choice: Choice, rule_set: RuleSet, day: date
    ) -> Mapping[str, Outcome]:
        """Return what everybody comes to where the rubric shares something out, by unit."""
        entrants = self.entrants(work, choice, rule_set, day)
        known, found = self._outcomes
        if known is not entrants:
            found = shared_out(rule_set, entrants)
            self._outcomes = entrants, found
        return found


def shared_out(rule_set: RuleSet, entrants: Iterable[Entrant]) -> dict[str, Outcome]:
    """Return what each of *entrants* comes to under a rubric that shares something out."""
    rubric = rule_set.rubric
    assert isinstance(rubric, Rubric2), "no other shares anything out"
    return outcomes(rubric.result, entrants)


def renew_second_stage(store: Store, choice: Choice, rule_set: RuleSet, day: date) -> int:
    """Write where everybody stands on *day*; return how many rows had to be made anew.

    It is worked out while others may append, and written where nobody did meanwhile.
    """
    apart = rule_set.rubric.id if choice.is_apart(rule_set, day) else ""
    for _ in range(TRIES):
        with store.read() as work:
            seen = totals.last_sequence(work.connection)
            rows, drawn = _second_rows(work, choice, rule_set, day)
        if not rows and not drawn:
            return 0
        with store.write(alone=True) as work:
            if totals.last_sequence(work.connection) == seen:
                _write_second(work, apart, rows, drawn)
                return len(rows)
    with store.write(alone=True) as work:
        rows, drawn = _second_rows(work, choice, rule_set, day)
        _write_second(work, apart, rows, drawn)
        return len(rows)


def _write_second(
    work: Transaction, apart: str, rows: list[TotalsRow], drawn: list[tuple[str, FirstRow]]
) -> None:
    if apart:
        kept_beside.keep(work.connection, [kept_beside.BesideRow(apart, 1, row) for row in rows])
    else:
        totals.keep(work.connection, rows)
    kept_firsts.draw(work.connection, drawn)


def _second_rows(
    work: Transaction, choice: Choice, rule_set: RuleSet, day: date
) -> tuple[list[TotalsRow], list[tuple[str, FirstRow]]]:
    """Return the rows that are other than those kept, and where their units stand now."""
    stage = _stage(work, choice, rule_set, day)
    rows: list[TotalsRow] = []
    drawn: list[tuple[str, FirstRow]] = []
    results: Mapping[str, str] | None = None
    for row, _ in _kept_rows(work, choice, rule_set, day):
        first = stage.firsts.get(row.unit)
        if first is None or row.unit in stage.fresh:
            continue
        compared = stage.comparison.of(row.unit)
        holds = row.basis == first.basis and row.as_of <= day.isoformat() < row.changes_on
        if holds and first.drawn and drawn_of(first) == (compared, stage.until):
            continue
        if results is None:
            results = kept_firsts.results(work.connection, first.basis)
        rows.append(second_of(stage, rule_set, row, results[row.unit]))
        drawn.append((drawn_text(compared, stage.until), first))
    return rows, drawn


def second_of(stage: Stage, rule_set: RuleSet, row: TotalsRow, results: str) -> TotalsRow:
    """Return the row of a unit of *stage*; *row*, *results*: what is kept of it."""
    fresh = stage.fresh.get(row.unit)
    first, compared = stage.firsts[row.unit], stage.comparison.of(row.unit)
    if fresh is not None:
        row, results = fresh.row, fresh.results
    return second_row(rule_set, row, first, results, compared, stage.until)


def _stage(work: Transaction, choice: Choice, rule_set: RuleSet, day: date) -> Stage:
    today, basis = day.isoformat(), choice.basis(rule_set, day)
    kept = {row.unit: row for row in kept_firsts.of_basis(work.connection, basis)}
    firsts: dict[str, FirstRow] = {}
    fresh: dict[str, Kept] = {}
    bases = choice.bases(day)
    for row, is_meant in _kept_rows(work, choice, rule_set, day):
        first = kept.get(row.unit)
        if first is not None and first.holds(today):
            firsts[row.unit] = first
            continue
        elsewhere = basis in bases and row.basis in bases and row.basis != basis
        if row.as_of <= today < row.changes_on and (elsewhere or not is_meant):
            continue  # it is known to be scored by another, or not by this one
        found = kept_under(choice, rule_set, fold(row.unit, work.stream(row.unit)), day)
        if found is not None and found.first is not None:
            firsts[row.unit], fresh[row.unit] = found.first, found
    brought = {unit: brought_of(row) for unit, row in firsts.items()}
    turns = min((row.turns_on for row in firsts.values()), default=NEVER.isoformat())
    return Stage(firsts, brought, Comparison(rule_set, brought), date.fromisoformat(turns), fresh)


def _kept_rows(
    work: Transaction, choice: Choice, rule_set: RuleSet, day: date
) -> Iterator[tuple[TotalsRow, bool]]:
    """Yield a row of every unit, that under the rubric where such are kept apart; and whether it is meant."""
    if not choice.is_apart(rule_set, day):
        yield from ((row, True) for row in totals.rows(work.connection))
        return
    apart = {each.row.unit: each for each in kept_beside.rows(work.connection, rule_set.rubric.id)}
    for row in totals.rows(work.connection):
        found = apart.get(row.unit)
        # One that is not here yet has a row that holds for no day.
        yield (found.row, bool(found.is_meant)) if found else (row._replace(basis=""), True)
