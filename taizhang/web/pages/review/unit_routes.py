"""`/review/units`: every unit with its advice, its signed score and what waits; one unit's own page of oversight."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.events.corrections import retraction
from ledger.problem import Problem, Refused
from ledger.text import Text
from taizhang.accounts.entry import Visit
from taizhang.language.i18n import _
from taizhang.web.http import make_events as making
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.templates import render
from taizhang.web.pages.review.fields import FormId, Short, Typed, Year
from taizhang.web.pages.review.rubric_choice import beside_query, unit_rubric
from taizhang.web.pages.review.unit_view import has_judged, require_of, unit_review, waiting_appeal
from taizhang.web.pages.review.units_view import units_page

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("review"))]
Key = Annotated[str, Form(max_length=200)]


@router.get("/review/units")
def units(
    request: Request,
    visit: Visitor,
    session: Ledger,
    unit: Short = "",
    kind: Short = "",
    year: Year = None,
    rubric: Short = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """Show every unit."""
    return render(request, "review/units.html", units_page(session, unit.strip(), kind, year, page, rubric))


@router.get("/review/units/{unit}")
def one(
    request: Request,
    visit: Visitor,
    session: Ledger,
    unit: str,
    year: Year = None,
    rubric: Short = "",
    done: Short = "",
) -> Response:
    """Show one unit."""
    said = {
        "judged": _("评定已记入，得分随之更新。"),
        "retracted": _("已撤回；原记录仍可查到。"),
        "decided": _("答复已记入，单位在自己的申诉页上看得到。"),
        "signed": _("已签字。签的数从此固定，算得的参考仍随记录变化。"),
    }
    return _page(request, session, unit, year, rubric, done=said.get(done, ""))


def _page(
    request: Request,
    session: Ledger,
    unit: str,
    year: int | None,
    rubric_id: str = "",
    *,
    problems: list[Problem] | None = None,
    done: str = "",
) -> Response:
    known = {"problems": problems or [], "done": done, "form": making.new_form()}
    shown = unit_review(session, unit, year, rubric_id)
    return render(request, "review/unit.html", {**shown, **known}, status_code=422 if problems else 200)


@router.post("/review/units/{unit}/retract")
def retract(
    request: Request,
    visit: Visitor,
    session: Ledger,
    unit: str,
    record: Key,
    year: Annotated[int, Form(ge=1950, le=2999)],
    reason: Typed = "",
    rubric: Key = "",
) -> Response:
    """Take back what an assessor recorded."""
    with session.store.read():
        require_of(session.projections.records(session.store, unit), record)
    event = session.store.find(record)
    if event is None:
        raise HTTPException(404)
    if not reason.strip():
        missing = Problem("reason", Text("撤回要写明理由"))
        return _page(request, session, unit, year, rubric, problems=[missing])
    try:
        made = retraction(event, reason=reason.strip(), now=session.clock())
        making.append(session, visit.account, [made])
    except Refused as refused:
        return _page(request, session, unit, year, rubric, problems=refused.problems)
    query = beside_query(unit_rubric(session, unit, year, rubric))
    return RedirectResponse(f"/review/units/{unit}?year={year}{query}&done=retracted", status_code=303)


@router.post("/review/units/{unit}/decide")
def decide(
    request: Request,
    visit: Visitor,
    session: Ledger,
    unit: str,
    form: FormId,
    record: Key,
    verdict: Annotated[str, Form(max_length=20)] = "",
    reason: Typed = "",
) -> Response:
    """Answer an appeal."""
    with session.store.read():
        records = session.projections.records(session.store, unit)
        appeal = waiting_appeal(records, record)
    rubric = unit_rubric(session, unit, appeal.year, appeal.filing.data.get("rubric", ""))
    address = f"/review/units/{unit}?year={appeal.year}{beside_query(rubric)}&done=decided"
    if making.was_sent(session, form):
        return RedirectResponse(address, status_code=303)
    problems = []
    if session.settings.separate_appeals and has_judged(records, visit.account.name, appeal, rubric):
        problems.append(Problem("verdict", Text("申诉要由另一位考核人员答复：这一条是您自己评定的")))
    if verdict not in ("upheld", "rejected"):
        problems.append(Problem("verdict", Text("请选“成立”或“不成立”")))
    if not reason.strip():
        problems.append(Problem("reason", Text("答复申诉要写明理由")))
    if not problems:
        data = {"appeal": appeal.key, "verdict": verdict, "reason": reason.strip()}
        id_ = making.event_id(form)
        try:
            event = making.made("appeal.decided", unit, data, now=session.clock(), id_=id_)
            making.append(session, visit.account, [event])
            return RedirectResponse(address, status_code=303)
        except Refused as refused:
            problems = refused.problems
    return _page(request, session, unit, appeal.year, rubric.id, problems=problems)
