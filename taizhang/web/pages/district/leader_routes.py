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
from taizhang.web.pages.review.rubric_choice import rubric_of

router = APIRouter()


@router.get("/district")
def district(
    request: Request,
    visit: Annotated[Visit, Depends(May("bulletin"))],
    session: Ledger,
    year: Annotated[int | None, Query(ge=1950, le=2999)] = None,
    rubric: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Show it, as of today."""
    today = session.clock.today()
    found = rubric_of(session.shelf, year, today, rubric)
    return render(request, "district/leader.html", leader_page(session, found, today))
