"""Study hours as offices write them: 2, 2.5学时, 90分钟, 1小时30分, 一个半小时, 2课时（90分钟）, 14:00-16:00. Pure.

What leaves open how long it was (半天, 约2小时, 2-3) is asked back.
Minutes become hours with two decimals, rounded half up.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal

from ledger.text import Text

from .cells import Cell, Unreadable, plain, shown
from .numerals import TENS, up_to_99

HOURS_MAX = 24
_NUMBER = rf"\d{{1,6}}(?:\.\d+)?|[{TENS}]{{1,3}}"
_HOUR = "小时|钟头|学时|课时|时|hours|hour|hrs|hr|h"
_MINUTE = "分钟|分|minutes|mins|min|'|′"
_LENGTH = re.compile(
    rf"(?:共|共计|合计|计)?(?:(?P<bare>\d{{1,6}}(?:\.\d+)?)|"
    rf"(?:(?P<hours>{_NUMBER})(?:个(?P<and_half>半)?)?(?:{_HOUR})(?P<half_more>半)?|(?P<half>半)个?(?:{_HOUR}))?"
    rf"(?:[零又]?(?P<minutes>{_NUMBER})(?:{_MINUTE})|(?P<quarters>[一1三3])刻钟?)?)"
)
_WITH_BRACKET = re.compile(r"([^()]+)\(([^()]+)\)")
_LESSON = ("学时", "课时")
_FIFTEEN_DIGITS = Context(prec=15)
"""What Excel shows of 2.3000000000000003, also where another program wrote it out."""
_FROM_TO = re.compile(
    r"(?:[上下]午)?(\d{1,2})[:.](\d{2})[-—–~至到]+(?:[上下]午)?(\d{1,2})[:.](\d{2})", re.ASCII
)
_ABOUT = re.compile(r"(?:大?约|近|超过|至少)(.+)|(.+?)(?:左右|上下|以上|多)")
_OPEN = re.compile(r"(?:[半一两]|\d+)(?:天|日|个?上午|个?下午|个?晚上)|全天|整天|[上下]午")


def read_hours(cell: Cell) -> str:
    """Return study hours as a decimal string. Raises Unreadable."""
    if isinstance(cell, (time, timedelta, datetime)):
        raise Unreadable(Text("学时写成了时刻；应写成小时数，如 2.5"))
    text = plain(cell)
    if _OPEN.fullmatch(text) is not None:
        days = (
            ("3", "4") if text.startswith(_HALF_DAYS) else ("6", "8") if text.startswith(_WHOLE_DAYS) else ()
        )
        raise Unreadable(Text("“{value}”没有说是几小时；请写小时数，如 4", value=shown(cell)), *days)
    about = _ABOUT.fullmatch(text)
    if about is not None and _LENGTH.fullmatch(length := about[1] or about[2]) is not None:
        suggested = format(_length(length, cell).normalize(), "f")
        raise Unreadable(
            Text("“{value}”没有说准是几小时；请写小时数，如 {hours}", value=shown(cell), hours=suggested),
            suggested,
        )
    hours = _from_to(text) or _bracketed(text, cell) or _length(text, cell)
    if hours > HOURS_MAX:
        raise Unreadable(Text("学时 {value} 太多；一次活动最多 24 小时", value=shown(cell)))
    return format(hours.normalize(), "f") if hours else "0"


_HALF_DAYS = ("半天", "半日", "上午", "下午", "一个上午", "一个下午")
_WHOLE_DAYS = ("一天", "一日", "1天", "1日", "全天", "整天")


def _from_to(text: str) -> Decimal | None:
    """Return how long 14:00-16:00 lasts, None where the end is not later on the same clock."""
    match = _FROM_TO.fullmatch(text)
    if match is None:
        return None
    start, end = (int(hour) * 60 + int(minute) for hour, minute in (match.group(1, 2), match.group(3, 4)))
    if not start < end <= 24 * 60 or int(match[2]) > 59 or int(match[4]) > 59:
        return None
    return (Decimal(end - start) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _bracketed(text: str, cell: Cell) -> Decimal | None:
    """Read 2课时（90分钟）: what a lesson lasts is said by the minutes."""
    match = _WITH_BRACKET.fullmatch(text)
    if match is None:
        return None
    before, inside = _length(match[1], cell), _length(match[2], cell)
    lessons = match[1].endswith(_LESSON) or match[1][-1:].isdigit()
    if before != inside and not lessons:
        raise Unreadable(Text("“{value}”里两个时间不一样；请只写一个", value=shown(cell)))
    return inside


def _length(text: str, cell: Cell) -> Decimal:
    match = _LENGTH.fullmatch(text)
    if match is None or not any(match.groupdict().values()):
        raise _no_hours(cell)
    hours = _number(match["bare"] or match["hours"], cell)
    if hours != round(hours, 2):
        raise Unreadable(Text("学时 {value} 的小数太多；最多两位小数，如 1.25", value=shown(cell)))
    halves = sum(match[name] is not None for name in ("and_half", "half_more", "half"))
    minutes = _number(match["minutes"], cell) + 15 * _number(match["quarters"], cell) + 30 * halves
    return (hours + minutes / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _number(text: str | None, cell: Cell) -> Decimal:
    if not text:
        return Decimal(0)
    if text[0].isdigit():
        return _FIFTEEN_DIGITS.create_decimal(text)
    number = up_to_99(text)
    if number is None:
        raise _no_hours(cell)
    return Decimal(number)


def _no_hours(cell: Cell) -> Unreadable:
    return Unreadable(Text("“{value}”不是学时；应写成 2 或 2.5（小时）", value=shown(cell)))
