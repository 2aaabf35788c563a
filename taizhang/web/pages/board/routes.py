"""`/board`: the district by exception, today or as of any day."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from projections.district import Line
from rubric.amounts import HUNDRED
from taizhang.accounts.entry import Visit
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.templates import render
from taizhang.web.pages.board.view import SHOWING, SORTS, Question, board_page
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
) -> Response:
    """Show the board. What an address asks for and there is not is as if it were not asked for."""
    moment = moment_of(as_of, "", session.clock.today())
    question = Question(
        q,
        kind,
        status if status in SHOWING else "help",
        int(indicator) if indicator.isdecimal() and indicator.isascii() else 0,
        clause,
        sort if sort in SORTS else "need",
        page,
    )
    shown = request.app.state.boards.of(session, moment.day, today=moment.today)
    kept = session.settings
    line = Line(kept.forecast_line * HUNDRED, kept.grace_days)
    page_shown = board_page(shown, question, ranking=kept.ranking, line=line)
    return render(request, "board/page.html", {**page_shown, "moment": moment})
