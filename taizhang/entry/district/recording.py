"""What was read of a district's workbook, recorded: all of it, or nothing.

First the directory, then the events in one append, then accounts and contacts in one transaction. What the append
refuses takes the directory's new people back. Should the program be killed in between, the same workbook brings what is
missing: nothing of it is there twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import orjson

from ledger.events.event import ClientEvent, unit_of
from ledger.events.new import new_event
from ledger.store.protocol import Appended
from ledger.store.sql import Connection
from reminders.store import contacts as contact_rows
from taizhang.accounts.account import Account
from taizhang.accounts.entry import create_accounts
from taizhang.accounts.journal import Deed, note
from taizhang.accounts.recording import append_as
from taizhang.app.ledger import OpenLedger
from taizhang.people import store as people_store
from taizhang.people.person import Person

from .reading import DistrictList, NewContact


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of it: the events, and for each new account the token of its one-time link."""

    appended: Appended
    links: list[tuple[Account, str]]


def events_of(found: DistrictList, since: date, form: str) -> list[ClientEvent]:
    """Return the events in the order of ``found.organizations`` and ``found.members``; *form* begins their ids."""
    made = [
        new_event("organization.registered", each.subject, since.isoformat(), dict(each.data), id_=f"{form}.{number}")
        for number, each in enumerate(found.organizations)
    ]  # fmt: skip
    first = len(made)
    return made + [
        new_event("member.joined", each.subject, each.day.isoformat(), each.data, id_=f"{form}.{number}")
        for number, each in enumerate(found.members, first)
    ]


def source_of(found: DistrictList, place: int) -> tuple[int, int]:
    """Return the sheet and row that the event *place* of `events_of` came from."""
    sources = [each.source for each in found.organizations] + [each.source for each in found.members]
    return sources[place]


def record_district(
    session: OpenLedger, found: DistrictList, *, since: date, form: str, by: Account, now: datetime
) -> Recorded:
    """Record everything in the name of *by*. Raises NotPermitted, Refused and StoreError; then nothing is kept.

    *now*: the wall clock, by which accounts live.
    """
    assert not found.faults, "what has faults is not recorded"
    people = _by_unit(found)
    _put_people(session, people)
    try:
        events = events_of(found, since, form)
        lines = [(place, orjson.dumps(event)) for place, event in enumerate(events)]
        appended = append_as(session, by, lines, now=session.clock())
    except BaseException:
        _take_back(session, people)
        raise
    with session.store.write() as work:
        for contact in found.contacts:
            _keep_contact(work.connection, contact)
        if found.contacts:
            note(work.connection, now, by.name, Deed.CONTACT, "", f"{len(found.contacts)}")
        tokens = create_accounts(work.connection, found.accounts, now=now, by=by.name)
    return Recorded(appended, [(each, tokens[each.name]) for each in found.accounts if each.name in tokens])


def _by_unit(found: DistrictList) -> dict[str, list[Person]]:
    people: dict[str, list[Person]] = {}
    for each in found.members:
        people.setdefault(unit_of(each.subject), []).append(each.person)
    return people


def _put_people(session: OpenLedger, people: dict[str, list[Person]]) -> None:
    with session.store.write() as work:
        for unit, those in people.items():
            people_store.put(work.connection, unit, those)


def _take_back(session: OpenLedger, people: dict[str, list[Person]]) -> None:
    with session.store.write() as work:
        for unit, those in people.items():
            for person in those:
                people_store.erase(work.connection, unit, person.member)


def _keep_contact(connection: Connection, contact: NewContact) -> None:
    known = contact_rows.find_person(connection, "email", contact.email)
    person = known or contact_rows.new_person("email", contact.email, contact.name)
    contact_rows.keep_person(connection, person)
    contact_rows.keep_contact(connection, contact.unit, person.id, contact.role)
