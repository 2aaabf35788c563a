"""`/records/ID/correct`, `.../retract`, `.../evidence`: mending what was recorded, and adding files to it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.events.event import event_unit
from ledger.problem import Refused
from taizhang.accounts.entry import Visit
from taizhang.app.ledger import OpenLedger
from taizhang.entry.forms.drafting import is_form_id, new_form_id
from taizhang.evidence.files import absent_files
from taizhang.evidence.folder import EvidenceFolder
from taizhang.evidence.kinds import ACCEPT
from taizhang.web.http.auth import Ledger, May, NotAllowed, options_of, require
from taizhang.web.http.form_data import Form, Posted
from taizhang.web.http.record import keep, looked_at, record, record_looked_at
from taizhang.web.http.templates import render
from taizhang.web.pages.log.preview import Entry, moved_by
from taizhang.web.pages.log.situation import situation_of, title_of
from taizhang.web.pages.record.correction import Mending, history_in

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("mend"))]


def _mending(session: OpenLedger, visit: Visit, record_id: str, event_type: str) -> Mending:
    """Return what may be mended. Raises HTTPException 404 and NotAllowed."""
    try:
        history, unit = history_in(session, record_id)
    except Refused:
        raise HTTPException(404) from None
    require(visit, "mend", unit)
    situation = situation_of(session, unit, visit.account)
    situation.mention(history.data)
    mending = Mending(session, visit.account, situation, history)
    if not mending.may(event_type):
        raise NotAllowed
    return mending


@router.get("/records/{record_id:path}/correct")
def correct_form(request: Request, visit: Visitor, session: Ledger, record_id: str) -> Response:
    """Show what stands, to be corrected."""
    mending = _mending(session, visit, record_id, "record.corrected")
    form = mending.form()
    if form is not None:
        mending.entry = Entry(form, mending.standing(form))
    return _page(request, mending, "correct", new_form_id())


@router.post("/records/{record_id:path}/correct")
def correct(request: Request, visit: Visitor, session: Ledger, record_id: str, sent: Form) -> Response:
    """Look at the correction, or record it."""
    mending = _mending(session, visit, record_id, "record.corrected")
    form, event_id = mending.form(), _id_of(sent)
    if form is None:
        raise HTTPException(404)
    if mending.is_recorded(event_id):
        return _mended(record_id, event_id)
    mending.read_correction(form, sent.values, sent.one("mending-reason"), event_id)
    return _finish(request, mending, "correct", event_id, sent)


@router.get("/records/{record_id:path}/retract")
def retract_form(
    request: Request, visit: Visitor, session: Ledger, record_id: str, reason: str = ""
) -> Response:
    """Ask for the reason, and say what would no longer count."""
    mending = _mending(session, visit, record_id, "record.retracted")
    event_id = new_form_id()
    mending.read_retraction(reason, event_id)
    mending.problems = [each for each in mending.problems if each.field != "mending-reason"]
    return _page(request, mending, "retract", event_id)


@router.post("/records/{record_id:path}/retract")
def retract(request: Request, visit: Visitor, session: Ledger, record_id: str, sent: Form) -> Response:
    """Record the retraction."""
    mending = _mending(session, visit, record_id, "record.retracted")
    event_id = _id_of(sent)
    if mending.is_recorded(event_id):
        return _mended(record_id, event_id)
    mending.read_retraction(sent.one("mending-reason"), event_id)
    return _finish(request, mending, "retract", event_id, sent)


@router.get("/records/{record_id:path}/mended")
def mended(request: Request, visit: Visitor, session: Ledger, record_id: str, event: str = "") -> Response:
    """Say what a correction or retraction has moved."""
    mending = _mending(session, visit, record_id, "record.corrected")
    found = session.store.find(event)
    if found is None or found["data"].get("record") != record_id:
        raise HTTPException(404)
    known = {
        "unit": mending.situation.unit,
        "record_id": record_id,
        "title": _title(mending),
        "retracted": found["type"] == "record.retracted",
        "reason": found["data"]["reason"],
        "counted": moved_by(session, mending.situation, found),
    }
    return render(request, "log/mended.html", known)


@router.get("/records/{record_id:path}/evidence")
def evidence_form(request: Request, visit: Visitor, session: Ledger, record_id: str) -> Response:
    """Show the files of a record, and the field for more."""
    return _evidence_page(request, _mending(session, visit, record_id, "evidence.attached"))


@router.post("/records/{record_id:path}/evidence")
def attach(request: Request, visit: Visitor, session: Ledger, record_id: str, sent: Form) -> Response:
    """Keep the files and say in the ledger that they belong to the record."""
    mending = _mending(session, visit, record_id, "evidence.attached")
    attachments, problems = looked_at(sent.files)
    if problems or not attachments:
        mending.problems = problems
        return _evidence_page(request, mending, status=422)
    folder = EvidenceFolder(options_of(request).evidence)
    keep(session, visit.account, event_unit(mending.history.record), folder, attachments)
    events = {}
    for each in attachments:
        event, stored = each.event_for(mending.history, session.clock())
        if not stored:
            events[event["id"]] = event
    record(session, visit.account, list(events.values()), files=attachments)
    return RedirectResponse(f"/records/{quote(record_id)}/evidence?done=yes", status_code=303)


def _id_of(sent: Posted) -> str:
    return sent.one("id") if is_form_id(sent.one("id")) else new_form_id()


def _finish(request: Request, mending: Mending, way: str, event_id: str, sent: Posted) -> Response:
    """Record what was typed, or show it with what is wrong and what it would move."""
    saving = sent.one("step") == "save"
    if saving and not mending.problems and mending.event is not None:
        try:
            record_looked_at(mending.session, mending.account, mending.lines, mending.situation)
        except Refused as refused:
            mending.problems = refused.problems
        else:
            return _mended(mending.record_id, event_id)
    return _page(request, mending, way, event_id, looked=True, refused=saving)


def _mended(record_id: str, event_id: str) -> Response:
    query = urlencode({"event": event_id})
    return RedirectResponse(f"/records/{quote(record_id)}/mended?{query}", status_code=303)


def _title(mending: Mending) -> str:
    return title_of(mending.situation, mending.history.record["type"], mending.history.data)


def _page(
    request: Request,
    mending: Mending,
    way: str,
    event_id: str,
    *,
    looked: bool = False,
    refused: bool = False,
) -> Response:
    known: dict[str, object] = {
        "way": way,
        "record": mending.history.record,
        "record_id": mending.record_id,
        "retracted": mending.history.retraction is not None,
        "title": _title(mending),
        "unit": mending.situation.unit,
        "situation": mending.situation,
        "entry": mending.entry,
        "fields": mending.entry.fields if mending.entry else [],
        "reason": mending.reason,
        "problems": mending.problems if looked or mending.event else [],
        "reason_problem": next((p.text for p in mending.problems if p.field == "mending-reason"), None),
        "counted": mending.counted,
        "form_id": event_id,
        "looked": looked and not mending.problems,
        "returned": looked,
    }
    status = 422 if refused and mending.problems else 200
    return render(request, "log/mend.html", known, status_code=status)


def _evidence_page(request: Request, mending: Mending, status: int = 200) -> Response:
    known = {
        "record_id": mending.record_id,
        "unit": mending.situation.unit,
        "title": _title(mending),
        "files": [(each["id"], each["data"]) for each in mending.history.files],
        "absent": absent_files(
            options_of(request).evidence, {each["data"]["sha256"] for each in mending.history.files}
        ),
        "problems": mending.problems,
        "accept": ACCEPT,
        "upload_max": options_of(request).upload_max,
        "done": request.query_params.get("done", ""),
    }
    return render(request, "log/evidence.html", known, status_code=status)
