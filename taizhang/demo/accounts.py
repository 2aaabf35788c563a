"""Who may come into a demo ledger: everybody who wrote in it, with one password that is no secret."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ledger.store.protocol import Store
from taizhang.accounts import passwords
from taizhang.accounts import store as rows
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.demo.organization import OFFICE
from taizhang.demo.oversight import ASSESSORS
from taizhang.language.i18n import N_

PASSWORD = "taizhang-demo"  # noqa: S105  # shown on the demo's login page
AUDITOR = "auditor"
LEADER = "leader"
OPERATOR = "operator"


def demo_accounts(units: Iterable[str]) -> list[Account]:
    """Return the accounts of a demo district: a secretary for each unit, and the people of the office."""
    secretaries = [
        Account(unit, Role.SECRETARY, N_("{unit} 党务干事").format(unit=unit), frozenset({unit}))
        for unit in units
    ]
    office = [Account(name, Role.ASSESSOR, N_("考核人员")) for name in ASSESSORS]
    assert OFFICE in ASSESSORS, "whoever registers units assesses them"
    return [
        *secretaries,
        *office,
        Account(AUDITOR, Role.AUDITOR, N_("监督检查")),
        Account(LEADER, Role.LEADER, N_("分管领导")),
        Account(OPERATOR, Role.OPERATOR, N_("系统管理员")),
    ]


def doors(units: Iterable[str]) -> list[Account]:
    """Return one account of each role, by which a visitor looks around: the shown unit's secretary first."""
    first_of_role: dict[Role, Account] = {}
    for account in demo_accounts(units):
        first_of_role.setdefault(account.role, account)
    return list(first_of_role.values())


def keep_demo_accounts(store: Store, now: datetime) -> None:
    """Give a demo ledger its accounts."""
    kept = passwords.hashed(PASSWORD)
    with store.write() as work:
        for account in demo_accounts(store.units()):
            rows.add(work.connection, account, now)
            rows.set_password(work.connection, account.name, kept)
