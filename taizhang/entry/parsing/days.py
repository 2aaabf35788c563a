"""The days that offices write: 2017年3月5日, 2017.3.5, 3月5日, 20170305, serial numbers, with or without a time. Pure.

What leaves open which day is meant (3.5, 17.3.5, 3月, 3月5日至7日, 晚上12点, a day without a year that nobody named) is
asked back, not guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ledger.text import Text

from .cells import Cell, Unreadable, number_of, shown, visible
from .numerals import DIGITS, TENS, in_a_row, up_to_99

_SERIAL_ZERO = date(1899, 12, 30)
_SERIAL_ZERO_1904 = date(1904, 1, 1)
_SERIAL_DAYS = (date(1950, 1, 1), date(2099, 12, 31))
"""A number outside is none that an office would mean as a day."""
_YEARS = range(1900, 2100)

_HALF = "凌晨|清晨|早晨|早上|上午|午前|中午|下午|午后|傍晚|晚上|晚间|晚|全天"
_SPELT = re.compile(
    rf"(?:(?P<year>[{DIGITS}\d]{{4}})\s*年)?\s*(?P<month>\d{{1,2}}|[{TENS}]{{1,3}})\s*月"
    rf"\s*(?P<day>\d{{1,2}}|[{TENS}]{{1,4}})(?=\s*[日号])"
)
_DAY = re.compile(
    r"(?:(?P<year>\d{4})\s*(?:年|[-./、—]))?\s*(?P<month>\d{1,2})\s*(?P<mark>月|[-./、—])\s*(?P<day>\d{1,2})(?!\d)\s*[日号]?"
    r"\s*(?:[(]?(?:星期|周|礼拜)[一二三四五六日天][)]?)?\s*[.,。，]?\s*(?P<clock>.*)",
    re.ASCII | re.DOTALL,
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_CLOCK = re.compile(
    rf"T?[(]?(?P<half>{_HALF})?[)]?\s*(?:(?P<hour>\d{{1,2}}|[{TENS}]{{1,3}})\s*[:点时]\s*"
    rf"(?:(?P<minute>\d{{1,2}})\s*分?|(?P<part>半|[一三]刻))?(?::(?P<second>\d{{2}})(?:\.\d+)?)?"
    r"(?:Z|(?<=:\d\d)[+-]\d\d:?\d\d)?整?\s*(?:[-—~至到].*)?)?",
    re.ASCII | re.DOTALL,
)
_ZONED = re.compile(r".*T\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})", re.ASCII)
_HERE = ("+08:00", "+0800")
_PARTS = {"半": 30, "一刻": 15, "三刻": 45}
_NIGHT = ("晚上", "晚间", "晚", "凌晨")
_AFTERNOON = ("下午", "午后", "傍晚", "晚上", "晚间", "晚")


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and the time where one was written."""

    day: date
    clock: time | None = None

    def rfc3339(self) -> str:
        """Return the moment as an event's `time`: a bare day, or with Shanghai's offset (since 1992)."""
        if self.clock is None:
            return self.day.isoformat()
        return f"{self.day.isoformat()}T{self.clock.replace(microsecond=0).isoformat()}+08:00"


def read_moment(cell: Cell, year: int | None, *, from_1904: bool = False) -> Moment:
    """Return the day in *cell*. Raises Unreadable.

    *year* is that of a day written without one, None where nobody said; *from_1904*: numbers count from 1904-01-01.
    """
    if isinstance(cell, datetime):
        clock = cell.time().replace(microsecond=0)
        return Moment(cell.date(), clock if clock != time() else None)
    if isinstance(cell, date):
        return Moment(cell)
    text = " ".join(visible(cell).split())
    match = _COMPACT.fullmatch(text.removesuffix(".0"))
    if match is not None and int(match[1]) in _YEARS:
        return Moment(_day(int(match[1]), int(match[2]), int(match[3]), cell))
    if number_of(cell) is not None:
        return _serial(cell, _SERIAL_ZERO_1904 if from_1904 else _SERIAL_ZERO)
    match = _DAY.fullmatch(_in_digits(text))
    if match is None or (match["year"] is None and match["mark"] != "月"):
        raise _not_a_day(cell)
    if match["year"] is None and year is None:
        raise Unreadable(
            Text(
                "“{value}”没有写年份，标题、表名和文件名里也没有；请写上，或另外说明是哪一年",
                value=shown(cell),
            )
        )
    day = _day(int(match["year"] or year or 0), int(match["month"]), int(match["day"]), cell)
    return Moment(day, _clock(match["clock"], cell))


def read_day(cell: Cell, year: int | None, *, from_1904: bool = False) -> date:
    """Return the day in *cell*, whatever the time. Raises Unreadable."""
    return read_moment(cell, year, from_1904=from_1904).day


def _serial(cell: Cell, zero: date) -> Moment:
    number = number_of(cell)
    assert number is not None
    first, last = _SERIAL_DAYS
    if not (first - zero).days <= number < (last - zero).days + 1:
        raise _not_a_day(cell)
    seconds = round(number % 1 * 86_400)
    instant = datetime.combine(zero, time()) + timedelta(days=int(number), seconds=seconds)
    return Moment(instant.date(), instant.time() if seconds else None)


def _in_digits(text: str) -> str:
    """Return 2017年3月5日 for 二〇一七年三月五日 and whatever lies between."""
    return _SPELT.sub(_digits, text, count=1)


def _digits(match: re.Match[str]) -> str:
    month, day = up_to_99(match["month"]), up_to_99(match["day"])
    year = in_a_row(match["year"]) if match["year"] else None
    if month is None or day is None or (match["year"] and year is None):
        return match[0]
    return f"{year:04d}年{month}月{day}" if year is not None else f"{month}月{day}"


def _day(year: int, month: int, day: int, cell: Cell) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable(Text("日历上没有“{value}”这一天；请核对", value=shown(cell))) from None


def _clock(text: str, cell: Cell) -> time | None:
    """Return the time in what follows a day, None where there is only 上午, or nothing."""
    if _ZONED.fullmatch(text) is not None and not text.endswith(_HERE):
        raise Unreadable(Text("“{value}”写的是别的时区；请写成北京时间", value=shown(cell)))
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise _not_a_day(cell)
    if match["hour"] is None:
        return None
    hour, half = up_to_99(match["hour"]), match["half"]
    if half in _NIGHT and hour is not None and (hour >= 12 or (hour < 5 and half != "凌晨")) and hour < 18:
        raise Unreadable(
            Text("“{value}”是当天还是第二天看不准；请写成 2017-03-05 23:30 的样子", value=shown(cell))
        )
    if hour is not None and hour < 12 and (half in _AFTERNOON or (half == "中午" and hour < 10)):
        hour += 12
    minute = _PARTS[match["part"]] if match["part"] else int(match["minute"] or 0)
    try:
        return time(99 if hour is None else hour, minute, int(match["second"] or 0))
    except ValueError:
        raise Unreadable(
            Text("“{value}”里的时刻不对；应写成 2017-03-05 15:30 的样子", value=shown(cell))
        ) from None


def _not_a_day(cell: Cell) -> Unreadable:
    return Unreadable(
        Text("“{value}”看不出是哪一天；应写成 2017-03-05、2017年3月5日或 3月5日", value=shown(cell))
    )
