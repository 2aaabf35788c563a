"""Appending in somebody's name: each event is held against the table of permissions before the ledger takes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ledger.event import unit_of
from ledger.event_types import DATA
from ledger.fields import shown
from ledger.problem import Problem, Refused
from ledger.store import Appended, Line, Store
from ledger.strict_json import NotStrict, parse_line
from ledger.text import Text

from .account import Account
from .permissions import CHANGES_RECORDS, may_append


class NotPermitted(Exception):
    """The account may not append these; nothing was stored. `problems` holds every one of them, by line."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


def append_as(store: Store, account: Account, lines: Iterable[Line], *, now: datetime) -> Appended:
    """Append *lines* in the name of *account*, all or nothing. Raises NotPermitted, Refused and StoreError.

    A record that is not there yet when permission is looked up cannot be corrected or retracted by the same call, also
    if somebody appends it at that very moment: then nobody has looked whether it may be.
    """
    drawn = list(lines)
    forbidden, unknown = _looked_at(store, account, drawn)
    if forbidden:
        raise NotPermitted(forbidden)
    if unknown:
        # Refused in any case, with everything else that the ledger finds wrong.
        drawn.append((_NO_LINE, b"{}"))
    try:
        return store.append(drawn, by=account.recorder, now=now)
    except Refused as refused:
        if not unknown:
            raise
        found = [problem for problem in refused.problems if problem.line != _NO_LINE]
        raise Refused(found or [Problem("data.record", Text("它要改的记录刚刚才有；请再发送一次"))]) from None


_NO_LINE = -1


def check_permitted(store: Store, account: Account, lines: Iterable[Line]) -> None:
    """Raise NotPermitted when *account* may not append all of *lines*."""
    forbidden, _unknown = _looked_at(store, account, lines)
    if forbidden:
        raise NotPermitted(forbidden)


def _looked_at(store: Store, account: Account, lines: Iterable[Line]) -> tuple[list[Problem], bool]:
    """Return what *account* may not append, and whether some line changes a record that is not there."""
    earlier: dict[str, dict[str, Any]] = {}
    forbidden: list[Problem] = []
    unknown = False
    for number, raw in lines:
        event = _readable(raw)
        if event is None:
            continue
        earlier.setdefault(event["id"], event)
        record = _record(store, event, earlier)
        unknown = unknown or (record is None and event["type"] in CHANGES_RECORDS)
        if not may_append(account, event["type"], event["subject"], event["data"], record):
            forbidden.append(_problem(event, number))
    return forbidden, unknown


def _readable(raw: bytes) -> dict[str, Any] | None:
    """Return the event of a line; None for what the ledger refuses anyway, and says why."""
    try:
        event = parse_line(raw.strip())
    except NotStrict:
        return None
    texts = all(isinstance(event.get(name), str) for name in ("id", "type", "subject"))
    return event if texts and event["type"] in DATA and isinstance(event.get("data"), dict) else None


def _record(store: Store, event: dict[str, Any], earlier: dict[str, dict[str, Any]]) -> Any:
    """Return the record that *event* names, of the ledger or of the same call; None when there is none."""
    named = event["data"].get("record")
    if not isinstance(named, str):
        return None
    record: Any = earlier.get(named) or store.find(named)
    if record is not None and record["type"] == "organization.changed":
        return {**record, "data": _ever_said(store, record, earlier.values())}
    return record


def _ever_said(store: Store, record: Any, earlier: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return the record's data with those of its corrections: what undoing it may undo."""
    stored = store.stream(unit_of(record["subject"]), int(record.get("sequence", "0")))
    said = dict(record["data"])
    for event in (*stored, *earlier):
        if event["type"] == "record.corrected" and event["data"].get("record") == record["id"]:
            changed = event["data"].get("data")
            said |= changed if isinstance(changed, dict) else {}
    return said


def _problem(event: dict[str, Any], number: int | None) -> Problem:
    text = Text(
        "您的账号不能为“{subject}”记入“{type}”；需要的话请联系系统管理员",
        subject=shown(event["subject"]),
        type=event["type"],
    )
    return Problem("type", text, number)
