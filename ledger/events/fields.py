"""The kinds of fields that events are made of, as pydantic types (contract §2, §3).

A check that pydantic does not have raises `Amiss` with the text for the sender; what pydantic itself finds is
put into words in `explain`.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    FailFast,
    StringConstraints,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from ledger.events.event import checked_day_of, start_of_day
from ledger.text import Text

from .packed import UNPACKED_MAX, unpack
from .strict_json import INTEGER_MAX

DEDUCT_MAX = Decimal(1_000_000)
"""No contract figure: it keeps a mistyped exponent from becoming a number of a thousand digits."""


AMOUNT_MAX = Decimal(1_000_000)
"""For signed figures, likewise."""


FIGURE_PLACES = 6
FIGURE_MAX = Decimal(1_000_000_000)
"""Of reported numbers."""


class Amiss(ValueError):
    """A field is not as it should be; `text` says what would be right."""

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text


_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DECIMAL = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_UNSAFE_IN_FILENAME = re.compile(r"[/\\\x00-\x1f\x7f-\x9f]")


def _real_day(text: str) -> bool:
    if not _ISO_DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _day(text: str) -> str:
    if not _real_day(text):
        raise Amiss(Text("“{value}”不是有效的日期；应写成 2017-03-15 的样子", value=shown(text)))
    return text


@lru_cache(maxsize=4096)
def _time(text: str) -> str:
    """Take an RFC 3339 time as it is and a bare day as its start in Asia/Shanghai (contract §2)."""
    if len(text) == 10 and _real_day(text):
        return start_of_day(date.fromisoformat(text))
    # Commonest shape first; its last seconds are checked by the general way below.
    try:
        if len(text) != 25 or not _COMMON_TIME.fullmatch(text):
            checked_day_of(text)
        else:
            date.fromisoformat(text[:10])
    except ValueError:
        raise Amiss(
            Text(
                "“{value}”不是有效的时间；应写成 2017-03-15T14:00:00+08:00（带时区），或只写日期 2017-03-15",
                value=shown(text),
            )
        ) from None
    return text


_COMMON_TIME = re.compile(
    r"(?:199[2-9]|2\d\d\d)-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\+08:00", re.ASCII
)


def _whole(value: object) -> int:
    """Take 12 and 12.0, which are one number in JSON, as the whole number 12."""
    if isinstance(value, Decimal) and value == value.to_integral_value() and abs(value) <= INTEGER_MAX:
        return int(value)
    if type(value) is not int or abs(value) > INTEGER_MAX:
        raise Amiss(Text("应是一个整数，如 12（不加引号，不带小数）"))
    return value


def _quantity(value: object, places: int = 2) -> Decimal:
    """Take a JSON number or a decimal string with at most so many decimals."""
    if isinstance(value, str):
        if not _DECIMAL.fullmatch(value) or len(value) > 40:
            raise Amiss(Text('“{value}”不是十进制数；应写成 2.5 或 "2.5" 的样子', value=shown(value)))
        number = Decimal(value)
    elif type(value) is int or isinstance(value, Decimal):
        number = Decimal(value)
    elif type(value) is float and 1e-300 < abs(value) < 1e300:
        # Only from the fast way in (`types.flat`), which makes sure that the double is the decimal sent.
        number = Decimal(repr(value))
    else:
        raise Amiss(Text('应是一个数，如 2.5 或 "2.5"'))
    try:
        exact = number == number.quantize(Decimal(1).scaleb(-places) if places != 2 else _HUNDREDTH)
    except InvalidOperation:
        exact = number == number.to_integral_value()
    if not exact and places == FIGURE_PLACES:
        raise Amiss(Text("{value} 的小数太多；最多六位小数", value=shown(str(value))))
    if not exact:
        raise Amiss(Text("{value} 的小数太多；最多两位小数，如 2.25", value=shown(str(value))))
    return number


def _figure(value: object) -> str:
    number = _quantity(value, FIGURE_PLACES)
    if abs(number) >= FIGURE_MAX:
        raise Amiss(Text("{value} 太大；应小于 {most}", value=shown(str(value)), most=str(FIGURE_MAX)))
    return decimal_text(number)


_HUNDREDTH = Decimal("0.01")


def decimal_text(number: Decimal) -> str:
    """Return *number* as a decimal string without trailing zeros or exponent: 2.500 -> "2.5"."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _hours(value: object) -> str:
    number = _quantity(value)
    if not 0 <= number <= 24:
        raise Amiss(Text("学时 {value} 不在范围内；应在 0 到 24 之间", value=shown(str(value))))
    return decimal_text(number)


