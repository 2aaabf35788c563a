"""The ledger itself: its events in order, the history of one record, and the one way to append."""

from __future__ import annotations

from heapq import merge
from itertools import islice
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from ledger.events.event import event_unit
from ledger.history import record_history
from ledger.problem import Refused
from ledger.store.protocol import Transaction
from taizhang.accounts.entry import Visit
from taizhang.accounts.recording import append_as
from taizhang.accounts.roles import Role
from taizhang.documents.append_result import appended_json
from taizhang.language.i18n import say
from taizhang.web.api import shapes
from taizhang.web.api.asking import UNIT, Limit, as_json, problem
from taizhang.web.api.body import LINES, described_body, lines_of, sent_bytes
from taizhang.web.http import errors as failures
from taizhang.web.http.auth import Ledger, May, require
from taizhang.web.http.strict_route import StrictRoute

router = APIRouter(prefix="/api/v1", tags=["events"], route_class=StrictRoute)
Reader = Annotated[Visit, Depends(May("api.unit"))]
Writer = Annotated[Visit, Depends(May("api.append"))]

_LINES_TYPE = LINES[0]


@router.get(
    "/events",
    responses={
        200: {"model": shapes.EventPage, "content": {_LINES_TYPE: {"schema": {"type": "string"}}}},
        **problem(401, 403, 422),
    },
    summary="The stored events in ledger order",
)
def events(
    visit: Reader,
    session: Ledger,
    unit: Annotated[str | None, Query(pattern=UNIT, description="only those of this unit's tree")] = None,
    after: Annotated[int, Query(ge=0, le=10**12, description="the sequence after which to begin")] = 0,
    limit: Limit = 100,
    form: Annotated[
        Literal["json", "jsonl"],
        Query(
            alias="format", description="jsonl: the stored bytes, one event a line, as `export` prints them"
        ),
    ] = "json",
) -> Response:
    """To the byte as they are hashed. `next`, or in JSONL the header `Link`, leads to the following page."""
    require(visit, "api.unit", unit)
    units = visit.account.unit_ids if visit.account.role is Role.SECRETARY else None
    with session.store.read() as work:
        page = _page(work, after, limit + 1, [unit] if unit is not None else units)
    following = page[limit - 1][0] if len(page) > limit else None
    bodies = [body for _sequence, body in page[:limit]]
    if form == "jsonl":
        link = f"</api/v1/events?format=jsonl&after={following}&limit={limit}" + (
            f'&unit={unit}>; rel="next"' if unit is not None else '>; rel="next"'
        )
        text = b"".join(body + b"\n" for body in bodies)
        headers = {"link": link} if following is not None else None
        return Response(text, media_type=_LINES_TYPE, headers=headers)
    after_it = b"null" if following is None else str(following).encode()
    whole = b'{"events":[' + b",".join(bodies) + b'],"next":' + after_it + b"}"
    return Response(whole, media_type="application/json")


def _page(work: Transaction, after: int, count: int, units: list[str] | None) -> list[tuple[int, bytes]]:
    if units is None:
        return work.page(after, count)
    return list(islice(merge(*(work.page(after, count, unit) for unit in units)), count))


@router.get(
    "/events/{id:path}",
    responses={200: {"model": shapes.History}, **problem(401, 403, 404, 422)},
    summary="A record and what became of it",
)
def history(
    request: Request,
    visit: Reader,
    session: Ledger,
    id: Annotated[str, Path(min_length=1, max_length=128)],  # noqa: A002  # the parameter's name in the address
) -> Response:
    """Its corrections, retraction, reviews and evidence, and what stands now."""
    try:
        found = record_history(session.store, id)
    except Refused as refused:
        return failures.answer(request, 404, say(refused.problems[0].text))
    require(visit, "api.unit", event_unit(found.record))
    return as_json(found.as_json())


@router.post(
    "/events",
    responses={200: {"model": shapes.Appended}, **problem(401, 403, 409, 413, 415, 422, 429)},
    openapi_extra=described_body(),
    summary="Append one event or several, all or nothing",
)
def append(
    request: Request, visit: Writer, session: Ledger, body: Annotated[bytes, Depends(sent_bytes)]
) -> Response:
    """Idempotent by event id. Corrections and retractions are events too, and go the same way."""
    lines = lines_of(body, request.headers.get("content-type", ""))
    done = append_as(session, visit.account, lines, now=session.clock())
    return as_json(appended_json(done))
