"""`/register`: the district's units come into the ledger, one or a whole list, looked at before they are recorded."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.events.event import ClientEvent
from ledger.events.new import new_event
from ledger.problem import Refused
from ledger.text import Text
from taizhang.accounts.entry import Visit
from taizhang.app.ledger import OpenLedger
from taizhang.entry.parsing.cells import Unreadable
from taizhang.entry.parsing.days import read_day
from taizhang.entry.units import UnitList, read_units
from taizhang.language.code_words import UNIT_KINDS
from taizhang.language.i18n import _, say
from taizhang.language.labels import kind_word
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.form_data import Form, Posted
from taizhang.web.http.make_events import append, event_id, new_form, was_sent
from taizhang.web.http.templates import render

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("units.register"))]


@router.get("/register")
def register_page(request: Request, visit: Visitor, session: Ledger, done: str = "") -> Response:
    """Show how units are registered, and after it which are."""
    return _page(request, session, Posted(), done=done)


@router.post("/register")
def register(request: Request, visit: Visitor, session: Ledger, sent: Form) -> Response:
    """Look at a list of units (`step` look), or record it (`step` save): all of it or nothing."""
    if was_sent(session, sent.one("id")):
        return RedirectResponse(f"/register?done={len(session.store.units())}", status_code=303)
    known = _names(session)
    problems: list[tuple[int, str]] = []
    found = UnitList()
    since = None
    try:
        since = _since(session, sent.one("since"))
    except Unreadable as wrong:
        problems.append((0, say(wrong.text)))
    try:
        found = read_units(_table(sent), known)
    except Unreadable as wrong:
        problems.append((0, say(wrong.text)))
    problems += [(each.row, say(each.text)) for each in found.problems]
    if not problems and not found.units:
        problems.append((0, _("没有要登记的单位。")))
    if sent.one("step") == "save" and since is not None and not problems:
        try:
            append(session, visit.account, _events(found, since, sent.one("id")))
        except Refused as refused:
            problems += [(0, say(each.text)) for each in refused.problems]
        else:
            return RedirectResponse(f"/register?done={len(found.units)}", status_code=303)
    return _page(request, session, sent, found=found, problems=problems)


def _table(sent: Posted) -> str:
    if sent.one("table").strip():
        return sent.one("table")
    cells = (sent.one(name).replace("\t", " ") for name in ("name", "kind", "branches", "code"))
    name, kind, branches, code = (
        " ".join(cell.split("\n")) if at != 2 else cell for at, cell in enumerate(cells)
    )
    if not name.strip():
        return ""
    return "\t".join((name, kind, "、".join(branches.split("\n")), code)).replace("\r", "")


def _since(session: OpenLedger, text: str) -> date:
    today = session.clock.today()
    day = read_day(text, today.year) if text.strip() else date(today.year, 1, 1)
    if day > today:
        raise Unreadable(Text("登记日期不能在今天以后"))
    return day


def _events(found: UnitList, since: date, form: str) -> list[ClientEvent]:
    organizations = [each for unit in found.units for each in unit.organizations()]
    return [
        new_event("organization.registered", subject, since.isoformat(), data, id_=event_id(form, number))
        for number, (subject, data) in enumerate(organizations)
    ]


def _names(session: OpenLedger) -> dict[str, str]:
    rows = session.projections.board(session.store, session.clock.today()).rows
    # A unit that is closed is on no board, and its code stays its own.
    return dict.fromkeys(session.store.units(), "") | {row.unit: row.name for row in rows}


def _page(
    request: Request,
    session: OpenLedger,
    sent: Posted,
    *,
    found: UnitList | None = None,
    problems: list[tuple[int, str]] | None = None,
    done: str = "",
) -> Response:
    today = session.clock.today()
    ready = found is not None and bool(found.units) and not problems
    known: dict[str, object] = {
        "table": sent.one("table"),
        "given": {name: sent.one(name) for name in ("name", "kind", "branches", "code")},
        "since": sent.one("since") or date(today.year, 1, 1).isoformat(),
        "form_id": sent.one("id") or new_form(),
        "kinds": [("", "—"), *((kind, kind_word(kind)) for kind in UNIT_KINDS)],
        "found": found,
        "ready": ready,
        "problems": problems or [],
        "done": done if done.isdecimal() else "",
        "registered": sorted(_names(session).items()),
    }
    return render(request, "register/page.html", known, status_code=422 if problems else 200)
