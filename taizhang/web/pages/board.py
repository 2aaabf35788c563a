"""`/board`: the district by exception, today or as of any day."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from ledger.problem import StoreError
from projections.service import Board
from taizhang.accounts.entry import Visit
from taizhang.session import Session
from taizhang.web.rendering import render
from taizhang.web.views.board_page import SHOWING, SORTS, Question, board_page
from taizhang.web.views.moment import moment_of
from taizhang.web.visiting import Ledger, May

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
    ranking = session.settings.ranking
    since = session.store.size()
    shown = board_page(
        board_of(session, moment.day, today=moment.today),
        session.shelf.for_day(moment.day),
        question,
        ranking=ranking,
    )
    return render(request, "board/page.html", {**shown, "moment": moment, "since": since})


def board_of(session: Session, day: date, *, today: date) -> Board:
    """Return the board of *day*. Whoever comes first on a day keeps what he had to make anew for the others."""
    board = session.projections.board(session.store, day)
    if board.made_anew and day == today:
        # A store that can only be read answers as well, only not as fast.
        with suppress(StoreError):
            session.projections.renew(session.store, day)
    return board
