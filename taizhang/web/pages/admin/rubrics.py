"""`/admin/rubrics`: the rubrics that scores are made by. They are installed at the terminal, after a check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from rubric.catalog import RubricCatalog
from rubric.mistake import NoRubric
from rubric.schema import Rubric
from taizhang.accounts.entry import Visit
from taizhang.documents.rubric import rubric_document
from taizhang.language.i18n import N_
from taizhang.web.http.auth import Ledger, May
from taizhang.web.pages.admin.shown import shown

router = APIRouter()
Operator = Annotated[Visit, Depends(May("admin"))]


@dataclass(frozen=True, slots=True)
class Line:
    """A rubric that is at hand, and what it is for now; `word` is to be translated."""

    rubric: Rubric
    word: str


@router.get("/admin/rubrics")
def rubrics(request: Request, visit: Operator, session: Ledger) -> Response:
    """List them by year, and who installed or withdrew which, when and why."""
    shelf = session.shelf
    found = sorted(shelf.all, key=lambda rubric: (rubric.year, rubric.id, rubric.version))
    with session.store.read() as work:
        installations = session.projections.installations(work)[::-1]
    shown_ = {
        "lines": [Line(rubric, _word(shelf, rubric)) for rubric in found],
        "installations": installations,
        "provisional": shelf.missing_year(session.clock.today()),
        "today": session.clock.today(),
    }
    return shown(request, "rubrics.html", shown_)


def _word(shelf: RubricCatalog, rubric: Rubric) -> str:
    if shelf.get(rubric.id) is not rubric:
        return N_("有更新的版本")
    if rubric.is_beside:
        return N_("并列，另外单算")
    if any(each is rubric for each in shelf.mains_of(rubric.year)):
        return N_("按它考核")
    if shelf.mains_of(rubric.year):
        return N_("已被替换")
    return N_("程序自带，没有装别的时用")


@router.get("/admin/rubrics/{rubric_id}")
def rubric(request: Request, visit: Operator, session: Ledger, rubric_id: str) -> Response:
    """Show one whole: what is asked, in the source's words, and how each clause counts."""
    try:
        found = session.shelf.get(rubric_id)
    except NoRubric:
        raise HTTPException(404) from None
    return shown(request, "rubric.html", {"rubric": rubric_document(found)})
