"""`/review/campaigns`: what was asked of many, who has answered and who not; taken back or given more time for all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.events.event import ClientEvent
from ledger.problem import Problem, Refused
from reminders.store import nudges
from taizhang.accounts.entry import Visit
from taizhang.app.installation import settings_of
from taizhang.app.ledger import OpenLedger
from taizhang.evidence.folder import EvidenceFolder
from taizhang.jobs.nudges import nudge
from taizhang.web.http import make_events as making
from taizhang.web.http.auth import Ledger, May, options_of
from taizhang.web.http.downloads import download
from taizhang.web.http.templates import render
from taizhang.web.pages.review import campaigns as view
from taizhang.web.pages.review.campaign_files import packed
from taizhang.web.pages.review.fields import FormId, Typed

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("review"))]
Brief = Annotated[str, Form(max_length=40)]


@router.get("/review/campaigns")
def campaigns(request: Request, visit: Visitor, session: Ledger) -> Response:
    """Show them, the latest first."""
    return render(request, "review/campaigns.html", {"campaigns": view.campaigns(session)})


@router.get("/review/campaigns/{what}/{key}")
def campaign(
    request: Request,
    visit: Visitor,
    session: Ledger,
    what: str,
    key: str,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show one."""
    return _page(request, session, _found(session, what, key), [], done)


def _found(session: OpenLedger, what: str, key: str) -> view.Campaign:
    found = view.one(session, what, key)
    if found is None:
        raise HTTPException(404)
    return found


def _page(
    request: Request, session: OpenLedger, found: view.Campaign, problems: list[Problem], done: str = ""
) -> Response:
    with session.store.read() as work:
        last = nudges.last(work.connection, found.nudged_as)
    known = {
        "campaign": found,
        "nudged": last,
        "nudged_today": last is not None and last.day == session.clock.today(),
        "form": making.new_form(),
        "what": "finding" if found.is_finding else "request",
        "problems": problems,
        "done": done if done in ("asked", "prolonged", "nudged", "returned") else "",
    }
    return render(request, "review/campaign.html", known, status_code=422 if problems else 200)


@router.get("/review/campaigns/{what}/{key}/files.zip")
def files(request: Request, visit: Visitor, session: Ledger, what: str, key: str) -> Response:
    """Send every file that came with the answers, in one archive."""
    found = _found(session, what, key)
    content = packed(found, EvidenceFolder(options_of(request).evidence))
    return download(request, content, f"{found.words[:40]}.zip".replace("/", " "))


@router.post("/review/campaigns/{what}/{key}/nudge")
def press(request: Request, visit: Visitor, session: Ledger, what: str, key: str) -> Response:
    """Write to everybody who has not answered, at most once a day."""
    found = _found(session, what, key)
    try:
        nudge(session, settings_of(session.url), found.nudged_as, found.waits, by=visit.account.name)
    except Refused as refused:
        return _page(request, session, found, refused.problems)
    return RedirectResponse(f"/review/campaigns/{what}/{quote(key)}?done=nudged", status_code=303)


@router.post("/review/campaigns/{what}/{key}/return")
def give_back(
    request: Request,
    visit: Visitor,
    session: Ledger,
    what: str,
    key: str,
    form: FormId,
    answer: Annotated[str, Form(max_length=200)] = "",
    reason: Typed = "",
) -> Response:
    """Return one answer: the unit is asked again."""
    found = _found(session, what, key)
    address = f"/review/campaigns/{what}/{quote(key)}?done=returned"
    if making.was_sent(session, form):
        return RedirectResponse(address, status_code=303)
    refused = _recorded(
        request,
        visit,
        session,
        found,
        lambda: view.returning(session, found, answer, reason.strip(), form),
    )
    return refused or RedirectResponse(address, status_code=303)


@router.post("/review/campaigns/{what}/{key}/withdraw")
def withdraw(
    request: Request, visit: Visitor, session: Ledger, what: str, key: str, reason: Typed = ""
) -> Response:
    """Take it back from all."""
    found = _found(session, what, key)
    answer = _recorded(
        request, visit, session, found, lambda: view.taking_back(session, found, reason.strip())
    )
    return answer or RedirectResponse("/review/campaigns", status_code=303)


@router.post("/review/campaigns/{what}/{key}/prolong")
def prolong(
    request: Request,
    visit: Visitor,
    session: Ledger,
    what: str,
    key: str,
    due_on: Brief = "",
    reason: Typed = "",
) -> Response:
    """Give more time to those who have not answered."""
    found = _found(session, what, key)
    answer = _recorded(
        request,
        visit,
        session,
        found,
        lambda: view.prolonging(session, found, due_on.strip(), reason.strip()),
    )
    return answer or RedirectResponse(f"/review/campaigns/{what}/{key}?done=prolonged", status_code=303)


def _recorded(
    request: Request,
    visit: Visit,
    session: OpenLedger,
    found: view.Campaign,
    make: Callable[[], list[ClientEvent]],
) -> Response | None:
    """Record what *make* makes, all or nothing; return the page that says why not."""
    try:
        making.append(session, visit.account, make())
    except Refused as refused:
        return _page(request, session, found, refused.problems)
    return None
