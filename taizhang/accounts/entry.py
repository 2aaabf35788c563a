"""Coming in: passwords, one-time links, sessions, API tokens. Hashing is done outside every transaction.

A session ends when it was not used for `IDLE`, and `LONGEST` after the login in any case; it can be revoked at any
time. After `FREE_TRIES` wrong passwords in a row each further try of that name has to wait, longer each time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_urlsafe

from ledger.errors import ErrorKind, TaizhangError
from ledger.events.event import instant_of, recorded_text
from ledger.problem import Problem, Refused, StoreError
from ledger.store.protocol import Store
from ledger.store.sql import Connection
from ledger.text import Text

from . import passwords
from . import store as rows
from .account import Account
from .journal import Deed, in_short, note
from .roles import Role

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
_NOTED_EVERY = timedelta(minutes=5)
"""That a session was used is written so often at most: a page view should not write."""
LINK_GOOD_FOR = timedelta(days=7)
FREE_TRIES = 5
RECENT = timedelta(hours=1)
"""So long after the password was typed, what needs it is done without asking again."""
FORGOTTEN_AFTER = timedelta(days=1)
"""Failed logins of a name that was not tried for so long."""
METRICS = "metrics"
"""The scope of a token that is good for Prometheus and nothing else."""
LONGEST_WAIT = timedelta(minutes=15)
CLOCK_STEP = timedelta(minutes=5)
"""What bears a time later than this after now was written under a clock that was ahead: it lets nobody in."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}", re.ASCII)
_SCOPE = re.compile(rf"{_NAME.pattern}(?:/{_NAME.pattern})?", re.ASCII)
"""A unit, or a branch of one."""
API_PREFIX = "tz_"
"""API tokens begin so, that they are recognised where they turn up by mistake."""


class NotAdmitted(TaizhangError):
    """The name and the password do not let in; `text` says what to do, and not which of the two was wrong."""

    kind = ErrorKind.DENIED


class MustWait(NotAdmitted):
    """Too many tries have failed; the password was not looked at."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who is in: who, and by which login (empty for an API token)."""

    account: Account
    session_key: str = ""
    confirmed_at: str | None = None
    """When this login's password was typed last; None of an API token."""
    scope: str | None = None
    """The one page that an API token opens; None: whatever the account may."""
    is_guest: bool = False
    """Logged in at the ledger above: reads what that role reads, and does nothing else."""
    is_named: bool = True
    """Whether this login began when cookies of https had a name of their own already."""

    def is_confirmed(self, now: datetime) -> bool:
        """Whether the password was typed lately."""
        return self.confirmed_at is not None and -CLOCK_STEP <= now - instant_of(self.confirmed_at) <= RECENT


def admitted(store: Store, name: str, password: str, *, now: datetime) -> Account:
    """Return the account that name and password let in. Raises NotAdmitted."""
    account = account_by_password(store, name.strip().lower(), password, now=now)
    if account is None:
        raise NotAdmitted(Text("账号或密码不对；请重试，忘记密码请联系系统管理员"))
    return account


def log_in(store: Store, name: str, password: str, *, now: datetime, agent: str = "") -> str:
    """Return the token of a new session by the password alone. Raises NotAdmitted."""
    return start_session(store, admitted(store, name, password, now=now), now=now, agent=agent)


def account_by_password(store: Store, name: str, password: str, *, now: datetime) -> Account | None:
    """Return the account that name and password let in, None when they do not, which is counted.

    Raises NotAdmitted while too many tries have failed, also of a name that nobody has: nothing tells which there are.
    """
    with store.read() as work:
        account = rows.find(work.connection, name)
        kept = rows.password(work.connection, name)
        tries, last = rows.failures(work.connection, name)
    must_wait(tries, last, now)
    right = len(password) <= passwords.PASSWORD_MAX and passwords.matches(password, kept)
    if right and account is not None and account.active:
        return account
    with store.write() as work:
        rows.drop_expired(work.connection, recorded_text(now))
        rows.drop_failures(work.connection, recorded_text(now - FORGOTTEN_AFTER))
        rows.count_failure(work.connection, name, recorded_text(now))
    return None


def confirm(store: Store, visit: Visit, password: str, *, now: datetime) -> None:
    """Take down that who is logged in has typed the password again. Raises NotAdmitted when it is another."""
    if account_by_password(store, visit.account.name, password, now=now) is None:
        raise NotAdmitted(Text("密码不对；请重新输入"))
    with store.write() as work:
        rows.clear_failures(work.connection, visit.account.name)
        rows.confirm_session(work.connection, visit.session_key, recorded_text(now))


