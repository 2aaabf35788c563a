"""`/ledgers`: the ledgers below the first one, by their summaries; events are not touched, nobody is ranked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from projections.summary import by_clause
from taizhang.accounts.entry import Visit
from taizhang.app.ledger_summaries import summaries
from taizhang.language.labels import clause_text
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.templates import render

router = APIRouter()


@router.get("/ledgers")
def ledgers(request: Request, visit: Annotated[Visit, Depends(May("board"))], session: Ledger) -> Response:
    """Show the board of ledgers."""
    with session.store.read() as work:
        found = summaries(work.connection)
    words = {
        (rubric.id, clause.id): clause_text(clause.item, rubric.texts[clause.id])
        for rubric in session.shelf.all
        for clause in rubric.clauses
    }
    clauses = [
        (line, words.get((line.rubric, line.clause), ""))
        for line in by_clause(summary for each in found for summary in each.rubrics)
    ]
    rows = [(each, summary) for each in found for summary in each.rubrics]
    known = {
        "found": found,
        "rows": rows,
        "clauses": clauses,
        "now": session.clock(),
        "units": sum(summary.units for _, summary in rows),
        "rubrics": len({summary.rubric for _, summary in rows}),
    }
    return render(request, "ledgers/page.html", known)
