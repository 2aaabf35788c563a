"""Parameters that several calls share, read strictly; and answers made of bytes that are JSON already."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from typing import Annotated, Any

import orjson
from fastapi import Query
from pydantic import BeforeValidator, WithJsonSchema
from starlette.responses import Response

from ledger.events.event import instant_of
from ledger.events.fields import Amiss, shown
from ledger.text import Text

UNIT = r"^[a-z0-9][a-z0-9._-]{0,62}$"
PAGE_MAX = 1000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
PROBLEM_TYPE = "application/problem+json"


def _day(value: object) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise Amiss(Text("“{value}”不是有效的日期；应写成 2017-03-15 的样子", value=shown(str(value))))


def _instant(value: object) -> str:
    try:
        instant_of(str(value))
    except ValueError:
        text = Text(
            "“{value}”不是带时区的时间；应写成 2017-07-01T09:00:00+08:00 的样子", value=shown(str(value))
        )
        raise Amiss(text) from None
    return str(value)


AsOf = Annotated[
    Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})] | None,
    Query(description="as of this day, such as 2017-06-30; by default today"),
]
KnownAt = Annotated[
    Annotated[str, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
    | None,
    Query(description="what the ledger had recorded by this instant (RFC 3339)"),
]
RubricId = Annotated[str | None, Query(max_length=80, description="by default the rubric of the day's year")]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX, description="how many at most")]


def problem(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the refusals of a call for its description."""
    described = {
        401: "nobody is logged in, and no good token came along",
        403: "not this account's to do, or not for this unit",
        404: "no such thing",
        409: "the id is taken by an event that says something else",
        413: "too much at once",
        415: "another content type is wanted",
        422: "wrong as the errors say; nothing was changed",
        429: "more than a day's measure (settings); Retry-After says when there is room again",
    }
    content = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {each: {"description": described[each], "content": content} for each in statuses}


def as_json(document: object) -> Response:
    """Return *document* as it is: it was made by the program and is not checked once more."""
    return Response(orjson.dumps(document), media_type="application/json")
