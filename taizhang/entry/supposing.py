"""What would be if some events were recorded too: they are held against the ledger as an append would, and not kept."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.events.event import ClientEvent, StoredEvent, event_unit
from ledger.intake.draft import read_draft
from ledger.intake.dry_run import supposed
from ledger.problem import Problem, Refused
from ledger.store.protocol import Line, Recorder
from ledger.text import Text
from taizhang.app.ledger import OpenLedger, vocabulary_of


def supposed_events(session: OpenLedger, unit: str, lines: Iterable[Line], by: str) -> list[ClientEvent]:
    """Return the events of *lines* in stored form, as an append by *by* to *unit*'s tree would take them.

    Raises Refused with what an append would refuse, a day ahead of today excepted. Of other units' records nothing is
    told, not even that they are there.
    """

    def find(event_id: str) -> StoredEvent | None:
        event = session.store.find(event_id)
        return event if event is not None and event_unit(event) == unit else None

    kept = list(lines)
    strangers = [number for number, raw in kept if _unit_of_line(number, raw) not in (unit, None)]
    if strangers:
        text = Text("这一条不是 {unit} 的；这里只能假设这个单位再记入什么", unit=unit)
        raise Refused([Problem("subject", text, line=number) for number in strangers])
    return supposed(
        kept,
        list(session.store.stream(unit)),
        unit,
        find=find,
        is_unit=session.is_unit,
        vocabulary=vocabulary_of(session.shelf),
        by=Recorder(by),
        now=session.clock(),
    )


def _unit_of_line(number: int | None, raw: bytes) -> str | None:
    """Return the unit that a line is about; None where it cannot be read, which is told with all that is wrong."""
    event = read_draft(number, raw).event
    return event_unit(event) if event is not None else None
