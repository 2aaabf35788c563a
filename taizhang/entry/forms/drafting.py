"""Drafts -> client events, with ids that stay the same when a form is sent twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import uuid4

from ledger.events.event import ClientEvent, start_of_day
from ledger.events.new import new_event

from .form import Draft

_FORM_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}", re.ASCII)


def new_form_id() -> str:
    """Return the id that a form bears from when it is shown: sent twice, it is recorded once."""
    return str(uuid4())


def is_form_id(text: str) -> bool:
    """Whether *text* can be a form's id."""
    return _FORM_ID.fullmatch(text) is not None


def events_of(drafts: Sequence[Draft], form_id: str) -> list[ClientEvent]:
    """Return the events of a form, in order; each one's id is made of the form's."""
    return [
        new_event(
            draft.type,
            draft.subject,
            start_of_day(draft.day),
            draft.data,
            id_=f"{form_id}.{draft.suffix}" if draft.suffix else form_id,
        )
        for draft in drafts
    ]
