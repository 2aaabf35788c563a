"""`/units/UNIT/appeals`: a unit files one appeal a clause and year, and sees what came of each."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.events.corrections import retraction
from ledger.problem import Problem, Refused
from ledger.text import Text
from rubric.schema import Rubric
from taizhang.accounts.entry import Visit
from taizhang.accounts.permissions import may_open
from taizhang.app.ledger import OpenLedger
from taizhang.language.i18n import _
from taizhang.web.http import make_events as making
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.templates import render
from taizhang.web.pages.review.rubric_choice import beside_query, unit_rubric
from taizhang.web.pages.review.unit_view import waiting_appeal
from taizhang.web.pages.unit import appeals as appealing

router = APIRouter()
Reader = Annotated[Visit, Depends(May("appeals"))]
Filer = Annotated[Visit, Depends(May("appeals.file"))]
Short = Annotated[str, Query(max_length=100)]
Typed = Annotated[str, Form(max_length=2000)]
Brief = Annotated[str, Form(max_length=200)]


@router.get("/units/{unit}/appeals")
def appeals(
    request: Request,
    visit: Reader,
    session: Ledger,
    unit: str,
    clause: Short = "",
    year: Annotated[int | None, Query(ge=1950, le=2999)] = None,
    rubric: Short = "",
    done: Short = "",
) -> Response:
    """Show the unit's appeals, and to its secretary the form."""
    found = unit_rubric(session, unit, year, rubric)
    sent = appealing.Filing(unit, clause, "", making.new_form())
    said = {"filed": _("申诉已提出，考核人员会在这里答复。"), "withdrawn": _("申诉已撤回。")}
    return _page(request, visit, session, sent, found, done=said.get(done, ""))


def _page(
    request: Request,
    visit: Visit,
    session: OpenLedger,
    sent: appealing.Filing,
    rubric: Rubric,
    *,
    problems: list[Problem] | None = None,
    done: str = "",
) -> Response:
    known = {
        "sent": sent,
        "problems": problems or [],
        "done": done,
        "may_file": may_open(visit.account, "appeals.file", sent.unit),
    }
    shown = appealing.page(session, sent, rubric)
    return render(request, "review/appeals.html", {**shown, **known}, status_code=422 if problems else 200)


@router.post("/units/{unit}/appeals")
def file_appeal(
    request: Request,
    visit: Filer,
    session: Ledger,
    unit: str,
    form: Brief,
    year: Annotated[int, Form(ge=1950, le=2999)],
    clause: Brief = "",
    reason: Typed = "",
    rubric: Brief = "",
) -> Response:
    """File an appeal."""
    found = unit_rubric(session, unit, year, rubric)
    sent = appealing.Filing(unit, clause, reason.strip(), form)
    problems = appealing.problems_of(session, sent, found)
    if not problems and not making.was_sent(session, form):
        try:
            making.append(session, visit.account, [appealing.event_of(session, sent, found)])
        except Refused as refused:
            problems = refused.problems
    if problems:
        return _page(request, visit, session, sent, found, problems=problems)
    return RedirectResponse(
        f"/units/{unit}/appeals?year={year}{beside_query(found)}&done=filed", status_code=303
    )


@router.post("/units/{unit}/appeals/withdraw")
def withdraw(
    request: Request, visit: Filer, session: Ledger, unit: str, record: Brief, reason: Typed = ""
) -> Response:
    """Take back an appeal that is not decided yet."""
    with session.store.read():
        appeal = waiting_appeal(session.projections.records(session.store, unit), record)
    rubric = unit_rubric(session, unit, appeal.year, appeal.filing.data.get("rubric", ""))
    filing = session.store.find(record)
    if filing is None:
        raise HTTPException(404)
    problems = [] if reason.strip() else [Problem("reason", Text("撤回要写明理由"))]
    if not problems:
        try:
            event = retraction(filing, reason=reason.strip(), now=session.clock())
            making.append(session, visit.account, [event])
        except Refused as refused:
            problems = refused.problems
    if problems:
        sent = appealing.Filing(unit, "", "", making.new_form())
        return _page(request, visit, session, sent, rubric, problems=problems)
    return RedirectResponse(
        f"/units/{unit}/appeals?year={appeal.year}{beside_query(rubric)}&done=withdrawn", status_code=303
    )
