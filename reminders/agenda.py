"""Every unit's duties on a day, without folding the units that nothing happened to since they were last looked at.

A unit's duties hold until its next event (`projections.duties`). The ticker renews them the day long, so that a day's
plan for 10,000 units reads rows; what is stale is made anew by several processes where that pays.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from typing import Any

import orjson

from ledger.store import Progress, Store
from projections import totals
from projections.duties import Duty
from projections.service import Projections
from rubric.shelf import Shelf

from .store.agenda import KeptAgenda, keep, kept

VERSION = 2
"""Raised when the meaning of a kept row changes."""
UNITS_A_TASK = 50
UNITS_FOR_PROCESSES = 400
"""Below so many units, starting processes takes longer than they save."""

UnitDuties = tuple[str, list[Duty]]


class Agenda:
    """The duties of all units."""

    def __init__(self, store: Store, projections: Projections) -> None:
        self._store = store
        self._projections = projections

    def duties(
        self,
        day: date,
        wanted: Collection[str] | None = None,
        progress: Progress | None = None,
        *,
        keep_rows: bool = True,
    ) -> Iterator[UnitDuties]:
        """Yield each registered unit with its duties on *day*, of all units or of those wanted, by unit id.

        What was stale is kept for the next time, unless *keep_rows* forbids it (a dry run writes nothing).
        """
        basis = self._basis(day)
        with self._store.read() as work:
            heads = {row.unit: row.sequence for row in totals.rows(work.connection)}
            rows = {
                row.unit: row
                for row in kept(work.connection)
                if row.unit in heads and row.basis == basis and row.made_on <= day.isoformat()
            }
        valid = {unit: row.duties for unit, row in rows.items() if row.sequence == heads[unit]}
        units = [unit for unit in heads if wanted is None or unit in wanted]
        stale = [unit for unit in units if unit not in valid]
        fresh = {
            unit: (sequence, lasting, _with_turned(text, rows[unit].duties, day) if unit in rows else text)
            for unit, (sequence, lasting, text) in self._find(stale, day, progress).items()
        }
        if keep_rows and any(lasting for _, lasting, _ in fresh.values()):
            with self._store.write() as work:
                keep(
                    work.connection,
                    [
                        KeptAgenda(unit, sequence, basis, day.isoformat(), text)
                        for unit, (sequence, lasting, text) in fresh.items()
                        if lasting
                    ],
                )
        for unit in units:
            text = valid.get(unit) or (fresh[unit][2] if unit in fresh else None)
            if text is not None:
                yield unit, decoded(text)

    def renew(self, day: date) -> int:
        """Make anew what no longer holds on *day*; return how many units there are."""
        return sum(1 for _ in self.duties(day))

    def _basis(self, day: date) -> str:
        labels = [rubric.label for rubric in self._projections.shelf.open_at(day)]
        return f"{VERSION}/{totals.PROJECTION}/{','.join(labels)}"

    def _find(self, units: Sequence[str], day: date, progress: Progress | None) -> dict[str, Found]:
        found: dict[str, Found] = {}
        if len(units) < UNITS_FOR_PROCESSES or (os.cpu_count() or 1) < 2:
            for start in range(0, len(units), UNITS_A_TASK):
                found.update(_found(self._store, self._projections, units[start : start + UNITS_A_TASK], day))
                if progress:
                    progress(min(start + UNITS_A_TASK, len(units)))
            return found
        tasks = [units[start : start + UNITS_A_TASK] for start in range(0, len(units), UNITS_A_TASK)]
        # Spawned, not forked: this process has threads.
        with ProcessPoolExecutor(
            min(os.cpu_count() or 1, len(tasks)),
            mp_context=get_context("spawn"),
            initializer=_start_worker,
            initargs=(self._store.reader(), self._projections.shelf, day),
        ) as pool:
            for done, part in enumerate(pool.map(_found_in_worker, tasks), 1):
                found.update(part)
                if progress:
                    progress(min(done * UNITS_A_TASK, len(units)))
        return found


Found = tuple[int, bool, str]
"""Sequence, whether it lasts, and the encoded duties of a unit."""


def _found(store: Store, projections: Projections, units: Sequence[str], day: date) -> dict[str, Found]:
    found: dict[str, Found] = {}
    with store.read() as work:
        for unit in units:
            duties = projections.duties(work, unit, day)
            if duties is not None:
                found[unit] = (duties.sequence, duties.lasting, encoded(duties.found))
    return found


def _with_turned(text: str, before: str, day: date) -> str:
    """Return encoded duties with a note on those that are past now and were not there in the row *before*."""
    turned = {duty.place: duty.turned for duty in decoded(before)}
    duties = decoded(text)
    noted = [replace(duty, turned=turned.get(duty.place, day if day > duty.due else None)) for duty in duties]
    return text if noted == duties else encoded(noted)


_worker: tuple[Store, Projections, date] | None = None


def _start_worker(open_reader: Callable[[], Store], shelf: Shelf, day: date) -> None:
    global _worker  # noqa: PLW0603  # one worker a process, made once
    _worker = (open_reader(), Projections(shelf), day)


def _found_in_worker(units: Sequence[str]) -> dict[str, Found]:
    assert _worker is not None, "the pool starts every process with a worker"
    store, projections, day = _worker
    return _found(store, projections, units, day)


def encoded(duties: Sequence[Duty]) -> str:
    """Return duties as JSON text."""
    return orjson.dumps([_row(duty) for duty in duties]).decode()


def _row(duty: Duty) -> list[Any]:
    return [
        duty.rubric,
        duty.clause,
        duty.key,
        duty.due,
        duty.final,
        duty.award,
        duty.behind_from,
        duty.subjects,
        duty.raised,
        duty.turned,
    ]


def decoded(text: str) -> list[Duty]:
    """Return the duties that `encoded` wrote."""
    day = date.fromisoformat
    return [
        Duty(
            rubric,
            clause,
            key,
            day(due),
            day(final),
            award,
            day(behind) if behind else None,
            tuple(subjects),
            tuple(map(day, raised)),
            day(turned) if turned else None,
        )
        for rubric, clause, key, due, final, award, behind, subjects, raised, turned in orjson.loads(text)
    ]
