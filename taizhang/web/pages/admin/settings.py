"""`/admin/settings`: what is kept with the ledger and holds for everybody."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.problem import Problem
from ledger.text import Text
from taizhang.accounts.entry import Visit
from taizhang.startup.settings_changes import change_settings
from taizhang.web.http.auth import WALL_CLOCK, Ledger, May
from taizhang.web.pages.admin.shown import shown

router = APIRouter()
Operator = Annotated[Visit, Depends(May("admin"))]
Acting = Annotated[Visit, Depends(May("admin.deeds"))]
Typed = Annotated[str, Form(max_length=500)]
NUMBERS = {"late_days": 365, "grace_days": 365, "forecast_line": 1000}
"""The settings that are whole numbers from 0 on, and the most that each may be."""
DISTRICT_MAX = 80


@router.get("/admin/settings")
def settings(request: Request, visit: Operator, session: Ledger, done: str = "") -> Response:
    """Show the settings as they are."""
    kept = session.settings
    known = {
        "district": kept.district,
        **{name: str(getattr(kept, name)) for name in NUMBERS},
        "ranking": kept.ranking,
        "done": done,
    }
    return shown(request, "settings.html", known)


@router.post("/admin/settings")
def change(
    request: Request,
    visit: Acting,
    session: Ledger,
    district: Typed = "",
    late_days: Typed = "",
    grace_days: Typed = "",
    forecast_line: Typed = "",
    ranking: Typed = "",
) -> Response:
    """Keep them all, or say what is wrong."""
    district = district.strip()
    typed = {"late_days": late_days, "grace_days": grace_days, "forecast_line": forecast_line}
    numbers = {name: value.strip() for name, value in typed.items()}
    problems = []
    if len(district) > DISTRICT_MAX:
        problems.append(Problem("district", Text("太长；最多 {most} 个字符", most=DISTRICT_MAX)))
    for name, value in numbers.items():
        if not (value.isascii() and value.isdigit() and int(value) <= NUMBERS[name]):
            problems.append(Problem(name, Text("应是 0 到 {most} 之间的整数", most=NUMBERS[name])))
    if problems:
        known = {"district": district, **numbers, "ranking": ranking == "yes", "done": ""}
        return shown(request, "settings.html", known, problems)
    whole = {name: int(value) for name, value in numbers.items()}
    change_settings(
        session,
        {"district": district, **whole, "ranking": ranking == "yes"},
        by=visit.account,
        now=WALL_CLOCK(),
    )
    return RedirectResponse("/admin/settings?done=changed", status_code=303)
