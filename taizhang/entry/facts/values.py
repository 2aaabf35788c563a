"""One value of a fact: what was typed, as the event says it; and the event that it becomes. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from ledger.equal_text import as_compared
from ledger.events.fields import decimal_text
from ledger.text import Text
from rubric.amounts import HUNDRED

from .asked import Asked

_UNITS_OF_MEASURE = re.compile(r"\s*(?:%|％|分|元|万元|人|次|件|篇|例|个)$")
_NUMBER = re.compile(r"[-+]?\d{1,12}(?:\.\d{1,6})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Value:
    """One unit's value: `said` as it goes into the event, `note` of the third column."""

    row: int
    unit: str
    name: str
    said: str
    note: str = ""
    rater: str = ""
    """Who gave it, where a list has a column for each rater."""


def value_of(typed: str, asked: Asked) -> tuple[str, Text | None]:
    """Return what *typed* is as the event says it, and what is wrong with it."""
    words = plain(typed)
    if asked.grades:
        match = next((grade for grade in asked.grades if as_compared(grade) == as_compared(words)), None)
        if match is None:
            return "", Text(
                "没有“{value}”这个等次；可写 {grades}", value=words[:20], grades=list(asked.grades)
            )
        return match, None
    number = _UNITS_OF_MEASURE.sub("", words).replace(",", "")
    if not _NUMBER.fullmatch(number):
        return "", Text("“{value}”不是一个数；写成 95.5 这样", value=words[:20])
    try:
        value = Decimal(number)
    except InvalidOperation:
        return "", Text("“{value}”不是一个数；写成 95.5 这样", value=words[:20])
    if asked.kind == "case" and asked.most is None:
        if value != value.to_integral_value() or value < 1:
            return "", Text("“{value}”不是件数；写成 1、2 这样的整数", value=words[:20])
        return decimal_text(value), None
    measured = value * HUNDRED if asked.kind == "case" else value
    if (asked.least is not None and measured < asked.least) or (
        asked.most is not None and measured > asked.most
    ):
        return "", Text("{value} 不在 {range} 之内；请核对", value=words[:20], range=asked.range_text)
    return decimal_text(value), None


def data_of(asked: Asked, value: Value, *, at: str, words: str, rater: str) -> tuple[str, dict[str, Any]]:
    """Return type and data of the event of one value. *words*: the source of a figure, the reason of a case."""
    if asked.kind == "figure":
        optional = {"at": at, "source": value.note or words}
        data = {"figure": asked.code, "value": value.said}
        return "figure.reported", data | {key: text for key, text in optional.items() if text}
    if asked.kind == "case":
        data = {"case": asked.code, "reason": value.note or words}
        if asked.most is not None:
            return "case.confirmed", data | {"points": value.said}
        count = int(value.said)
        return "case.confirmed", data | ({"count": count} if count > 1 else {})
    key = "grade" if asked.grades else "value"
    return "rating.given", {"rating": asked.code, "rater": value.rater or rater, key: value.said}


def plain(text: str) -> str:
    """Return *text* in half-width characters, without white space around it."""
    return unicodedata.normalize("NFKC", text).strip()
