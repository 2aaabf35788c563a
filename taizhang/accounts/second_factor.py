"""The second factor: a code of six digits that the owner's telephone makes (TOTP, RFC 6238), or a recovery code.

After the password a login waits, ten minutes at most, for the code; nothing else is open to it. A code is taken once,
and from one step of time before or after. Wrong codes are counted as wrong passwords are. Nothing of it is in a log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hmac import compare_digest
from secrets import choice, token_urlsafe
from typing import Self

from ledger.events.event import instant_of, recorded_text
from ledger.problem import Problem, Refused
from ledger.store.protocol import Store
from ledger.store.sql import Connection
from ledger.text import Text

from . import entry, second_rows
from . import store as rows
from .account import Account
from .journal import Deed, note
from .roles import Role

DEMANDED_OF = frozenset({Role.OPERATOR, Role.ASSESSOR})
"""Who needs one where the ledger's setting demands it; everybody may have one."""
STEP_SECONDS = 30
CODES = 10
WAITS_FOR = timedelta(minutes=10)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what looks alike on paper."""


class Awaits(StrEnum):
    """What a login waits for after the password."""

    NOTHING = ""
    CODE = "code"
    ENROLMENT = "enrolment"
    """It is demanded, and its owner has none yet."""


@dataclass(frozen=True, slots=True)
class Half:
    """A login that waits: whose, by which key, for what."""

    account: Account
    key: str
    awaits: Awaits


@dataclass(frozen=True, slots=True)
class State:
    """How an account stands with its second factor."""

    is_on: bool
    codes_left: int


def awaited(connection: Connection, account: Account, *, demanded: bool) -> Awaits:
    """Return what a login of *account* waits for; *demanded*: by the ledger's setting."""
    row = second_rows.find(connection, account.name)
    if row is not None and row.confirmed_at is not None:
        return Awaits.CODE
    return Awaits.ENROLMENT if demanded and account.role in DEMANDED_OF else Awaits.NOTHING


def start_login(
    store: Store, account: Account, *, now: datetime, agent: str, demanded: bool
) -> tuple[str, Awaits]:
    """Begin a login of who has shown the first factor; return its token, and what it waits for."""
    with store.read() as work:
        awaits = awaited(work.connection, account, demanded=demanded)
    if awaits is Awaits.NOTHING:
        return entry.start_session(store, account, now=now, agent=agent), awaits
    token, at = token_urlsafe(32), recorded_text(now)
    row = rows.SessionRow(
        "", account.name, at, at, recorded_text(now + WAITS_FOR), agent[:200], awaits=awaits
    )
    with store.write() as work:
        rows.add_session(work.connection, token, row)
    return token, awaits


def half_of(store: Store, token: str, *, now: datetime) -> Half | None:
    """Return the login that waits under *token*; None when there is none, or not any more."""
    with store.read() as work:
        row = rows.find_session(work.connection, token)
        account = rows.find(work.connection, row.account) if row is not None and row.awaits else None
    if row is None or account is None or not account.active:
        return None
    if not timedelta() <= instant_of(row.expires_at) - now <= WAITS_FOR + entry.CLOCK_STEP:
        return None
    return Half(account, row.key, Awaits(row.awaits))


def finish_login(store: Store, half: Half, *, now: datetime, agent: str) -> str:
    """Return the token of a whole login in place of *half*, whose owner has shown the second factor."""
    with store.write() as work:
        rows.end_session(work.connection, half.account.name, half.key)
    return entry.start_session(store, half.account, now=now, agent=agent)


def state_of(store: Store, name: str) -> State:
    """Return how an account stands with its second factor."""
    with store.read() as work:
        row = second_rows.find(work.connection, name)
        left = second_rows.codes_left(work.connection, name)
    return State(row is not None and row.confirmed_at is not None, left)


def secret_to_enrol(store: Store, account: Account) -> str:
    """Return the secret that its owner is to scan: the one begun before, or a new one. Raises Refused when it is on."""
    import pyotp

    with store.write() as work:
        row = second_rows.find(work.connection, account.name)
        if row is not None and row.confirmed_at is not None:
            raise Refused([Problem("code", Text("已经开着；要换手机，请先关掉再重新开"))])
        if row is None:
            row = second_rows.FactorRow(pyotp.random_base32(), None, 0)
            second_rows.put(work.connection, account.name, row)
    return row.secret


