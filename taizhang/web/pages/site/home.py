"""`/`: the board for those who see the district, their unit for secretaries."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from taizhang.accounts.entry import Visit
from taizhang.accounts.roles import Role
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.templates import render

router = APIRouter()


@router.get("/")
def home(request: Request, visit: Annotated[Visit, Depends(May("home"))], session: Ledger) -> Response:
    """Lead everybody to where his day begins."""
    account = visit.account
    if account.role is Role.OPERATOR:
        return RedirectResponse("/admin", status_code=303)
    if account.role is not Role.SECRETARY:
        return RedirectResponse("/board", status_code=303)
    units = account.unit_ids
    if not set(units).intersection(session.store.units()):
        return render(request, "home/not_registered.html", {"units": units})
    if len(units) == 1:
        return RedirectResponse(f"/units/{units[0]}", status_code=303)
    today = session.clock.today()
    rows = [row for row in session.projections.board(session.store, today).rows if account.reaches(row.unit)]
    return render(request, "home/units.html", {"rows": rows})
