"""`/district`: the district's year on one page, for who leads it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from taizhang.accounts.entry import Visit
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.templates import render
from taizhang.web.pages.district.leader_view import leader_page
from taizhang.web.pages.review.unit_view import rubric_of

router = APIRouter()


@router.get("/district")
def district(
    request: Request,
    visit: Annotated[Visit, Depends(May("bulletin"))],
    session: Ledger,
    year: Annotated[int | None, Query(ge=1950, le=2999)] = None,
) -> Response:
    """Show it, as of today."""
    today = session.clock.today()
    rubric = rubric_of(session.shelf, year, today)
    return render(request, "district/leader.html", leader_page(session, rubric, today))
