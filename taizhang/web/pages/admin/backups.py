"""`/admin/backups`: the copies there are, and one more at the operator's word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ledger.problem import Problem, Refused
from taizhang.accounts.entry import Visit
from taizhang.app.installation import settings_of
from taizhang.backup.making import Backup
from taizhang.backup.on_demand import backup_now, backups
from taizhang.backup.trial import last_tried
from taizhang.web.http.auth import WALL_CLOCK, Ledger, May, options_of
from taizhang.web.pages.admin.shown import shown

router = APIRouter()
Operator = Annotated[Visit, Depends(May("admin"))]
Acting = Annotated[Visit, Depends(May("admin.deeds"))]


@router.get("/admin/backups")
def backups_page(request: Request, visit: Operator, session: Ledger) -> Response:
    """List them, the latest first."""
    return _page(request, session)


def _page(
    request: Request, session: Ledger, made: Backup | None = None, problems: Sequence[Problem] = ()
) -> Response:
    known = {
        "backups": backups(settings_of(session.url)),
        "made": made,
        "tried": last_tried(session.store),
    }
    return shown(request, "backups.html", known, problems)


@router.post("/admin/backups")
def back_up(request: Request, visit: Acting, session: Ledger) -> Response:
    """Make one now; it is checked before it counts."""
    settings = settings_of(session.url)
    try:
        made = backup_now(session, settings, options_of(request).evidence, by=visit.account, now=WALL_CLOCK())
    except Refused as refused:
        return _page(request, session, problems=refused.problems)
    return _page(request, session, made)
