"""`/review/facts`: figures, cases and ratings of many units at once, pasted as two columns, looked at, recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.events.event import ClientEvent
from ledger.events.new import new_event
from ledger.problem import Refused
from ledger.text import Text
from projections import totals
from taizhang.accounts.entry import Visit
from taizhang.app.ledger import OpenLedger
from taizhang.entry.facts.asked import Asked, facts_asked
from taizhang.entry.facts.reading import FactList, read_facts
from taizhang.entry.facts.values import data_of
from taizhang.entry.parsing.cells import Unreadable
from taizhang.entry.parsing.days import read_day
from taizhang.language.i18n import _, say
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.form_data import Form, Posted
from taizhang.web.http.make_events import append, event_id, new_form, was_sent
from taizhang.web.http.templates import render

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("review"))]
SHOWN_MAX = 300
ROWS_MAX = 300
"""So many units can be filled in one by one; of more, a list is pasted."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What was typed around the table."""

    fact: str
    day: str
    at: str
    words: str
    rater: str
    table: str
    form: str


@router.get("/review/facts")
def facts(
    request: Request,
    visit: Visitor,
    session: Ledger,
    fact: Annotated[str, Query(max_length=140)] = "",
    done: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Response:
    """Show the form."""
    return _page(request, session, Sent(fact, "", "", "", "", "", new_form()), done=done)


@router.post("/review/facts")
def save(request: Request, visit: Visitor, session: Ledger, sent: Form) -> Response:
    """Look at a list (`step` look), or record it (`step` save): all of it or nothing."""
    typed = _sent(sent)
    if was_sent(session, typed.form):
        return RedirectResponse("/review/facts?done=1", status_code=303)
    problems: list[tuple[int, str]] = []
    found = FactList()
    asked = next((each for each in _asked(session) if each.key == typed.fact), None)
    day = None
    if asked is None:
        problems.append((0, _("请选录入哪一项")))
    else:
        try:
            day = _day(session, typed.day)
            found = read_facts(typed.table, _names(session), asked)
        except Unreadable as wrong:
            problems.append((0, say(wrong.text)))
        problems += [(row, say(text)) for row, text in found.problems]
        problems += [(0, text) for text in _missing(asked, typed, found)]
        if not problems and not found.values:
            problems.append((0, _("没有要记的：把单位和数两列从表格里粘贴进来。")))
    if sent.one("step") == "save" and asked is not None and day is not None and not problems:
        try:
            append(session, visit.account, _events(asked, found, day, typed))
        except Refused as refused:
            problems += [(0, say(each.text)) for each in refused.problems]
        else:
            return RedirectResponse(
                f"/review/facts?fact={asked.key}&done={len(found.values)}", status_code=303
            )
    return _page(request, session, typed, found=found, problems=problems)


def _sent(sent: Posted) -> Sent:
    brief = {name: sent.one(name).strip()[:2000] for name in ("fact", "day", "at", "words", "rater")}
    table = sent.one("table")
    if not table.strip():
        # Typed unit by unit: the same list, row by row.
        rows = [
            (name.removeprefix("value-"), given[0].strip())
            for name, given in sent.values.items()
            if name.startswith("value-") and given and given[0].strip()
        ]
        table = "\n".join(f"{unit}\t{value}" for unit, value in rows)
    return Sent(**brief, table=table, form=sent.one("id") or new_form())


def _asked(session: OpenLedger) -> list[Asked]:
    return facts_asked(session.shelf.open_at(session.clock.today()))


def _day(session: OpenLedger, text: str) -> date:
    today = session.clock.today()
    day = read_day(text, today.year) if text else today
    if day > today:
        raise Unreadable(Text("{day} 还没有到；没有发生的事不能记", day=day))
    return day


def _missing(asked: Asked, typed: Sent, found: FactList) -> list[str]:
    missing = []
    if asked.kind == "rating" and not typed.rater and any(not each.rater for each in found.values):
        missing.append(_("请写是谁评的，如 上级、服务对象-3；只作编号，不写姓名也行"))
    if asked.kind == "case" and not typed.words and any(not each.note for each in found.values):
        missing.append(_("请写认定的理由和依据，或在第三列逐个写"))
    return missing


def _events(asked: Asked, found: FactList, day: date, typed: Sent) -> list[ClientEvent]:
    events = []
    for number, value in enumerate(found.values):
        kind, data = data_of(asked, value, at=typed.at, words=typed.words, rater=typed.rater)
        events.append(new_event(kind, value.unit, day.isoformat(), data, id_=event_id(typed.form, number)))
    return events


def _names(session: OpenLedger) -> dict[str, str]:
    with session.store.read() as work:
        return {row.unit: row.name for row in totals.rows(work.connection) if not row.closed_on}


def _page(
    request: Request,
    session: OpenLedger,
    sent: Sent,
    *,
    found: FactList | None = None,
    problems: list[tuple[int, str]] | None = None,
    done: int = 0,
) -> Response:
    asked = _asked(session)
    chosen = next((each for each in asked if each.key == sent.fact), asked[0] if asked else None)
    context: dict[str, object] = {
        "asked": asked,
        "chosen": chosen,
        "sent": sent,
        "units": [] if chosen is None else sorted(_names(session).items())[:ROWS_MAX],
        "today": session.clock.today().isoformat(),
        "found": found,
        "shown": SHOWN_MAX,
        "ready": found is not None and bool(found.values) and not problems,
        "problems": problems or [],
        "done": done,
    }
    return render(request, "review/facts.html", context, status_code=422 if problems else 200)
