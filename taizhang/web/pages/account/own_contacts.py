"""Which contacts an account may set the rhythm of: those of its own units, or of its own part in the district."""

from __future__ import annotations

from reminders.contacts import EVERY_UNIT, Contact, Role
from reminders.store import contacts
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role as AccountRole
from taizhang.app.ledger import OpenLedger


def own_contacts(session: OpenLedger, account: Account) -> list[Contact]:
    """Return each address that is written to for the account, once.

    Accounts and contacts know nothing of each other, so that an address can be erased: whoever acts for a unit may set
    how often its own mail comes, and for anybody else the link in each mail does.
    """
    with session.store.read() as work:
        found = contacts.contacts(work.connection)
    if account.role is AccountRole.SECRETARY:
        own = [each for each in found if each.unit in account.units and each.role is Role.SECRETARY]
    elif account.role is AccountRole.ASSESSOR:
        own = [each for each in found if each.unit == EVERY_UNIT and each.role is Role.ASSESSOR]
    else:
        own = []
    return list({each.person.id: each for each in own}.values())
