"""The one place where an event's envelope is written; every door makes its events here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from ledger.events.event import SHANGHAI, ClientEvent

SOURCE = "taizhang"


def new_event(
    kind: str,
    subject: str | None,
    time: datetime | str,
    data: Mapping[str, object],
    *,
    id_: str | None = None,
    source: str = SOURCE,
) -> ClientEvent:
    """Return an event as a client sends it; nothing of it is checked yet.

    *subject*: None for an event about the ledger itself. *time*: text as it is, or an instant, of which whole
    seconds are kept, cut off and not rounded: never later than the clock. *id_*: a new one when there is none.
    """
    about = {} if subject is None else {"subject": subject}
    return {
        "specversion": "1.0",
        "id": id_ or str(uuid4()),
        "source": source,
        "type": kind,
        **about,  # type: ignore[typeddict-item]
        "time": time if isinstance(time, str) else moment(time),
        "data": dict(data),
    }


def moment(instant: datetime) -> str:
    """Return *instant* in Asia/Shanghai with whole seconds, as an event's time."""
    return instant.astimezone(SHANGHAI).replace(microsecond=0).isoformat()
