"""What the ledger and the lists beside it hold already: units with their branches and people, accounts, contacts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from ledger.equal_text import as_compared
from ledger.store.protocol import Transaction
from projections.records import Records
from reminders.store import contacts as contact_rows
from taizhang.accounts import store as account_rows
from taizhang.accounts.account import Account
from taizhang.app.ledger import OpenLedger
from taizhang.people.person import Directory
from taizhang.people.store import directory_of

_ENDING = re.compile(r"(党委|党的委员会|委员会|党总支部?|总支部?|党支部|支部)$")


@dataclass
class KnownUnit:
    """A unit as it stands, with what a workbook adds to it while it is read."""

    code: str
    name: str
    kind: str
    branches: dict[str, str] = field(default_factory=dict)
    """Subject → name of every branch that was ever registered."""
    people: Directory = field(default_factory=Directory)
    closed: bool = False

    def branch_named(self, text: str) -> str | None:
        """Return the subject that *text* means in this unit: the unit itself, or one of its branches."""
        if not text or as_compared(text) in (as_compared(self.name), self.code):
            return self.code
        return named(text, self.branches)


@dataclass
class KnownDistrict:
    """Everything that a row may name."""

    units: dict[str, KnownUnit] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)
    contacts: set[tuple[str, str, str]] = field(default_factory=set)
    """(unit, role, address in small letters) of each contact by mail."""

    def unit_named(self, text: str) -> KnownUnit | None:
        """Return the unit that *text* means by code, name, or the name without 党总支 and the like."""
        if text.lower() in self.units:
            return self.units[text.lower()]
        code = named(text, {unit.code: unit.name for unit in self.units.values()})
        return self.units[code] if code is not None else None


def stem(name: str) -> str:
    """Return a name as it is compared, without what every such name begins or ends with: 实验小学."""
    plain = "".join(as_compared(name).split()).removeprefix("中共")
    return _ENDING.sub("", plain) or plain


def named(text: str, names: dict[str, str]) -> str | None:
    """Return the key whose name is *text*, or whose name alone has the same stem; None when there is no such one."""
    word = as_compared(text)
    for key, name in names.items():
        if as_compared(name) == word:
            return key
    alike = [key for key, name in names.items() if stem(name) == stem(text)]
    return alike[0] if len(alike) == 1 else None


def known_district(session: OpenLedger, today: date) -> KnownDistrict:
    """Return what there is as of *today*."""
    with session.store.read() as work:
        known = KnownDistrict(
            accounts=account_rows.everybody(work.connection),
            contacts={
                (each.unit, each.role.value, each.person.address.casefold())
                for each in contact_rows.contacts(work.connection)
                if each.person.channel == "email"
            },
        )
        for unit in session.store.units():
            known.units[unit] = _unit(work, unit, session.projections.records(session.store, unit), today)
    return known


def _unit(work: Transaction, unit: str, records: Records, today: date) -> KnownUnit:
    found = KnownUnit(unit, unit, "branch", people=directory_of(work.connection, unit))
    live = sorted(
        (record for record in records.by_id.values() if not record.retracted and record.day <= today),
        key=lambda record: (record.day, record.sequence),
    )
    for record in live:
        name = record.data.get("name")
        if record.type in ("organization.registered", "organization.changed"):
            if record.subject == unit:
                found.name, found.kind = name or found.name, record.data.get("kind", found.kind)
            elif name:
                found.branches[record.subject] = name
        elif record.type == "organization.closed" and record.subject == unit:
            found.closed = True
    return found
