"""Appending in somebody's name: each event is held against the table of permissions before the ledger takes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from ledger.event import unit_of
from ledger.event_types import DATA
from ledger.fields import shown
from ledger.problem import Problem
from ledger.store import Appended, Line, Store
from ledger.strict_json import NotStrict, parse_line
from ledger.text import Text

from .account import Account
from .permissions import may_append


class NotPermitted(Exception):
    """The account may not append these; nothing was stored. `problems` holds every one of them, by line."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


def append_as(store: Store, account: Account, lines: Iterable[Line], *, now: datetime) -> Appended:
    """Append *lines* in the name of *account*, all or nothing. Raises NotPermitted, Refused and StoreError.

    The lines are looked at as the ledger draws them, inside its transaction: a record that a correction names cannot
    come in between the look and the append.
    """
    return store.append(_permitted(store, account, lines), by=account.recorder, now=now)


def check_permitted(store: Store, account: Account, lines: Iterable[Line]) -> None:
    """Raise NotPermitted when *account* may not append all of *lines*."""
    for _line in _permitted(store, account, lines):
        pass


def _permitted(store: Store, account: Account, lines: Iterable[Line]) -> Iterator[Line]:
    earlier: dict[str, dict[str, Any]] = {}
    forbidden: list[Problem] = []
    for number, raw in lines:
        event = _readable(raw)
        if event is not None:
            earlier.setdefault(event["id"], event)
            if not _may(store, account, event, earlier):
                forbidden.append(_problem(event, number))
        yield number, raw
    if forbidden:
        raise NotPermitted(forbidden)


def _readable(raw: bytes) -> dict[str, Any] | None:
    """Return the event of a line; None for what the ledger refuses anyway, and says why."""
    try:
        event = parse_line(raw.strip())
    except NotStrict:
        return None
    texts = all(isinstance(event.get(name), str) for name in ("id", "type", "subject"))
    return event if texts and event["type"] in DATA and isinstance(event.get("data"), dict) else None


def _may(store: Store, account: Account, event: dict[str, Any], earlier: dict[str, dict[str, Any]]) -> bool:
    named = event["data"].get("record")
    record: Any = None
    if isinstance(named, str):
        record = earlier.get(named) or store.find(named)
    if record is not None and record["type"] == "organization.changed":
        record = {**record, "data": _ever_said(store, record, earlier.values())}
    return may_append(account, event["type"], event["subject"], event["data"], record)


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
