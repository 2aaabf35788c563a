"""`/admin/tokens`: the keys of programs to the JSON API."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.problem import Problem, Refused
from taizhang.accounts import administration, entry
from taizhang.accounts import store as rows
from taizhang.accounts.entry import Visit
from taizhang.app.ledger import OpenLedger
from taizhang.language.i18n import _
from taizhang.web.http.auth import WALL_CLOCK, Ledger, May
from taizhang.web.pages.account.token_lifetimes import days_of, lifetimes
from taizhang.web.pages.admin.shown import shown

router = APIRouter()
Operator = Annotated[Visit, Depends(May("admin"))]
Acting = Annotated[Visit, Depends(May("admin.deeds"))]
Typed = Annotated[str, Form(max_length=500)]


@router.get("/admin/tokens")
def tokens(request: Request, visit: Operator, session: Ledger, done: str = "") -> Response:
    """List all tokens; none of them can be shown again."""
    return _page(request, visit, session, done=done)


def _page(
    request: Request,
    visit: Visit,
    session: OpenLedger,
    wanted: tuple[str, str, str, str] = ("", "", "90", ""),
    problems: list[Problem] | None = None,
    done: str = "",
) -> Response:
    with session.store.read() as work:
        found = rows.api_tokens(work.connection)
    lines = administration.all_accounts(session.store, now=WALL_CLOCK())
    known = {
        "tokens": found,
        "owners": [
            (line.account.name, f"{line.account.name}  {line.account.display_name}")
            for line in lines
            if line.account.active and (not line.has_password or line.account.name == visit.account.name)
        ],
        "wanted": wanted,
        "lifetimes": lifetimes(),
        "scopes": [("", _("和账号一样")), (entry.METRICS, _("只读运行指标（/metrics，给监控用）"))],
        "done": done,
    }
    return shown(request, "tokens.html", known, problems or [])


@router.post("/admin/tokens")
def create(
    request: Request,
    visit: Acting,
    session: Ledger,
    owner: Typed,
    label: Typed,
    days: Typed = "",
    scope: Typed = "",
) -> Response:
    """Make a token and show it, this once."""
    try:
        good_for = days_of(days)
        token = administration.create_token(
            session.store,
            visit.account,
            owner,
            label,
            good_for,
            now=WALL_CLOCK(),
            scope=entry.METRICS if scope == entry.METRICS else None,
        )
    except Refused as refused:
        return _page(request, visit, session, (owner, label, days, scope), refused.problems)
    return shown(request, "token.html", {"token": token, "owner": owner, "label": label, "days": good_for})


@router.post("/admin/tokens/revoke")
def revoke(visit: Acting, session: Ledger, token_id: Typed) -> Response:
    """End a token at once."""
    administration.revoke_token(session.store, token_id, by=visit.account.name, now=WALL_CLOCK())
    return RedirectResponse("/admin/tokens?done=revoked", status_code=303)
