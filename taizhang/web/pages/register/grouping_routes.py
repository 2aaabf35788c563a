"""`/register/groups`: tags and groups of all units in one table, for rubrics that tell units apart by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.events.event import ClientEvent
from ledger.events.new import new_event
from ledger.problem import Refused
from ledger.text import Text
from projections import totals
from projections.facts import Facts
from rubric.named import NamedFamily, names_in
from taizhang.accounts.entry import Visit
from taizhang.app.ledger import OpenLedger
from taizhang.entry.parsing.cells import Unreadable
from taizhang.entry.parsing.days import read_day
from taizhang.language.i18n import _, say
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.form_data import Form, Posted
from taizhang.web.http.make_events import append, event_id, new_form, was_sent
from taizhang.web.http.templates import render

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("units.register"))]
UNITS_MAX = 600
"""So many rows one page has; the form stays below the most fields that are taken."""


@dataclass(frozen=True, slots=True)
class Line:
    """One unit as it stands, or as it was typed."""

    unit: str
    name: str
    tags: tuple[str, ...]
    group: str


def named(session: OpenLedger, family: NamedFamily) -> dict[str, str]:
    """Return the tags or groups that rubrics name, with their names."""
    found: dict[str, str] = {}
    for rubric in reversed(session.shelf.all):
        found |= {code: name for code, name in names_in(rubric).get(family, {}).items() if code not in found}
    return found


def asks_groups(session: OpenLedger) -> bool:
    """Whether a rubric compares units within groups that it does not name: then any group may be given."""
    return any("group: true" in getattr(each, "said", "") for each in _clauses(session))


def _clauses(session: OpenLedger) -> list[Any]:
    return [clause for rubric in session.shelf.all for clause in rubric.clauses]


@router.get("/register/groups")
def groups(request: Request, visit: Visitor, session: Ledger, done: str = "") -> Response:
    """Show every unit with its tags and its group."""
    return _page(request, session, Posted(), lines_of(session), done=done)


@router.post("/register/groups")
def save(request: Request, visit: Visitor, session: Ledger, sent: Form) -> Response:
    """Record what is another now, all of it or nothing."""
    standing = lines_of(session)
    typed = [_typed(each, sent) for each in standing]
    changed = [(before, after) for before, after in zip(standing, typed, strict=True) if before != after]
    if was_sent(session, sent.one("id")):
        return RedirectResponse("/register/groups?done=0", status_code=303)
    problems: list[str] = []
    try:
        day = _day(session, sent.one("since"))
        append(session, visit.account, _events(changed, day, sent.one("id")))
    except Unreadable as wrong:
        problems = [say(wrong.text)]
    except Refused as refused:
        problems = [say(each.text) for each in refused.problems]
    if problems:
        return _page(request, session, sent, typed, problems)
    return RedirectResponse(f"/register/groups?done={len(changed)}", status_code=303)


def lines_of(session: OpenLedger) -> list[Line]:
    """Return the units that are not closed, by id."""
    today = session.clock.today()
    with session.store.read() as work:
        rows = [row for row in totals.rows(work.connection) if not row.is_closed(today.isoformat())]
        found = []
        for row in rows[:UNITS_MAX]:
            records = session.projections.records(session.store, row.unit)
            organization = Facts(row.unit, records.counting(today, date.max)).organization(row.unit)
            tags = tuple(sorted(organization.value("tags", today) or ()))
            found.append(Line(row.unit, row.name, tags, str(organization.value("group", today) or "")))
    return found


def _typed(standing: Line, sent: Posted) -> Line:
    if f"unit-{standing.unit}" not in sent.values:
        return standing  # it was registered since the page was shown
    tags = tuple(sorted(set(sent.values.get(f"tags-{standing.unit}", []))))
    group = sent.one(f"group-{standing.unit}").strip()[:80]
    return Line(standing.unit, standing.name, tags, group or standing.group)


def _day(session: OpenLedger, text: str) -> date:
    today = session.clock.today()
    day = read_day(text, today.year) if text.strip() else today
    if day > today:
        raise Unreadable(Text("{day} 还没有到；没有发生的事不能记", day=day))
    return day


def _events(changed: list[tuple[Line, Line]], day: date, form: str) -> list[ClientEvent]:
    found = []
    for number, (before, after) in enumerate(changed):
        data: dict[str, Any] = {}
        if after.tags != before.tags:
            data["tags"] = list(after.tags)
        if after.group != before.group:
            data["group"] = after.group
        found.append(
            new_event("organization.changed", after.unit, day.isoformat(), data, id_=event_id(form, number))
        )
    return found


def _page(
    request: Request,
    session: OpenLedger,
    sent: Posted,
    lines: list[Line],
    problems: list[str] | None = None,
    done: str = "",
) -> Response:
    named_groups = named(session, "groups")
    known = {
        "lines": lines,
        "tags": list(named(session, "tags").items()),
        "groups": [("", _("不分组")), *named_groups.items()] if named_groups else [],
        "free_group": not named_groups and asks_groups(session),
        "since": sent.one("since") or session.clock.today().isoformat(),
        "form_id": sent.one("id") or new_form(),
        "problems": problems or [],
        "done": done if done.isdecimal() else "",
        "units_max": UNITS_MAX,
    }
    return render(request, "register/groups.html", known, status_code=422 if problems else 200)
