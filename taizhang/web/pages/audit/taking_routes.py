"""What an auditor takes along: the signed checkpoint, a record's proof, the back-dating report, events as Excel."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from taizhang.accounts.entry import Visit
from taizhang.documents.page_tables import as_xlsx
from taizhang.language.i18n import _
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.downloads import download, name_of_file
from taizhang.web.http.errors import answer
from taizhang.web.http.line import in_line
from taizhang.web.http.templates import render
from taizhang.web.pages.audit.backdating_view import backdating_page, workbook
from taizhang.web.pages.audit.workbook import events_workbook

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("audit"))]
Unit = Annotated[str, Query(max_length=128)]
Year = Annotated[int | None, Query(ge=1950, le=2999)]


async def _turn(request: Request) -> AsyncIterator[None]:
    """Wait for one's turn: a whole district is gone through."""
    async with in_line(request, "reports"):
        yield


Turn = Annotated[None, Depends(_turn, scope="function")]


@router.get("/audit/checkpoint.txt")
def checkpoint(request: Request, visit: Visitor, session: Ledger) -> Response:
    """Send the signed checkpoint of the ledger as it is now, and below it the keys that check it."""
    note = str(session.log.checkpoint())
    return _text(f"taizhang-{session.clock.today():%Y%m%d}.checkpoint", note)


@router.get("/audit/keys.txt")
def keys(request: Request, visit: Visitor, session: Ledger) -> Response:
    """Send the keys by which checkpoints are checked, the present one first."""
    present = session.log.key().verifier
    earlier = [each for each in session.log.verifier_keys() if each != present]
    return _text("taizhang-keys.txt", "".join(f"{each}\n" for each in (present, *earlier)))


@router.get("/audit/proof")
def proof(
    request: Request,
    visit: Visitor,
    session: Ledger,
    id: Annotated[str, Query(max_length=128)],  # noqa: A002
) -> Response:
    """Send the proof that a record stands in the ledger: its very bytes, the path, the signed checkpoint."""
    event = session.store.find(id)
    if event is None:
        return answer(request, 404, _("没有编号为“{id}”的记录；请核对编号", id=id))
    return _text(f"{event['sequence']}.tlog-proof", str(session.log.prove(id)))


def _text(name: str, content: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(content.encode(), media_type="text/plain; charset=utf-8", headers=headers)


@router.get("/audit/backdating")
def backdating(
    request: Request, visit: Visitor, session: Ledger, _place: Turn, year: Year = None, unit: Unit = ""
) -> Response:
    """Show when things were written down."""
    return render(request, "audit/backdating.html", backdating_page(session, year, unit))


@router.get("/audit/backdating.xlsx")
def backdating_file(
    request: Request, visit: Visitor, session: Ledger, _place: Turn, year: Year = None, unit: Unit = ""
) -> Response:
    """Send every line of it as a workbook."""
    content = as_xlsx(workbook(session, year, unit))
    name = name_of_file(_("补录情况"), unit, session.clock.today().isoformat(), form="xlsx")
    return download(request, content, name)


@router.get("/audit/export.xlsx")
def export(request: Request, visit: Visitor, session: Ledger, _place: Turn, unit: Unit = "") -> Response:
    """Send the events of a unit's tree, or of all, as a workbook."""
    if unit and unit not in session.store.units():
        return answer(request, 404, _("没有登记过“{unit}”这个党组织", unit=unit))
    name = name_of_file(_("台账"), unit, session.clock.today().isoformat(), form="xlsx")
    return download(request, events_workbook(session, unit), name)
