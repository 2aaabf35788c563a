"""The days that offices write: 2017年3月5日, 2017.3.5, 3月5日, 20170305, serial numbers, with or without a time.

What leaves open which day is meant (3.5, 17.3.5, 3月, 3月5日至7日) is asked back, not guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from unicodedata import normalize

from ledger.text import Text

from .cells import Cell, Unreadable, number_of, shown, written

_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = (18264, 73050)
"""Excel's numbers of 1950-01-01 and 2099-12-31: a smaller number is none that an office would mean as a day."""
_YEARS = range(1900, 2100)
_NUMERALS = str.maketrans("〇○零一二三四五六七八九", "000123456789")

_DAY = re.compile(
    r"(?:(?P<year>\d{4})\s*(?:年|[-./、—])\s*)?(?P<month>\d{1,2})\s*(?P<mark>月|[-./、—])\s*(?P<day>\d{1,2})\s*[日号]?"
    r"(?:\s*[(]?(?:星期|周)[一二三四五六日天][)]?)?(?:\s*T?\s*(?P<clock>\D*\d{1,2}\s*[:点时].*))?",
    re.ASCII,
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_CHINESE = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]?"
)
_CLOCK = re.compile(
    r"(?P<half>上午|早上|中午|下午|晚上|晚)?\s*(?P<hour>\d{1,2})\s*(?:[:点时])\s*(?P<minute>\d{1,2}|半)?\s*分?"
    r"(?::(?P<second>\d{2})(?:\.0+)?)?(?:\s*[-—~至到]\s*.*)?",
    re.ASCII,
)
_AFTERNOON = ("下午", "晚上", "晚")


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


def read_moment(cell: Cell, year: int) -> Moment:
    """Return the day in *cell*; *year* is that of a day written without one. Raises Unreadable."""
    if isinstance(cell, datetime):
        clock = cell.time().replace(microsecond=0)
        return Moment(cell.date(), clock if clock != time() else None)
    if isinstance(cell, date):
        return Moment(cell)
    text = normalize("NFKC", written(cell)).strip()
    for reader in (_compact, _chinese):
        found = reader(text)
        if found is not None:
            return Moment(found)
    number = number_of(cell)
    if number is not None:
        return _serial(cell)
    match = _DAY.fullmatch(text)
    if match is None or (match["year"] is None and match["mark"] != "月"):
        raise _not_a_day(cell)
    day = _day(int(match["year"] or year), int(match["month"]), int(match["day"]), cell)
    return Moment(day, _clock(match["clock"], cell) if match["clock"] else None)


def read_day(cell: Cell, year: int) -> date:
    """Return the day in *cell*, whatever the time. Raises Unreadable."""
    return read_moment(cell, year).day


def _serial(cell: Cell) -> Moment:
    number = number_of(cell)
    assert number is not None
    if not _SERIALS[0] <= number <= _SERIALS[1]:
        raise _not_a_day(cell)
    seconds = round(number % 1 * 86_400)
    instant = datetime.combine(_SERIAL_ZERO, time()) + timedelta(days=int(number), seconds=seconds)
    return Moment(instant.date(), instant.time() if seconds else None)


def _compact(text: str) -> date | None:
    match = _COMPACT.fullmatch(text)
    if match is None or int(match[1]) not in _YEARS:
        return None
    return _day(int(match[1]), int(match[2]), int(match[3]), text)


def _chinese(text: str) -> date | None:
    """Read 二〇一七年三月五日."""
    match = _CHINESE.fullmatch("".join(text.split()))
    if match is None:
        return None
    return _day(int(match[1].translate(_NUMERALS)), _tens(match[2]), _tens(match[3]), text)


def _tens(text: str) -> int:
    """Return the value of 三, 十, 十五, 二十, 三十一."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int(text.translate(_NUMERALS)) if len(text) == 1 else 99
    first = int(tens.translate(_NUMERALS)) if tens else 1
    return first * 10 + (int(ones.translate(_NUMERALS)) if ones else 0)


def _day(year: int, month: int, day: int, cell: Cell) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable(Text("日历上没有“{value}”这一天；请核对", value=shown(cell))) from None


def _clock(text: str, cell: Cell) -> time:
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        raise _not_a_day(cell)
    hour = int(match["hour"])
    if match["half"] in _AFTERNOON and hour < 12:
        hour += 12
    minute = 30 if match["minute"] == "半" else int(match["minute"] or 0)
    try:
        return time(hour, minute, int(match["second"] or 0))
    except ValueError:
        raise Unreadable(
            Text("“{value}”里的时刻不对；应写成 2017-03-05 15:30 的样子", value=shown(cell))
        ) from None


def _not_a_day(cell: Cell) -> Unreadable:
    return Unreadable(
        Text("“{value}”看不出是哪一天；应写成 2017-03-05、2017年3月5日或 3月5日", value=shown(cell))
    )
