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
LATE_DAYS_MAX = 365
DISTRICT_MAX = 80


@router.get("/admin/settings")
def settings(request: Request, visit: Operator, session: Ledger, done: str = "") -> Response:
    """Show the settings as they are."""
    kept = session.settings
    known = {
        "district": kept.district,
        "late_days": str(kept.late_days),
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
    ranking: Typed = "",
) -> Response:
    """Keep them all, or say what is wrong."""
    district, late_days = district.strip(), late_days.strip()
    problems = []
    if len(district) > DISTRICT_MAX:
        problems.append(Problem("district", Text("太长；最多 {most} 个字符", most=DISTRICT_MAX)))
    if not (late_days.isascii() and late_days.isdigit() and int(late_days) <= LATE_DAYS_MAX):
        problems.append(Problem("late_days", Text("应是 0 到 {most} 之间的整数", most=LATE_DAYS_MAX)))
    if problems:
        known = {"district": district, "late_days": late_days, "ranking": ranking == "yes", "done": ""}
        return shown(request, "settings.html", known, problems)
    changes = {"district": district, "late_days": int(late_days), "ranking": ranking == "yes"}
    change_settings(session, changes, by=visit.account, now=WALL_CLOCK())
    return RedirectResponse("/admin/settings?done=changed", status_code=303)
