"""`/units/UNIT/reports` and `/reports/KIND`: reports as files, of today or of any day."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from starlette.requests import Request
from starlette.responses import Response

from projections.signing import signed
from taizhang.accounts.entry import Visit
from taizhang.app.settings import Settings
from taizhang.documents.reports.kinds import FORMATS, KINDS, ReportKind, district_report, unit_report
from taizhang.documents.reports.pdf import can_make_pdf
from taizhang.documents.reports.rendering import Renderer
from taizhang.documents.reports.writing import file_name
from taizhang.language.i18n import _
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.downloads import download, name_of_file
from taizhang.web.http.line import in_line
from taizhang.web.http.templates import render as render_page
from taizhang.web.http.templates import unit_name
from taizhang.web.pages.unit.moment import moment_of

router = APIRouter()
AsOf = Annotated[str, Query(alias="as-of", max_length=40)]
RubricId = Annotated[str, Query(max_length=100)]


async def _turn(request: Request, form: str) -> AsyncIterator[None]:
    """Wait for one's turn to have a file made; a page is made at once."""
    if form == "html" and Settings().templates is None:
        yield
        return
    async with in_line(request, "reports"):
        yield


Turn = Annotated[None, Depends(_turn, scope="function")]
"""Stands behind the visitor, who is looked at first; it is over before the file is sent, however slowly that goes."""


@router.get("/units/{unit}/reports")
def unit_reports(
    request: Request,
    visit: Annotated[Visit, Depends(May("reports"))],
    session: Ledger,
    unit: str,
    as_of: AsOf = "",
    rubric: RubricId = "",
) -> Response:
    """Show which reports there are of a unit."""
    session.require_unit(unit)
    moment = moment_of(as_of, "", session.clock.today(), rubric)
    with session.store.read() as work:
        rubrics = session.projections.rubrics_of(work, unit, moment.day)
        records = session.projections.records(session.store, unit)
    kinds = [kind for kind in KINDS.values() if kind.build is not None]
    chosen = next((each for each in rubrics if not rubric or each.id == rubric), None)
    is_signed = chosen is not None and signed(records, chosen.year, moment.day, chosen) is not None
    known = {
        "unit": unit,
        "moment": moment,
        "rubrics": rubrics if len(rubrics) > 1 else (),
        "rubric_id": rubric or (rubrics[0].id if rubrics else ""),
        "kinds": kinds,
        "is_signed": is_signed,
        "formats": [form for form in FORMATS if form != "pdf" or can_make_pdf()],
    }
    return render_page(request, "reports/unit.html", known)


@router.get("/units/{unit}/reports/{kind}/{form}")
def unit_file(
    request: Request,
    visit: Annotated[Visit, Depends(May("reports"))],
    session: Ledger,
    unit: str,
    kind: str,
    form: str,
    _place: Turn,
    as_of: AsOf = "",
    rubric: RubricId = "",
) -> Response:
    """Send one report of a unit."""
    chosen = KINDS.get(kind)
    if chosen is None or chosen.build is None or form not in FORMATS:
        raise HTTPException(404)
    day = _day(as_of, session.clock.today())

    def report() -> Any:
        return unit_report(session, chosen, unit, day, rubric or None)

    name = name_of_file(unit_name(session, unit), _(chosen.title), day.isoformat(), form=form)
    return _file(request, chosen, report, form, name)


@router.get("/reports/{kind}/{form}")
def district_file(
    request: Request,
    visit: Annotated[Visit, Depends(May("bulletin"))],
    session: Ledger,
    kind: str,
    form: str,
    _place: Turn,
    as_of: AsOf = "",
    rubric: RubricId = "",
) -> Response:
    """Send a report of the whole district."""
    chosen = KINDS.get(kind)
    if chosen is None or chosen.build_district is None or form not in FORMATS:
        raise HTTPException(404)
    day = _day(as_of, session.clock.today())

    def report() -> Any:
        return district_report(session, chosen, day, rubric or None)

    return _file(request, chosen, report, form, file_name(chosen, None, day, form))


def _file(request: Request, kind: ReportKind, report: Callable[[], object], form: str, name: str) -> Response:
    with Renderer(Settings().templates) as renderer:
        content = renderer.render(kind.template or kind.key, report(), form)
    return download(request, content, name)


def _day(text: str, today: date) -> date:
    return moment_of(text, "", today).day
