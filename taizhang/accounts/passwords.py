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


_OBVIOUS = (
    "password", "passw0rd", "qwertyuiop", "qwerty", "asdfghjkl", "zxcvbnm", "1q2w3e4r", "1qaz2wsx", "q1w2e3r4", "admin",
    "operator", "taizhang", "woaini", "5201314", "1314520", "iloveyou", "welcome", "letmein",
)  # fmt: skip
"""What passwords are tried with first; runs such as 12345, abcd and 8888 are found by `_is_obvious`."""
_LEFT_MIN = 5
_RUN_MIN = 4


def _is_obvious(password: str) -> bool:
    """Whether hardly anything is left of *password* without what everybody tries."""
    rest = password.lower()
    for word in _OBVIOUS:
        rest = rest.replace(word, "")
    return len(_without_runs(rest)) < _LEFT_MIN


def _without_runs(text: str) -> str:
    kept, first = "", 0
    while first < len(text):
        last = first
        while (
            last + 1 < len(text)
            and (step := ord(text[last + 1]) - ord(text[last])) in (-1, 0, 1)
            and step == ord(text[first + 1]) - ord(text[first])
        ):
            last += 1
        if last - first + 1 < _RUN_MIN:
            kept += text[first]
            first += 1
        else:
            first = last + 1
    return kept


def weakness(password: str, name: str) -> Text | None:
    """Return what is wrong with *password* for the account *name*; None when it will do."""
    if len(password) < PASSWORD_MIN:
        return Text("密码太短；至少 {least} 个字符", least=PASSWORD_MIN)
    if len(password) > PASSWORD_MAX:
        return Text("密码太长；最多 {most} 个字符", most=PASSWORD_MAX)
    if name and name.lower() in password.lower():
        return Text("密码里不能包含账号名；请换一个")
    if len(set(password)) < 5 or _is_obvious(password):
        return Text("密码太简单；请多用几种字符")
    return None
