"""`/admin/outbox`: what became of each message, and sending one again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from reminders.outbox import State
from reminders.store import contacts
from reminders.store import outbox as messages
from taizhang.accounts.entry import Visit
from taizhang.documents.reminders import outbox_document
from taizhang.language.reminder_labels import STATES
from taizhang.web.http.auth import Ledger, May
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
    }
    return shown(request, "outbox.html", known)


@router.post("/admin/outbox/resend")
def resend(visit: Acting, session: Ledger, message: Annotated[str, Form(max_length=200)]) -> Response:
    """Plan a message anew; the ticker sends it within minutes."""
    with session.store.write() as work:
        planned = messages.resend(work.connection, message)
    return RedirectResponse(f"/admin/outbox?done={'planned' if planned else 'not-planned'}", status_code=303)
