"""Study hours as offices write them: 2, 2.5学时, 90分钟, 1小时30分, 一个半小时, 2课时（90分钟）, 14:00-16:00. Pure.

What leaves open how long it was (半天, 约2小时, 2-3, 2节课, 2+1) is asked back, with what may be meant.
Minutes become hours with two decimals, rounded half up.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal

from ledger.text import Text

from .cells import Cell, Unreadable, plain, shown
from .numerals import TENS, everyday, up_to_999

HOURS_MAX = 24
_NUMBER = rf"\d{{1,6}}(?:\.\d+)?|[{TENS}百零]{{1,5}}"
_HOUR = "小时|钟头|学时|课时|时|hours|hour|hrs|hr|h"
_MINUTE = "分钟|分|minutes|mins|min|m|'|′|’"
_LENGTH = re.compile(
    rf"(?:共|共计|合计|累计|计|每人|人均)?(?:(?P<bare>\d{{1,6}}(?:\.\d+)?)|"
    rf"(?:(?P<hours>{_NUMBER})(?:个(?P<and_half>半)?)?(?:{_HOUR})(?P<half_more>半)?|(?P<half>半)个?(?:{_HOUR}))?"
    rf"(?:[零又]?(?P<minutes>{_NUMBER})(?:{_MINUTE})|(?<=时)(?P<rest>[1-5]\d)|(?P<quarters>[一1三3])刻钟?)?)"
    r"(?:/人|每人)?"
)
_POINT = re.compile(rf"(?<!\d)([{TENS}\d])点([{TENS}零\d])(?![{TENS}\d分刻])")
"""一点五: a spoken decimal, where no time is meant."""
_WITH_BRACKET = re.compile(r"([^()]+)\(([^()]+)\)")
_LESSON = ("学时", "课时")
_FIFTEEN_DIGITS = Context(prec=15)
"""What Excel shows of 2.3000000000000003, also where another program wrote it out."""
_CLOCK = r"(?:[上下]午)?(\d{1,2})(?:[:.](\d{2})|[点时](?:(\d{1,2})分?|(半))?)"
_FROM_TO = re.compile(rf"{_CLOCK}[-—–~至到]+{_CLOCK}", re.ASCII)
_ABOUT = re.compile(r"(?:大?约|近|超过|至少)(.+)|(.+?)(?:左右|上下|以上|多)")
_OPEN = re.compile(r"(?:[半一两二三]|\d+(?:\.5)?)个?(?:天半?|日|上午|下午|晚上)|全天|整天|[上下]午")
_BETWEEN = re.compile(rf"({_NUMBER})(?:个?(?:{_HOUR}))?(?:[-—–~至到]|(?=[{TENS}]))({_NUMBER})个?(?:{_HOUR})?")
"""2-3小时, 两三个小时."""
_SUM = re.compile(r"[^+]{1,12}(?:\+[^+]{1,12}){1,5}")
_LESSONS = re.compile(rf"({_NUMBER})(?:节课?|堂课?|课)")
_LESSON_MINUTES = (60, 45, 40)
_COLON = re.compile(r"(\d{1,2}):([0-5]\d)(?::00)?", re.ASCII)
_COMMA = re.compile(r"(\d{1,2})[,.·](5|25|75)", re.ASCII)
_NAMES_UNIT = re.compile(rf"(?:{_HOUR})")
_NO_LENGTH = re.compile(r"(?:含|包括|其中|不含)\D*")


def read_hours(cell: Cell) -> str:
    """Return study hours as a decimal string. Raises Unreadable."""
    if isinstance(cell, (time, timedelta, datetime)):
        raise Unreadable(Text("学时写成了时刻；应写成小时数，如 2.5"))
    text = _POINT.sub(_spoken, everyday(plain(cell)).replace("小時", "小时").replace("分鐘", "分钟"))
    if _OPEN.fullmatch(text) is not None:
        days = ("3", "4") if text in _HALF_DAYS else ("6", "8") if text in _WHOLE_DAYS else ()
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
        in_minutes = [_said(hours / 60)] if text.isdigit() and 30 <= hours <= 60 * HOURS_MAX else []
        raise Unreadable(Text("学时 {value} 太多；一次活动最多 24 小时", value=shown(cell)), *in_minutes)
    return _said(hours)


def _said(hours: Decimal) -> str:
    hours = hours.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return format(hours.normalize(), "f") if hours else "0"


def _spoken(match: re.Match[str]) -> str:
    """Return 1.5 for 一点五."""
    whole, tenth = (up_to_999(each) for each in match.groups())
    return match[0] if whole is None or tenth is None else f"{whole}.{tenth}"


def _may_be(text: str, cell: Cell) -> list[str]:
    """Return what may be meant: 2 and 3 by 2-3, the sum by 2+1, lessons of 40 minutes to an hour by 2节课."""
    if (match := _BETWEEN.fullmatch(text)) is not None:
        return [_said(_number(each, cell)) for each in match.groups()]
    if (match := _LESSONS.fullmatch(text)) is not None:
        return [_said(_number(match[1], cell) * minutes / 60) for minutes in _LESSON_MINUTES]
    if (match := _COLON.fullmatch(text)) is not None:
        return [_said(Decimal(int(match[1])) + Decimal(int(match[2])) / 60)]
    if (match := _COMMA.fullmatch(text)) is not None:
        return [f"{match[1]}.{match[2]}"]
    if text.endswith(("个半", "半个", "半")) and _LENGTH.fullmatch(f"{text}小时") is not None:
        return [_said(_length(f"{text}小时", cell))]
    if _SUM.fullmatch(text) is not None and all(map(_LENGTH.fullmatch, parts := text.split("+"))):
        return [_said(sum((_length(each, cell) for each in parts), Decimal(0)))]
    return []


_HALF_DAYS = ("半天", "半日", "上午", "下午", "一上午", "一下午", "一个上午", "一个下午")
_WHOLE_DAYS = ("一天", "一日", "1天", "1日", "全天", "整天")


def _from_to(text: str) -> Decimal | None:
    """Return how long 14:00-16:00 lasts, None where the end is not later on the same clock."""
    match = _FROM_TO.fullmatch(text)
    if match is None:
        return None
    said = (match.group(1, 2, 3, 4), match.group(5, 6, 7, 8))
    minutes = [30 if half else int(colon or spelt or 0) for _hour, colon, spelt, half in said]
    start, end = (int(each[0]) * 60 + more for each, more in zip(said, minutes, strict=True))
    if not start < end <= 24 * 60 or max(minutes) > 59:
        return None
    return (Decimal(end - start) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _bracketed(text: str, cell: Cell) -> Decimal | None:
    """Read 2课时（90分钟）: what a lesson lasts is said by the minutes; 2（小时） says one length."""
    match = _WITH_BRACKET.fullmatch(text)
    if match is None:
        return None
    before = _from_to(match[1]) or _length(match[1], cell)
    if _NO_LENGTH.fullmatch(match[2]) is not None or _NAMES_UNIT.fullmatch(match[2]) is not None:
        return before
    inside = _from_to(match[2]) or _length(match[2], cell)
    lessons = match[1].endswith(_LESSON) or match[1][-1:].isdigit()
    if before != inside and not lessons:
        raise Unreadable(Text("“{value}”里两个时间不一样；请只写一个", value=shown(cell)))
    return inside


def _length(text: str, cell: Cell) -> Decimal:
    match = _LENGTH.fullmatch(text)
    if match is None or not any(match.groupdict().values()):
        raise _no_hours(cell, *(_may_be(text, cell) if match is None else ()))
    hours = _number(match["bare"] or match["hours"], cell)
    if hours != round(hours, 2):
        raise Unreadable(Text("学时 {value} 的小数太多；最多两位小数，如 1.25", value=shown(cell)))
    halves = sum(match[name] is not None for name in ("and_half", "half_more", "half"))
    minutes = (
        _number(match["minutes"] or match["rest"], cell) + 15 * _number(match["quarters"], cell) + 30 * halves
    )
    return (hours + minutes / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _number(text: str | None, cell: Cell) -> Decimal:
    if not text:
        return Decimal(0)
    if text[0].isdigit():
        return _FIFTEEN_DIGITS.create_decimal(text)
    number = up_to_999(text)
    if number is None:
        raise _no_hours(cell, *_may_be(text, cell))
    return Decimal(number)


def _no_hours(cell: Cell, *suggestions: str) -> Unreadable:
    return Unreadable(Text("“{value}”不是学时；应写成 2 或 2.5（小时）", value=shown(cell)), *suggestions)
