"""`/healthz`: whether this server can do its work, for whoever watches it."""

from __future__ import annotations

from fastapi import APIRouter

from taizhang import __version__
from taizhang.web.visiting import Ledger

router = APIRouter()


@router.get("/healthz")
def healthz(session: Ledger) -> dict[str, object]:
    """Read the ledger; StoreError answers 503."""
    return {"status": "ok", "version": __version__, "events": session.store.size()}
