"""The corrections that changed rows ask for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid5

from ledger.events.corrections import correction
from ledger.events.event import ClientEvent
from ledger.merkle.canonical import canonical_bytes

from .plan import Step, corrected_data

_NAMESPACE = UUID("7e0e3a36-9f7e-5b9b-8f50-93f1f5f7c3a2")


def corrections_of(steps: Iterable[Step], *, reason: str, now: datetime) -> list[ClientEvent]:
    """Return a record.corrected for each of the changed *steps*.

    Its id is made of what it changes and from what, so that two imports at one moment leave one correction.
    """
    events: list[ClientEvent] = []
    for step in steps:
        record = step.record
        assert record is not None, "only a row that is about a record can correct it"
        changed = {name for name, _stands, _says in step.differences}
        time = step.event["time"] if "time" in changed else None
        data = corrected_data(step.draft, record) if changed - {"time"} else None
        event = correction(
            {**step.event, "id": record.id, "subject": record.subject},
            reason=reason,
            now=now,
            time=time,
            data=data,
        )
        about = {"record": record.id, "from": [record.time, record.data], "to": [time or "", data or {}]}
        event["id"] = str(uuid5(_NAMESPACE, canonical_bytes(about).decode()))
        events.append(event)
    return events