def must_wait(tries: int, last: str, now: datetime) -> None:
    """Raise MustWait as long as so many failed tries in a row, the last of them at *last*, have to wait."""
    if tries < FREE_TRIES:
        return
    wait = min(LONGEST_WAIT, timedelta(seconds=30) * 2 ** min(tries - FREE_TRIES, 10))
    left = instant_of(last) + wait - now
    # Of a try under a clock that was ahead nobody knows when it was; the next failure is counted on from it.
    if timedelta() < left <= wait + CLOCK_STEP:
        raise MustWait(
            Text("密码连续输错次数过多；请在 {seconds} 秒后再试", seconds=-(-left // timedelta(seconds=1)))
        )


def is_account(store: Store, name: str) -> bool:
    """Whether there is such an account; not to be told to whom is not in."""
    with store.read() as work:
        return rows.find(work.connection, name.strip().lower()) is not None


def start_session(store: Store, account: Account, *, now: datetime, agent: str = "") -> str:
    """Let *account* in without asking; return the session's token."""
    token = token_urlsafe(32)
    at = recorded_text(now)
    row = rows.SessionRow("", account.name, at, at, recorded_text(now + IDLE), agent[:200])
    with store.write() as work:
        rows.clear_failures(work.connection, account.name)
        rows.add_session(work.connection, token, row)
    return token


def visit_of_session(store: Store, token: str, *, now: datetime) -> Visit | None:
    """Return who comes with a session's token; None when it is not, or no longer, good."""
    at = recorded_text(now)
    with store.read() as work:
        row = rows.find_session(work.connection, token)
        if row is None or row.awaits or not _holds(row, now):
            return None
        account = rows.find(work.connection, row.account)
    if account is None or not account.active:
        return None
    if instant_of(row.seen_at) + _NOTED_EVERY < now:
        expires = min(now + IDLE, instant_of(row.created_at) + LONGEST)
        # A full disk must not keep out whoever would mend it.
        with suppress(StoreError), store.write() as work:
            rows.touch_session(work.connection, row.key, at, recorded_text(expires))
    named = row.confirmed_at is not None
    return Visit(account, row.key, row.confirmed_at or row.created_at, is_named=named)


def _holds(row: rows.SessionRow, now: datetime) -> bool:
    """Whether a login can still be good, also when the clock has jumped in between."""
    ahead = recorded_text(now + CLOCK_STEP)
    last = recorded_text(now + IDLE + CLOCK_STEP)
    return row.created_at <= ahead and row.seen_at <= ahead and recorded_text(now) <= row.expires_at <= last


def log_out(store: Store, visit: Visit) -> None:
    """End the visit's session."""
    with store.write() as work:
        rows.end_session(work.connection, visit.account.name, visit.session_key)


# -- accounts and their passwords ------------------------------------------------------------------------------


def create_account(store: Store, account: Account, *, now: datetime, by: str) -> str:
    """Keep a new account; return the token of the one-time link with which its owner sets the password.

    Raises Refused.
    """
    problems = _problems(account)
    with store.write() as work:
        if not problems and rows.find(work.connection, account.name) is not None:
            problems = [Problem("name", Text("账号“{name}”已经有了；请换一个", name=account.name))]
        if problems:
            raise Refused(problems)
        rows.add(work.connection, account, now)
        note(work.connection, now, by, Deed.CREATED, account.name, in_short(account))
    return invite(store, account.name, now=now, by=by)


def create_accounts(
    connection: Connection, accounts: Iterable[Account], *, now: datetime, by: str
) -> dict[str, str]:
    """Keep new accounts, all or none, inside the caller's transaction; return the token of each one's link by name.

    One whose name is taken meanwhile is left as it is, without a link. Raises Refused.
    """
    tokens: dict[str, str] = {}
    for account in accounts:
        if problems := _problems(account):
            raise Refused(problems)
        if rows.find(connection, account.name) is not None:
            continue
        rows.add(connection, account, now)
        note(connection, now, by, Deed.CREATED, account.name, in_short(account))
        tokens[account.name] = _add_link(connection, account.name, now=now, by=by)
    return tokens


def change_account(store: Store, account: Account, *, now: datetime, by: str) -> None:
    """Write what may change of an account; one that is not active any more is thrown out at once. Raises Refused."""
    if problems := _problems(account):
        raise Refused(problems)
    with store.write() as work:
        former = rows.find(work.connection, account.name)
        if former is None:
            raise Refused([Problem("name", Text("没有“{name}”这个账号", name=account.name))])
        had_operator = rows.any_operator(work.connection)
        rows.change(work.connection, account)
        if had_operator and not rows.any_operator(work.connection):
            raise Refused([Problem("role", Text("至少要留一个能登录的系统管理员账号"))])
        detail = f"{in_short(former)} → {in_short(account)}"
        note(work.connection, now, by, Deed.CHANGED, account.name, detail)
        if not account.active:
            # For good: enabled again, nobody is in whom nobody has let in anew.
            rows.end_sessions(work.connection, account.name)
            rows.end_api_tokens(work.connection, account.name, recorded_text(now))
            rows.drop_links(work.connection, account.name)


def _problems(account: Account) -> list[Problem]:
    problems = []
    if not _NAME.fullmatch(account.name):
        problems.append(
            Problem("name", Text("账号只用小写字母、数字和 . _ -，以字母或数字开头，最多 63 个字符"))
        )
    if not account.display_name.strip() or len(account.display_name) > 60:
        problems.append(Problem("display_name", Text("请写上姓名或称呼，最多 60 个字")))
    wrong = sorted(scope for scope in account.units if not _SCOPE.fullmatch(scope))
    if wrong:
        text = Text(
            "{units} 不是单位编号；应写成 wj-01 的样子，只负责一个支部的写成 wj-01/b1", units=wrong[:5]
        )
        problems.append(Problem("units", text))
    if account.role is Role.SECRETARY and not account.units:
        problems.append(Problem("units", Text("请写明负责哪些单位，如 wj-01")))
    if account.role is not Role.SECRETARY and account.units:
        problems.append(Problem("units", Text("只有党组织书记的账号按单位授权；其他角色请留空")))
    return problems


def invite(store: Store, name: str, *, now: datetime, by: str) -> str:
    """Return the token of a new one-time link with which *name* sets a password; earlier ones are void."""
    with store.write() as work:
        return _add_link(work.connection, name, now=now, by=by)


def _add_link(connection: Connection, name: str, *, now: datetime, by: str) -> str:
    token = token_urlsafe(24)
    rows.add_link(connection, token, name, recorded_text(now + LINK_GOOD_FOR))
    note(connection, now, by, Deed.INVITED, name)
    return token


def account_of_link(store: Store, token: str, *, now: datetime) -> Account | None:
    """Return whose password a one-time link sets; None when it is not, or no longer, good."""
    with store.read() as work:
        name = _link_of(work.connection, token, now)
        account = rows.find(work.connection, name) if name is not None else None
    return account if account is not None and account.active else None


def _link_of(connection: Connection, token: str, now: datetime) -> str | None:
    """Return whose link it is; None where it is none, or was made for longer than a link lasts from *now* on."""
    return rows.find_link(
        connection, token, recorded_text(now), recorded_text(now + LINK_GOOD_FOR + CLOCK_STEP)
    )


def set_password(store: Store, account: Account, password: str) -> None:
    """Set a password; every session and link of the account ends, with the first one also every API token.

    Raises Refused.
    """
    kept = _hash_of(password, account)
    with store.write() as work:
        _keep_password(work.connection, account.name, kept)


def set_password_by_link(store: Store, token: str, password: str, *, now: datetime) -> Account | None:
    """Set the password of a one-time link's account and return it; None when the link is not, or no longer, good.

    It is used once, also when two use it at the same moment. Otherwise as `set_password`.
    """
    account = account_of_link(store, token, now=now)
    if account is None:
        return None
    kept = _hash_of(password, account)
    with store.write() as work:
        if _link_of(work.connection, token, now) is None:
            return None
        _keep_password(work.connection, account.name, kept)
    return account


def _hash_of(password: str, account: Account) -> str:
    weak = passwords.weakness(password, account.name, (account.display_name, *account.units))
    if weak is not None:
        raise Refused([Problem("password", weak)])
    return passwords.hashed(password)


def _keep_password(connection: Connection, name: str, kept: str) -> None:
    if rows.password(connection, name) is None:
        # From now on a person uses it: nobody else may hold a key.
        rows.drop_api_tokens(connection, name)
    rows.set_password(connection, name, kept)
    rows.drop_links(connection, name)
    rows.end_sessions(connection, name)
    rows.clear_failures(connection, name)


def change_language(store: Store, account: Account, language: str) -> Account:
    """Return *account* with another language, kept."""
    changed = replace(account, language=language)
    with store.write() as work:
        rows.change(work.connection, changed)
    return changed


# -- API tokens ------------------------------------------------------------------------------------------------


def create_api_token(
    store: Store,
    account: Account,
    label: str,
    *,
    now: datetime,
    good_for: timedelta | None = None,
    by: str | None = None,
    scope: str | None = None,
) -> str:
    """Return a new API token of *account*; it is shown once. Raises Refused when *label* says nothing.

    With *scope* METRICS it reads an operator's metrics and does nothing else.
    """
    if not label.strip() or len(label) > 80:
        raise Refused([Problem("label", Text("请写明这个令牌做什么用，最多 80 个字"))])
    token = API_PREFIX + token_urlsafe(32)
    expires = recorded_text(now + good_for) if good_for is not None else None
    row = rows.TokenRow(
        token_urlsafe(8), account.name, label.strip(), recorded_text(now), None, expires, scope
    )
    with store.write() as work:
        rows.add_api_token(work.connection, token, row)
        note(work.connection, now, by or account.name, Deed.TOKEN_CREATED, account.name, row.label)
    return token


def visit_of_api_token(store: Store, token: str, *, now: datetime) -> Visit | None:
    """Return who comes with an API token; None when it is not, or no longer, good."""
    at = recorded_text(now)
    with store.read() as work:
        row = rows.find_api_token(work.connection, token)
        if row is None or (row.expires_at is not None and row.expires_at <= at):
            return None
        if row.created_at > recorded_text(now + CLOCK_STEP):
            return None
        account = rows.find(work.connection, row.account)
    if account is None or not account.active:
        return None
    if row.seen_at is None or abs(now - instant_of(row.seen_at)) > _NOTED_EVERY:
        with suppress(StoreError), store.write() as work:
            rows.touch_api_token(work.connection, row.id, at)
    return Visit(account, scope=row.scope)
