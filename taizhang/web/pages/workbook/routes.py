"""`/workbook`: a unit's Excel or WPS file, looked at row by row before it is recorded; the template to fill in."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.problem import Problem
from ledger.store.protocol import Appended
from ledger.text import Text
from taizhang.accounts.entry import Visit
from taizhang.accounts.recording import append_as
from taizhang.app.errors import FileRefused
from taizhang.entry.sheets import Known
from taizhang.entry.workbooks import store as remembered
from taizhang.entry.workbooks.context import context_of
from taizhang.entry.workbooks.importing import record
from taizhang.entry.workbooks.template import write_template
from taizhang.language.i18n import _
from taizhang.web.http.auth import Ledger, May, require
from taizhang.web.http.downloads import download, name_of_file
from taizhang.web.http.templates import render, unit_name
from taizhang.web.http.waiting_files import SentInTurn, Turn, forget, sent_or_waiting
from taizhang.web.pages.log.situation import unit_for
from taizhang.web.pages.workbook.view import Looked, look, shown

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("workbook"))]


@router.get("/workbook")
def workbook(request: Request, visit: Visitor, session: Ledger, unit: str = "", done: str = "") -> Response:
    """Ask for the file; or for the unit, of somebody who has several."""
    own = unit_for(visit, unit, "workbook")
    if own is None:
        return render(
            request,
            "workbook/units.html",
            {"units": visit.account.unit_ids},
        )
    return _ask(request, own, done=done if done.isdigit() else "")


@router.get("/workbook/template")
def template(
    request: Request, visit: Visitor, session: Ledger, unit: str, _place: Turn, filled: str = ""
) -> Response:
    """Send the workbook to fill in, or with `filled` everything that is recorded."""
    require(visit, "workbook", unit)
    with session.store.read() as work:
        known = Known.of(work.stream(unit))
        context = context_of(work, unit, known, session.shelf, session.clock.today())
    if own := visit.account.only_branches(unit):
        known, context = known.only(own), replace(context, own=own)
    content = BytesIO()
    write_template(content, context, known if filled else None)
    what = _("台账记录") if filled else _("填写模板")
    name = name_of_file(unit_name(session, unit), what, form="xlsx")
    return download(request, content.getvalue(), name)


@router.post("/workbook")
def look_or_record(request: Request, visit: Visitor, session: Ledger, sent: SentInTurn) -> Response:
    """Look at a file that was sent, or record the one that was looked at (`step` save)."""
    unit = sent.one("unit")
    require(visit, "workbook", unit)
    token, upload = sent_or_waiting(session, visit, unit, sent)
    if upload is None:
        gone = bool(sent.one("token"))
        text = Text("文件已经不在了，请重新选择") if gone else Text("请选择一个工作簿文件")
        return _ask(request, unit, problem=text, status=422)
    try:
        looked = look(session, visit.account, unit, upload, sent)
    except FileRefused as refused:
        forget(session, visit, token)
        return _ask(request, unit, problem=refused.text, status=422)
    if sent.one("step") == "save" and looked.ready:
        done = _record(session, visit, looked)
        forget(session, visit, token)
        return RedirectResponse(
            f"/workbook?{urlencode({'unit': unit, 'done': done.appended})}", status_code=303
        )
    if looked.headers:
        # Kept at once: who now goes back to Excel and chooses the file again is not asked again.
        with session.store.write() as work:
            remembered.remember_headers(work.connection, unit, looked.headers)
    refused_now = sent.one("step") == "save"
    known = {"unit": unit, "token": token, **shown(session, looked, sent)}
    return render(request, "workbook/look.html", known, status_code=422 if refused_now else 200)


def _record(session: Ledger, visit: Visit, looked: Looked) -> Appended:
    append = partial(append_as, session, visit.account, now=looked.now)
    return record(session, looked.prepared, append, looked.headers)


def _ask(
    request: Request, unit: str, *, problem: Text | None = None, done: str = "", status: int = 200
) -> Response:
    problems = [Problem("file", problem)] if problem is not None else []
    known = {"unit": unit, "problems": problems, "done": done}
    return render(request, "workbook/ask.html", known, status_code=status)
