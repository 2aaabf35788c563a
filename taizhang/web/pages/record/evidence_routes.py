"""`/evidence/SHA256?record=ID`: an attached file, for whoever may see the record's unit. Never run, never sniffed."""

from __future__ import annotations

import hashlib
import logging
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ledger.problem import Refused
from ledger.text import Text
from taizhang.accounts.entry import Visit
from taizhang.evidence.folder import EvidenceFolder
from taizhang.evidence.kinds import TXT, UNKNOWN, served_as
from taizhang.evidence.naming import content_disposition, safe_name
from taizhang.language.i18n import say
from taizhang.web.http.auth import Ledger, May, options_of, require
from taizhang.web.http.errors import answer
from taizhang.web.pages.record.correction import history_in

log = logging.getLogger(__name__)
router = APIRouter()
POLICY = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""For a file that is opened as a page of its own: nothing in it runs, asks for anything or is framed."""


@router.get("/evidence/{sha256}")
def evidence(
    request: Request,
    visit: Annotated[Visit, Depends(May("evidence"))],
    session: Ledger,
    sha256: str,
    record: str = "",
) -> Response:
    """Return the file when the record has it; pictures are shown, everything else is a download."""
    try:
        history, unit = history_in(session, record)
    except Refused:
        raise HTTPException(404) from None
    require(visit, "evidence", unit)
    said = next((each["data"] for each in reversed(history.files) if each["data"]["sha256"] == sha256), None)
    if said is None:
        raise HTTPException(404)
    path = EvidenceFolder(options_of(request).evidence).find(sha256)
    if path is None:
        return answer(request, 404, say(Text("这个附件的文件不在这里；手上还有原文件的，重新附上即可补好")))
    # What came into the ledger by another way may say anything: a type and an ending are the content's own, or none.
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        log.error("the attached file %s is not what it was", sha256)
        return answer(
            request,
            409,
            say(Text("这个附件的文件和附上时的不一样，被改动过，不再提供；重新附上原文件即可补好")),
        )
    kind = served_as(content, said["media_type"], said["filename"])
    headers = {
        "content-disposition": content_disposition(safe_name(said["filename"], kind), shown=kind.shown),
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
    }
    media_type = UNKNOWN.media_type if kind is TXT else kind.media_type
    # The very bytes that were looked at: the file may be another by now.
    return Response(content, media_type=media_type, headers=headers)
