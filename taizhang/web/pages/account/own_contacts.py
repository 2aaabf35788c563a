"""What goes out to an account's own places: who is written to there, where to and how often.

Accounts and contacts know nothing of each other, so that an address can be erased: whoever acts for a unit sees to its
own mail; for anybody else the link in each mail does.
"""

from __future__ import annotations

from ledger.problem import Problem, Refused
from ledger.text import Text
from reminders.contacts import EVERY_UNIT, Contact, Role
from reminders.store import contacts
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role as AccountRole
from taizhang.app.ledger import OpenLedger
from taizhang.entry.contact import Entered, keep_contact

ADDRESSES_MAX = 10
"""So many addresses may one account have written to."""
_DISTRICT = {AccountRole.ASSESSOR: Role.ASSESSOR, AccountRole.LEADER: Role.DISTRICT}


def places_of(account: Account) -> list[tuple[str, Role]]:
    """Return where the account hears something: each unit or branch that is its own, or its part in the district."""
    if account.role is AccountRole.SECRETARY:
        return [(each, Role.SECRETARY) for each in sorted(account.units)]
    return [(EVERY_UNIT, _DISTRICT[account.role])] if account.role in _DISTRICT else []


def own_contacts(session: OpenLedger, account: Account) -> list[Contact]:
    """Return each address that is written to for the account, once."""
    places = set(places_of(account))
    with session.store.read() as work:
        found = [each for each in contacts.contacts(work.connection) if (each.unit, each.role) in places]
    return list({each.person.id: each for each in found}.values())


def add_own(session: OpenLedger, account: Account, channel: str, address: str, secret: str) -> None:
    """Have an address written to for all the account's own places. Raises Refused."""
    own = own_contacts(session, account)
    with session.store.read() as work:
        known = contacts.find_person(work.connection, channel, address.strip())
    if len(own) >= ADDRESSES_MAX and not any(known and each.person.id == known.id for each in own):
        raise Refused([Problem("address", Text("最多 {most} 个地址；请先删掉一个", most=ADDRESSES_MAX))])
    # What is known of somebody already stays as he, or the operator, has set it.
    name = account.display_name if known is None else None
    for unit, role in places_of(account):
        entered = Entered(unit, role.value, channel, address, secret.strip() or None, name)
        keep_contact(session, entered, by=account.name)


def remove_own(session: OpenLedger, account: Account, person: str) -> None:
    """Write to an address no more for the account's own places; who has no place left is forgotten."""
    with session.store.write() as work:
        for unit, role in places_of(account):
            contacts.remove_contacts(work.connection, unit, person, role)
