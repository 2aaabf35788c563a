"""The one table of what each role may do. Every route and every event type is in it; what is not in it is refused.

`tests/web/test_permissions.py` tries every row for every role against the running program.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Any

from ledger.events.types import type_of

from .account import Account
from .roles import Role


class Reach(StrEnum):
    """For which units something may be done."""

    OWN = "own"
    """Only for the account's own units, also where only a branch of one is his; events only for what is his."""
    WHOLE = "whole"
    """Only for units that are the account's as a whole."""
    ALL = "all"


_S, _A, _U, _O = Role.SECRETARY, Role.ASSESSOR, Role.AUDITOR, Role.OPERATOR
_L = Role.LEADER
Row = dict[Role, Reach]

EVERYBODY: Row = dict.fromkeys(Role, Reach.ALL)
READS_UNIT: Row = {_S: Reach.OWN, _A: Reach.ALL, _U: Reach.ALL, _L: Reach.ALL}
READS_DISTRICT: Row = {_A: Reach.ALL, _U: Reach.ALL, _L: Reach.ALL}
AUDITS: Row = {_A: Reach.ALL, _U: Reach.ALL}
WRITES_UNIT: Row = {_S: Reach.OWN}
WRITES_WHOLE_UNIT: Row = {_S: Reach.WHOLE}
ASSESSES: Row = {_A: Reach.ALL}
OPERATES: Row = {_O: Reach.ALL}

PAGES: MappingProxyType[str, Row] = MappingProxyType(
    {
        "home": EVERYBODY,
        "account": EVERYBODY,
        "account.own": EVERYBODY,
        "account.tokens": EVERYBODY,
        "account.second": EVERYBODY,
        "changes": EVERYBODY,
        "board": READS_DISTRICT,
        "unit": READS_UNIT,
        "record": READS_UNIT,
        "evidence": READS_UNIT,
        "calendar": {_S: Reach.OWN, _A: Reach.ALL},
        "appeals": READS_UNIT,
        "appeals.file": WRITES_WHOLE_UNIT,
        "result": READS_UNIT,
        "result.confirm": WRITES_WHOLE_UNIT,
        "log": WRITES_UNIT,
        "roster": READS_UNIT,
        # Of members of other branches the page says no itself.
        "people": WRITES_UNIT,
        # Whether this record may be mended is for the event type to say (EVENTS).
        "mend": {_S: Reach.OWN, _A: Reach.ALL},
        "workbook": WRITES_UNIT,
        "reports": READS_UNIT,
        "bulletin": READS_DISTRICT,
        "archive": READS_DISTRICT,
        "archive.make": ASSESSES,
        "units.register": {_A: Reach.ALL, _O: Reach.ALL},
        "units.close": ASSESSES,
        "review": ASSESSES,
        "audit": AUDITS,
        "tlog": {_U: Reach.ALL},
        "admin": OPERATES,
        "admin.deeds": OPERATES,
        "journal": {_U: Reach.ALL, _O: Reach.ALL},
        "metrics": OPERATES,
        "api.units": READS_UNIT,
        "api.unit": READS_UNIT,
        "api.append": {_S: Reach.OWN, _A: Reach.ALL, _O: Reach.ALL},
    }
)
"""Pages and API calls by name: who may open them, and for which units. Addresses anybody may open are not here."""

IN_PERSON = frozenset({"account.own", "account.tokens", "account.second", "admin.deeds"})
"""Only for who is logged in: an API token that ends could else make one without end, or another operator."""
CONFIRMED = frozenset({"account.tokens", "account.second", "admin.deeds"})
"""Of these only for who has typed the password lately: an open page that was left is no key to the others."""

_UNIT_LIFE: Row = {_S: Reach.OWN}
_OVERSIGHT: Row = {_A: Reach.ALL}

