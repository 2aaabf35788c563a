"""Kept rows made anew: each unit's stream folded and scored, by several processes where that pays.

A unit's row depends on nothing but its own stream, the rubric and the day, so that units can be shared out; the
rows come back in the order of units and are the same, to the byte, however many processes made them.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context

from ledger.events.event import StoredEvent
from ledger.store.protocol import Progress, Store
from rubric.catalog import NoRubric, RubricCatalog
from rubric.schema import Rubric

from .evaluation import Evaluation
from .facts import Facts
from .live import LiveUnit
from .places import shares_out
from .points import Totals
from .records import Records
from .result import grade_place, held_down
from .rule_set import RuleSet
from .status_codes import standing_of
from .totals import TotalsRow, basis_of

UNITS_A_TASK = 50
UNITS_FOR_PROCESSES = 400
"""Below so many units, starting processes takes longer than they save."""

UNSCORED = Totals(
    score=0, floor=0, ceiling=0, forecast=0, awaiting=0, bonus=0, claimed=0, overdue=0, missed=0
)


def fold(unit: str, events: Iterable[StoredEvent]) -> LiveUnit:
    """Return a unit folded from its whole stream."""
    live = LiveUnit(unit)
    live.catch_up(events)
    return live


class Choice:
    """Which rubric's rules a unit is scored by on a day, of those in a catalogue."""

    def __init__(self, catalog: RubricCatalog, compiled: Callable[[Rubric], RuleSet] = RuleSet) -> None:
        self.catalog = catalog
        self.compiled = compiled
        self._made: dict[str, RuleSet] = {}
        self._apart: dict[date, list[RuleSet]] = {}

    def rule_set(self, live: LiveUnit, day: date) -> RuleSet | None:
        """Return the rules of the unit's main rubric of *day*, None where there is none."""
        who = live.who if self.catalog.is_selective else None
        try:
            rubric = self.catalog.for_day(day, None, who)
        except NoRubric:
            return None
        return self._once(rubric)

    def row(self, live: LiveUnit, day: date, *, first_stage: bool = False) -> TotalsRow | None:
        """Return the row to keep for the unit on *day*, None when it is not registered (see `kept_row`)."""
        row = kept_row(live, self.rule_set(live, day), day, first_stage=first_stage)
        if row is None or not self.catalog.is_selective or not row.basis:
            return row
        # Another rubric may be the unit's from the day on which it opens.
        opens = self.catalog.next_opening(day).isoformat()
        return row._replace(basis=row.basis + self.catalog.stamp, changes_on=min(row.changes_on, opens))

    def mains(self, day: date) -> list[RuleSet]:
        """Return the rules that *day* may be scored by, for one unit or another."""
        return [self._once(rubric) for rubric in self.catalog.choices(day)]

    def apart(self, day: date) -> list[RuleSet]:
        """Return the rules by which units have kept rows apart from their main ones on *day*.

        Of rubrics beside the main ones; and of an earlier year's that is still decided, where it takes all units to
        say what one of them comes to.
        """
        if day not in self._apart:
            mains = self.mains(day)
            earlier = [self._once(rubric) for rubric in self.catalog.decided_on(day)]
            self._apart[day] = [
                *(self._once(rubric) for rubric in self.catalog.open_besides(day)),
                *(
                    each
                    for each in earlier
                    if each not in mains and (each.compares or shares_out(each.rubric))
                ),
            ]
        return self._apart[day]

    def comparing(self, day: date) -> list[RuleSet]:
        """Return those of both that compare units."""
        return [each for each in (*self.mains(day), *self.apart(day)) if each.compares]

    def is_apart(self, rule_set: RuleSet, day: date) -> bool:
        """Whether rows under *rule_set* are kept apart on *day*."""
        return any(each is rule_set for each in self.apart(day))

    def basis(self, rule_set: RuleSet, day: date) -> str:
        """Return what a row under *rule_set* rests on."""
        basis = basis_of(rule_set.rubric)
        return basis if self.is_apart(rule_set, day) else basis + self.catalog.stamp

    def _once(self, rubric: Rubric) -> RuleSet:
        made = self._made.get(rubric.basis)
        if made is None:
            made = self._made[rubric.basis] = self.compiled(rubric)
        return made

    def bases(self, day: date) -> frozenset[str]:
        """Return what a kept row that holds on *day* may rest on."""
        return frozenset(basis_of(rubric) + self.catalog.stamp for rubric in self.catalog.choices(day))


