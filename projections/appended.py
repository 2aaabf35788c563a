"""What an append moves: the totals of its units, written in its transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial

from ledger.events.event import StoredEvent
from ledger.store.protocol import Transaction

from . import totals
from .live import LiveUnit
from .memory import UNITS_IN_MEMORY, UnitsInMemory
from .rebuild import Choice
from .totals import TotalsRow, basis_of

_Moved = tuple[str, Sequence[StoredEvent] | None, LiveUnit | None, TotalsRow | None]
"""A unit that an append moved: its new events, what is in memory of it, and its new row, if there is to be one."""


def score_appended(
    memory: UnitsInMemory,
    choice: Choice,
    work: Transaction,
    appended: Mapping[str, Sequence[StoredEvent] | None],
    day: date,
) -> Callable[[], None]:
    """Score the units that an append moved; return what writes their totals, inside its transaction."""
    in_memory = len(appended) <= UNITS_IN_MEMORY
    moved: list[_Moved] = []
    for unit, events in appended.items():
        live = memory.unit(unit) if in_memory else LiveUnit(unit)
        if events and work.last_sequence(unit, before=int(events[0]["sequence"])) == live.last_sequence:
            live.catch_up(events)
        else:
            live.catch_up(work.stream(unit, live.last_sequence))
        live.peers = None  # where units are compared, the row is made by whoever reads it
        moved.append((unit, events, live if in_memory else None, choice.row(live, day)))
    types = {event["type"] for events in appended.values() for event in events or ()}
    return partial(_write, work, moved, _stale(types, choice, day))


def _stale(types: Iterable[str], choice: Choice, day: date) -> list[str]:
    """Return what rows rest on that events of *types* of another unit may move."""
    found = []
    for rubric in choice.catalog.choices(day):
        rule_set = choice.compiled(rubric)
        if any(rule_set.moves_others(each) for each in types):
            found.append(basis_of(rubric) + choice.catalog.stamp)
    return found


def _write(work: Transaction, moved: Sequence[_Moved], stale: Iterable[str]) -> None:
    """Write the totals of an append; its events have their last places now. *stale*: whose rows lapse, by basis."""
    rows: list[TotalsRow] = []
    gone: list[str] = []
    for unit, events, live, row in moved:
        last = int(events[-1]["sequence"]) if events else None
        if live is not None and events and live.last_sequence != last:
            live.records.renumber(events)
        if row is None:
            gone.append(unit)
        else:
            rows.append(row if last in (None, row.sequence) else row._replace(sequence=last))
    for basis in stale:
        totals.let_lapse(work.connection, basis)
    totals.keep(work.connection, rows)
    if gone:
        totals.drop(work.connection, gone)
