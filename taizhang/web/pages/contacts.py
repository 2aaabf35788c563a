"""`/admin/contacts` and `/admin/outbox`: who is written to, and what became of each message. For the operator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.problem import Problem, Refused
from reminders.contacts import Role, shown_address
from reminders.outbox import State
from reminders.store import contacts as rows
from reminders.store import outbox as messages
from taizhang.accounts.entry import Visit
from taizhang.contact_entry import Entered, keep_contact
from taizhang.reminder_documents import outbox_document
from taizhang.reminder_words import CHANNELS, HEARS, ROLES, STATES
from taizhang.settings import Settings
from taizhang.web.rendering import render
from taizhang.web.visiting import Ledger, May
from taizhang.wording import _

router = APIRouter()
Operator = Annotated[Visit, Depends(May("admin"))]
Word = Annotated[str, Form(max_length=200)]
Long = Annotated[str, Form(max_length=2000)]

SHOWN_MAX = 200


@router.get("/admin/contacts")
def contacts_page(request: Request, visit: Operator, session: Ledger, done: str = "") -> Response:
    """Show the contacts and a form for one more."""
    return _contacts(request, session, Entered(""), (), done)


@router.post("/admin/contacts")
def add_contact(
    request: Request,
    visit: Operator,
    session: Ledger,
    unit: Word,
    role: Word,
    channel: Word,
    address: Long,
    secret: Word = "",
    name: Word = "",
    language: Word = "zh-CN",
    quiet: Long = "",
    only_overdue: Word = "",
) -> Response:
    """Add a contact, or change one."""
    entered = Entered(
        unit.strip(),
        role,
        channel,
        address.strip(),
        # Left empty it stays as it is: a secret is never shown again, so nobody could repeat it.
        secret.strip() or None,
        name.strip(),
        language,
        tuple(quiet.replace("，", " ").replace(",", " ").split()),
        bool(only_overdue),
    )
    try:
        keep_contact(session, entered)
    except Refused as refused:
        return _contacts(request, session, entered, refused.problems)
    return RedirectResponse("/admin/contacts?done=kept", status_code=303)


@router.post("/admin/contacts/remove")
def remove_contact(visit: Operator, session: Ledger, unit: Word, person: Word, role: Word) -> Response:
    """Remove a contact; who has no place left is forgotten."""
    if role in list(Role):
        with session.store.write() as work:
            rows.remove_contacts(work.connection, unit, person, Role(role))
    return RedirectResponse("/admin/contacts?done=removed", status_code=303)


def _contacts(
    request: Request, session: Ledger, entered: Entered, problems: Sequence[Problem], done: str = ""
) -> Response:
    with session.store.read() as work:
        found = rows.contacts(work.connection)
    settings = Settings()
    known = {
        "found": found,
        "entered": entered,
        "problems": problems,
        "wrong": {_field(problem.field): problem.text for problem in problems}.get,
        "done": done,
        "roles": ROLES,
        "channels": CHANNELS,
        "role_options": [(role, _(words)) for role, words in HEARS.items()],
        "channel_options": [(channel, _(name)) for channel, name in CHANNELS.items()],
        "shown_address": shown_address,
        "mail_is_set": settings.smtp_url is not None and settings.mail_from is not None,
    }
    return render(request, "contacts/contacts.html", known, status_code=422 if problems else 200)


def _field(field: str) -> str:
    return "address" if field == "email" else field


@router.get("/admin/outbox")
def outbox_page(
    request: Request, visit: Operator, session: Ledger, state: str = "", done: str = ""
) -> Response:
    """Show what was sent lately, or what is in one state: what did not arrive, what nobody knows of."""
    chosen = [State(state)] if state in list(State) else []
    with session.store.read() as work:
        counts = messages.counts(work.connection)
        found = messages.messages(work.connection, chosen, limit=SHOWN_MAX)
        people = rows.book(work.connection).people()
    known = {
        "messages": outbox_document(found, people)["messages"],
        "counts": counts,
        "states": STATES,
        "chosen": state if chosen else "",
        "done": done,
        "most": SHOWN_MAX,
    }
    return render(request, "contacts/outbox.html", known)


@router.post("/admin/outbox/resend")
def resend(visit: Operator, session: Ledger, message: Word) -> Response:
    """Plan a message anew; the ticker sends it within minutes."""
    with session.store.write() as work:
        planned = messages.resend(work.connection, message)
    return RedirectResponse(f"/admin/outbox?done={'planned' if planned else 'not-planned'}", status_code=303)
