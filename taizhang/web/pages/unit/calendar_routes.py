"""`/units/UNIT/calendar`: the unit's due days for one's own calendar, as a file and as a private address."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reminders.links import Links
from reminders.store import feeds
from taizhang.accounts.entry import Visit
from taizhang.web.http.auth import Ledger, May, options_of
from taizhang.web.http.templates import render
from taizhang.web.pages.reminders.routes import calendar_response

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("calendar"))]


@router.get("/units/{unit}/calendar")
def calendar_page(request: Request, visit: Visitor, session: Ledger, unit: str) -> Response:
    """Show the address, where there is one, and what to do with it."""
    session.require_unit(unit)
    with session.store.read() as work:
        token = feeds.feed_token(work.connection, unit)
    address = Links(options_of(request).base_url).feed(token) if token else ""
    return render(request, "calendar/unit.html", {"unit": unit, "address": address})


@router.post("/units/{unit}/calendar")
def change_address(
    visit: Visitor, session: Ledger, unit: str, wish: Annotated[str, Form(max_length=20)]
) -> Response:
    """Make a new address, which closes the old one, or close it."""
    session.require_unit(unit)
    with session.store.write() as work:
        if wish == "revoke":
            feeds.revoke_feed(work.connection, unit)
        else:
            feeds.make_feed(work.connection, unit, session.clock())
    return RedirectResponse(f"/units/{unit}/calendar", status_code=303)


@router.get("/units/{unit}/calendar.ics")
def download(request: Request, visit: Visitor, session: Ledger, unit: str) -> Response:
    """Return the file."""
    session.require_unit(unit)
    return calendar_response(request, session, unit)