def enrol(store: Store, account: Account, code: str, *, now: datetime) -> list[str]:
    """Take the first code of a new second factor; return the recovery codes, which are shown once.

    Raises NotAdmitted for a wrong code, and Refused when there is nothing to enrol.
    """
    codes = ["-".join("".join(choice(_LETTERS) for _ in range(5)) for _ in range(2)) for _ in range(CODES)]
    with _Attempt(store, account, now) as attempt, store.write() as work:
        row = second_rows.find(work.connection, account.name)
        if row is None or row.confirmed_at is not None:
            raise Refused([Problem("code", Text("已经开着；要换手机，请先关掉再重新开"))])
        step = _step_of(row, code, now)
        if step is not None:
            at = recorded_text(now)
            second_rows.put(work.connection, account.name, second_rows.FactorRow(row.secret, at, step))
            second_rows.put_codes(work.connection, account.name, map(_plain, codes))
            note(work.connection, now, account.name, Deed.SECOND_FACTOR, account.name)
            attempt.succeeded = True
    return codes


def check(store: Store, account: Account, code: str, *, now: datetime) -> None:
    """Take a code of the telephone, or a recovery code, which is used up. Raises NotAdmitted."""
    with _Attempt(store, account, now) as attempt, store.write() as work:
        row = second_rows.find(work.connection, account.name)
        step = _step_of(row, code, now) if row is not None and row.confirmed_at is not None else None
        if row is not None and step is not None:
            second_rows.put(
                work.connection, account.name, second_rows.FactorRow(row.secret, row.confirmed_at, step)
            )
            attempt.succeeded = True
        elif row is not None and second_rows.use_code(work.connection, account.name, _plain(code)):
            attempt.succeeded = True


def new_codes(store: Store, account: Account, *, now: datetime) -> list[str]:
    """Return new recovery codes; those before are void."""
    codes = ["-".join("".join(choice(_LETTERS) for _ in range(5)) for _ in range(2)) for _ in range(CODES)]
    with store.write() as work:
        second_rows.put_codes(work.connection, account.name, map(_plain, codes))
        note(work.connection, now, account.name, Deed.RECOVERY_CODES, account.name)
    return codes


def forget(store: Store, name: str, *, by: str, now: datetime) -> None:
    """Remove the second factor of *name*, by himself or by an operator; every other login of his stays."""
    with store.write() as work:
        if second_rows.drop(work.connection, name):
            note(work.connection, now, by, Deed.SECOND_FACTOR_OFF, name)


def _plain(code: str) -> str:
    return "".join(letter for letter in code.lower() if letter.isalnum())


def _step_of(row: second_rows.FactorRow, code: str, now: datetime) -> int | None:
    """Return the step of time that *code* is of; None when it is of none near *now*, or was taken before."""
    from pyotp.totp import TOTP

    typed = "".join(code.split())
    totp, step = TOTP(row.secret, interval=STEP_SECONDS), int(now.timestamp()) // STEP_SECONDS
    for near in (step - 1, step, step + 1):
        if near > row.last_step and compare_digest(totp.generate_otp(near).encode(), typed.encode()):
            return near
    return None


class _Attempt:
    """A try, which counts as failed unless it succeeded. Raises MustWait before and NotAdmitted after it."""

    def __init__(self, store: Store, account: Account, now: datetime) -> None:
        self._store, self._key, self._now = store, f"second factor\n{account.name}", now
        self.succeeded = False

    def __enter__(self) -> Self:
        with self._store.read() as work:
            tries, last = rows.failures(work.connection, self._key)
        entry.must_wait(tries, last, self._now)
        return self

    def __exit__(self, kind: object, *_rest: object) -> None:
        if kind is not None:
            return
        with self._store.write() as work:
            if self.succeeded:
                rows.clear_failures(work.connection, self._key)
            else:
                rows.count_failure(work.connection, self._key, recorded_text(self._now))
        if not self.succeeded:
            raise entry.NotAdmitted(
                Text("验证码不对或已经用过；请输入手机上现在显示的 6 位数字，或一个备用码")
            )
