"""Passwords: Argon2id as pwdlib recommends it; a wrong name takes as long as a wrong password."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from pwdlib import PasswordHash

from ledger.text import Text

from .office_words import WORDS

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


_LEFT_MIN = 5
"""Fewer characters beside what everybody tries are soon found by trying."""
_GUESSES_MIN = 10**8
"""Of a password whole: an account waits after five; a stolen hash is tried a few hundred times a second."""
_LOOKED_AT_MAX = 72
"""Characters that are judged; judging costs more the longer a password is."""
_RUN_MIN = 4
_DATES = re.compile(r"(?:19|20)\d\d(?:[-./]?(?:0?[1-9]|1[0-2])(?:[-./]?(?:0[1-9]|[12]\d|3[01]))?)?")
_DRESSED = str.maketrans("@4301!$57", "aaeoiisst")
"""Signs that stand for letters, as in P@ssw0rd."""
_ROWS = """
1234567890-= qwertyuiop[] asdfghjkl;' zxcvbnm,./ !@#$%^&*()_+ 1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/
qazwsxedcrfvtgbyhnujmikolp zaq1xsw2cde3vfr4bgt5nhy6mju7 q1w2e3r4t5y6u7i8o9p0 1q2w3e4r5t6y7u8i9o0p a1s2d3f4g5h6j7k8l9
a1b2c3d4e5f6g7h8i9
"""
_KEYS = tuple(keys + keys[::-1] for keys in _ROWS.split())
"""Walks over the keyboard, there and back."""


def weakness(password: str, name: str, about: Iterable[str] = ()) -> Text | None:
    """Return what is wrong with *password* for the account *name*; None when it will do.

    *about*: what is known of whose it is (his name, his units), which is as good as said.
    """
    if len(password) < PASSWORD_MIN:
        return Text("密码太短；至少 {least} 个字符", least=PASSWORD_MIN)
    if len(password) > PASSWORD_MAX:
        return Text("密码太长；最多 {most} 个字符", most=PASSWORD_MAX)
    if name and name.lower() in password.lower():
        return Text("密码里不能包含账号名；请换一个")
    if _is_easy(password, about):
        return Text(
            "这个密码太容易猜到：常用密码、单位和人名、年份、键盘上挨着的键，都会最先被试；请用几个不相干的词"
        )
    return None


def _is_easy(password: str, about: Iterable[str]) -> bool:
    """Whether it is soon found by who tries what people take."""
    from pypinyin import lazy_pinyin
    from zxcvbn import zxcvbn

    read = "".join(lazy_pinyin(password[:_LOOKED_AT_MAX])).lower()[:_LOOKED_AT_MAX]
    if len(set(read)) < 5:
        return True
    own = ("".join(lazy_pinyin(each)).lower() for each in about)
    words = sorted({*WORDS, *(each for each in own if len(each) >= 3)}, key=len, reverse=True)
    if min(len(_left(each, words)) for each in {read, read.translate(_DRESSED)}) < _LEFT_MIN:
        return True
    # 30,000 of the commonest passwords, also dressed up; names, words, walks over the keyboard, dates, repeats.
    return bool(zxcvbn(read, max_length=_LOOKED_AT_MAX)["guesses"] < _GUESSES_MIN)


def _left(text: str, words: Iterable[str]) -> str:
    """Return what is left of *text* without words, dates, runs and walks over the keyboard."""
    for word in words:
        text = text.replace(word, "")
    return _without_walks(_without_runs(_DATES.sub("", text)))


def _without_walks(text: str) -> str:
    kept, first = "", 0
    while first < len(text):
        last = first + _RUN_MIN
        while last <= len(text) and any(text[first:last] in keys for keys in _KEYS):
            last += 1
        if last > first + _RUN_MIN:
            first = last - 1
        else:
            kept += text[first]
            first += 1
    return kept


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
