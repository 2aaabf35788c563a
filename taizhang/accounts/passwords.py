"""Passwords: Argon2id as pwdlib recommends it; a wrong name takes as long as a wrong password."""

from __future__ import annotations

from functools import cache

from pwdlib import PasswordHash

from ledger.text import Text

PASSWORD_MIN = 10
PASSWORD_MAX = 200
"""Bytes to hash are bounded: hashing is slow by design."""


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobodys() -> str:
    return hashed("nobody has this password")


def hashed(password: str) -> str:
    """Return what is kept of *password*."""
    return _hasher().hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether *password* is the one that *kept* was made of; None: of nobody, in the same time."""
    right = _hasher().verify(password, kept or _nobodys())
    return right and kept is not None


def weakness(password: str, name: str) -> Text | None:
    """Return what is wrong with *password* for the account *name*; None when it will do."""
    if len(password) < PASSWORD_MIN:
        return Text("密码太短；至少 {least} 个字符", least=PASSWORD_MIN)
    if len(password) > PASSWORD_MAX:
        return Text("密码太长；最多 {most} 个字符", most=PASSWORD_MAX)
    if name and name.lower() in password.lower():
        return Text("密码里不能包含账号名；请换一个")
    if len(set(password)) < 5:
        return Text("密码太简单；请多用几种字符")
    return None
