"""Days and quarters as documents write them."""

from __future__ import annotations

import re
from datetime import date

from taizhang.language.i18n import _, spoken

_ORDINALS = "零一二三四"


def long_day(day: date) -> str:
    """Return a day as documents write it: 2017年9月20日."""
    return _("{year}年{month}月{day}日", year=day.year, month=day.month, day=day.day)


_ISO = re.compile(r"(?<![\w.-])(\d{4})-(\d{2})-(\d{2})(?![\w-]|\.\w)(?: (?=[\u4e00-\u9fff]))?", re.ASCII)


def official(text: str) -> str:
    """Return *text*, a sentence of ours, with its days as documents write them: 2017年9月20日前 for 2017-09-20 前."""
    return _ISO.sub(_long, text)


def _long(found: re.Match[str]) -> str:
    try:
        day = date(*map(int, found.groups()))
    except ValueError:
        return found[0]
    return long_day(day) if spoken() == "zh_CN" else found[0]


def quarter_of(day: date) -> str:
    """Return the number of the day's quarter: in Chinese in words, 三."""
    quarter = (day.month + 2) // 3
    return _ORDINALS[quarter] if spoken() == "zh_CN" else str(quarter)
