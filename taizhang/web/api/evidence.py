"""Attaching a file to a record: the bytes as they are, checked as on the page, kept outside the database."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from ledger.events.event import event_unit, unit_of
from ledger.history import record_history
from ledger.problem import Problem, Refused
from taizhang.accounts.entry import Visit
from taizhang.accounts.permissions import may_append
from taizhang.evidence.attaching import taken
from taizhang.evidence.folder import EvidenceFolder
from taizhang.evidence.kinds import NotEvidence
from taizhang.language.i18n import say
from taizhang.web.api.asking import as_json, problem
from taizhang.web.api.body import sent_bytes
from taizhang.web.http import errors as failures
from taizhang.web.http.auth import Ledger, May, NotAllowed, options_of, require
from taizhang.web.http.record import keep, record
from taizhang.web.http.strict_route import StrictRoute

router = APIRouter(prefix="/api/v1", tags=["evidence"], route_class=StrictRoute)
Mender = Annotated[Visit, Depends(May("mend"))]
_FILE = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


class Attached(BaseModel):
    """The event that ties the file to the record; `appended` is 0 when it was tied already."""

    id: str
    sha256: str
    media_type: str
    bytes: int
    filename: str
    appended: int


@router.post(
    "/evidence",
    responses={200: {"model": Attached}, **problem(401, 403, 404, 413, 422, 429)},
    openapi_extra={"requestBody": {"required": True, "content": _FILE}},
    summary="Attach a file to a record",
)
def attach(
    request: Request,
    visit: Mender,
    session: Ledger,
    body: Annotated[bytes, Depends(sent_bytes)],
    about: Annotated[str, Query(alias="record", min_length=1, max_length=128, description="the record's id")],
    filename: Annotated[str, Query(min_length=1, max_length=255, description="as people shall see it")],
) -> Response:
    """What the file is tells its content, not its name. The same file again changes nothing."""
    try:
        history = record_history(session.store, about)
    except Refused as refused:
        return failures.answer(request, 404, say(refused.problems[0].text))
    found = history.record
    require(visit, "mend", event_unit(found))
    subject = found.get("subject", "")
    if not may_append(visit.account, "evidence.attached", subject, {"record": about}, found):
        raise NotAllowed
    try:
        attachment = taken(body, filename)
    except NotEvidence as refused:
        raise Refused([Problem("file", refused.text)]) from None
    event, stored = attachment.event_for(history, session.clock())
    appended = 0
    keep(session, visit.account, unit_of(subject), EvidenceFolder(options_of(request).evidence), [attachment])
    if not stored:
        appended = record(session, visit.account, [event], files=[attachment]).appended
    said = {name: event["data"][name] for name in ("sha256", "media_type", "bytes", "filename")}
    return as_json({"id": event["id"], **said, "appended": appended})
