"""`/board`: the district by exception, today or as of any day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from projections import review_rows
from projections.review_items import WAITING
from rubric.amounts import HUNDRED
from rubric.catalog import RubricCatalog
from rubric.schema import Rubric
from taizhang.accounts.assignments import units_of
from taizhang.accounts.entry import Visit
from taizhang.accounts.roles import Role
from taizhang.app.ledger import OpenLedger
from taizhang.app.ledger_summaries import any_summary
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.templates import render
from taizhang.web.pages.board.heat import heat_page
from taizhang.web.pages.board.view import SHOWING, SORTS, Question, board_page
from taizhang.web.pages.review.asked import office_accounts
from taizhang.web.pages.site.first_steps import assessors_steps, is_shown
from taizhang.web.pages.unit.moment import moment_of

router = APIRouter()
Word = Annotated[str, Query(max_length=80)]


@router.get("/board")
def board(
    request: Request,
    visit: Annotated[Visit, Depends(May("board"))],
    session: Ledger,
    q: Word = "",
    kind: Word = "",
    status: Word = "help",
    indicator: Word = "",
    clause: Word = "",
    sort: Word = "need",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    as_of: Annotated[str, Query(alias="as-of", max_length=40)] = "",
    rubric: Annotated[str, Query(max_length=64)] = "",
    mine: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """Show the board. What an address asks for and there is not is as if it were not asked for."""
    moment = moment_of(as_of, "", session.clock.today(), rubric)
    own = _own_units(session, visit)
    question = Question(
        q,
        kind,
        status if status in SHOWING else "help",
        int(indicator) if indicator.isdecimal() and indicator.isascii() else 0,
        clause,
        sort if sort in SORTS else "need",
        page,
        frozenset(own.units) if mine and own.units else None,
    )
    boards = request.app.state.boards
    shown = boards.of(session, moment.day, today=moment.today, rubric_id=moment.rubric)
    page_shown = board_page(
        shown,
        question,
        ranking=session.settings.ranking,
        forecast_line=session.settings.forecast_line * HUNDRED,
        moves_of=lambda rows: boards.falls.of(session, rows, shown.rubric, shown.day),
    )
    rubrics = rubrics_on(session.shelf, moment.day)
    with session.store.read() as work:
        has_ledgers = any_summary(work.connection)
        is_asked = visit.account.role is Role.ASSESSOR and moment.is_now and is_shown(session)
        steps = assessors_steps(session, work, visit.account) if is_asked else []
    known = {**page_shown, "moment": moment, "rubrics": rubrics, "has_ledgers": has_ledgers, "steps": steps}
    known["own"] = own
    return render(request, "board/page.html", known)


@router.get("/board/heat")
def heat(
    request: Request,
    visit: Annotated[Visit, Depends(May("board"))],
    session: Ledger,
    q: Word = "",
    kind: Word = "",
    status: Word = "all",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    as_of: Annotated[str, Query(alias="as-of", max_length=40)] = "",
    rubric: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Show every unit and every indicator on one screen."""
    moment = moment_of(as_of, "", session.clock.today(), rubric)
    question = Question(q, kind, status if status in SHOWING else "all", sort="unit", page=page)
    shown = request.app.state.boards.of(session, moment.day, today=moment.today, rubric_id=moment.rubric)
    page_shown = heat_page(shown, question, session.settings.forecast_line * HUNDRED)
    return render(request, "board/heat.html", {**page_shown, "moment": moment})


@dataclass(frozen=True, slots=True)
class OwnUnits:
    """The units that the visitor looks after, and how much waits for a look in them."""

    units: tuple[str, ...] = ()
    waiting: int = 0


def _own_units(session: OpenLedger, visit: Visit) -> OwnUnits:
    if visit.account.role is not Role.ASSESSOR:
        return OwnUnits()
    with session.store.read() as work:
        units = units_of(work.connection, visit.account.name)
        if not units:
            return OwnUnits()
        waiting = review_rows.waiting(work.connection, WAITING, office_accounts(work.connection))
    return OwnUnits(units, sum(waiting.get(unit, 0) for unit in units))


def rubrics_on(shelf: RubricCatalog, day: date) -> list[Rubric]:
    """Return the rubrics that boards of *day* are made by; none where there is only one."""
    mains = shelf.choices(day)
    years = {rubric.year for rubric in mains}
    found = [*mains, *(beside for year in sorted(years) for beside in shelf.besides_of(year))]
    return found if len(found) > 1 else []
