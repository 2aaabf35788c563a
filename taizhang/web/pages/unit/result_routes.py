"""`/units/UNIT/result`: a unit's signed year, its publication, and the unit's word that it has seen it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.problem import Problem, Refused
from projections.results import Stage, result_of
from rubric.schema import Rubric
from taizhang.accounts.entry import Visit
from taizhang.accounts.permissions import may_open
from taizhang.app.ledger import OpenLedger
from taizhang.language.i18n import _
from taizhang.language.result_labels import stage_word
from taizhang.web.http import make_events as making
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.templates import Context, render
from taizhang.web.pages.review.rubric_choice import beside_query, unit_rubric, unit_tabs, years_of

router = APIRouter()
Reader = Annotated[Visit, Depends(May("result"))]
Confirmer = Annotated[Visit, Depends(May("result.confirm"))]
Year = Annotated[int | None, Query(ge=1950, le=2999)]


@router.get("/units/{unit}/result")
def result(
    request: Request,
    visit: Reader,
    session: Ledger,
    unit: str,
    year: Year = None,
    rubric: Annotated[str, Query(max_length=100)] = "",
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show it."""
    found = unit_rubric(session, unit, year, rubric)
    said = _("已确认，考核人员看得到。") if done == "confirmed" else ""
    return _page(request, visit, session, unit, found, done=said)


def _page(
    request: Request,
    visit: Visit,
    session: OpenLedger,
    unit: str,
    rubric: Rubric,
    *,
    problems: list[Problem] | None = None,
    done: str = "",
) -> Response:
    shown = _shown(session, unit, rubric)
    known = {
        "form": making.new_form(),
        "problems": problems or [],
        "done": done,
        "may_confirm": may_open(visit.account, "result.confirm", unit),
    }
    return render(request, "unit/result.html", {**shown, **known}, status_code=422 if problems else 200)


def _shown(session: OpenLedger, unit: str, rubric: Rubric) -> Context:
    with session.store.read() as work:
        records = session.projections.records(session.store, unit)
        found = result_of(records, rubric.year, session.clock.today(), rubric)
        tabs = unit_tabs(session, work, unit, rubric, f"/units/{unit}/result?year={rubric.year}")
    stage = found.stage(two_signatures=session.settings.second_signature)
    signed = found.signing.data["indicators"] if found.signing else []
    return {
        "unit": unit,
        "rubric": rubric,
        "beside": beside_query(rubric),
        "tabs": tabs,
        "years": years_of(session.shelf, session.clock.today()),
        "result": found,
        "stage": stage.value,
        "stage_word": stage_word(stage),
        "is_final": stage is Stage.FINAL,
        "objections": found.takes_objections(),
        "figures": [
            {**each, "title": rubric.words[each["no"]].title if each["no"] in rubric.words else ""}
            for each in signed
        ],
    }


@router.post("/units/{unit}/result/confirm")
def confirm(
    request: Request,
    visit: Confirmer,
    session: Ledger,
    unit: str,
    form: Annotated[str, Form(max_length=100)],
    year: Annotated[int, Form(ge=1950, le=2999)],
    signing: Annotated[str, Form(max_length=200)],
    rubric: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Record the unit's word that it has seen the figures of *signing*."""
    found = unit_rubric(session, unit, year, rubric)
    if not making.was_sent(session, form):
        id_ = making.event_id(form)
        event = making.made("result.confirmed", unit, {"signing": signing}, now=session.clock(), id_=id_)
        try:
            making.append(session, visit.account, [event])
        except Refused as refused:
            return _page(request, visit, session, unit, found, problems=refused.problems)
    query = beside_query(found)
    return RedirectResponse(f"/units/{unit}/result?year={year}{query}&done=confirmed", status_code=303)
