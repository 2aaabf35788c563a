"""What everybody does with his own account."""

from __future__ import annotations

from datetime import datetime

from ledger.problem import Problem, Refused
from ledger.store.protocol import Store
from ledger.text import Text

from . import entry
from . import store as rows
from .account import Account
from .entry import Visit
from .journal import Deed, note

OTHERS = "others"
"""In place of a login's key: every one but this."""


def change_password(store: Store, account: Account, old: str, new: str, *, now: datetime) -> None:
    """Set a new password for who knows the old one; every login ends. Raises Refused.

    A wrong old one counts as a failed login: whoever sits down at an open page cannot try without end.
    """
    try:
        known = entry.account_by_password(store, account.name, old, now=now)
    except entry.NotAdmitted as refused:
        raise Refused([Problem("old", refused.text)]) from None
    if known is None:
        raise Refused([Problem("old", Text("原来的密码不对；请重新输入"))])
    entry.set_password(store, account, new)
    with store.write() as work:
        note(work.connection, now, account.name, Deed.PASSWORD, account.name)


def end_login(store: Store, visit: Visit, key: str) -> None:
    """End one login of the visitor, or with the key OTHERS all but the one he came by."""
    with store.write() as work:
        if key == OTHERS:
            rows.end_sessions(work.connection, visit.account.name, visit.session_key)
        else:
            rows.end_session(work.connection, visit.account.name, key)


def revoke_token(store: Store, account: Account, token_id: str, *, now: datetime) -> None:
    """End one of the account's API tokens. Raises Refused when it has no such."""
    with store.write() as work:
        mine = rows.api_tokens(work.connection, account.name)
        row = next((each for each in mine if each.id == token_id), None)
        if row is None:
            raise Refused([Problem("id", Text("没有这个令牌；可能已经吊销了"))])
        rows.drop_api_token(work.connection, token_id)
        note(work.connection, now, account.name, Deed.TOKEN_REVOKED, account.name, row.label)
