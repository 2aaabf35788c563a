"""`/healthz`: whether this server can do its work; `/metrics`: how it does it, for Prometheus.

`/healthz` tells nobody anything and is open to all. `/metrics` is the operator's: Prometheus brings an API token of an
operator's account (`authorization: {credentials: tz_...}` in its scrape configuration). An address is no proof of
anything here: behind a proxy on the same machine the whole world comes from 127.0.0.1.
"""

from __future__ import annotations

from fastapi import APIRouter, Depends
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response

from taizhang import __version__
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.metrics import Metrics

router = APIRouter()


@router.get("/healthz")
def healthz(session: Ledger) -> dict[str, object]:
    """Read the ledger; StoreError answers 503. What an operator has to look into is named, not told."""
    known: dict[str, object] = {"status": "ok", "version": __version__, "events": session.store.size()}
    if session.alarms:
        known |= {"status": "warning", "reasons": sorted(session.alarms)}
    return known


@router.get("/metrics", dependencies=[Depends(May("metrics"))])
def metrics(request: Request) -> Response:
    """Return every figure in Prometheus' text form."""
    found: Metrics = request.app.state.metrics
    return Response(found.exposition(), media_type=CONTENT_TYPE_LATEST)
