"""Logging in and out, the one-time link that sets a password, the switch of language."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.problem import Problem, Refused
from ledger.text import Text
from taizhang.accounts import entry
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.accounts.security_log import Happened
from taizhang.accounts.throttle import AddressThrottle
from taizhang.app.installation import settings_of
from taizhang.app.ledger import OpenLedger
from taizhang.language.i18n import LANGUAGES
from taizhang.web.http import language
from taizhang.web.http.auth import WALL_CLOCK, Ledger, forget, half_of, options_of, session_of, visit_of
from taizhang.web.http.queues import Door
from taizhang.web.http.security import happened
from taizhang.web.http.templates import render
from taizhang.web.pages.account.letting_in import let_in, second_page
from taizhang.web.pages.account.login_view import login_page
from taizhang.web.pages.account.resubmission import Along, Carried, own_address
from taizhang.web.pages.admin.first_steps import stops_of

router = APIRouter()

A_YEAR_SECONDS = 365 * 24 * 3600
Typed = Annotated[str, Form(max_length=500)]
Chosen = Annotated[str, Form(max_length=2000)]


@router.get("/login")
def login_form(request: Request, next: str = "/") -> Response:  # noqa: A002  # the parameter's name in the address
    """Show the form, or lead on who is in already."""
    if visit_of(request) is not None:
        return RedirectResponse(own_address(next), status_code=303)
    half = half_of(request)
    if half is not None:
        return second_page(request, half, own_address(next))
    return login_page(request, own_address(next))


@router.post("/login")
async def login(
    request: Request,
    session: Ledger,
    name: Typed,
    password: Typed,
    carried: Along,
    next: Chosen = "/",  # noqa: A002
) -> Response:
    """Let in, or say that it did not fit. A form that came along is given back."""
    door: Door = request.app.state.door
    return await door.through(_login, request, session, name, password, carried, own_address(next))


def _login(
    request: Request, session: OpenLedger, name: str, password: str, carried: Carried, next_address: str
) -> Response:
    throttle: AddressThrottle = request.app.state.door.throttle
    address = request.client.host if request.client else ""
    now = WALL_CLOCK()
    try:
        throttle.check(address, now)
        account = entry.admitted(session.store, name, password, now=now)
    except entry.NotAdmitted as refused:
        throttle.failed(address, now)
        waits = isinstance(refused, entry.MustWait)
        known = name.strip().lower() if entry.is_account(session.store, name) else ""
        happened(request, Happened.LOGIN_WAITS if waits else Happened.LOGIN_FAILED, known)
        return login_page(request, next_address, name, refused.text, carried)
    former = visit_of(request)
    if former is not None and former.session_key:
        # Who logs in anew has done with the login before.
        entry.log_out(session.store, former)
    return let_in(request, account, next_address, carried)


@router.post("/logout")
def logout(request: Request, session: Ledger) -> Response:
    """End the session."""
    visit = visit_of(request)
    if visit is not None:
        entry.log_out(session.store, visit)
        happened(request, Happened.LOGOUT, visit.account.name)
    response = RedirectResponse("/login", status_code=303)
    forget(response, options_of(request))
    return response


@router.get("/welcome/{token}")
def welcome_form(request: Request, session: Ledger, token: str) -> Response:
    """Show the form for a first or forgotten password."""
    account = entry.account_of_link(session.store, token, now=WALL_CLOCK())
    if account is None:
        return _used_up(request)
    return render(request, "welcome.html", {"owner": account, "token": token, "problems": []})


@router.post("/welcome/{token}")
async def welcome(request: Request, session: Ledger, token: str, password: Typed, again: Typed) -> Response:
    """Set the password and let its owner in."""
    door: Door = request.app.state.door
    return await door.through(_welcome, request, session, token, password, again)


def _welcome(request: Request, session: OpenLedger, token: str, password: str, again: str) -> Response:
    account = entry.account_of_link(session.store, token, now=WALL_CLOCK())
    if account is None:
        return _used_up(request)
    try:
        if password != again:
            raise Refused([Problem("again", Text("两次输入的密码不一样；请重新输入"))])
        used = entry.set_password_by_link(session.store, token, password, now=WALL_CLOCK())
    except Refused as refused:
        known = {"owner": account, "token": token, "problems": refused.problems}
        return render(request, "welcome.html", known, status_code=422)
    if used is None:
        return _used_up(request)
    happened(request, Happened.LINK_USED, account.name)
    return let_in(request, account, _first_page(request, account))


def _first_page(request: Request, account: Account) -> str:
    """Return where a one-time link leads: an operator whose server is not set up yet to the walk that does it."""
    if account.role is not Role.OPERATOR:
        return "/"
    session = session_of(request)
    stops = stops_of(session, settings_of(session.url), secure=options_of(request).secure)
    return "/admin/begin" if any(stop.waits for stop in stops) else "/"


def _used_up(request: Request) -> Response:
    known = {
        "status": 404,
        "title": Text("这个链接已经用过或过期了；请向系统管理员要一个新的"),
        "problems": [],
    }
    return render(request, "failure.html", known, status_code=404)


@router.post("/language")
def switch_language(request: Request, chosen: Typed, next: Chosen = "/") -> Response:  # noqa: A002
    """Speak another language from here on, on this browser."""
    response = RedirectResponse(own_address(next), status_code=303)
    if chosen in LANGUAGES:
        response.set_cookie(
            language.COOKIE,
            chosen,
            max_age=A_YEAR_SECONDS,
            samesite="lax",
            httponly=True,
            secure=options_of(request).secure,
        )
    return response
