"""Single sign-on: the office's provider says who somebody is, the ledger's accounts what he may.

Nobody gets an account by it: the first time the provider's word for the login has to be that of an account here, and
from then on the provider's own subject is that account, also when the word changes hands. The answer has to come back
in the browser that began (`state`); how else it is checked is each provider's own (`sso_oidc`, `sso_wecom`,
`sso_dingtalk`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import token_hex, token_urlsafe
from typing import Protocol

from ledger.events.event import recorded_text
from ledger.store.protocol import Store
from ledger.text import Text

from . import sso_rows
from . import store as rows
from .account import Account
from .journal import Deed, note
from .sso_asking import Identity, SignOnFailed
from .sso_rows import Pending

GOOD_FOR = timedelta(minutes=10)
"""So long a login may take at the provider."""


class Provider(Protocol):
    """Who says who somebody is."""

    @property
    def issuer(self) -> str:
        """Whose subjects they are."""

    def address(self, pending: Pending, back: str, *, is_inside: bool, now: datetime) -> str:
        """Return where a browser logs in, and from where it comes to *back*. Raises SignOnFailed."""

    def identity(self, pending: Pending, back: str, code: str, *, now: datetime) -> Identity:
        """Return who came back with *code*. Raises SignOnFailed."""


def begin(
    store: Store, provider: Provider, back: str, next_address: str, *, is_inside: bool, now: datetime
) -> tuple[str, str]:
    """Return the provider's address to go to, and the state that the browser keeps until it comes back.

    *is_inside*: the browser is that of the provider's own app. Raises SignOnFailed.
    """
    # 企业微信 takes letters and digits only as state.
    pending = Pending(token_hex(32), token_urlsafe(24), token_urlsafe(48), next_address)
    address = provider.address(pending, back, is_inside=is_inside, now=now)
    with store.write() as work:
        sso_rows.add_pending(work.connection, pending, recorded_text(now), recorded_text(now + GOOD_FOR))
    return address, pending.state


def finish(
    store: Store, provider: Provider, back: str, state: str, code: str, *, now: datetime
) -> tuple[Account, str]:
    """Return whose login has come back from the provider, and where it leads. Raises SignOnFailed."""
    with store.write() as work:
        pending = sso_rows.take_pending(work.connection, state, recorded_text(now))
    if pending is None:
        raise SignOnFailed(Text("这次统一登录等得太久或已经用过；请重新登录"))
    identity = provider.identity(pending, back, code, now=now)
    return _account_of(store, provider, identity, now=now), pending.next_address


def unbind(store: Store, name: str, *, by: str, now: datetime) -> None:
    """Let *name* be nobody's at the provider: the next login by its word begins anew."""
    with store.write() as work:
        if sso_rows.unbind(work.connection, name):
            note(work.connection, now, by, Deed.UNBOUND, name)


def _account_of(store: Store, provider: Provider, identity: Identity, *, now: datetime) -> Account:
    subject, login = identity.subject, identity.login.strip().lower()
    with store.write() as work:
        bound = sso_rows.account_of(work.connection, provider.issuer, subject)
        account = rows.find(work.connection, bound or login)
        if account is not None and bound is None:
            if sso_rows.is_bound(work.connection, provider.issuer, account.name):
                account = None
            elif account.active:
                sso_rows.bind(work.connection, provider.issuer, subject, account.name)
                note(work.connection, now, account.name, Deed.BOUND, account.name, provider.issuer)
    if account is None or not account.active:
        raise SignOnFailed(
            Text(
                "统一登录认得您（{login}），台账里还没有您能用的账号；请系统管理员建一个同名的账号",
                login=login[:60] or subject[:60],
            )
        )
    return account


__all__ = ["GOOD_FOR", "Provider", "SignOnFailed", "begin", "finish", "unbind"]
