"""`/archive`: the archives of closed years, made in the background and fetched package by package or all in one."""

from __future__ import annotations

from typing import Annotated, cast
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response, StreamingResponse

from projections import totals
from rubric.schema import Rubric
from taizhang.accounts.entry import Visit
from taizhang.app.ledger import OpenLedger
from taizhang.documents.archive_folder import packed_together
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.templates import render
from taizhang.web.pages.archive.making import Archiving
from taizhang.web.pages.review.rubric_choice import rubric_of, years_of

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("archive"))]
Maker = Annotated[Visit, Depends(May("archive.make"))]


@router.get("/archive")
def archive(request: Request, visit: Visitor, session: Ledger) -> Response:
    """Show which years can be archived, and what lies there."""
    archiving = _archiving(request)
    today = session.clock.today()
    rubrics = [_rubric(session, year) for year in years_of(session.shelf, today)]
    with session.store.read() as work:
        names = {row.unit: row.name for row in totals.rows(work.connection)}
    known: dict[str, object] = {
        "status": archiving.status,
        "years": [
            {
                "year": rubric.year,
                "closes_on": rubric.closes_on,
                "closed": today > rubric.closes_on and not rubric.is_provisional,
                "listed": archiving.folder.listed(rubric.year),
            }
            for rubric in rubrics
        ],
        "names": names,
    }
    return render(request, "archive/page.html", known)


def _rubric(session: OpenLedger, year: int) -> Rubric:
    return rubric_of(session.shelf, year, session.clock.today())


def _archiving(request: Request) -> Archiving:
    return cast("Archiving", request.app.state.archiving)


@router.post("/archive")
def make(
    request: Request,
    visit: Maker,
    session: Ledger,
    year: Annotated[int, Form(ge=1950, le=2999)],
) -> Response:
    """Begin to make the archive of a year; it writes no event."""
    _archiving(request).start(_rubric(session, year), visit.account.name)
    return RedirectResponse("/archive", status_code=303)


@router.get("/archive/{year}/all.zip")
def everything(request: Request, visit: Visitor, session: Ledger, year: int) -> Response:
    """Send every package of a year in one file."""
    folder = _archiving(request).folder
    listed = folder.listed(year)
    paths = [folder.package(year, each.name) for each in (listed.packages if listed else ())]
    found = [path for path in paths if path is not None]
    if not found or len(found) < len(paths):
        raise HTTPException(404)
    name = quote(f"{year}年度归档.zip", safe="")
    return StreamingResponse(
        packed_together(found),
        media_type="application/zip",
        headers={"content-disposition": f"attachment; filename=\"{year}.zip\"; filename*=UTF-8''{name}"},
    )


@router.get("/archive/{year}/{name}")
def package(request: Request, visit: Visitor, session: Ledger, year: int, name: str) -> Response:
    """Send one package."""
    path = _archiving(request).folder.package(year, name)
    if path is None:
        raise HTTPException(404)
    return FileResponse(path, media_type="application/zip", filename=name)
