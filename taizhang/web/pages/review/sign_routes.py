"""Signing: one unit's sheet of figures, and `/review/sign`, where all that have nothing open are signed at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.problem import Problem, Refused
from projections import review_rows
from projections.review_items import WAITING
from projections.review_queue import renew
from rubric.schema import Rubric
from taizhang.accounts.entry import Visit
from taizhang.app.ledger import OpenLedger
from taizhang.web.http import make_events as making
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.templates import render
from taizhang.web.pages.review import sign_all as signing_all
from taizhang.web.pages.review import signing as signing_sheet
from taizhang.web.pages.review.asked import office_accounts
from taizhang.web.pages.review.fields import Brief, FormId, FormYear, Short, Typed, Year
from taizhang.web.pages.review.rubric_choice import (
    beside_query,
    rubric_of,
    rubric_query,
    unit_rubric,
    years_of,
)

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("review"))]


@router.get("/review/sign")
def district(
    request: Request,
    visit: Visitor,
    session: Ledger,
    year: Year = None,
    rubric: Short = "",
    done: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Response:
    """Show who can be signed at once, who has something open, who is signed."""
    found = rubric_of(session.shelf, year, session.clock.today(), rubric)
    return _district_page(request, session, found, done=done)


def _district_page(
    request: Request,
    session: OpenLedger,
    rubric: Rubric,
    *,
    done: int = 0,
    outcome: signing_all.Outcome | None = None,
) -> Response:
    shown = signing_all.page(session, rubric)
    known = {"form": making.new_form(), "done": done, "outcome": outcome}
    status = 422 if outcome is not None and outcome.failed else 200
    return render(request, "review/sign_all.html", {**shown, **known}, status_code=status)


@router.post("/review/sign")
def sign_district(
    request: Request,
    visit: Visitor,
    session: Ledger,
    form: FormId,
    year: FormYear,
    unit: Annotated[list[str] | None, Form()] = None,
    rubric: Brief = "",
) -> Response:
    """Sign the units that were ticked, each by itself; say of which it failed, and why."""
    found = rubric_of(session.shelf, year, session.clock.today(), rubric)
    outcome = signing_all.sign_all(session, visit.account, found, signing_all.chosen_of(unit or []), form)
    if outcome.failed:
        return _district_page(request, session, found, outcome=outcome)
    query = rubric_query(session.shelf, found)
    return RedirectResponse(f"/review/sign?year={found.year}{query}&done={outcome.done}", status_code=303)


def _onward(session: OpenLedger, rubric: Rubric, unit: str, act: str) -> Response:
    """Lead on from a signed unit: to the next one's sheet where that was asked for, else to the unit's page."""
    address = f"/review/units/{unit}?year={rubric.year}{beside_query(rubric)}&done=signed"
    if act == "next":
        following = signing_all.next_unsigned(session, rubric, unit)
        here = f"?year={rubric.year}{beside_query(rubric)}&signed={unit}"
        all_signed = f"/review/sign?year={rubric.year}{rubric_query(session.shelf, rubric)}"
        address = f"/review/units/{following}/sign{here}" if following else all_signed
    return RedirectResponse(address, status_code=303)


@router.get("/review/units/{unit}/sign")
def sign_form(
    request: Request,
    visit: Visitor,
    session: Ledger,
    unit: str,
    year: Year = None,
    signed: Short = "",
    rubric: Short = "",
) -> Response:
    """Show the sheet; *signed* is the unit that was signed just before."""
    found = unit_rubric(session, unit, year, rubric)
    before = signed if signed and session.is_unit(signed) else ""
    return _sheet_page(request, session, _sheet(session, unit, found), {"before": before})


def _sheet(
    session: OpenLedger, unit: str, rubric: Rubric, typed: dict[int, str] | None = None, grade: str = ""
) -> signing_sheet.Sheet:
    renew(session.store, session.review_standards())
    with session.store.read() as work:
        waiting = review_rows.waiting(work.connection, WAITING, office_accounts(work.connection))
    return signing_sheet.sheet(session, unit, rubric, waiting.get(unit, 0), typed, grade)


def _sheet_page(
    request: Request,
    session: OpenLedger,
    sheet: signing_sheet.Sheet,
    sent: dict[str, object],
    problems: list[Problem] | None = None,
) -> Response:
    context = {
        "sheet": sheet,
        "reason": "",
        "before": "",
        "aware": False,
        "form": making.new_form(),
        "years": years_of(session.shelf, session.clock.today()),
        "query": rubric_query(session.shelf, sheet.rubric),
        **sent,
        "problems": problems or [],
    }
    return render(request, "review/sign.html", context, status_code=422 if problems else 200)


@router.post("/review/units/{unit}/sign")
def sign(
    request: Request,
    visit: Visitor,
    session: Ledger,
    unit: str,
    form: FormId,
    year: FormYear,
    last: Annotated[int, Form(ge=0)],
    no: Annotated[list[int], Form()],
    score: Annotated[list[str], Form()],
    advice: Annotated[list[str], Form()],
    act: Brief = "sum",
    reason: Typed = "",
    aware: Brief = "",
    rubric: Brief = "",
    grade: Brief = "",
) -> Response:
    """Add the figures up again, or sign them."""
    found = unit_rubric(session, unit, year, rubric)
    sheet = _sheet(session, unit, found, signing_sheet.typed_figures(no, score, advice), grade.strip())
    sent = {"reason": reason.strip(), "aware": bool(aware)}
    if act not in ("sign", "next"):
        return _sheet_page(request, session, sheet, sent)
    if making.was_sent(session, form):
        return _onward(session, found, unit, act)
    problems = signing_sheet.problems_of(sheet, reason.strip(), bool(aware), last)
    if not problems:
        try:
            event = signing_sheet.signing(session, sheet, reason.strip(), making.event_id(form))
            making.append(session, visit.account, [event])
            return _onward(session, found, unit, act)
        except Refused as refused:
            problems = refused.problems
    return _sheet_page(request, session, sheet, sent, problems)
