"""`/review/results`: second signatures, publication (公示), and how far every unit's year has come."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.problem import Problem
from rubric.schema import Rubric
from taizhang.accounts.entry import Visit
from taizhang.app.ledger import OpenLedger
from taizhang.web.http import make_events as making
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.templates import render
from taizhang.web.pages.review import results_view as view
from taizhang.web.pages.review.fields import FormId, FormYear, Short
from taizhang.web.pages.review.rubric_choice import rubric_of, rubric_query
from taizhang.web.pages.review.sign_all import Outcome

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("review"))]
Brief = Annotated[str, Form(max_length=64)]
Boxes = Annotated[list[str] | None, Form()]


@router.get("/review/results")
def results(
    request: Request,
    visit: Visitor,
    session: Ledger,
    year: Annotated[int | None, Query(ge=1950, le=2999)] = None,
    rubric: Short = "",
    second: Annotated[int, Query(ge=0, le=100_000)] = 0,
    published: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Response:
    """Show them."""
    found = rubric_of(session.shelf, year, session.clock.today(), rubric)
    return _page(request, visit, session, found, second=second, published=published)


def _page(
    request: Request,
    visit: Visit,
    session: OpenLedger,
    rubric: Rubric,
    *,
    second: int = 0,
    published: int = 0,
    outcome: Outcome | None = None,
    problems: list[Problem] | None = None,
    days: view.Days | None = None,
) -> Response:
    shown = view.page(session, visit.account, rubric, days)
    known = {
        "form": making.new_form(), "second_done": second, "published_done": published, "outcome": outcome,
        "problems": problems or [],
    }  # fmt: skip
    refused = bool(problems) or (outcome is not None and bool(outcome.failed))
    return render(request, "review/results.html", {**shown, **known}, status_code=422 if refused else 200)


@router.post("/review/results/second")
def countersign(
    request: Request,
    visit: Visitor,
    session: Ledger,
    form: FormId,
    year: FormYear,
    unit: Boxes = None,
    rubric: Brief = "",
) -> Response:
    """Set the second signature under those that were ticked."""
    found = rubric_of(session.shelf, year, session.clock.today(), rubric)
    chosen = view.chosen_of(unit or [])
    outcome = view.record_each(session, visit.account, found, "score.countersigned", chosen, form)
    if outcome.failed:
        return _page(request, visit, session, found, second=outcome.done, outcome=outcome)
    return RedirectResponse(
        f"/review/results?year={year}{rubric_query(session.shelf, found)}&second={outcome.done}",
        status_code=303,
    )


@router.post("/review/results/publish")
def publish(
    request: Request,
    visit: Visitor,
    session: Ledger,
    form: FormId,
    year: FormYear,
    starts_on: Brief = "",
    ends_on: Brief = "",
    unit: Boxes = None,
    rubric: Brief = "",
) -> Response:
    """Publish those that were ticked."""
    found = rubric_of(session.shelf, year, session.clock.today(), rubric)
    days = view.Days(starts_on.strip(), ends_on.strip())
    if problems := view.problems_of(days):
        return _page(request, visit, session, found, problems=problems, days=days)
    more = {"starts_on": days.starts_on, "ends_on": days.ends_on}
    chosen = view.chosen_of(unit or [])
    outcome = view.record_each(session, visit.account, found, "result.published", chosen, form, more)
    if outcome.failed:
        return _page(request, visit, session, found, published=outcome.done, outcome=outcome, days=days)
    return RedirectResponse(
        f"/review/results?year={year}{rubric_query(session.shelf, found)}&published={outcome.done}",
        status_code=303,
    )
