"""The board, and of one unit its scorecard, shortfalls and members: the documents of contract §6."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from taizhang.accounts.entry import Visit
from taizhang.accounts.permissions import may_open
from taizhang.entry.supposing import supposed_events
from taizhang.language.i18n import current
from taizhang.web.api import shapes
from taizhang.web.api.asking import UNIT, AsOf, KnownAt, Limit, RubricId, as_json, problem
from taizhang.web.api.body import described_body, lines_of, sent_bytes
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.strict_route import StrictRoute

router = APIRouter(prefix="/api/v1", tags=["units"], route_class=StrictRoute)
Visitor = Annotated[Visit, Depends(May("api.units"))]
OfUnit = Annotated[Visit, Depends(May("api.unit"))]
Unit = Annotated[str, Path(pattern=UNIT, description="such as wj-01")]


@router.get(
    "/units",
    responses={200: {"model": shapes.BoardPage}, **problem(401, 403, 404, 422)},
    summary="Every unit's totals",
)
def board(
    visit: Visitor,
    session: Ledger,
    as_of: AsOf = None,
    rubric: RubricId = None,
    after: Annotated[str, Query(max_length=63, description="the `next` of the page before")] = "",
    limit: Limit = 100,
) -> Response:
    """By unit id. A secretary is shown the units of the account."""
    day = as_of or session.clock.today()
    whole = session.projections.board(session.store, day, rubric)
    seen = [row for row in whole.rows if row.unit > after and may_open(visit.account, "api.unit", row.unit)]
    page = replace(whole, rows=seen[:limit])
    following = page.rows[-1].unit if len(seen) > limit else None
    return as_json({**page.as_json(current()), "next": following})


@router.get(
    "/units/{unit}/score",
    responses={200: {"model": shapes.Scorecard}, **problem(401, 403, 404, 422)},
    summary="The scorecard of a unit",
)
def score(
    visit: OfUnit,
    session: Ledger,
    unit: Unit,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    rubric: RubricId = None,
) -> Response:
    """Every figure with the reason and the records behind it."""
    day = as_of or session.clock.today()
    with session.store.read():
        card = session.projections.score(session.store, unit, day, known_at, rubric)
        return as_json(card.as_json(current()))


@router.post(
    "/units/{unit}/score",
    responses={200: {"model": shapes.Scorecard}, **problem(401, 403, 404, 413, 415, 422)},
    openapi_extra=described_body(),
    summary="The scorecard as if some events were recorded too",
)
def score_if(
    request: Request,
    visit: OfUnit,
    session: Ledger,
    unit: Unit,
    body: Annotated[bytes, Depends(sent_bytes)],
    as_of: AsOf = None,
    rubric: RubricId = None,
) -> Response:
    """Nothing is stored. The events are of this unit's tree, in client form; their days may lie ahead of today."""
    lines = lines_of(body, request.headers.get("content-type", ""))
    events = supposed_events(session, unit, lines, visit.account.name)
    card = session.projections.score_if(session.store, unit, events, as_of or session.clock.today(), rubric)
    return as_json(card.as_json(current()))


@router.get(
    "/units/{unit}/shortfalls",
    responses={200: {"model": shapes.Shortfalls}, **problem(401, 403, 404, 422)},
    summary="What is missing, by due date",
)
def shortfalls(
    visit: OfUnit, session: Ledger, unit: Unit, as_of: AsOf = None, rubric: RubricId = None
) -> Response:
    """What is unearned, behind, overdue, missed, or due within 30 days, of every rubric year open on the day."""
    day = as_of or session.clock.today()
    with session.store.read():
        found = session.projections.shortfalls(session.store, unit, day, None, rubric)
        return as_json(found.as_json(current()))


@router.get(
    "/units/{unit}/members",
    responses={200: {"model": shapes.Members}, **problem(401, 403, 404, 422)},
    summary="The study hours of every member",
)
def members(
    visit: OfUnit, session: Ledger, unit: Unit, as_of: AsOf = None, rubric: RubricId = None
) -> Response:
    """How many hours each has, needs by the year's end, and should have by the day."""
    day = as_of or session.clock.today()
    with session.store.read():
        found = session.projections.members(session.store, unit, day, rubric)
        return as_json(found.as_json(current()))
