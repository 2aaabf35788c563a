"""Days and quarters as documents write them."""

from __future__ import annotations

from datetime import date

from taizhang.language.i18n import _, spoken

_ORDINALS = "零一二三四"


def long_day(day: date) -> str:
    """Return a day as documents write it: 2017年9月20日."""
    return _("{year}年{month}月{day}日", year=day.year, month=day.month, day=day.day)


def quarter_of(day: date) -> str:
    """Return the number of the day's quarter: in Chinese in words, 三."""
    quarter = (day.month + 2) // 3
    return _ORDINALS[quarter] if spoken() == "zh_CN" else str(quarter)