def kept_row(
    live: LiveUnit, rule_set: RuleSet | None, day: date, *, first_stage: bool = False
) -> TotalsRow | None:
    """Return the row to keep for a unit on *day*, None when it is not registered.

    On a day that no rubric covers the unit is known, and its figures hold for no day; so do they where the rubric
    compares units and where it stands is not known, unless just that is asked for (*first_stage*).
    """
    if rule_set is None:
        return _row(live.records, live.facts(day, date.max), None, day)
    row = _row(live.records, *live.evaluate(rule_set, day), day)
    if row is None or first_stage or not rule_set.compares or live.peers is not None:
        return row
    return row._replace(changes_on=row.as_of)


def rebuilt_rows(
    open_reader: Callable[[], Store],
    units: Sequence[str],
    catalog: RubricCatalog,
    day: date,
    progress: Progress | None,
) -> Iterator[TotalsRow]:
    """Yield the row of every registered unit among *units*, in their order, by its main rubric in *catalog*."""
    tasks = [units[start : start + UNITS_A_TASK] for start in range(0, len(units), UNITS_A_TASK)]
    processes = min(os.cpu_count() or 1, len(tasks))
    done = 0
    for units_done, rows in _rows_of_tasks(open_reader, tasks, catalog, day, processes):
        yield from rows
        done += units_done
        if progress:
            progress(done)


def _rows_of_tasks(
    open_reader: Callable[[], Store],
    tasks: Sequence[Sequence[str]],
    catalog: RubricCatalog,
    day: date,
    processes: int,
) -> Iterator[tuple[int, list[TotalsRow]]]:
    if processes < 2 or len(tasks) * UNITS_A_TASK < UNITS_FOR_PROCESSES:
        worker = _Worker(open_reader, catalog, day)
        for task in tasks:
            yield len(task), worker.rows(task)
        worker.store.close()
        return
    # Spawned, not forked: the parent holds a transaction, and may have threads.
    with ProcessPoolExecutor(
        processes,
        mp_context=get_context("spawn"),
        initializer=_start_worker,
        initargs=(open_reader, catalog, day),
    ) as pool:
        for task, rows in zip(tasks, pool.map(_rows_in_worker, tasks), strict=True):
            yield len(task), rows


class _Worker:
    def __init__(self, open_reader: Callable[[], Store], catalog: RubricCatalog, day: date) -> None:
        self.store = open_reader()
        self.choice = Choice(catalog)
        self.day = day

    def rows(self, units: Sequence[str]) -> list[TotalsRow]:
        found = []
        with self.store.read() as work:
            for unit, events in work.streams(units):
                row = self.choice.row(fold(unit, events), self.day)
                if row is not None:
                    found.append(row)
        return found


_worker: _Worker | None = None


def _start_worker(open_reader: Callable[[], Store], catalog: RubricCatalog, day: date) -> None:
    global _worker  # noqa: PLW0603  # one worker a process, made once
    gc.disable()  # a fold makes no cycles (see ledger.store.garbage), and the process ends with the work
    _worker = _Worker(open_reader, catalog, day)


def _rows_in_worker(units: Sequence[str]) -> list[TotalsRow]:
    assert _worker is not None, "the pool starts every process with a worker"
    return _worker.rows(units)


def _row(records: Records, facts: Facts, evaluation: Evaluation | None, day: date) -> TotalsRow | None:
    organization = facts.organization(records.unit)
    if organization.registered is None:
        return None
    if evaluation and organization.registered > evaluation.rule_set.rubric.ends_on:
        return None  # it was not there in that year
    closed_on = records.closed(day)
    sums = evaluation.totals() if evaluation else UNSCORED
    changes_on = evaluation.changes_on if evaluation else day
    grade = ""
    if evaluation and shares_out(evaluation.rule_set.rubric):
        held, turns = held_down(evaluation.rule_set.rubric, facts, day)
        grade = grade_place(evaluation.rule_set.rubric, sums.score + sums.bonus, held)
        changes_on = min(changes_on, turns)
    # What is dated later than today (a clock was set back) moves the score on a day no rule knows of.
    if evaluation and max(records.last_day, records.last_review_day) > day:
        changes_on = date.fromordinal(day.toordinal() + 1)
    return TotalsRow(
        unit=records.unit,
        name=organization.value("name", day, ""),
        kind=organization.value("kind", day, ""),
        basis=basis_of(evaluation.rule_set.rubric) if evaluation else "",
        as_of=day.isoformat(),
        changes_on=changes_on.isoformat(),
        sequence=records.last_sequence,
        score=sums.score,
        floor=sums.floor,
        ceiling=sums.ceiling,
        bonus=sums.bonus,
        overdue=sums.overdue,
        missed=sums.missed,
        standing=standing_of(evaluation) if evaluation else "",
        forecast=sums.forecast,
        awaiting=sums.awaiting,
        closed_on=closed_on.isoformat() if closed_on else "",
        grade=grade,
        unit_group=str(organization.value("group", day, "")),
    )
