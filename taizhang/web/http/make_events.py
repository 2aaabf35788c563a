"""The events that an office's pages make: done by recording them, so that their time is now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import uuid4

import orjson

from ledger.events.event import ClientEvent
from ledger.events.new import new_event
from ledger.problem import NotPermitted
from ledger.store.protocol import Appended
from taizhang.accounts.account import Account
from taizhang.accounts.recording import append_as
from taizhang.app.ledger import OpenLedger
from taizhang.evidence.attaching import Attachment
from taizhang.web.http.auth import NotAllowed


def new_form() -> str:
    """Return the id that a form bears from when it is shown: sent twice, it is recorded once."""
    return str(uuid4())


def event_id(form: str, number: int = 0) -> str:
    """Return the id of the event *number* of a form; a form id of another's making is cut to what an id may hold."""
    kept = "".join(letter for letter in form if letter.isascii() and (letter.isalnum() or letter == "-"))[:64]
    return f"{kept or uuid4()}.{number}"


def made(
    event_type: str, subject: str, data: Mapping[str, object], *, now: datetime, id_: str
) -> ClientEvent:
    """Return a new event that happens at *now*."""
    return new_event(event_type, subject, now, data, id_=id_)


def append(
    session: OpenLedger, account: Account, events: Iterable[ClientEvent], files: Sequence[Attachment] = ()
) -> Appended:
    """Append *events* in the name of *account*, all or nothing; *files* came with them.

    Raises NotAllowed, Refused, StoreError.
    """
    lines = [(None, orjson.dumps(event)) for event in events]
    try:
        return append_as(session, account, lines, now=session.clock(), files=[each.facts for each in files])
    except NotPermitted as refused:
        raise NotAllowed from refused


def was_sent(session: OpenLedger, form: str) -> bool:
    """Whether the form was sent before, and recorded: the answer to it got lost, or its button was pressed twice."""
    return session.store.find(event_id(form)) is not None
