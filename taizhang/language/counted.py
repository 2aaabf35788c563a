"""Texts with a number in them, for languages that decline: 还剩 1 天 is “1 day left”, 还剩 2 天 “2 days left”.

In Chinese a measure word stands behind whatever is counted, so that the message itself says which of its places is the
number: the first one with a measure word behind it. Such a message has plural forms in every catalogue (gettext's
``msgid_plural``), and the form is chosen when the places are filled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Self

_MEASURE = (
    "个|条(?!款|件)|人(?!员|数|现在)|名(?!称|单|字)|次(?!序)|分(?!别|组|类|配|支|值|为|数|散)|行(?!为)|项(?!目)|件(?!夹)"
    "|份(?!额)|封|位(?!置)|处(?!理)|张|页(?!面)|天|秒|字节|小时|分钟|学时|字符|段|倍|家|篇|场|周|轮"
)
_COUNTED = re.compile(rf"(?<!第)(?<!第 )\{{(\w+)\}} ?(?:{_MEASURE})")

Choose = Callable[[int], str]
"""The form of a message for a number."""
MANY = 2
"""Stands for a number that is not whole: 0.5 points, 1.5 points."""


def counted_place(message: str) -> str | None:
    """Return the name of the place whose number decides the form of *message*; None where it has no forms."""
    found = _COUNTED.search(message)
    return found.group(1) if found else None


class CountedText(str):
    """A translated message with forms; as a string it is the one for many."""

    _place: str
    _choose: Choose

    def __new__(cls, place: str, choose: Choose) -> Self:
        """*place*: the name of the number; *choose*: the form for a number."""
        text = super().__new__(cls, choose(MANY))
        text._place, text._choose = place, choose
        return text

    __slots__ = ("__dict__",)

    def format(self, *args: object, **values: object) -> str:
        """Fill the places of the form that the number asks for."""
        return self._form(values).format(*args, **values)

    def format_map(self, values: Mapping[str, object], /) -> str:  # type: ignore[override]
        """Fill the places of the form that the number asks for."""
        return self._form(values).format_map(values)

    def _form(self, values: Mapping[str, object]) -> str:
        return self._choose(_whole(values.get(self._place)))


def _whole(value: object) -> int:
    """Return the number that decides: 1 for 1, “1” and “1.00”; `MANY` for what is not whole or no number."""
    try:
        number = Fraction(str(value))
    except ValueError:
        return MANY
    return int(number) if number.denominator == 1 else MANY
