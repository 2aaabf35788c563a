"""What assessors do to a unit: pass a judgement on a clause, ask for something or raise a finding."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.events.event import unit_of
from ledger.problem import Problem, Refused
from rubric.schema import Rubric
from taizhang.accounts.entry import Visit
from taizhang.app.ledger import OpenLedger
from taizhang.evidence.folder import EvidenceFolder
from taizhang.web.http import make_events as making
from taizhang.web.http.auth import Ledger, May, options_of
from taizhang.web.http.form_data import Form as PostedForm
from taizhang.web.http.record import keep, looked_at
from taizhang.web.http.templates import render
from taizhang.web.pages.review import judgement as judging
from taizhang.web.pages.review import request as asking
from taizhang.web.pages.review.fields import Brief, FormId, FormYear, Short, Typed, Year
from taizhang.web.pages.review.rubric_choice import beside_query, unit_rubric

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("review"))]
WORDS_MAX = 2000


@router.get("/review/units/{unit}/judge")
def judge_form(
    request: Request,
    visit: Visitor,
    session: Ledger,
    unit: str,
    clause: Short = "",
    year: Year = None,
    rubric: Short = "",
    done: Short = "",
) -> Response:
    """Show what only people decide, each with what is laid before them; or one clause with the form."""
    found = unit_rubric(session, unit, year, rubric)
    sent = judging.Judgement(unit, clause, "", "", making.new_form())
    return _judge_page(request, session, sent, found, done=done)


def _judge_page(
    request: Request,
    session: OpenLedger,
    sent: judging.Judgement,
    rubric: Rubric,
    problems: list[Problem] | None = None,
    done: str = "",
) -> Response:
    shown = judging.page(session, sent, rubric)
    said = any(clause.id == done for clause in rubric.clauses)
    context = {**shown, "problems": problems or [], "sent": sent, "done": done if said else ""}
    return render(request, "review/judge.html", context, status_code=422 if problems else 200)


@router.post("/review/units/{unit}/judge")
def judge(
    request: Request,
    visit: Visitor,
    session: Ledger,
    unit: str,
    form: FormId,
    year: FormYear,
    clause: Brief = "",
    deduct: Brief = "",
    reason: Typed = "",
    sure: Brief = "",
    rubric: Brief = "",
) -> Response:
    """Pass the judgement."""
    found = unit_rubric(session, unit, year, rubric)
    sent = judging.Judgement(unit, clause, deduct.strip(), reason.strip(), form, sure.strip())
    was_sent = making.was_sent(session, form)
    problems = [] if was_sent else judging.problems_of(session, sent, found)
    if not problems and not was_sent:
        try:
            making.append(session, visit.account, [judging.event_of(session, sent, found)])
        except Refused as refused:
            problems = refused.problems
    if problems:
        return _judge_page(request, session, sent, found, problems)
    if sent.takes_nothing:
        # On to the next clause of the unit.
        address = f"/review/units/{unit}/judge?year={year}{beside_query(found)}&done={clause}#clause-{clause}"
    else:
        address = f"/review/units/{unit}?year={year}{beside_query(found)}&done=judged#judgements"
    return RedirectResponse(address, status_code=303)


@router.get("/review/ask")
def ask_form(
    request: Request,
    visit: Visitor,
    session: Ledger,
    what: Short = "request",
    unit: Short = "",
    subject: Short = "",
) -> Response:
    """Show the form for a request or a finding."""
    to = "chosen" if unit else "all" if what != "finding" else "chosen"
    chosen = [unit] if unit else []
    sent = asking.Asking(what, to, chosen, subject, "", "", making.new_form())
    return _ask_page(request, session, sent)


def _ask_page(
    request: Request, session: OpenLedger, sent: asking.Asking, problems: list[Problem] | None = None
) -> Response:
    context = {**asking.page(session, sent), "problems": problems or [], "sent": sent}
    return render(request, "review/ask.html", context, status_code=422 if problems else 200)


@router.post("/review/ask")
def ask(request: Request, visit: Visitor, session: Ledger, posted: PostedForm) -> Response:
    """Put it to the units that are meant, all at once; files that come with it (blank forms) go to each of them."""
    brief = {
        name: posted.one(name).strip()[:WORDS_MAX]
        for name in ("what", "to", "subject", "words", "due_on", "category")
    }
    form = posted.one("form")[:100]
    sent = asking.Asking(
        brief["what"],
        brief["to"],
        posted.values.get("unit", []),
        brief["subject"],
        brief["words"],
        brief["due_on"],
        form,
        brief["category"],
    )
    blanks, unfit = looked_at(posted.files)
    problems = [*asking.problems_of(session, sent), *unfit]
    units = 0
    if not problems:
        events = asking.events_of(session, sent)
        units = len(events)
        if not making.was_sent(session, form):
            now = session.clock()
            folder = EvidenceFolder(options_of(request).evidence)
            attached = [blank.event(event, now) for event in events for blank in blanks]
            try:
                if blanks:
                    keep(session, visit.account, unit_of(events[0]["subject"]), folder, blanks)
                making.append(session, visit.account, [*events, *attached], blanks)
            except Refused as refused:
                problems = refused.problems
    if problems:
        return _ask_page(request, session, sent, problems)
    if units == 1:
        return RedirectResponse(f"/review?tab=asked&done=asked-{units}", status_code=303)
    kept = session.store.find(making.event_id(form))
    key = kept["data"][sent.what] if kept is not None else ""
    return RedirectResponse(f"/review/campaigns/{sent.what}/{key}?done=asked", status_code=303)
