"""`/admin/backups`: the copies there are, and one more at the operator's word."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ledger.problem import Refused
from taizhang.accounts.entry import Visit
from taizhang.app.installation import settings_of
from taizhang.backup.on_demand import backup_now, backups
from taizhang.web.http.auth import WALL_CLOCK, Ledger, May, options_of
from taizhang.web.pages.admin.shown import shown

router = APIRouter()
Operator = Annotated[Visit, Depends(May("admin"))]
Acting = Annotated[Visit, Depends(May("admin.deeds"))]


@router.get("/admin/backups")
def backups_page(request: Request, visit: Operator, session: Ledger) -> Response:
    """List them, the latest first."""
    return shown(request, "backups.html", {"backups": backups(settings_of(session.url)), "made": None})


@router.post("/admin/backups")
def back_up(request: Request, visit: Acting, session: Ledger) -> Response:
    """Make one now; it is checked before it counts."""
    settings = settings_of(session.url)
    try:
        made = backup_now(session, settings, options_of(request).evidence, by=visit.account, now=WALL_CLOCK())
    except Refused as refused:
        return shown(request, "backups.html", {"backups": backups(settings), "made": None}, refused.problems)
    return shown(request, "backups.html", {"backups": backups(settings), "made": made})
