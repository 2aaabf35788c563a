"""The ledger learns that a unit was told: a `reminder.sent` event for each message that went to its secretary."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

import orjson

from ledger.events.event import ClientEvent
from ledger.events.new import new_event
from ledger.problem import Refused
from ledger.store.protocol import Recorder, Store

from .contacts import Role
from .outbox import Message
from .plan import Item
from .store import outbox

SERVICE = Recorder("reminders", kind="system")
_SOURCE = "urn:taizhang:reminders"
_log = logging.getLogger(__name__)


def record_told(store: Store, now: datetime) -> int:
    """Append what is not in the ledger yet; return how many events. Done again, it appends nothing twice.

    A message is marked after its events are there, and the events' ids come from the message: a crash between the two
    repeats the append, which then skips.
    """
    appended = 0
    with store.read() as work:
        waiting = [
            (message, outbox.items(work.connection, message.id)) for message in outbox.untold(work.connection)
        ]
    for message, items in waiting:
        lines = [(None, orjson.dumps(event)) for event in events_of(message, items)]
        if lines:
            try:
                appended += store.append(lines, by=SERVICE, now=now).appended
            except Refused:
                # A rubric may have lost the clause since: that the mail went out is still true.
                _log.exception("message %s is not in the ledger", message.id)
        with store.write() as work:
            outbox.mark_told(work.connection, message.id)
    return appended


def events_of(message: Message, items: Sequence[Item]) -> list[ClientEvent]:
    """Return the events of a message that was sent, one for each unit or branch whose secretary it told."""
    assert message.sent_at is not None, "only what was sent is recorded"
    units: dict[str, list[Item]] = {}
    for item in items:
        if item.role is Role.SECRETARY:
            units.setdefault(item.unit, []).append(item)
    moment = message.sent_at.replace("-", "").replace(":", "")
    return [
        new_event(
            "reminder.sent",
            unit,
            message.sent_at,
            {
                "channel": message.channel,
                "items": [
                    {"clause": clause, "due": due}
                    for clause, due in dict.fromkeys((item.clause, item.due.isoformat()) for item in told)
                ],
                "period": message.quarter or message.day.isoformat(),
            },
            id_=f"reminder-{message.id}-{moment}-{_in_an_id(unit)}",
            source=_SOURCE,
        )
        for unit, told in units.items()
    ]


def _in_an_id(subject: str) -> str:
    """Return a branch in short: with its unit it may be longer than an id, and no id has a stroke."""
    return sha256(subject.encode()).hexdigest()[:16] if "/" in subject else subject
