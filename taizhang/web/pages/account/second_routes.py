"""`/login/second`: the code after the password; `/account/second-factor`: turning it on and off."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.problem import Refused
from ledger.text import Text
from taizhang.accounts import entry, second_factor
from taizhang.accounts.account import Account
from taizhang.accounts.entry import Visit
from taizhang.accounts.second_factor import DEMANDED_OF, Awaits
from taizhang.accounts.security_log import Happened
from taizhang.accounts.throttle import AddressThrottle
from taizhang.app.ledger import OpenLedger
from taizhang.web.http.auth import WALL_CLOCK, Ledger, May, half_of, options_of, remember
from taizhang.web.http.security import happened
from taizhang.web.http.templates import render
from taizhang.web.pages.account.letting_in import arrived, second_page, to_scan
from taizhang.web.pages.account.resubmission import Along, own_address

router = APIRouter()
Owner = Annotated[Visit, Depends(May("account.own"))]
Acting = Annotated[Visit, Depends(May("account.second"))]
Code = Annotated[str, Form(max_length=40)]
Chosen = Annotated[str, Form(max_length=2000)]


@router.get("/login/second")
def second_form(request: Request, next: str = "/") -> Response:  # noqa: A002  # the parameter's name in the address
    """Ask for the code of a login that waits."""
    half = half_of(request)
    if half is None:
        return RedirectResponse("/login", status_code=303)
    return second_page(request, half, own_address(next))


@router.post("/login/second")
def second(
    request: Request,
    session: Ledger,
    code: Code,
    carried: Along,
    next: Chosen = "/",  # noqa: A002
) -> Response:
    """Take the code and let in; of a new second factor show the recovery codes first."""
    half, next_address = half_of(request), own_address(next)
    if half is None:
        return RedirectResponse("/login", status_code=303)
    now, agent = WALL_CLOCK(), request.headers.get("user-agent", "")
    codes: list[str] = []
    try:
        codes = _looked_at(request, session, half.account, code, enrols=half.awaits is Awaits.ENROLMENT)
    except entry.NotAdmitted as refused:
        return second_page(request, half, next_address, refused.text, carried)
    except Refused as refused:
        return second_page(request, half, next_address, refused.problems[0].text, carried)
    token = second_factor.finish_login(session.store, half, now=now, agent=agent)
    if not codes:
        return arrived(request, half.account, token, next_address, carried)
    happened(request, Happened.LOGIN, half.account.name)
    response = _codes_page(request, codes, next_address)
    remember(response, token, options_of(request))
    return response


def _looked_at(
    request: Request, session: OpenLedger, account: Account, code: str, *, enrols: bool
) -> list[str]:
    throttle: AddressThrottle = request.app.state.door.throttle
    address, now = request.client.host if request.client else "", WALL_CLOCK()
    try:
        throttle.check(address, now)
        if enrols:
            return second_factor.enrol(session.store, account, code, now=now)
        second_factor.check(session.store, account, code, now=now)
    except entry.NotAdmitted:
        throttle.failed(address, now)
        happened(request, Happened.CODE_FAILED, account.name)
        raise
    return []


@router.get("/account/second-factor")
def own_page(request: Request, visit: Owner, session: Ledger) -> Response:
    """Show how it stands, and what there is to do."""
    return _own_page(request, visit, session)


def _own_page(request: Request, visit: Visit, session: OpenLedger, problem: Text | None = None) -> Response:
    state = second_factor.state_of(session.store, visit.account.name)
    demanded = session.settings.second_factor and visit.account.role in DEMANDED_OF
    known = {"state": state, "demanded": demanded, "problem": problem, "picture": "", "secret": ""}
    return render(request, "second_factor/own.html", known, status_code=422 if problem else 200)


@router.post("/account/second-factor/begin")
def begin(request: Request, visit: Acting, session: Ledger) -> Response:
    """Show what the telephone scans."""
    return _scanning(request, visit, session)


def _scanning(request: Request, visit: Visit, session: OpenLedger, problem: Text | None = None) -> Response:
    try:
        scan = to_scan(request, visit.account)
    except Refused as refused:
        return _own_page(request, visit, session, refused.problems[0].text)
    state = second_factor.state_of(session.store, visit.account.name)
    known = {"state": state, "demanded": False, "problem": problem, **scan}
    return render(request, "second_factor/own.html", known, status_code=422 if problem else 200)


@router.post("/account/second-factor/on")
def turn_on(request: Request, visit: Acting, session: Ledger, code: Code) -> Response:
    """Take the first code; show the recovery codes, this once."""
    try:
        codes = _looked_at(request, session, visit.account, code, enrols=True)
    except entry.NotAdmitted as refused:
        return _scanning(request, visit, session, refused.text)
    except Refused as refused:
        return _own_page(request, visit, session, refused.problems[0].text)
    return _codes_page(request, codes, "/account/second-factor")


@router.post("/account/second-factor/codes")
def renew_codes(request: Request, visit: Acting, session: Ledger, code: Code) -> Response:
    """Make new recovery codes for who has the telephone."""
    try:
        _looked_at(request, session, visit.account, code, enrols=False)
    except entry.NotAdmitted as refused:
        return _own_page(request, visit, session, refused.text)
    codes = second_factor.new_codes(session.store, visit.account, now=WALL_CLOCK())
    return _codes_page(request, codes, "/account/second-factor")


@router.post("/account/second-factor/off")
def turn_off(request: Request, visit: Acting, session: Ledger, code: Code) -> Response:
    """Ask for it no more, at the word of who has the telephone or a recovery code."""
    try:
        _looked_at(request, session, visit.account, code, enrols=False)
    except entry.NotAdmitted as refused:
        return _own_page(request, visit, session, refused.text)
    second_factor.forget(session.store, visit.account.name, by=visit.account.name, now=WALL_CLOCK())
    return RedirectResponse("/account/second-factor", status_code=303)


def _codes_page(request: Request, codes: list[str], next_address: str) -> Response:
    return render(request, "second_factor/codes.html", {"codes": codes, "next": next_address})
