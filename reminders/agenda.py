"""Every unit's duties on a day, without folding the units that nothing happened to since they were last looked at.

A unit's duties hold until its next event (`projections.duties`). The ticker renews them the day long, so that a day's
plan for 10,000 units reads rows; what is stale is made anew by several processes where that pays.
"""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import cache
from multiprocessing import get_context

import orjson

from ledger.problem import StoreError
from ledger.store.garbage import no_cycle_search
from ledger.store.protocol import Progress, Store, Transaction
from projections import totals
from projections.duties import Duty
from projections.service import Projections
from rubric.catalog import RubricCatalog

from .store.agenda import KeptAgenda, keep, kept

VERSION = 3
"""Raised when the meaning of a kept row changes."""
UNITS_A_TASK = 50
UNITS_FOR_PROCESSES = 400
"""Below so many units, starting processes takes longer than they save."""

_log = logging.getLogger(__name__)

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
        for unit, text in self._texts(day, wanted, progress, keep_rows=keep_rows).items():
            yield unit, decoded(text)

    def renew(self, day: date) -> int:
        """Make anew what no longer holds on *day*; return how many units there are."""
        with no_cycle_search():
            return len(self._texts(day, None, None, keep_rows=True))

    def _texts(
        self, day: date, wanted: Collection[str] | None, progress: Progress | None, *, keep_rows: bool
    ) -> dict[str, str]:
        """Return the encoded duties by unit."""
        with self._store.read() as work:
            basis = self._basis(work, day)
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
        texts = valid | {unit: text for unit, (_, _, text) in fresh.items()}
        return {unit: texts[unit] for unit in units if unit in texts}

    def _basis(self, work: Transaction, day: date) -> str:
        labels = [rubric.label for rubric in self._projections.rubrics.shelf.open_at(day)]
        # Whoever answers for the clock may change when the ledger heard of things.
        clock = "".join(f"/{known.sequence}" for known in self._projections.clocks(work)[-1:])
        return f"{VERSION}/{totals.PROJECTION}/{','.join(labels)}{clock}"

    def _find(self, units: Sequence[str], day: date, progress: Progress | None) -> dict[str, Found]:
        found: dict[str, Found] = {}
        tasks = [units[start : start + UNITS_A_TASK] for start in range(0, len(units), UNITS_A_TASK)]
        if len(units) < UNITS_FOR_PROCESSES or (os.cpu_count() or 1) < 2:
            for task in tasks:
                found.update(_found(self._store, self._projections, task, day, remember=len(tasks) == 1))
                if progress:
                    progress(len(found))
            return found
        # Spawned, not forked: this process has threads.
        with ProcessPoolExecutor(
            min(os.cpu_count() or 1, len(tasks)),
            mp_context=get_context("spawn"),
            initializer=_start_worker,
            initargs=(self._store.reader(), self._projections.rubrics.shelf, day),
        ) as pool:
            for part in pool.map(_found_in_worker, tasks):
                found.update(part)
                if progress:
                    progress(len(found))
        return found


Found = tuple[int, bool, str]
"""Sequence, whether it lasts, and the encoded duties of a unit."""


def _found(
    store: Store, projections: Projections, units: Sequence[str], day: date, *, remember: bool
) -> dict[str, Found]:
    found: dict[str, Found] = {}
    for unit in units:
        # A transaction for each: whoever opens a page meanwhile waits for one unit, not for all.
        try:
            with store.read() as work:
                duties = projections.duties(work, unit, day, remember=remember)
        except StoreError:
            raise
        except Exception:  # noqa: BLE001 - one unit must not silence the others
            _log.exception("the duties of %s cannot be worked out: nobody is reminded of them", unit)
            continue
        if duties is not None:
            found[unit] = (duties.sequence, duties.lasting, encoded(duties.found))
    return found


def _with_turned(text: str, before: str, day: date) -> str:
    """Return encoded duties with a note on those that are past now and were not there in the row *before*."""
    turned = {duty.place: duty.turned for duty in decoded(before)}
    duties = decoded(text)
    noted = [duty._replace(turned=turned.get(duty.place, day if day > duty.due else None)) for duty in duties]
    return text if noted == duties else encoded(noted)


_worker: tuple[Store, Projections, date] | None = None


def _start_worker(open_reader: Callable[[], Store], shelf: RubricCatalog, day: date) -> None:
    global _worker  # noqa: PLW0603  # one worker a process, made once
    gc.disable()  # a fold makes no cycles (see ledger.store.garbage), and the process ends with the work
    _worker = (open_reader(), Projections(shelf), day)


def _found_in_worker(units: Sequence[str]) -> dict[str, Found]:
    assert _worker is not None, "the pool starts every process with a worker"
    store, projections, day = _worker
    return _found(store, projections, units, day, remember=False)


def encoded(duties: Sequence[Duty]) -> str:
    """Return duties as JSON text."""
    return orjson.dumps([tuple(duty) for duty in duties]).decode()


def decoded(text: str) -> list[Duty]:
    """Return the duties that `encoded` wrote."""
    return [_duty(*fields) for fields in orjson.loads(text)]


def _duty(
    rubric: str,
    clause: str,
    key: str,
    due: str,
    final: str,
    award: bool,
    behind: str | None,
    subjects: list[str],
    stake: int,
    expected: str | None,
    pace: bool,
    raised: list[str],
    turned: str | None,
) -> Duty:
    return Duty(
        rubric,
        clause,
        key,
        _day(due),
        _day(final),
        award,
        _day(behind) if behind else None,
        tuple(subjects),
        stake,
        _day(expected) if expected else None,
        pace,
        tuple(map(_day, raised)) if raised else (),
        _day(turned) if turned else None,
    )


_day = cache(date.fromisoformat)
"""There are few days and very many duties: each day is made once."""
