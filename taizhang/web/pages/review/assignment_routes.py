"""`/review/assignments`: which assessor looks after which units (分片), so that everybody finds his own first."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.problem import Problem
from ledger.text import Text
from projections import review_rows, totals
from projections.review_items import WAITING
from projections.review_queue import renew
from taizhang.accounts import assignments
from taizhang.accounts import store as accounts
from taizhang.accounts.account import Account
from taizhang.accounts.called import people_called
from taizhang.accounts.entry import Visit
from taizhang.accounts.journal import Deed, note
from taizhang.accounts.roles import Role
from taizhang.app.ledger import OpenLedger
from taizhang.language.i18n import _
from taizhang.web.http.auth import WALL_CLOCK, Ledger, May
from taizhang.web.http.templates import render
from taizhang.web.pages.review.asked import office_accounts
from taizhang.web.pages.review.fields import Brief

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("review"))]
SHOWN_MAX = 2000
NOBODY, EVENLY = "", "evenly"


@router.get("/review/assignments")
def show(
    request: Request,
    visit: Visitor,
    session: Ledger,
    done: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Response:
    """Show every unit with who looks after it and how much waits."""
    return _page(request, session, [], [], done)


def _page(
    request: Request, session: OpenLedger, problems: list[Problem], chosen: list[str], done: int = 0
) -> Response:
    renew(session.store, session.review_standards())
    with session.store.read() as work:
        rows = [row for row in totals.rows(work.connection) if not row.closed_on][:SHOWN_MAX]
        waiting = review_rows.waiting(work.connection, WAITING, office_accounts(work.connection))
        whose = assignments.assigned(work.connection)
        people = _assessors(session)
        names = people_called(work.connection)
    shares = [
        (each.name, names.get(each.name, each.display_name), _share(whose, waiting, each.name))
        for each in [*people, Account(NOBODY, Role.ASSESSOR, _("没有人负责的"))]
    ]
    known: dict[str, object] = {
        "lines": [(row, names.get(whose.get(row.unit, "")), waiting.get(row.unit, 0)) for row in rows],
        "shares": [
            (name, word, *(share if name else _left(rows, whose, waiting))) for name, word, share in shares
        ],
        "options": [(each.name, names[each.name]) for each in people],
        "unassigned": sum(row.unit not in whose for row in rows),
        "problems": problems,
        "chosen": frozenset(chosen),
        "done": done,
    }
    return render(request, "review/assignments.html", known, status_code=422 if problems else 200)


def _assessors(session: OpenLedger) -> list[Account]:
    with session.store.read() as work:
        found = accounts.everybody(work.connection)
    return [each for each in found if each.role is Role.ASSESSOR and each.active]


def _share(whose: dict[str, str], waiting: dict[str, int], name: str) -> tuple[int, int]:
    own = [unit for unit, account in whose.items() if account == name]
    return len(own), sum(waiting.get(unit, 0) for unit in own)


def _left(rows: list[totals.TotalsRow], whose: dict[str, str], waiting: dict[str, int]) -> tuple[int, int]:
    left = [row.unit for row in rows if row.unit not in whose]
    return len(left), sum(waiting.get(unit, 0) for unit in left)


@router.post("/review/assignments")
def assign(
    request: Request,
    visit: Visitor,
    session: Ledger,
    act: Brief = "",
    account: Brief = "",
    unit: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Let one assessor look after the units that were ticked, or share out evenly those that nobody looks after."""
    people = [each.name for each in _assessors(session)]
    with session.store.read() as work:
        known = [row.unit for row in totals.rows(work.connection) if not row.closed_on]
        whose = assignments.assigned(work.connection)
    chosen = [each for each in dict.fromkeys(unit or []) if each in set(known)]
    problems = []
    if act != EVENLY and not chosen:
        problems.append(Problem("unit", Text("还没有勾选单位")))
    if (act != EVENLY and account not in (NOBODY, *people)) or not people:
        problems.append(Problem("account", Text("请选一位考核人员")))
    if problems:
        return _page(request, session, problems, chosen)
    if act == EVENLY:
        left = [each for each in known if each not in whose]
        shares = {name: left[place :: len(people)] for place, name in enumerate(people)}
    else:
        shares = {account: chosen}
    with session.store.write() as work:
        for name, units in shares.items():
            assignments.assign(work.connection, units, name or None)
            if units:
                note(
                    work.connection,
                    WALL_CLOCK(),
                    visit.account.name,
                    Deed.ASSIGNED,
                    name,
                    " ".join(units)[:500],
                )
    count = sum(map(len, shares.values()))
    return RedirectResponse(f"/review/assignments?done={count}", status_code=303)
