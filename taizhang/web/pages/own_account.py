"""`/account`: one's own password and logins."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.problem import Problem, Refused
from ledger.text import Text
from taizhang.accounts import entry, passwords
from taizhang.accounts import store as accounts
from taizhang.accounts.entry import Visit
from taizhang.web.rendering import render
from taizhang.web.visiting import WALL_CLOCK, Ledger, May, options_of, remember

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("account"))]
Typed = Annotated[str, Form(max_length=500)]


@router.get("/account")
def account_page(request: Request, visit: Visitor, session: Ledger, done: str = "") -> Response:
    """Show who one is here, and where one is logged in."""
    return _page(request, visit, session, [], done)


def _page(
    request: Request, visit: Visit, session: Ledger, problems: list[Problem], done: str = ""
) -> Response:
    with session.store.read() as work:
        logins = accounts.sessions_of(work.connection, visit.account.name)
    known = {"visit": visit, "logins": logins, "problems": problems, "done": done}
    return render(request, "account.html", known, status_code=422 if problems else 200)


@router.post("/account/password")
def change_password(
    request: Request, visit: Visitor, session: Ledger, old: Typed, password: Typed, again: Typed
) -> Response:
    """Set a new password; every other login ends."""
    with session.store.read() as work:
        kept = accounts.password(work.connection, visit.account.name)
    try:
        if not passwords.matches(old, kept):
            raise Refused([Problem("old", Text("原来的密码不对；请重新输入"))])
        if password != again:
            raise Refused([Problem("again", Text("两次输入的密码不一样；请重新输入"))])
        entry.set_password(session.store, visit.account, password)
    except Refused as refused:
        return _page(request, visit, session, refused.problems)
    agent = request.headers.get("user-agent", "")
    token = entry.start_session(session.store, visit.account, now=WALL_CLOCK(), agent=agent)
    response = RedirectResponse("/account?done=password", status_code=303)
    remember(response, token, options_of(request))
    return response


@router.post("/account/logins/end")
def end_login(visit: Visitor, session: Ledger, key: Typed) -> Response:
    """End one login, or with the key "others" all but this one."""
    with session.store.write() as work:
        if key == "others":
            accounts.end_sessions(work.connection, visit.account.name, visit.session_key)
        else:
            accounts.end_session(work.connection, visit.account.name, key)
    return RedirectResponse("/account", status_code=303)
