"""`/sw.js`: what a browser keeps of this program so that a small form opens without a connection. Open to all."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import FileResponse

from taizhang.web.http.templates import STATIC

router = APIRouter()


@router.get("/sw.js")
def service_worker() -> FileResponse:
    """Return the script; it stands at the root, because it may only open what lies below it."""
    headers = {"cache-control": "no-cache"}
    return FileResponse(STATIC / "sw.js", media_type="text/javascript", headers=headers)
