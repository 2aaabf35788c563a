"""`/admin`: how the ledger and the machine are, and who has not come in yet."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.events.event import recorded_text
from ledger.signing.anchors import anchors_of
from reminders.outbox import State
from reminders.store import outbox
from reminders.store.calendar import runs
from taizhang.accounts import administration
from taizhang.accounts.entry import Visit
from taizhang.accounts.journal import Deed, note
from taizhang.app.installation import settings_of
from taizhang.backup.on_demand import backups
from taizhang.health.machine import health
from taizhang.language.i18n import N_
from taizhang.proofs.clock import confirm_clock, confirmed_clocks, doubt_of
from taizhang.web.http.auth import WALL_CLOCK, Ledger, May, options_of
from taizhang.web.pages.admin.first_steps import first_steps
from taizhang.web.pages.admin.shown import shown

router = APIRouter()
Operator = Annotated[Visit, Depends(May("admin"))]
Acting = Annotated[Visit, Depends(May("admin.deeds"))]
LINE_WORDS = {"workbooks": N_("读工作簿"), "reports": N_("生成报告"), "files": N_("附件")}
TOLD_ELSEWHERE = frozenset({"clock", "rubric"})
"""Findings for which the page has a place of their own: a button, a first step."""
LOOKED_BACK = timedelta(days=60)
LOOKED_AT_MAX = 20_000
"""Events whose recorders are looked at for one visit, about 0.3 s; the next visit goes on."""


@router.post("/admin/clock")
def confirm(visit: Acting, session: Ledger) -> Response:
    """Take the operator's word that the clock is right; it becomes an event, and stands in the journal."""
    now = session.clock()
    if confirm_clock(session.store, now, by=visit.account.name):
        with session.store.write() as work:
            note(work.connection, WALL_CLOCK(), visit.account.name, Deed.CLOCK, "", recorded_text(now))
    return RedirectResponse("/admin", 303)


@router.get("/admin")
def overview(request: Request, visit: Operator, session: Ledger) -> Response:
    """Show what an operator looks at first."""
    lines = administration.all_accounts(session.store, now=WALL_CLOCK())
    with session.store.read() as work:
        anchors = anchors_of(work.stream(""))
        today = session.clock.today()
        reminded = runs(work.connection, today - LOOKED_BACK, today + timedelta(days=1))
        messages = outbox.counts(work.connection)
    hindsight = request.app.state.hindsight
    hindsight.look(session.store, LOOKED_AT_MAX)
    active = [line.account for line in lines if line.account.active]
    secure = options_of(request).secure
    known = {
        # A demo is not set up: it is looked at.
        "steps": []
        if session.settings.demo_today is not None
        else first_steps(session, active, settings_of(session.url), secure=secure),
        "findings": [
            finding
            for finding in request.app.state.checkup.findings(settings_of(session.url))
            if finding.name not in TOLD_ELSEWHERE
        ],
        "doubt": doubt_of(session.store, session.clock()),
        "clocks": confirmed_clocks(session.store),
        "hindsight": hindsight,
        "anchor": anchors[-1] if anchors else None,
        "backups": backups(settings_of(session.url)),
        "reminded": reminded[-1] if reminded else None,
        "undelivered": messages.get(State.FAILED, 0) + messages.get(State.UNKNOWN, 0),
        "health": health(session, options_of(request).evidence),
        "active": [line for line in lines if line.account.active],
        "waiting": [
            line for line in lines if line.account.active and not line.has_password and not line.use.tokens
        ],
        "base_url": options_of(request).base_url,
        "secure": options_of(request).secure,
        "open_pages": request.app.state.watcher.listeners,
        "lines": [(LINE_WORDS[name], line) for name, line in request.app.state.lines.by_name.items()],
    }
    return shown(request, "overview.html", known)
