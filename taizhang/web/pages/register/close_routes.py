"""`/units/UNIT/close`: a unit is no more, or goes into another: the office says so, and it becomes an event."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.events.new import new_event
from ledger.problem import Problem, Refused
from ledger.text import Text
from projections.records import CLOSED
from taizhang.accounts.entry import Visit
from taizhang.app.ledger import OpenLedger
from taizhang.entry.parsing.cells import Unreadable
from taizhang.entry.parsing.days import read_day
from taizhang.language.i18n import _
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.form_data import Form, Posted
from taizhang.web.http.make_events import append, event_id, new_form, was_sent
from taizhang.web.http.templates import Context, render

router = APIRouter()
Closer = Annotated[Visit, Depends(May("units.close"))]


@router.get("/units/{unit}/close")
def close_page(request: Request, visit: Closer, session: Ledger, unit: str) -> Response:
    """Ask from when on, why, and into which unit it goes."""
    return _page(request, session, unit, Posted())


@router.post("/units/{unit}/close")
def close(request: Request, visit: Closer, session: Ledger, unit: str, sent: Form) -> Response:
    """Record that the unit is closed."""
    if not was_sent(session, sent.one("id")):
        try:
            day = _day(session, sent.one("day"))
            said = {"reason": sent.one("reason").strip(), "merged_into": sent.one("into")}
            data = {name: text for name, text in said.items() if text}
            event = new_event(
                "organization.closed", unit, day.isoformat(), data, id_=event_id(sent.one("id"))
            )
            append(session, visit.account, [event])
        except Unreadable as wrong:
            return _page(request, session, unit, sent, [Problem("day", wrong.text)])
        except Refused as refused:
            return _page(request, session, unit, sent, refused.problems)
    return RedirectResponse(f"/units/{unit}", status_code=303)


def _day(session: OpenLedger, text: str) -> date:
    today = session.clock.today()
    day = read_day(text, today.year)
    if day > today:
        raise Unreadable(Text("日期不能在今天以后；到了那天再办"))
    return day


def _page(
    request: Request, session: OpenLedger, unit: str, sent: Posted, problems: list[Problem] | None = None
) -> Response:
    today = session.clock.today()
    standing = {row.unit: row.name for row in session.projections.board(session.store, today).rows}
    records = session.projections.records(session.store, unit)
    known: Context = {
        "unit": unit,
        "name": standing.get(unit, unit),
        "closed": unit not in standing,
        "closing": next(
            (each for each in records.by_id.values()
             if each.type == CLOSED and each.subject == unit and not each.retracted),
            None,
        ),
        "others": [("", _("不并入别的单位")),
                   *((code, name) for code, name in sorted(standing.items()) if code != unit)],
        "day": sent.one("day") or today.isoformat(),
        "reason": sent.one("reason"),
        "into": sent.one("into"),
        "form_id": sent.one("id") or new_form(),
        "problems": problems or [],
    }  # fmt: skip
    return render(request, "register/close.html", known, status_code=422 if problems else 200)
