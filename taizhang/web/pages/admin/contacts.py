"""`/admin/contacts`: who is written to, on which channel, and with what wishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.problem import Problem, Refused
from reminders.contacts import Role, shown_address
from reminders.store import contacts as rows
from reminders.store.failing import failing
from taizhang.accounts.entry import Visit
from taizhang.accounts.journal import Deed, note
from taizhang.app.installation import settings_of
from taizhang.entry.bounce import mark_bounced, unmark
from taizhang.entry.contact import Entered, keep_contact
from taizhang.language.i18n import _
from taizhang.language.reminder_labels import CHANNELS, HEARS, RHYTHMS, ROLES, WEEKLY
from taizhang.web.http.auth import WALL_CLOCK, Ledger, May
from taizhang.web.pages.admin.accounts import scope_in
from taizhang.web.pages.admin.shown import shown

router = APIRouter()
Operator = Annotated[Visit, Depends(May("admin"))]
Acting = Annotated[Visit, Depends(May("admin.deeds"))]
Word = Annotated[str, Form(max_length=200)]
Long = Annotated[str, Form(max_length=2000)]

_FIELDS = {"email": "address"}
"""One field of the form takes both kinds of address."""


@router.get("/admin/contacts")
def contacts_page(request: Request, visit: Operator, session: Ledger, done: str = "") -> Response:
    """Show the contacts and a form for one more."""
    return _contacts(request, session, Entered(""), (), done)


@router.post("/admin/contacts")
def add_contact(
    request: Request,
    visit: Acting,
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
    rhythm: Word = WEEKLY,
) -> Response:
    """Add a contact, or change one."""
    entered = Entered(
        scope_in(session, unit),
        role,
        channel,
        address.strip(),
        # Left empty it stays as it is: a secret is never shown again, so nobody could repeat it.
        secret.strip() or None,
        name.strip(),
        language,
        tuple(quiet.replace("，", " ").replace(",", " ").split()),
        bool(only_overdue),
        rhythm == WEEKLY,
    )
    try:
        keep_contact(session, entered, by=visit.account.name)
    except Refused as refused:
        problems = [replace(each, field=_FIELDS.get(each.field, each.field)) for each in refused.problems]
        return _contacts(request, session, entered, problems)
    return RedirectResponse("/admin/contacts?done=kept", status_code=303)


@router.post("/admin/contacts/remove")
def remove_contact(visit: Acting, session: Ledger, unit: Word, person: Word, role: Word) -> Response:
    """Remove a contact; who has no place left is forgotten."""
    if role in list(Role):
        with session.store.write() as work:
            if rows.remove_contacts(work.connection, unit, person, Role(role)):
                note(
                    work.connection,
                    WALL_CLOCK(),
                    visit.account.name,
                    Deed.CONTACT_REMOVED,
                    "",
                    f"{unit} {role}",
                )
    return RedirectResponse("/admin/contacts?done=removed", status_code=303)


@router.post("/admin/contacts/bounced")
def letters_come_back(
    request: Request, visit: Acting, session: Ledger, bounced: Long, reason: Word = "", mended: Word = ""
) -> Response:
    """Mark an address whose letters came back to the sender's mailbox, or take the mark back."""
    try:
        if mended:
            unmark(session, bounced, by=visit.account.name, now=WALL_CLOCK())
        else:
            mark_bounced(session, bounced, reason, by=visit.account.name, now=WALL_CLOCK())
    except Refused as refused:
        problems = [replace(each, field="bounced") for each in refused.problems]
        return _contacts(request, session, Entered(""), problems)
    return RedirectResponse("/admin/contacts?done=kept", status_code=303)


def _contacts(
    request: Request, session: Ledger, entered: Entered, problems: Sequence[Problem], done: str = ""
) -> Response:
    with session.store.read() as work:
        found = rows.contacts(work.connection)
        dead = failing(work.connection)
    settings = settings_of(session.url)
    known = {
        "found": found,
        "failing": dead,
        "entered": entered,
        "done": done,
        "roles": ROLES,
        "channels": CHANNELS,
        "role_options": [(role, _(words)) for role, words in HEARS.items()],
        "rhythm_options": [(rhythm, _(words)) for rhythm, words in RHYTHMS.items()],
        "channel_options": [(channel, _(name)) for channel, name in CHANNELS.items()],
        "shown_address": shown_address,
        "mail_is_set": settings.smtp_url is not None and settings.mail_from is not None,
    }
    return shown(request, "contacts.html", known, problems)
