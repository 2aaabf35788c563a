"""`/evidence/SHA256?record=ID`: an attached file, for whoever may see the record's unit. Never run, never sniffed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from ledger.problem import Refused
from ledger.text import Text
from taizhang.accounts.entry import Visit
from taizhang.evidence.folder import EvidenceFolder
from taizhang.evidence.kinds import KINDS
from taizhang.evidence.naming import content_disposition
from taizhang.web.failures import answer
from taizhang.web.mending import history_in
from taizhang.web.visiting import Ledger, May, options_of, require
from taizhang.wording import say

router = APIRouter()
POLICY = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""For a file that is opened as a page of its own: nothing in it runs, asks for anything or is framed."""
_KINDS = {kind.media_type: kind for kind in KINDS}


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
    retracted = {
        event["data"]["record"]
        for event in session.store.stream(unit, int(history.record["sequence"]))
        if event["type"] == "record.retracted"
    }
    said = next(
        (
            event["data"]
            for event in reversed(history.evidence)
            if event["data"]["sha256"] == sha256 and event["id"] not in retracted
        ),
        None,
    )
    if said is None:
        raise HTTPException(404)
    path = EvidenceFolder(options_of(request).evidence).find(sha256)
    if path is None:
        return answer(request, 404, say(Text("这个附件的文件不在服务器上；台账里只留着它的 SHA-256")))
    kind = _KINDS.get(said["media_type"])
    headers = {
        "content-disposition": content_disposition(said["filename"], shown=kind is not None and kind.shown),
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
    }
    # What came into the ledger by another way may bear any type: it is only ever a download of bytes.
    media_type = kind.media_type if kind is not None else "application/octet-stream"
    if media_type == "text/plain":
        media_type = "application/octet-stream"
    return FileResponse(path, media_type=media_type, headers=headers)
