"""For operators: the backups there are, and one more."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.requests import Request

from ledger.events.event import recorded_text
from taizhang.accounts.entry import Visit
from taizhang.app.installation import settings_of
from taizhang.backup.on_demand import backup_now, backups
from taizhang.language.i18n import say
from taizhang.web.api.asking import problem
from taizhang.web.http.auth import WALL_CLOCK, Ledger, May, options_of
from taizhang.web.http.strict_route import StrictRoute

router = APIRouter(prefix="/api/v1", tags=["backups"], route_class=StrictRoute)
Operator = Annotated[Visit, Depends(May("admin"))]
Acting = Annotated[Visit, Depends(May("admin.deeds"))]


class Kept(BaseModel):
    """A backup; `bytes` without the attached files, which backups share."""

    name: str
    made_at: str
    bytes: int


class Backups(BaseModel):
    """The latest first; `folder` is null where none is set."""

    folder: str | None
    encrypted: bool
    backups: list[Kept]


class Made(BaseModel):
    """A backup that was made and read back."""

    name: str
    events: int
    root: str
    evidence: int
    warnings: list[str]


@router.get("/backups", responses=problem(401, 403), summary="The backups there are")
def all_backups(visit: Operator, session: Ledger) -> Backups:
    """Of this server."""
    found = backups(settings_of(session.url))
    kept = [
        Kept(name=each.name, made_at=recorded_text(each.made_at), bytes=each.bytes) for each in found.kept
    ]
    return Backups(
        folder=str(found.folder) if found.folder else None, encrypted=found.encrypted, backups=kept
    )


@router.post("/backups", status_code=201, responses=problem(401, 403, 422), summary="Make a backup now")
def back_up(request: Request, visit: Acting, session: Ledger) -> Made:
    """While others go on working."""
    evidence = options_of(request).evidence
    done = backup_now(session, settings_of(session.url), evidence, by=visit.account, now=WALL_CLOCK())
    return Made(
        name=done.path.name,
        events=done.events,
        root=done.root,
        evidence=done.evidence,
        warnings=list(map(say, done.warnings)),
    )