def _deduction(value: object) -> str:
    number = _quantity(value)
    if not 0 <= number <= DEDUCT_MAX:
        raise Amiss(
            Text("扣分 {value} 不在范围内；应不小于 0，如 0.5（看过而不扣，写 0）", value=shown(str(value)))
        )
    return decimal_text(number)


def _amount(value: object) -> str:
    number = _quantity(value)
    if not 0 <= number <= AMOUNT_MAX:
        raise Amiss(Text("{value} 不是分数；应不小于 0，如 93.5", value=shown(str(value))))
    return decimal_text(number)


def _at_least(least: int) -> object:
    def check(value: int) -> int:
        if value < least:
            raise Amiss(Text("{value} 太小；应不小于 {least}", value=value, least=least))
        return value

    return check


def _year(value: int) -> int:
    if not 1 <= value <= 9999:
        raise Amiss(Text("{value} 不是年份；应写成 2017 的样子", value=value))
    return value


def _attendees(value: object, members: ValidatorFunctionWrapHandler) -> object:
    if value == "all":
        return value
    if not isinstance(value, list):
        raise Amiss(Text('应是 "all"（全体党员），或党员编号的列表，如 ["m1", "m2"]'))
    return members(value)


def _filename(value: str) -> str:
    if _UNSAFE_IN_FILENAME.search(value) or value in (".", ".."):
        raise Amiss(Text("文件名里不能有斜杠、反斜杠或控制字符；只写文件名本身，如 计划.docx"))
    return value


def _packed(value: str) -> str:
    try:
        unpack(value)
    except ValueError:
        raise Amiss(
            Text(
                "不是打包好的文件；应是先用 zlib 压缩、再写成 base64 的一份文件，展开后最多 {most} 字节",
                most=UNPACKED_MAX,
            )
        ) from None
    return value


def shown(text: str) -> str:
    """Return *text* cut to a length that fits a message."""
    return text if len(text) <= 60 else text[:60] + "…"


_NO_CONTROLS = r"^[^\x00-\x1f\x7f-\x9f]+$"

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=_NO_CONTROLS)]
Attribute = Annotated[str, StringConstraints(min_length=1, pattern=_NO_CONTROLS)]
Subject = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}(/[a-z0-9][a-z0-9._-]{0,62})?$")
]
UnitId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]
NonEmpty = Annotated[str, StringConstraints(min_length=1, pattern=r"\S")]
Key = NonEmpty
"""An opaque id of a member, request, finding or work."""
Day = Annotated[str, AfterValidator(_day)]
Time = Annotated[str, AfterValidator(_time)]
Year = Annotated[int, AfterValidator(_year), BeforeValidator(_whole)]
Sessions = Annotated[int, AfterValidator(_at_least(1)), BeforeValidator(_whole)]
Ordinal = Annotated[int, AfterValidator(_at_least(1)), BeforeValidator(_whole)]
"""What is counted from 1: an indicator, a version, a place in the ledger."""
Bytes = Annotated[int, AfterValidator(_at_least(0)), BeforeValidator(_whole)]
Hours = Annotated[str, BeforeValidator(_hours)]
Figure = Annotated[str, BeforeValidator(_figure)]
"""A reported number: exact, at most six decimals, of either sign."""
Deduction = Annotated[str, BeforeValidator(_deduction)]
Amount = Annotated[str, BeforeValidator(_amount)]
"""Points in a signed figure: exact, not below 0."""
Attendees = Annotated[list[Key], FailFast(), WrapValidator(_attendees)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
MediaType = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(\s*;.*)?$")
]
Base64 = Annotated[
    str,
    StringConstraints(
        min_length=4, pattern=r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
    ),
]
PackedFile = Annotated[str, AfterValidator(_packed)]
"""A file, as `packed` packs it."""
RubricId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]
SequenceText = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
RecordedTime = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$")
]
Required = Annotated[str, StringConstraints(min_length=1)]
Filename = Annotated[str, StringConstraints(min_length=1, max_length=255), AfterValidator(_filename)]
