"""What an operator does with accounts: looking over them, inviting, ending logins, API tokens.

An operator can let anybody in and keep anybody out, and cannot act in another's name unseen: a token he makes is for
his own account or for one that no person uses (it has no password); when somebody takes such an account over by its
one-time link, its tokens end. `by` is who does it, for the journal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ledger.events.event import recorded_text
from ledger.problem import Problem, Refused
from ledger.store.protocol import Store
from ledger.text import Text

from . import entry, sso_rows
from . import store as rows
from .account import Account
from .journal import Deed, note
from .roles import Role

LIFETIMES_DAYS = (30, 90, 365)
"""What is offered for a token; without end is possible too."""
DAYS_MAX = 3650
ALL = "all"
"""In place of a login's key: every one."""


@dataclass(frozen=True, slots=True)
class Line:
    """An account as it stands in the list."""

    account: Account
    has_password: bool
    use: rows.Use
    is_bound: bool = False
    """Whether its owner comes in by the office's provider."""


@dataclass(frozen=True, slots=True)
class Whole:
    """An account with its open logins and its API tokens."""

    account: Account
    has_password: bool
    logins: list[rows.SessionRow]
    tokens: list[rows.TokenRow]
    is_bound: bool
    """Whether it is somebody's at the office's provider (see `single_sign_on`)."""


def all_accounts(store: Store, *, now: datetime) -> list[Line]:
    """Return all accounts by name."""
    with store.read() as work:
        everybody = rows.everybody(work.connection)
        uses = rows.uses(work.connection, recorded_text(now))
        with_password = rows.with_password(work.connection)
        bound = sso_rows.bound(work.connection)
    return [
        Line(each, each.name in with_password, uses.get(each.name, rows.UNUSED), each.name in bound)
        for each in everybody
    ]


def one_account(store: Store, name: str, *, now: datetime) -> Whole:
    """Return the account *name*. Raises Refused when there is none."""
    at = recorded_text(now)
    with store.read() as work:
        account = rows.find(work.connection, name)
        logins = [each for each in rows.sessions_of(work.connection, name) if each.expires_at >= at]
        tokens = rows.api_tokens(work.connection, name)
        kept = rows.password(work.connection, name)
        is_bound = name in sso_rows.bound(work.connection)
    if account is None:
        raise _nobody(name)
    return Whole(account, kept is not None, logins, tokens, is_bound)


def invite(store: Store, name: str, *, by: str, now: datetime) -> str:
    """Return the token of a new one-time link for an account. Raises Refused."""
    account = one_account(store, name, now=now).account
    if not account.active:
        raise Refused([Problem("name", Text("账号“{name}”已停用；请先启用", name=name))])
    return entry.invite(store, name, now=now, by=by)


def end_login(store: Store, name: str, key: str, *, by: str, now: datetime) -> None:
    """End one login of *name*, or with the key ALL every one."""
    with store.write() as work:
        if key == ALL:
            rows.end_sessions(work.connection, name)
        else:
            rows.end_session(work.connection, name, key)
        note(work.connection, now, by, Deed.LOGIN_ENDED, name)


def create_token(
    store: Store,
    operator: Account,
    name: str,
    label: str,
    days: int | None,
    *,
    now: datetime,
    scope: str | None = None,
) -> str:
    """Return a new API token of *name*, good for so many days (None: until it is revoked). Raises Refused."""
    whole = one_account(store, name, now=now)
    if not whole.account.active:
        raise Refused([Problem("account", Text("账号“{name}”已停用；请先启用", name=name))])
    if name != operator.name and whole.has_password:
        text = Text("“{name}”有人在用；请他自己在“我的账号”里建令牌，免得有人替他记账", name=name)
        raise Refused([Problem("account", text)])
    good_for = timedelta(days=days) if days is not None else None
    if scope is not None and whole.account.role is not Role.OPERATOR:
        text = Text("只读运行指标的令牌要建在系统管理员的账号下；“{name}”不是", name=name)
        raise Refused([Problem("account", text)])
    return entry.create_api_token(
        store, whole.account, label, now=now, good_for=good_for, by=operator.name, scope=scope
    )


def revoke_token(store: Store, token_id: str, *, by: str, now: datetime) -> None:
    """End an API token. Raises Refused when there is none."""
    with store.write() as work:
        row = next((each for each in rows.api_tokens(work.connection) if each.id == token_id), None)
        if row is None:
            raise Refused([Problem("id", Text("没有这个令牌；可能已经吊销了"))])
        rows.drop_api_token(work.connection, token_id)
        note(work.connection, now, by, Deed.TOKEN_REVOKED, row.account, row.label)


def _nobody(name: str) -> Refused:
    return Refused([Problem("name", Text("没有“{name}”这个账号", name=name))])
