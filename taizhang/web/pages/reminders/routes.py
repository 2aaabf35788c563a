"""What a mail leads to without a login: giving up all but what is past due, and a unit's calendar.

A long random token in the address stands for the login: whoever has the mail, or was given the calendar's address.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from ledger.text import Text
from reminders.contacts import Person, shown_address
from reminders.links import Links
from reminders.store import contacts, feeds
from taizhang.app.ledger import OpenLedger
from taizhang.documents.calendar import unit_calendar
from taizhang.language.reminder_labels import RHYTHMS, WEEKLY
from taizhang.web.http.auth import Ledger, options_of
from taizhang.web.http.templates import render

router = APIRouter()
EVERYTHING = "everything"


@router.get("/reminders/unsubscribe/{token}")
def unsubscribe_form(request: Request, session: Ledger, token: str) -> Response:
    """Show how it stands, and a button; nothing changes by looking, as mail programs do."""
    person = _person(session, token)
    return _page(request, person) if person else _gone(request)


@router.post("/reminders/unsubscribe/{token}")
def unsubscribe(
    request: Request, session: Ledger, token: str, wish: Annotated[str, Form(max_length=20)] = ""
) -> Response:
    """Write of what is past only or of everything, weekly or as it comes; a mail program's one click means the first.

    (RFC 8058 posts without a wish.)
    """
    person = _person(session, token)
    if person is None:
        return _gone(request)
    with session.store.write() as work:
        if wish in RHYTHMS:
            contacts.set_rhythm(work.connection, person.id, weekly=wish == WEEKLY)
        else:
            contacts.subscribe(work.connection, person.id, only_overdue=wish != EVERYTHING)
    changed = _person(session, token)
    return _page(request, changed or person, done="rhythm" if wish in RHYTHMS else "kind")


@router.get("/feeds/{token}.ics")
def feed(request: Request, session: Ledger, token: str) -> Response:
    """Return the calendar that the token opens."""
    with session.store.read() as work:
        unit = feeds.unit_of_feed(work.connection, token)
    if unit is None:
        return Response(status_code=404)
    return calendar_response(request, session, unit)


def calendar_response(request: Request, session: OpenLedger, unit: str) -> Response:
    """Return a unit's calendar file as it is now."""
    content = unit_calendar(session, Links(options_of(request).base_url), unit)
    name = {"content-disposition": f'attachment; filename="{unit}.ics"'}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=name)


def _person(session: OpenLedger, token: str) -> Person | None:
    with session.store.read() as work:
        return contacts.person_with_token(work.connection, token)


def _page(request: Request, person: Person, *, done: str = "") -> Response:
    known = {"person": person, "address": shown_address(person.channel, person.address), "done": done}
    return render(request, "reminders/unsubscribe.html", known)


def _gone(request: Request) -> Response:
    known = {"status": 404, "title": Text("这个链接已经作废；不会再收到这个地址的提醒"), "problems": []}
    return render(request, "failure.html", known, status_code=404)
