"""The days that offices write: 2017年3月5日, 2017.3.5, 3月5日, 3.25, 6/15, 20170305, serials, and a time. Pure.

What leaves open which day is meant (3.1, as Excel shows 3.10; 17.3.5, 3月, 3月5日至7日, 晚上12点, a day without a year
that nobody named) is asked back, not guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ledger.text import Text

from .cells import Cell, Unreadable, number_of, shown, visible
from .numerals import DIGITS, TENS, everyday, in_a_row, up_to_99

_SERIAL_ZERO = date(1899, 12, 30)
_SERIAL_ZERO_1904 = date(1904, 1, 1)
_SERIAL_DAYS = (date(1950, 1, 1), date(2099, 12, 31))
"""A number outside is none that an office would mean as a day."""
_YEARS = range(1900, 2100)

_HALF = "凌晨|清晨|早晨|早上|早|上午|午前|中午|午间|正午|下午|午后|傍晚|晚上|晚间|夜间|夜里|晚|全天|整天"
_NO_HOUR = "放学后|下班后|课后|课余|午休|会前|会后|业余时间"
"""Said of when in the day it was, without an hour."""
_SPELT = re.compile(
    rf"(?:(?P<year>[{DIGITS}\d]{{4}})\s*年)?\s*(?P<month>\d{{1,2}}|[{TENS}]{{1,3}}|元)\s*月"
    rf"\s*(?P<day>\d{{1,2}}|[{TENS}]{{1,4}})(?=\s*(?:[日号]|$|[^{TENS}\d]))"
)
_SPELT_MONTH = re.compile(
    rf"(?:(?P<year>[{DIGITS}\d]{{4}})\s*年)?\s*(?P<month>\d{{1,2}}|[{TENS}]{{1,3}}|元)\s*月"
)
_DAY = re.compile(
    r"(?:(?P<year>\d{4})\s*(?:年|[-./、,\\ —]))?\s*(?P<month>\d{1,2})\s*(?P<mark>月|[-./、,\\ —])\s*"
    r"(?P<day>\d{1,2})(?!\d)\s*[日号]?"
    r"\s*[.,]?\s*(?:[(]?(?:星期|周|礼拜)[一二三四五六日天][)]?)?\s*[.,]?\s*(?P<clock>.*)",
    re.ASCII | re.DOTALL,
)
_WITHOUT_YEAR = re.compile(r"\d{1,2}\s*月.*|(?:0?[1-9]|1[0-2])[./]\d{1,2}(?![\d./]).*", re.ASCII | re.DOTALL)
"""How a day begins whose year is not written; 3-5 is none: it is as often from March to May."""
_SHORT = re.compile(r"(?:[1-9]|1[0-2])\.\d{1,2}", re.ASCII)
"""3.25: no serial number of a day, but a month and a day."""
_TENS_LOST = ("1", "2", "3")
"""3.1 is also what is left of 3.10 in a cell of numbers."""
_ONE = r"(?:(?:\d{4}|\d{2})\s*[年./-]\s*)?\d{1,2}\s*[月./-]\s*\d{1,2}\s*[日号]?"
_SEVERAL = re.compile(
    rf"(?P<first>{_ONE})\s*(?:[-—–~至到、,和及]+)\s*(?P<last>{_ONE}|\d{{1,2}}\s*[日号]?)(?:\s*[(].*[)])?",
    re.ASCII,
)
_MONTH = re.compile(
    r"(?:(?P<year>\d{4})\s*[年./-])?\s*(?P<month>1[0-2]|0?[1-9])\s*(?P<mark>月份?)?\s*(?:[上中下]旬|初|中旬?|底|末)?",
    re.ASCII,
)
_SHORT_YEAR = re.compile(
    r"(?P<year>\d{2})\s*[年./-]\s*(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})\s*[日号]?", re.ASCII
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_LENGTH_MAX = 80
"""No more than that is written where days are listed; what is longer is not searched for them."""
_COMPACT_AND_TIME = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?=\s*[^\d\s.]|\s+\d{1,2}:)", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})\s*[-./]\s*(\d{1,2})\s*[-./]\s*(\d{4})", re.ASCII)
"""3/25/2017 and 25.3.2017, as programs of other countries write."""
_MORE_DAYS = re.compile(
    rf"{_ONE}(?:\s*[、,和及]\s*(?:{_ONE}|\d{{1,2}}\s*[日号]?)){{2,}}|{_ONE}.*\d.*[-—–~至到]\s*\d{{1,2}}\s*[日号].*",
    re.ASCII,
)
"""3月28、29、30日, and 3月28日9:00至29日17:00."""
_CLOCK = re.compile(
    rf"T?[(]?(?:(?P<half>{_HALF})|{_NO_HOUR})?[)]?\s*(?:(?P<hour>\d{{1,2}}|[{TENS}]{{1,3}})\s*[:点时]\s*"
    rf"(?:(?P<minute>\d{{1,2}})\s*分?|(?P<part>半|[一三]刻))?(?::(?P<second>\d{{2}})(?:\.\d+)?)?"
    r"(?:Z|(?<=:\d\d)[+-]\d\d:?\d\d)?整?\s*(?:[-—~至到].*)?)?",
    re.ASCII | re.DOTALL,
)
_ZONED = re.compile(r".*T\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})", re.ASCII)
_HERE = ("+08:00", "+0800")
_PARTS = {"半": 30, "一刻": 15, "三刻": 45}
_NOON = ("中午", "午间", "正午")
_NIGHT = ("晚上", "晚间", "夜间", "夜里", "晚", "凌晨")
_AFTERNOON = ("下午", "午后", "傍晚", "晚上", "晚间", "夜间", "夜里", "晚")


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
    text = _bare(cell)
    match = _COMPACT.fullmatch(text.removesuffix(".0"))
    if match is not None and int(match[1]) in _YEARS:
        return Moment(_day(int(match[1]), int(match[2]), int(match[3]), cell))
    if number_of(cell) is not None and _SHORT.fullmatch(text) is None:
        return _serial(cell, _SERIAL_ZERO_1904 if from_1904 else _SERIAL_ZERO)
    text = _COMPACT_AND_TIME.sub(r"\1-\2-\3", _in_digits(text), count=1)
    _refuse_several(text, cell, year)
    text = _year_first(text, cell)
    match = _DAY.fullmatch(text)
    if match is None or (match["year"] is None and _WITHOUT_YEAR.fullmatch(text) is None):
        raise _not_a_day(cell)
    if match["mark"] == "." and match["year"] is None and match["day"] in _TENS_LOST:
        raise _lost_zero(match, cell, year)
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


def _bare(cell: Cell) -> str:
    """Return what is written without what spreadsheets put before a text, and with ASCII stops."""
    return everyday(" ".join(visible(cell).replace("。", ".").split()).lstrip("'‘’"))


def _in_digits(text: str) -> str:
    """Return 2017年3月5日 for 二〇一七年三月五日 and whatever lies between."""
    return _SPELT.sub(_digits, text)


def _digits(match: re.Match[str]) -> str:
    spelt = match.groupdict()
    month = 1 if spelt["month"] == "元" else up_to_99(spelt["month"])
    day = up_to_99(spelt["day"]) if "day" in spelt else None
    year = in_a_row(spelt["year"]) if spelt["year"] else None
    if month is None or ("day" in spelt and day is None) or (spelt["year"] and year is None):
        return match[0]
    return f"{f'{year:04d}年' if year is not None else ''}{month}月{'' if day is None else day}"


def _year_first(text: str, cell: Cell) -> str:
    """Return 2017-3-25 for 3/25/2017. Raises Unreadable where either of two numbers may be the month."""
    match = _YEAR_LAST.fullmatch(text)
    if match is None:
        return text
    found = [_suggested([match[3], match[month], match[day]], None) for month, day in ((1, 2), (2, 1))]
    days = list(dict.fromkeys(filter(None, found)))
    if len(days) == 1:
        return days[0]
    raise Unreadable(
        Text("“{value}”看不出是哪一天；应写成 2017-03-05、2017年3月5日或 3月5日", value=shown(cell)), *days
    )


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
    if hour is not None and hour < 12 and (half in _AFTERNOON or (half in _NOON and hour < 10)):
        hour += 12
    minute = _PARTS[match["part"]] if match["part"] else int(match["minute"] or 0)
    try:
        return time(99 if hour is None else hour, minute, int(match["second"] or 0))
    except ValueError:
        raise Unreadable(
            Text("“{value}”里的时刻不对；应写成 2017-03-05 15:30 的样子", value=shown(cell))
        ) from None


def _refuse_several(text: str, cell: Cell, year: int | None) -> None:
    """Raise Unreadable for 3月28日-29日: an event has one day; the first and the last are suggested."""
    match = _SEVERAL.fullmatch(text)
    if _SHORT_YEAR.fullmatch(text) is not None or len(text) > _LENGTH_MAX:
        return
    if match is None:
        if _MORE_DAYS.fullmatch(text) is None:
            return
        named = [each[0] for each in re.finditer(rf"{_ONE}|\d{{1,2}}\s*[日号]", text, re.ASCII)]
        days, last = (re.findall(r"\d+", each) for each in (named[0], named[-1]))
    else:
        days, last = (re.findall(r"\d+", match[name]) for name in ("first", "last"))
    first_day, last_day = (_suggested(each, year) for each in (days, [*days[: -len(last)], *last]))
    raise Unreadable(
        Text(
            "“{value}”不止一天；请写其中一天，如 2017-03-05，或分行写",
            value=shown(cell),
        ),
        *filter(None, (first_day, last_day)),
    )


def _suggested(numbers: list[str], year: int | None) -> str:
    """Return the day that *numbers* (perhaps without a year) name, "" for none."""
    if len(numbers) == 2 and year is not None:
        numbers = [str(year), *numbers]
    if len(numbers) != 3:
        return ""
    written_year = int(numbers[0])
    try:
        return date(
            written_year if written_year > 99 else 2000 + written_year, int(numbers[1]), int(numbers[2])
        ).isoformat()
    except ValueError:
        return ""


def _lost_zero(match: re.Match[str], cell: Cell, year: int | None) -> Unreadable:
    days = [_suggested([match["month"], day], year) for day in (match["day"], f"{match['day']}0")]
    return Unreadable(
        Text(
            "“{value}”可以是 {month}月{day}日，也可以是 {month}月{day}0日；请写成 2017-03-05 的样子",
            value=shown(cell),
            month=match["month"],
            day=match["day"],
        ),
        *filter(None, days),
    )


def _not_a_day(cell: Cell) -> Unreadable:
    text = _SPELT_MONTH.sub(_digits, _in_digits(_bare(cell)))
    month = _MONTH.fullmatch(text)
    if month is not None and (month["year"] or month["mark"]):
        return Unreadable(
            Text("“{value}”只写到月，没有写是哪一天；应写成 2017-03-05 的样子", value=shown(cell))
        )
    short = _SHORT_YEAR.fullmatch(text)
    return Unreadable(
        Text("“{value}”看不出是哪一天；应写成 2017-03-05、2017年3月5日或 3月5日", value=shown(cell)),
        *filter(None, [_suggested([short["year"], short["month"], short["day"]], None) if short else ""]),
    )
