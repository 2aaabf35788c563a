"""`/units/UNIT`: one unit's page, today or as of any day, as known at any instant."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from taizhang.accounts.entry import Visit
from taizhang.language.names import names_of
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.templates import render
from taizhang.web.pages.unit.moment import moment_of
from taizhang.web.pages.unit.record_filter import filter_of
from taizhang.web.pages.unit.view import Wanted, unit_page
from taizhang.web.pages.unit.what_if import TICKED_MAX, supposed_done

router = APIRouter()


@router.get("/units/{unit}")
def unit(
    request: Request,
    visit: Annotated[Visit, Depends(May("unit"))],
    session: Ledger,
    unit: str,
    as_of: Annotated[str, Query(alias="as-of", max_length=40)] = "",
    known_at: Annotated[str, Query(alias="known-at", max_length=60)] = "",
    rubric: Annotated[str, Query(max_length=64)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    clause: Annotated[str, Query(max_length=20)] = "",
    members: Annotated[str, Query(max_length=10)] = "",
    branch: Annotated[str, Query(max_length=200)] = "",
    open: Annotated[str, Query(max_length=10)] = "",  # noqa: A002  # the parameter's name in the address
) -> Response:
    """Show the unit. `open=all` shows every indicator opened, for paper.

    `q`, `kind`, `from`, `to` and `who` look for records: by words, by kind, by days, by who was there.
    """
    moment = moment_of(as_of, known_at, session.clock.today(), rubric)
    wanted = Wanted(
        page, clause, members == "all", branch, filter_of(request.query_params, session.clock.today())
    )
    with session.store.read() as work:
        since = session.store.size()
        shown = unit_page(session, request.app.state.courses, work, unit, moment, wanted, visit.account)
    return render(request, "unit/page.html", {**shown, "since": since, "opened": open == "all"})


@router.get("/units/{unit}/what-if")
def what_if(
    request: Request,
    visit: Annotated[Visit, Depends(May("unit"))],
    session: Ledger,
    unit: str,
    do: Annotated[list[Annotated[str, Query(max_length=300)]], Query(max_length=TICKED_MAX)] = [],  # noqa: B006
) -> Response:
    """Show what the figures would be today with the ticked to-dos done. The unit page shows the same in its place."""
    with session.store.read() as work:
        today = session.clock.today()
        cards = session.projections.cards(work, unit, today) or [
            session.projections.score(session.store, unit, today)
        ]
        name = names_of(work, cards[0].facts, today).of(unit)
        shown = {"unit": unit, "name": name, "supposed": supposed_done(cards, do)}
    return render(request, "unit/what_if.html", shown)
