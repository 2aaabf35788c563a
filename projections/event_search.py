"""Looking back through the whole ledger: who recorded what, when, of which unit; a page at a time, the latest first.

One look costs no more on a ledger of a million events than on a small one: it goes back by sequence, passes over
thousands in which what is sought does not occur (`trail_rows`), and stops after so many; where it stopped the next
look goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta

import orjson

from ledger.events.event import StoredEvent, day_of, instant_of, recorded_text, start_of_day
from ledger.problem import StoreError
from ledger.store.protocol import Store, Transaction

from . import event_search_rows as trail_rows
from .event_search_rows import BLOCK_EVENTS

BLOCKS_A_LOOK = 200
EVENTS_A_LOOK = 40_000
WINDOW_BLOCKS = 500
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; what is empty or None does not matter. Days are in Asia/Shanghai, both ends included."""

    unit: str = ""
    by: str = ""
    types: frozenset[str] = frozenset()
    recorded_from: date | None = None
    recorded_to: date | None = None
    occurred_from: date | None = None
    occurred_to: date | None = None

    def fits(self, event: StoredEvent) -> bool:
        """Say whether *event* is looked for; unit and recording days are seen to elsewhere."""
        if self.by and event["authid"] != self.by:
            return False
        if self.types and event["type"] not in self.types:
            return False
        if self.occurred_from is None and self.occurred_to is None:
            return True
        day = day_of(event["time"])
        return (self.occurred_from or date.min) <= day <= (self.occurred_to or date.max)


@dataclass(slots=True)
class Found:
    """A page of what was found, the latest first."""

    events: list[StoredEvent] = field(default_factory=list)
    next: int | None = None
    """Where to look on: below this sequence. None: there is nothing before."""
    summaries: dict[int, set[str]] = field(default_factory=dict)


def look(store: Store, sought: Sought, below: int | None = None, most: int = 50) -> Found:
    """Return up to *most* events that fit, from below the sequence *below* (None: from the end) backwards."""
    found = Found()
    with store.read() as work:
        top, bottom = _bounds(store, work, sought, below)
        for event in _looked(work, sought, top, bottom, found):
            if sought.fits(event):
                found.events.append(event)
                if len(found.events) == most:
                    found.next = int(event["sequence"])
                    break
        if found.next is not None and found.next <= bottom:
            found.next = None
    if found.summaries:
        # A ledger that can only be read is searched all the same.
        with suppress(StoreError), store.write() as work:
            trail_rows.keep(work.connection, found.summaries)
    return found


def _bounds(store: Store, work: Transaction, sought: Sought, below: int | None) -> tuple[int, int]:
    """Return the sequences between which everything sought lies."""
    top = store.size()
    if below is not None:
        top = min(top, below - 1)
    if sought.recorded_to is not None:
        top = min(top, work.first_recorded(_start(sought.recorded_to + timedelta(days=1))) - 1)
    # Nothing is recorded before it happens.
    earliest = max(filter(None, (sought.recorded_from, sought.occurred_from)), default=None)
    return top, 1 if earliest is None else work.first_recorded(_start(earliest))


def _start(day: date) -> str:
    """Return when *day* begins, as recordedtime is written."""
    return recorded_text(instant_of(start_of_day(day)))


def _looked(work: Transaction, sought: Sought, top: int, bottom: int, found: Found) -> Iterator[StoredEvent]:
    if sought.unit or not (sought.by or sought.types):
        yield from _straight(work, sought.unit or None, top, bottom, found)
    else:
        yield from _by_blocks(work, sought, top, bottom, found)


def _straight(
    work: Transaction, unit: str | None, top: int, bottom: int, found: Found
) -> Iterator[StoredEvent]:
    looked = 0
    until = top
    while until >= bottom:
        page = work.back(until, _PAGE, unit)
        for event in page:
            until = int(event["sequence"]) - 1
            if until + 1 < bottom:
                return
            yield event
        looked += len(page)
        if not page:
            return
        if looked >= EVENTS_A_LOOK:
            found.next = until + 1
            return


def _by_blocks(
    work: Transaction, sought: Sought, top: int, bottom: int, found: Found
) -> Iterator[StoredEvent]:
    for looked, (block, known) in enumerate(_worth_looking(work, sought, top, bottom)):
        if looked == BLOCKS_A_LOOK:
            found.next = (block + 1) * BLOCK_EVENTS + 1
            return
        rows = work.page(block * BLOCK_EVENTS, BLOCK_EVENTS)
        said = [(sequence, body, *_by_and_type(body)) for sequence, body in rows]
        if not known and len(said) == BLOCK_EVENTS:
            found.summaries[block] = {f"by {by}" for _, _, by, _ in said} | {
                f"type {kind}" for *_, kind in said
            }
        for sequence, body, by, kind in reversed(said):
            if (
                bottom <= sequence <= top
                and sought.by in ("", by)
                and (not sought.types or kind in sought.types)
            ):
                yield orjson.loads(body)


def _by_and_type(body: bytes) -> tuple[str, str]:
    """Return authid and type of a stored event: in the canonical form the first of its values, and the last."""
    end = body.index(b'"', _AUTHID)
    by = body[_AUTHID:end]
    if b"\\" in by:
        event = orjson.loads(body)
        return event["authid"], event["type"]
    return by.decode(), body[body.rindex(_TYPE) + len(_TYPE) : -2].decode()


_AUTHID = len(b'{"authid":"')
_TYPE = b'"type":"'


def _worth_looking(work: Transaction, sought: Sought, top: int, bottom: int) -> Iterator[tuple[int, bool]]:
    """Yield the blocks in which what is sought may occur, the last first, and whether each is known."""
    last, first = (top - 1) // BLOCK_EVENTS, (bottom - 1) // BLOCK_EVENTS
    for end in range(last, first - 1, -WINDOW_BLOCKS):
        start = max(end - WINDOW_BLOCKS + 1, first)
        known = trail_rows.known(work.connection, start, end)
        holding = set(known)
        if sought.by:
            holding &= trail_rows.holding(work.connection, f"by {sought.by}", start, end)
        if sought.types:
            of_types = (
                trail_rows.holding(work.connection, f"type {each}", start, end) for each in sought.types
            )
            holding &= set().union(*of_types)
        for block in range(end, start - 1, -1):
            if block not in known or block in holding:
                yield block, block in known
