"""Appending in somebody's name: the table of permissions as the guard of everything that an account appends.

Whatever the door (form, paste, workbook, API), the guard looks at the parsed events inside the append, beside the
records that they name as they stand there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from ledger.events.event import unit_of
from ledger.events.fields import shown
from ledger.events.types import EVENT_TYPES, type_of
from ledger.guard import Seen
from ledger.json_object import JsonMapping
from ledger.problem import NotPermitted
from ledger.store.protocol import NOTHING_KNOWN, Appended, Known, Line, Recorder
from ledger.text import Text
from taizhang.app.ledger import OpenLedger
from taizhang.app.quota import QuotaReached
from taizhang.evidence.own_bytes import unsent

from .account import Account
from .four_eyes import why_not_alone
from .permissions import may_append
from .roles import Role

Files = Collection[JsonMapping]
"""The facts of the files whose bytes came along; no other can be attached."""


Overseen = Collection[tuple[str, str]]
"""The figures and ratings, by family and code, that no rubric lets a unit report of itself."""


def recorder_of(session: OpenLedger, account: Account, files: Files = ()) -> Recorder:
    """Return who records what *account* sends: he appends nothing but what the account may."""
    guard = partial(
        why_forbidden,
        account,
        files=files,
        overseen=session.shelf.overseen,
        separate_appeals=session.settings.separate_appeals,
    )
    return Recorder(account.name, guard=guard)


def append_as(
    session: OpenLedger,
    account: Account,
    lines: Iterable[Line],
    *,
    now: datetime,
    files: Files = (),
    known: Known = NOTHING_KNOWN,
) -> Appended:
    """Append *lines* in the name of *account*, all or nothing; *known* is what was just read (see `Known`).

    Raises NotPermitted, Refused (QuotaReached when it is more than a day's measure) and StoreError.
    """
    tally = _Tally(session, account, now)
    guard = partial(
        why_forbidden,
        account,
        files=files,
        count=tally.count,
        overseen=session.shelf.overseen,
        separate_appeals=session.settings.separate_appeals,
    )
    by = Recorder(account.name, guard=guard)
    try:
        return session.store.append(lines, by=by, now=now, known=known)
    except BaseException as error:
        tally.give_back()
        if tally.reached is not None and isinstance(error, NotPermitted):
            raise tally.reached from error
        raise


class _Tally:
    """What one append adds to the day's account; an append may look at its events more than once."""

    def __init__(self, session: OpenLedger, account: Account, now: datetime) -> None:
        self._quota, self._limits = session.quota, session.settings.limits
        self._account, self._now = account.name, now
        self._units: dict[str, str] = {}
        """The unit of each event that was counted, by its id."""
        self.reached: QuotaReached | None = None

    def count(self, event_id: str, unit: str) -> Text | None:
        """Count an event that is not stored yet; return why it is too much, None when it is not."""
        if self.reached is None and event_id not in self._units:
            try:
                self._quota.take(self._account, unit, self._limits, self._now, events=1)
            except QuotaReached as reached:
                self.reached = reached
            else:
                self._units[event_id] = unit
        return self.reached.problems[0].text if self.reached is not None else None

    def give_back(self) -> None:
        """Nothing became of the append."""
        for unit, events in Counter(self._units.values()).items():
            self._quota.give_back(self._account, unit, self._now, events=events)


def why_forbidden(
    account: Account,
    said: JsonMapping,
    seen: Seen,
    *,
    files: Files = (),
    count: Callable[[str, str], Text | None] | None = None,
    overseen: Overseen = (),
    separate_appeals: bool = False,
) -> Text | None:
    """Return why *account* may not append the event *said*; None when it may (see `ledger.guard`).

    *count* is told of each event that may be appended and is not stored yet, by id and unit, and may object.
    """
    event_type, subject, data = said.get("type"), said.get("subject"), said.get("data")
    if not isinstance(event_type, str) or event_type not in EVENT_TYPES:
        # The ledger refuses it, whoever sends it.
        return None
    if not isinstance(subject, str):
        subject = ""
    record = _record(account, seen, data)
    if account.role is Role.SECRETARY and _is_overseen(event_type, data, record, overseen):
        return Text("这个数由考核人员报告；要更正，请联系考核人员")
    if may_append(account, event_type, subject, data, record) and _is_of_his_branch(
        account, event_type, subject, data, seen
    ):
        # What is stored already is skipped, or its id is taken: that is for the ledger to say.
        event_id = str(said.get("id"))
        if seen.record(event_id) is not None:
            return None
        missing = unsent(event_type, data, record, files) or why_not_alone(
            account, said, seen, separate_appeals=separate_appeals
        )
        if missing is not None or count is None:
            return missing
        return count(event_id, unit_of(subject))
    return Text(
        "您的账号不能为“{subject}”记入“{type}”；需要的话请联系系统管理员",
        subject=shown(subject),
        type=event_type,
    )


def _is_overseen(event_type: str, data: Any, record: Any, overseen: Overseen) -> bool:
    """Whether the event, or the record that it changes, is a figure or rating that assessors report."""
    if not overseen:
        return False
    named = [(event_type, data)]
    if type_of(event_type).changes and record is not None:
        named += [(record["type"], record["data"])]
        named += [(record["type"], data.get("data"))] if isinstance(data, dict) else []
    for kind, said in named:
        codes = type_of(kind).codes
        if codes is not None and isinstance(said, dict) and (codes.family, said.get(codes.field)) in overseen:
            return True
    return False


def _is_of_his_branch(account: Account, event_type: str, subject: str, data: object, seen: Seen) -> bool:
    """Whether what is answered, and the member who is spoken of, is of a branch that the account acts for.

    Only where it acts for branches of the unit and not for all of it: keys and members belong to the whole tree.
    """
    unit = unit_of(subject)
    if not account.only_branches(unit) or not isinstance(data, dict):
        return True
    answered, key = type_of(event_type).answers, type_of(event_type).key
    member = data.get("member") if event_type != "member.joined" else None
    whose = ""
    for event in seen.stream(unit):
        is_asked = answered and event["type"] == answered and event["data"].get(key) == data.get(key)
        if is_asked or (member and _joins(event, member)):
            whose = event["subject"]
    # Of what is not there the ledger says so.
    return not whose or account.holds(whose)


def _record(account: Account, seen: Seen, data: Any) -> Any:
    """Return the record that an event's data name; None when there is none."""
    named = data.get("record") if isinstance(data, dict) else None
    record: Any = seen.record(named) if isinstance(named, str) else None
    if record is not None and "subject" in record and account.only_branches(unit_of(record["subject"])):
        record = {**record, "subject": _stands_at(record, seen.stream(unit_of(record["subject"])))}
    if record is not None and record["type"] == "organization.changed":
        return {**record, "data": _ever_said(record, seen.stream(unit_of(record["subject"])))}
    return record


def _joins(event: JsonMapping, member: object) -> bool:
    return bool(event["type"] == "member.joined" and event["data"].get("member") == member)


def _stands_at(record: Any, stream: Iterable[JsonMapping]) -> str:
    """Return the subject to which corrections have moved the record."""
    subject = str(record["subject"])
    for event in stream:
        if event["type"] == "record.corrected" and event["data"].get("record") == record["id"]:
            subject = event["data"].get("subject", subject)
    return subject


def _ever_said(record: Any, stream: Iterable[JsonMapping]) -> dict[str, object]:
    """Return the record's data with those of its corrections: what undoing it may undo."""
    said = dict(record["data"])
    for event in stream:
        if event["type"] == "record.corrected" and event["data"].get("record") == record["id"]:
            changed = event["data"].get("data")
            said |= changed if isinstance(changed, dict) else {}
    return said
