"""`/healthz`: whether this server can do its work; `/metrics`: how it does it, for Prometheus.

`/healthz` is open to all and tells strangers whether all is well, and why nobody can work where that is so. `/metrics`
is the operator's: Prometheus brings an API token for metrics (`authorization: {credentials: tz_...}` in its scrape
configuration). An address is no proof of anything here: behind a proxy on the same machine the whole world comes from
127.0.0.1.
"""

from __future__ import annotations

from fastapi import APIRouter, Depends
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ledger.problem import StoreError
from taizhang import __version__
from taizhang.accounts.permissions import may_open
from taizhang.app.installation import settings_of
from taizhang.health.finding import Finding, Severity
from taizhang.web.http.auth import Ledger, May, visit_of
from taizhang.web.http.metrics import Metrics

router = APIRouter()


@router.get("/healthz")
def healthz(request: Request, session: Ledger) -> Response:
    """Answer 200 as long as people can do their work, else 503 with the reason.

    Everybody is told why the answer is 503; what else an operator has to look into is named to who may read metrics.
    """
    found: list[Finding] = request.app.state.checkup.findings(settings_of(session.url))
    names = list(dict.fromkeys(finding.name for finding in found))
    broken = sorted({finding.name for finding in found if finding.severity is Severity.DOWN})
    status = "down" if broken else "warning" if found else "ok"
    known: dict[str, object] = {"status": status}
    if broken:
        known["reasons"] = broken
    try:
        visit = visit_of(request)
        if visit is not None and may_open(visit.account, "metrics"):
            known |= {"reasons": sorted(names)} if names else {}
            known |= {"version": __version__, "events": session.store.size()}
    except StoreError:
        # Who it is cannot be asked now; that the store is away is among the reasons already.
        pass
    return JSONResponse(known, status_code=503 if broken else 200)


@router.get("/metrics", dependencies=[Depends(May("metrics"))])
def metrics(request: Request) -> Response:
    """Return every figure in Prometheus' text form."""
    found: Metrics = request.app.state.metrics
    return Response(found.exposition(), media_type=CONTENT_TYPE_LATEST)
