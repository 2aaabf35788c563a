"""`/review/clauses`: one judged clause over all units, several judged at once."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.problem import Problem, Refused
from taizhang.accounts.entry import Visit
from taizhang.web.http import make_events as making
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.templates import render
from taizhang.web.pages.review import clause_table
from taizhang.web.pages.review.clause_table import Sent
from taizhang.web.pages.review.fields import Brief, Short
from taizhang.web.pages.review.rubric_choice import rubric_of

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("review"))]


@router.get("/review/clauses")
def clauses(
    request: Request,
    visit: Visitor,
    session: Ledger,
    clause: Short = "",
    year: Annotated[int | None, Query(ge=1950, le=2999)] = None,
    rubric: Short = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    done: Annotated[int, Query(ge=0, le=1000)] = 0,
) -> Response:
    """Show the table of a clause."""
    shown = clause_table.table(session, clause, year, page, rubric)
    return _shown(request, shown, Sent(form=making.new_form()), [], done)


def _shown(
    request: Request, shown: dict[str, Any], sent: Sent, problems: list[Problem], done: int = 0
) -> Response:
    context = {**shown, "sent": sent, "problems": problems, "done": done}
    return render(request, "review/clauses.html", context, status_code=422 if problems else 200)


@router.post("/review/clauses")
def judge(
    request: Request,
    visit: Visitor,
    session: Ledger,
    form: Annotated[str, Form(max_length=100)],
    clause: Brief,
    year: Annotated[int, Form(ge=1950, le=2999)],
    seen: Annotated[int, Form(ge=0)],
    page: Annotated[int, Form(ge=1, le=100_000)] = 1,
    unit: Annotated[list[str] | None, Form()] = None,
    row: Annotated[list[str] | None, Form()] = None,
    deduct: Annotated[list[str] | None, Form()] = None,
    reason: Annotated[str, Form(max_length=2000)] = "",
    sure: Brief = "",
    rubric: Brief = "",
) -> Response:
    """Judge the units that were ticked, or have a deduction beside them: all or none."""
    found = rubric_of(session.shelf, year, session.clock.today(), rubric)
    typed = {each: said.strip() for each, said in zip(row or [], deduct or [], strict=False)}
    sent = Sent(unit or [], typed, reason.strip(), seen, bool(sure), form)
    address = clause_table.Asked(clause, found.year, page, rubric).address(done=len(sent.chosen))
    if making.was_sent(session, form):
        return RedirectResponse(address, status_code=303)
    events, problems = clause_table.looked_over(session, found, clause, sent)
    if not problems:
        try:
            making.append(session, visit.account, events)
            return RedirectResponse(address, status_code=303)
        except Refused as refused:
            problems = refused.problems
    return _shown(request, clause_table.table(session, clause, year, page, rubric), sent, problems)
