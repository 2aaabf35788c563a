"""What an append moves: the kept rows of its units, written in its transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial

from ledger.events.event import StoredEvent
from ledger.store.protocol import Transaction

from .kept import Kept, Moves, kept_of, settle, write
from .live import LiveUnit
from .memory import UNITS_IN_MEMORY, UnitsInMemory
from .rebuild import Choice

_Moved = tuple[str, Sequence[StoredEvent] | None, LiveUnit | None, list[Kept]]
"""A unit that an append moved: its new events, what is in memory of it, and its new rows, if there are to be any."""


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
        moved.append((unit, events, live if in_memory else None, kept_of(choice, live, day)))
    every = [rows for _, _, _, rows in moved if rows]
    gone = [unit for unit, _, _, rows in moved if not rows]
    moves = settle(work.connection, every, gone, comparing=bool(choice.comparing(day)))
    return partial(_write, work, moved, moves)


def _write(work: Transaction, moved: Sequence[_Moved], moves: Moves) -> None:
    """Write the rows of an append; its events have their last places now."""
    every: list[list[Kept]] = []
    gone: list[str] = []
    for unit, events, live, rows in moved:
        last = int(events[-1]["sequence"]) if events else None
        if live is not None and events and live.last_sequence != last:
            live.records.renumber(events)
        if not rows:
            gone.append(unit)
            continue
        for each in rows:
            if last not in (None, each.row.sequence):
                each.numbered(last)
        every.append(rows)
    write(work.connection, every, moves, gone)
