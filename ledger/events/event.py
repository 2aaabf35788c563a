"""The event as it is stored, and how its `time` is read (contract.md §1, §2)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NotRequired, TypedDict
from zoneinfo import ZoneInfo

from ledger.json_object import JsonObject

SHANGHAI = ZoneInfo("Asia/Shanghai")

LEDGER_ATTRIBUTES = ("sequence", "recordedtime", "authtype", "authid")
"""Attributes that only the ledger sets (contract §2)."""

# RFC 3339: the letters may be lower case, the offset is required, a leap second may be written as 60.
_RFC_3339 = re.compile(
    r"(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))[Tt]((?:[01]\d|2[0-3]):[0-5]\d):([0-5]\d|60)"
    r"(\.\d+)?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))",
    re.ASCII,
)


class ClientEvent(TypedDict):
    """The attributes that a client sends, in their stored form. Those about the ledger itself have no subject."""

    specversion: str
    id: str
    source: str
    type: str
    subject: NotRequired[str]
    time: str
    data: JsonObject
    datacontenttype: NotRequired[str]


class StoredEvent(ClientEvent):
    """An event with the ledger's own attributes: what the canonical bytes decode to."""

    sequence: str
    recordedtime: str
    authtype: str
    authid: str


def unit_of(subject: str) -> str:
    """Return the unit of a subject: ``wj-01/b2`` -> ``wj-01``."""
    return subject.partition("/")[0]


def event_unit(event: ClientEvent) -> str:
    """Return the unit that an event is about; "" for the ledger itself."""
    return unit_of(event.get("subject", ""))


def instant_of(text: str) -> datetime:
    """Return the instant (UTC) of an RFC 3339 time with offset; parts of a microsecond are cut off.

    Raises ValueError for anything else, and for what lies outside the years 1 to 9999.
    """
    match = _RFC_3339.fullmatch(text)
    if match is None:
        raise ValueError("not an RFC 3339 time with offset")
    day, minutes, seconds, fraction, sign, offset_hours, offset_minutes = match.groups()
    leap = seconds == "60"
    instant = datetime.fromisoformat(f"{day}T{minutes}:{'59' if leap else seconds}+00:00")
    if fraction:
        instant = instant.replace(microsecond=int(fraction[1:7].ljust(6, "0")))
    if sign:
        offset = timedelta(hours=int(offset_hours), minutes=int(offset_minutes))
        try:
            instant = instant - offset if sign == "+" else instant + offset
        except OverflowError:
            raise ValueError("out of range") from None
    if leap:
        if (instant.hour, instant.minute) != (23, 59):
            raise ValueError("no leap second then")
        # A leap second is kept as sent and counted as the last instant of its minute.
        return instant.replace(microsecond=999_999)
    return instant


@lru_cache(maxsize=8192)
def _calendar_day(text: str) -> date:
    return date.fromisoformat(text)


def day_of(time: str) -> date:
    """Return the day in Asia/Shanghai of a time that an event bears (contract §1, *occurred*)."""
    # Since 1992 Shanghai is +08:00 all year, so that the day stands in the text.
    if time.endswith("+08:00") and time[:4] >= "1992":
        return _calendar_day(time[:10])
    return checked_day_of(time)


def checked_day_of(time: str) -> date:
    """Return the day in Asia/Shanghai of an RFC 3339 time; raises ValueError when *time* is none."""
    try:
        return instant_of(time).astimezone(SHANGHAI).date()
    except OverflowError:
        raise ValueError("out of range") from None


def start_of_day(day: date) -> str:
    """Return the RFC 3339 time at which *day* begins in Asia/Shanghai: 2017-03-15T00:00:00+08:00."""
    if day.year >= 1992:
        return f"{day.isoformat()}T00:00:00+08:00"
    offset = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).utcoffset() or timedelta(hours=8)
    # Local mean time (before 1901) has seconds, which RFC 3339 cannot write.
    minutes = offset // timedelta(minutes=1) if offset % timedelta(minutes=1) == timedelta() else 480
    return f"{day.isoformat()}T00:00:00+{minutes // 60:02d}:{minutes % 60:02d}"


def recorded_text(instant: datetime) -> str:
    """Return *instant* as the ledger writes recordedtime: 2017-03-15T06:00:00.123456Z."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"
