"""`/admin/outbox`: what became of each message, and sending one again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.problem import Problem
from reminders.contacts import problems_of
from reminders.delivery import Doubtful, NotDelivered
from reminders.mail import BadMailSetting
from reminders.outbox import State
from reminders.store import contacts
from reminders.store import outbox as messages
from taizhang.accounts.entry import Visit
from taizhang.app.installation import settings_of
from taizhang.app.log_lines import told
from taizhang.documents.reminders import outbox_document
from taizhang.jobs.reminders import send_test
from taizhang.language.reminder_labels import STATES
from taizhang.web.http.auth import Ledger, May
from taizhang.web.pages.admin.first_steps import mail_was_tried
from taizhang.web.pages.admin.shown import shown

router = APIRouter()
Operator = Annotated[Visit, Depends(May("admin"))]
Acting = Annotated[Visit, Depends(May("admin.deeds"))]

SHOWN_MAX = 200


@router.get("/admin/outbox")
def outbox_page(
    request: Request, visit: Operator, session: Ledger, state: str = "", done: str = ""
) -> Response:
    """Show what was sent lately, or what is in one state: what did not arrive, what nobody knows of."""
    return _page(request, session, state, done)


def _page(
    request: Request,
    session: Ledger,
    state: str = "",
    done: str = "",
    *,
    problems: Sequence[Problem] = (),
    typed: str = "",
) -> Response:
    settings = settings_of(session.url)
    chosen = [State(state)] if state in list(State) else []
    with session.store.read() as work:
        counts = messages.counts(work.connection)
        found = messages.messages(work.connection, chosen, limit=SHOWN_MAX)
        people = contacts.book(work.connection).people()
    known = {
        "messages": outbox_document(found, people)["messages"],
        "counts": counts,
        "states": STATES,
        "chosen": state if chosen else "",
        "done": done,
        "most": SHOWN_MAX,
        "typed": typed,
        "mail_is_set": settings.smtp_url is not None and settings.mail_from is not None,
    }
    return shown(request, "outbox.html", known, problems)


@router.post("/admin/outbox/test")
def test_mail(
    request: Request, visit: Acting, session: Ledger, to: Annotated[str, Form(max_length=300)]
) -> Response:
    """Send a message that only says that it arrived, at once; or say why it did not go out."""
    settings, address = settings_of(session.url), to.strip()
    problems = problems_of("email", address, "")
    if not problems:
        try:
            send_test(settings, address, settings.lang)
        except (BadMailSetting, NotDelivered, Doubtful) as error:
            problems = [Problem("email", error.text)]
    if problems:
        told("message.test_failed", by=visit.account.name)
        return _page(request, session, problems=problems, typed=address)
    mail_was_tried(session)
    told("message.test_sent", by=visit.account.name)
    return RedirectResponse("/admin/outbox?done=tested", status_code=303)


@router.post("/admin/outbox/resend")
def resend(visit: Acting, session: Ledger, message: Annotated[str, Form(max_length=200)]) -> Response:
    """Plan a message anew; the ticker sends it within minutes."""
    with session.store.write() as work:
        planned = messages.resend(work.connection, message)
    return RedirectResponse(f"/admin/outbox?done={'planned' if planned else 'not-planned'}", status_code=303)
