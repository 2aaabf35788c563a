"""The demo lived through: every entry appended with the clock that it had, so that lag and known-at mean something."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import orjson

from ledger.store.protocol import Recorder, Store
from taizhang.demo.generate import Entry


@dataclass(frozen=True, slots=True)
class Lived:
    """What came of it: appends made, events stored, probable doubles that the ledger warned of."""

    entries: int
    events: int
    warnings: int


def live(
    store: Store,
    entries: Iterable[Entry],
    until: date | None = None,
    progress: Callable[[int], None] | None = None,
) -> Lived:
    """Append *entries* to *store*, those recorded after the day *until* left out.

    *progress* is called after each append with the number of events stored so far. Raises Refused or StoreError
    as the store does; what was appended before stays.
    """
    made = events = warnings = 0
    for entry in entries:
        if until is not None and entry.recorded.date() > until:
            break
        lines = [(None, orjson.dumps(event)) for event in entry.events]
        appended = store.append(lines, by=Recorder(entry.by), now=entry.recorded)
        made += 1
        events += appended.appended
        warnings += len(appended.warnings)
        if progress is not None:
            progress(events)
    return Lived(made, events, warnings)
