"""`/healthz`: whether this server can do its work; `/metrics`: how it does it, for Prometheus.

`/healthz` is open to all and tells strangers nothing but whether all is well. `/metrics` is the operator's: Prometheus
brings an API token for metrics (`authorization: {credentials: tz_...}` in its scrape configuration). An address is no
proof of anything here: behind a proxy on the same machine the whole world comes from 127.0.0.1.
"""

from __future__ import annotations

from fastapi import APIRouter, Depends
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response

from taizhang import __version__
from taizhang.accounts.permissions import may_open
from taizhang.proofs.clock import doubt_of
from taizhang.web.http.auth import Ledger, May, visit_of
from taizhang.web.http.metrics import Metrics

router = APIRouter()


@router.get("/healthz")
def healthz(request: Request, session: Ledger) -> dict[str, object]:
    """Read the ledger; StoreError answers 503. What an operator has to look into is named to who may read metrics."""
    events = session.store.size()
    doubtful = doubt_of(session.store, session.clock()) is not None
    missing = session.shelf.missing_year(session.clock.today()) is not None
    said = {"clock": doubtful, "rubric": missing}
    reasons = sorted([*session.alarms, *(name for name, there in said.items() if there)])
    known: dict[str, object] = {"status": "warning" if reasons else "ok"}
    visit = visit_of(request)
    if visit is None or not may_open(visit.account, "metrics"):
        return known
    if reasons:
        known["reasons"] = reasons
    return {**known, "version": __version__, "events": events}


@router.get("/metrics", dependencies=[Depends(May("metrics"))])
def metrics(request: Request) -> Response:
    """Return every figure in Prometheus' text form."""
    found: Metrics = request.app.state.metrics
    return Response(found.exposition(), media_type=CONTENT_TYPE_LATEST)
