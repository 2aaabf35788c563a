"""`/admin/rubrics`: the rubrics that scores are made by. They are installed at the terminal, after a check."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from rubric.mistake import NoRubric
from taizhang.accounts.entry import Visit
from taizhang.documents.rubric import rubric_document
from taizhang.web.http.auth import Ledger, May
from taizhang.web.pages.admin.shown import shown

router = APIRouter()
Operator = Annotated[Visit, Depends(May("admin"))]


@router.get("/admin/rubrics")
def rubrics(request: Request, visit: Operator, session: Ledger) -> Response:
    """List them by year."""
    found = sorted(session.shelf.all, key=lambda rubric: (rubric.year, rubric.id, rubric.version))
    return shown(request, "rubrics.html", {"rubrics": found, "today": session.clock.today()})


@router.get("/admin/rubrics/{rubric_id}")
def rubric(request: Request, visit: Operator, session: Ledger, rubric_id: str) -> Response:
    """Show one whole: what is asked, in the source's words, and how each clause counts."""
    try:
        found = session.shelf.get(rubric_id)
    except NoRubric:
        raise HTTPException(404) from None
    return shown(request, "rubric.html", {"rubric": rubric_document(found)})
