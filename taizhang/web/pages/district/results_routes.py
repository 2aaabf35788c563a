"""`/results`: 汇总表 on a page, of signed figures or of the advice."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from taizhang.accounts.entry import Visit
from taizhang.documents.reports.kinds import KINDS, district_report
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.templates import render
from taizhang.web.pages.review.rubric_choice import rubric_of, rubric_query, rubric_tabs, years_of

router = APIRouter()


@router.get("/results")
def results(
    request: Request,
    visit: Annotated[Visit, Depends(May("bulletin"))],
    session: Ledger,
    year: Annotated[int | None, Query(ge=1950, le=2999)] = None,
    rubric: Annotated[str, Query(max_length=100)] = "",
    figures: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show the table; what the address does not say is signed figures as soon as there are any."""
    today = session.clock.today()
    found = rubric_of(session.shelf, year, today, rubric)
    signed = any(each.result.signing for each in session.year_table(found, today))
    kind = KINDS["results" if figures == "signed" or (figures != "advice" and signed) else "results-advice"]
    known = {
        "report": district_report(session, kind, today, found.id),
        "kind": kind.key,
        "rubric": found,
        "query": rubric_query(session.shelf, found),
        "tabs": rubric_tabs(session.shelf, found, f"/results?year={found.year}"),
        "years": years_of(session.shelf, today),
    }
    return render(request, "district/results.html", known)
