"""Who a demo ledger would write to: addresses that lead nowhere (RFC 2606, .invalid)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ledger.store.protocol import Store
from reminders.contacts import EVERY_UNIT, Role
from reminders.store import contacts
from taizhang.demo.organization import OFFICE
from taizhang.demo.story import SHOWN_DAY
from taizhang.language.i18n import N_

_HOST = "example.invalid"
_AWAY = (SHOWN_DAY + timedelta(days=1), SHOWN_DAY + timedelta(days=6))
_AWAY_EVERY = 5
"""One secretary in so many is away after the demo's day: what would be due then is written to him on that day."""


def keep_demo_contacts(store: Store) -> None:
    """Give a demo ledger its contacts: each unit's secretary, an assessor and the district's office for all of them."""
    people = [(unit, unit, Role.SECRETARY, N_("{unit} 党务干事").format(unit=unit)) for unit in store.units()]
    people += [
        (EVERY_UNIT, OFFICE, Role.ASSESSOR, N_("考核人员")),
        (EVERY_UNIT, "district", Role.DISTRICT, N_("区级")),
    ]
    with store.write() as work:
        for number, (unit, local, role, name) in enumerate(people):
            person = contacts.new_person("email", f"{local}@{_HOST}", name)
            if role is Role.SECRETARY and number % _AWAY_EVERY == 0:
                person = replace(person, quiet=(_AWAY,), weekly=False)
            contacts.keep_person(work.connection, person)
            contacts.keep_contact(work.connection, unit, person.id, role)