EVENTS: MappingProxyType[str, Row] = MappingProxyType(
    {
        "organization.registered": {_S: Reach.OWN, _A: Reach.ALL, _O: Reach.ALL},
        "organization.changed": {_S: Reach.OWN, _A: Reach.ALL},
        "organization.closed": {_S: Reach.OWN, _A: Reach.ALL},
        # An operator brings the first members with a district's workbook; what they do is their unit's to say.
        "member.joined": {_S: Reach.OWN, _O: Reach.ALL},
        "member.changed": _UNIT_LIFE,
        "member.left": _UNIT_LIFE,
        "activity.held": _UNIT_LIFE,
        "document.filed": _UNIT_LIFE,
        "publication.made": _UNIT_LIFE,
        "honor.received": _UNIT_LIFE,
        "condition.declared": _UNIT_LIFE,
        "request.issued": _OVERSIGHT,
        "request.answered": _UNIT_LIFE,
        "finding.raised": _OVERSIGHT,
        "finding.rectified": _UNIT_LIFE,
        # Of figures and ratings the rubric says whether the unit itself reports them (`recording.why_forbidden`).
        "figure.reported": {_S: Reach.OWN, _A: Reach.ALL},
        "case.confirmed": _OVERSIGHT,
        "rating.given": {_S: Reach.OWN, _A: Reach.ALL},
        "judgement.passed": _OVERSIGHT,
        "claim.reviewed": _OVERSIGHT,
        "election.held": _UNIT_LIFE,
        "election.postponed": _UNIT_LIFE,
        "transfer.started": _UNIT_LIFE,
        "transfer.completed": _UNIT_LIFE,
        "appeal.filed": _UNIT_LIFE,
        "appeal.decided": _OVERSIGHT,
        "score.signed": _OVERSIGHT,
        "score.countersigned": _OVERSIGHT,
        "result.published": _OVERSIGHT,
        "result.confirmed": _UNIT_LIFE,
        "evidence.attached": {_S: Reach.OWN, _A: Reach.ALL},
        # An operator's, as the ledger itself is: it is about no unit.
        "rubric.installed": OPERATES,
        "rubric.withdrawn": OPERATES,
        # Of these two the record they name decides: whoever may append its type may mend it.
        "record.corrected": {_S: Reach.OWN, _A: Reach.ALL},
        "record.retracted": {_S: Reach.OWN, _A: Reach.ALL},
    }
)
"""Event types: who may append them, and for which units. `reminder.sent` is the program's own."""


def allows(row: Row | None, account: Account, unit: str | None = None) -> bool:
    """Whether *account* is in *row*, for *unit* where one is meant."""
    reach = (row or {}).get(account.role)
    if reach is None or not account.active:
        return False
    if reach is Reach.ALL or unit is None:
        return True
    return unit in account.units if reach is Reach.WHOLE else account.reaches(unit)


def may_open(account: Account, page: str, unit: str | None = None) -> bool:
    """Whether *account* may open the page or call named *page*, of *unit* where it is of one."""
    return allows(PAGES[page], account, unit)


def may_append(account: Account, event_type: str, subject: str, data: Any, record: Any | None = None) -> bool:
    """Whether *account* may append such an event.

    *record* is the stored event that *data* names, for what is about a record. A secretary registers, changes and
    closes branches and changes his unit, but not what the unit is (its kind, tags and group), and never a new unit; nor
    does he close his unit: whether it stands is the office's to say.
    """
    row = EVENTS.get(event_type)
    if not allows(row, account):
        return False
    changed = data.get("data", {}) if isinstance(data, dict) else {}
    if row is not None and row[account.role] is not Reach.ALL:
        moved = data.get("subject") if isinstance(data, dict) and type_of(event_type).changes else None
        about = record.get("subject") if record is not None and type_of(event_type).looks_back else None
        if not all(account.holds(each) for each in (subject, moved, about) if isinstance(each, str)):
            return False
    if type_of(event_type).changes:
        if record is None or "subject" not in record:
            # The ledger refuses it with the reason: there is no such record.
            return True
        if account.role is Role.SECRETARY and not _within_a_secretarys_hands(
            account, record["type"], record["subject"], record["data"]
        ):
            # Undoing what is not his to do.
            return False
        return may_append(account, record["type"], record["subject"], _only_new(changed, record["data"]))
    if account.role is Role.SECRETARY:
        return _within_a_secretarys_hands(account, event_type, subject, data)
    return True


_WHAT_IT_IS = frozenset({"kind", "tags", "group"})
"""By these a rubric is picked for a unit, and with whom it is compared."""


def _within_a_secretarys_hands(account: Account, event_type: str, subject: str, data: object) -> bool:
    says_what_it_is = isinstance(data, dict) and not _WHAT_IT_IS.isdisjoint(data)
    if event_type in ("organization.registered", "organization.closed"):
        # Whether a branch stands is its unit's to say.
        return "/" in subject and subject not in account.units
    if event_type == "organization.changed":
        return "/" in subject or not says_what_it_is
    return True


def _only_new(changed: object, before: object) -> object:
    """Return what a correction's data say anew: repeating the kind changes no kind."""
    if not isinstance(changed, dict) or not isinstance(before, dict):
        return changed
    return {name: value for name, value in changed.items() if before.get(name) != value}
