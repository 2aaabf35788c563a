"""`/account`: one's own password, logins and API tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.problem import Problem, Refused
from ledger.text import Text
from reminders.contacts import shown_address
from reminders.store import contacts
from reminders.store.failing import failing
from taizhang.accounts import entry, own, second_factor
from taizhang.accounts import store as accounts
from taizhang.accounts.entry import Visit
from taizhang.accounts.security_log import Happened
from taizhang.app.installation import settings_of
from taizhang.app.ledger import OpenLedger
from taizhang.jobs.trial_message import send_trial_to
from taizhang.language.i18n import _
from taizhang.language.reminder_labels import CHANNELS, RHYTHMS, WEEKLY
from taizhang.web.http.auth import WALL_CLOCK, Ledger, May, options_of, remember, rename
from taizhang.web.http.queues import Door
from taizhang.web.http.security import happened
from taizhang.web.http.templates import render
from taizhang.web.pages.account.login_view import confirm_page
from taizhang.web.pages.account.own_contacts import add_own, own_contacts, places_of, remove_own
from taizhang.web.pages.account.resubmission import Along, Carried, own_address
from taizhang.web.pages.account.token_lifetimes import days_of, lifetimes

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("account"))]
Owner = Annotated[Visit, Depends(May("account.own"))]
Maker = Annotated[Visit, Depends(May("account.tokens"))]
Typed = Annotated[str, Form(max_length=500)]
Posted = Annotated[str, Form(max_length=2000)]


@router.get("/account")
def account_page(request: Request, visit: Visitor, session: Ledger, done: str = "") -> Response:
    """Show who one is here, and where one is logged in."""
    return _page(request, visit, session, [], done)


def _page(
    request: Request, visit: Visit, session: Ledger, problems: list[Problem], done: str = ""
) -> Response:
    with session.store.read() as work:
        logins = accounts.sessions_of(work.connection, visit.account.name)
        tokens = accounts.api_tokens(work.connection, visit.account.name)
        dead = failing(work.connection)
    told = own_contacts(session, visit.account)
    known = {
        "visit": visit,
        "logins": logins,
        "tokens": tokens,
        "told": told,
        "is_written_to": bool(places_of(visit.account)),
        "channels": [(channel, _(name)) for channel, name in CHANNELS.items()],
        "second": second_factor.state_of(session.store, visit.account.name),
        "failing": dead,
        "shown_address": shown_address,
        "rhythms": {rhythm: _(words) for rhythm, words in RHYTHMS.items()},
        "lifetimes": lifetimes(),
        "problems": problems,
        "done": done,
    }
    return render(request, "account.html", known, status_code=422 if problems else 200)


@router.post("/account/password")
async def change_password(
    request: Request, visit: Owner, session: Ledger, old: Typed, password: Typed, again: Typed
) -> Response:
    """Set a new password; every other login ends."""
    door: Door = request.app.state.door
    return await door.through(_change_password, request, visit, session, old, password, again)


def _change_password(
    request: Request, visit: Visit, session: OpenLedger, old: str, password: str, again: str
) -> Response:
    try:
        if password != again:
            raise Refused([Problem("again", Text("两次输入的密码不一样；请重新输入"))])
        own.change_password(session.store, visit.account, old, password, now=WALL_CLOCK())
    except Refused as refused:
        return _page(request, visit, session, refused.problems)
    agent = request.headers.get("user-agent", "")
    token = entry.start_session(session.store, visit.account, now=WALL_CLOCK(), agent=agent)
    response = RedirectResponse("/account?done=password", status_code=303)
    remember(response, token, options_of(request))
    return response


@router.post("/account/confirm")
async def confirm(
    request: Request,
    visit: Owner,
    session: Ledger,
    password: Typed,
    carried: Along,
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002  # the field's name
) -> Response:
    """Take the password once more for what needs it, and go on with the form that came along."""
    door: Door = request.app.state.door
    return await door.through(_confirm, request, visit, session, password, carried, own_address(next))


def _confirm(
    request: Request, visit: Visit, session: OpenLedger, password: str, carried: Carried, next_address: str
) -> Response:
    try:
        entry.confirm(session.store, visit, password, now=WALL_CLOCK())
    except entry.NotAdmitted as refused:
        happened(request, Happened.CONFIRM_FAILED, visit.account.name)
        return confirm_page(request, next_address, refused.text, carried)
    response: Response = RedirectResponse(next_address, status_code=303)
    if carried.address:
        response = render(request, "carried.html", {"carried": carried, "confirmed": True})
    rename(request, response)
    return response


@router.post("/account/reminders")
def choose_rhythm(visit: Owner, session: Ledger, person: Typed, rhythm: Typed) -> Response:
    """Choose between one digest a week and reminders as they come, for what goes out to one's own places."""
    if rhythm in RHYTHMS and any(each.person.id == person for each in own_contacts(session, visit.account)):
        with session.store.write() as work:
            contacts.set_rhythm(work.connection, person, weekly=rhythm == WEEKLY)
    return RedirectResponse("/account?done=rhythm#reminders", status_code=303)


@router.post("/account/reminders/add")
def add_address(
    request: Request, visit: Owner, session: Ledger, channel: Typed, address: Posted, secret: Typed = ""
) -> Response:
    """Have one's own address written to."""
    try:
        add_own(session, visit.account, channel, address, secret)
    except Refused as refused:
        return _page(request, visit, session, refused.problems)
    return RedirectResponse("/account?done=rhythm#reminders", status_code=303)


@router.post("/account/reminders/remove")
def remove_address(visit: Owner, session: Ledger, person: Typed) -> Response:
    """Write to an address no more."""
    remove_own(session, visit.account, person)
    return RedirectResponse("/account?done=rhythm#reminders", status_code=303)


@router.post("/account/reminders/test")
def try_address(request: Request, visit: Owner, session: Ledger, person: Typed) -> Response:
    """Send a trial to one of one's own addresses, now."""
    found = next((each for each in own_contacts(session, visit.account) if each.person.id == person), None)
    if found is None:
        return RedirectResponse("/account#reminders", status_code=303)
    wrong = send_trial_to(settings_of(session.url), found.person, by=visit.account.name, now=WALL_CLOCK())
    if wrong is not None:
        return _page(request, visit, session, [Problem("address", wrong)])
    return RedirectResponse("/account?done=tried#reminders", status_code=303)


@router.post("/account/logins/end")
def end_login(visit: Owner, session: Ledger, key: Typed) -> Response:
    """End one login, or with the key "others" all but this one."""
    own.end_login(session.store, visit, key)
    return RedirectResponse("/account", status_code=303)


@router.post("/account/tokens")
def create_token(request: Request, visit: Maker, session: Ledger, label: Typed, days: Typed = "") -> Response:
    """Make an API token of this account and show it, this once."""
    try:
        good_for = days_of(days)
        lifetime = timedelta(days=good_for) if good_for is not None else None
        token = entry.create_api_token(
            session.store, visit.account, label, now=WALL_CLOCK(), good_for=lifetime
        )
    except Refused as refused:
        return _page(request, visit, session, refused.problems)
    known = {"token": token, "owner": visit.account.name, "label": label, "days": good_for}
    return render(request, "account_token.html", known)


@router.post("/account/tokens/revoke")
def revoke_token(visit: Visitor, session: Ledger, token_id: Typed) -> Response:
    """End one of this account's tokens."""
    own.revoke_token(session.store, visit.account, token_id, now=WALL_CLOCK())
    return RedirectResponse("/account?done=revoked", status_code=303)
