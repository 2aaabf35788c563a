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
MaybeTyped = Annotated[str | None, Form(max_length=500)]
NUMBERS = {
    "late_days": (0, 365),
    "grace_days": (0, 365),
    "forecast_line": (0, 1000),
    "day_events": (100, 10_000_000),
    "day_megabytes": (10, 10_000_000),
}
"""The settings that are whole numbers, and the least and the most that each may be."""
SWITCHES = ("ranking", "second_signature", "separate_appeals", "second_factor")
DISTRICT_MAX = 80


@router.get("/admin/settings")
def settings(request: Request, visit: Operator, session: Ledger, done: str = "") -> Response:
    """Show the settings as they are."""
    kept = session.settings
    known = {
        "district": kept.district,
        **{name: str(getattr(kept, name)) for name in NUMBERS},
        **{name: getattr(kept, name) for name in SWITCHES},
        "done": done,
    }
    return shown(request, "settings.html", known)


@router.post("/admin/settings")
def change(
    request: Request,
    visit: Acting,
    session: Ledger,
    district: Typed = "",
    late_days: MaybeTyped = None,
    grace_days: MaybeTyped = None,
    forecast_line: MaybeTyped = None,
    day_events: MaybeTyped = None,
    day_megabytes: MaybeTyped = None,
    ranking: Typed = "",
    second_signature: Typed = "",
    separate_appeals: Typed = "",
    second_factor: Typed = "",
) -> Response:
    """Keep them all, or say what is wrong."""
    district = district.strip()
    typed = {
        "late_days": late_days,
        "grace_days": grace_days,
        "forecast_line": forecast_line,
        "day_events": day_events,
        "day_megabytes": day_megabytes,
    }
    # What a form does not bring stays as it is; what was emptied is refused below.
    numbers = {
        name: str(getattr(session.settings, name)) if value is None else value.strip()
        for name, value in typed.items()
    }
    switches = {
        "ranking": ranking == "yes",
        "second_signature": second_signature == "yes",
        "separate_appeals": separate_appeals == "yes",
        "second_factor": second_factor == "yes",
    }
    problems = []
    if len(district) > DISTRICT_MAX:
        problems.append(Problem("district", Text("太长；最多 {most} 个字符", most=DISTRICT_MAX)))
    for name, value in numbers.items():
        least, most = NUMBERS[name]
        if not (value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most):
            problems.append(Problem(name, Text("应是 {least} 到 {most} 之间的整数", least=least, most=most)))
    if problems:
        known = {"district": district, **numbers, **switches, "done": ""}
        return shown(request, "settings.html", known, problems)
    whole = {name: int(value) for name, value in numbers.items()}
    change_settings(
        session,
        {"district": district, **whole, **switches},
        by=visit.account,
        now=WALL_CLOCK(),
    )
    return RedirectResponse("/admin/settings?done=changed", status_code=303)
