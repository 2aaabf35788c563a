"""`/units/UNIT/calendar`: the unit's due days for one's own calendar, as a file and as a private address."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reminders.colours import PAPER
from reminders.links import Links
from reminders.store import feeds
from taizhang.accounts.entry import Visit
from taizhang.web.http.auth import Ledger, May, options_of
from taizhang.web.http.templates import render
from taizhang.web.pages.reminders.routes import calendar_response

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("calendar"))]


@router.get("/units/{unit}/calendar")
def calendar_page(request: Request, visit: Visitor, session: Ledger, unit: str, asks: str = "") -> Response:
    """Show the address, where there is one, and what to do with it; `asks` whether to renew or revoke it."""
    session.require_unit(unit)
    with session.store.read() as work:
        token = feeds.feed_token(work.connection, unit)
    address = Links(options_of(request).base_url).feed(token) if token else ""
    known = {"unit": unit, "address": address, "picture": _picture(address), "asks": asks if address else ""}
    return render(request, "calendar/unit.html", known)


def _picture(address: str) -> str:
    """Return the address as a telephone's camera reads it, "" for none."""
    import segno

    if not address:
        return ""
    # The dark modules are black on white in both colour schemes: a camera reads no other way.
    code = segno.make(address, error="m")
    picture: str = code.svg_inline(scale=4, border=3, dark=PAPER["black"], light=PAPER["white"])
    return picture


@router.post("/units/{unit}/calendar")
def change_address(
    visit: Visitor,
    session: Ledger,
    unit: str,
    wish: Annotated[str, Form(max_length=20)],
    sure: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Make a new address, which closes the old one, or close it; asked first where somebody may be reading it."""
    session.require_unit(unit)
    with session.store.write() as work:
        if sure != "yes" and feeds.feed_token(work.connection, unit):
            query = urlencode({"asks": "revoke" if wish == "revoke" else "renew"})
            return RedirectResponse(f"/units/{unit}/calendar?{query}", status_code=303)
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
