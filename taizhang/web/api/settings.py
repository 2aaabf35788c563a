"""For operators: the settings that are kept with the ledger."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from taizhang.accounts.entry import Visit
from taizhang.startup.settings_changes import change_settings
from taizhang.web.api.accounts import STRICT
from taizhang.web.api.asking import problem
from taizhang.web.http.auth import WALL_CLOCK, Ledger, May
from taizhang.web.http.strict_route import StrictRoute

router = APIRouter(prefix="/api/v1", tags=["settings"], route_class=StrictRoute)
Operator = Annotated[Visit, Depends(May("admin"))]
Acting = Annotated[Visit, Depends(May("admin.deeds"))]


class Settings(BaseModel):
    """What an operator may set; what is not named stays as it is."""

    model_config = STRICT

    district: str | None = Field(default=None, max_length=80, description="name of the office")
    ranking: bool | None = Field(default=None, description="whether the board may be sorted by score")
    second_signature: bool | None = Field(
        default=None, description="whether a signed year wants a second assessor's signature"
    )
    separate_appeals: bool | None = Field(
        default=None, description="whether an appeal is decided by somebody else than who judged the clause"
    )
    second_factor: bool | None = Field(
        default=None, description="whether operators and assessors need a code of their telephone to log in"
    )
    late_days: int | None = Field(
        default=None, ge=0, le=365, description="an entry recorded so many days after it happened is late"
    )
    grace_days: int | None = Field(
        default=None,
        ge=0,
        le=365,
        description="a missed period is told to the district so many days after it",
    )
    forecast_line: int | None = Field(
        default=None, ge=0, le=1000, description="a unit with a forecast below so many points needs help"
    )
    day_events: int | None = Field(
        default=None, ge=100, le=10_000_000, description="so many events may one account add in a day"
    )
    day_megabytes: int | None = Field(
        default=None, ge=10, le=10_000_000, description="so many MB of files may one account attach in a day"
    )


@router.get("/settings", responses=problem(401, 403), summary="The settings")
def settings(visit: Operator, session: Ledger) -> Settings:
    """As they are now."""
    kept = session.settings
    return Settings.model_validate(kept.model_dump(exclude={"demo_today"}))


@router.patch("/settings", responses=problem(401, 403, 422), summary="Change settings")
def change(visit: Acting, session: Ledger, wanted: Settings) -> Settings:
    """Return them as they are then."""
    changes = wanted.model_dump(exclude_none=True)
    change_settings(session, changes, by=visit.account, now=WALL_CLOCK())
    return settings(visit, session)
