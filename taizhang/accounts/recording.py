"""Appending in somebody's name: the table of permissions as the guard of everything that an account appends.

Whatever the door (form, paste, workbook, API), the guard looks at the parsed events inside the append, beside the
records that they name as they stand there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from ledger.events.data import DATA
from ledger.events.event import unit_of
from ledger.events.fields import shown
from ledger.guard import Seen
from ledger.store.protocol import Appended, Line, Recorder, Store
from ledger.text import Text
from taizhang.evidence.own_bytes import unsent

from .account import Account
from .permissions import may_append

Files = Collection[Mapping[str, Any]]
"""The facts of the files whose bytes came along; no other can be attached."""


def recorder_of(account: Account, files: Files = ()) -> Recorder:
    """Return who records what *account* sends: he appends nothing but what the account may."""
    return Recorder(account.name, guard=partial(why_forbidden, account, files=files))


def append_as(
    store: Store, account: Account, lines: Iterable[Line], *, now: datetime, files: Files = ()
) -> Appended:
    """Append *lines* in the name of *account*, all or nothing. Raises NotPermitted, Refused and StoreError."""
    return store.append(lines, by=recorder_of(account, files), now=now)


def why_forbidden(account: Account, said: Mapping[str, Any], seen: Seen, *, files: Files = ()) -> Text | None:
    """Return why *account* may not append the event *said*; None when it may (see `ledger.guard`)."""
    event_type, subject, data = said.get("type"), said.get("subject"), said.get("data")
    if not isinstance(event_type, str) or event_type not in DATA:
        # The ledger refuses it, whoever sends it.
        return None
    if not isinstance(subject, str):
        subject = ""
    record = _record(seen, data)
    if may_append(account, event_type, subject, data, record):
        # What is stored already is skipped, or its id is taken: that is for the ledger to say.
        stored = seen.record(str(said.get("id"))) is not None
        return None if stored else unsent(event_type, data, record, files)
    return Text(
        "您的账号不能为“{subject}”记入“{type}”；需要的话请联系系统管理员",
        subject=shown(subject),
        type=event_type,
    )


def _record(seen: Seen, data: Any) -> Any:
    """Return the record that an event's data name; None when there is none."""
    named = data.get("record") if isinstance(data, dict) else None
    record: Any = seen.record(named) if isinstance(named, str) else None
    if record is not None and record["type"] == "organization.changed":
        return {**record, "data": _ever_said(record, seen.stream(unit_of(record["subject"])))}
    return record


def _ever_said(record: Any, stream: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the record's data with those of its corrections: what undoing it may undo."""
    said = dict(record["data"])
    for event in stream:
        if event["type"] == "record.corrected" and event["data"].get("record") == record["id"]:
            changed = event["data"].get("data")
            said |= changed if isinstance(changed, dict) else {}
    return said
