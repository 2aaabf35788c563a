"""`/audit`: who recorded what and when, lags, verification, export. Nothing here writes an event."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, cast
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from ledger.merkle.proof_error import ProofError
from ledger.problem import Broken
from ledger.signing.checkpoint import Checkpoint
from projections import totals
from taizhang.accounts.entry import Visit
from taizhang.app.ledger import OpenLedger
from taizhang.language.i18n import _, say
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.errors import answer
from taizhang.web.http.templates import render
from taizhang.web.pages.audit.delays import audit_lags
from taizhang.web.pages.audit.event_list import Asked, audit_trail
from taizhang.web.pages.audit.verification import Verification

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("audit"))]
Short = Annotated[str, Query(max_length=128)]
Day = Annotated[str, Query(max_length=10)]
LINES_A_PIECE = 500


@router.get("/audit")
def audit(
    request: Request,
    visit: Visitor,
    session: Ledger,
    id: Short = "",  # noqa: A002  # the parameter's name in the address
    unit: Short = "",
    by: Short = "",
    type: Short = "",  # noqa: A002
    recorded_from: Day = "",
    recorded_to: Day = "",
    occurred_from: Day = "",
    occurred_to: Day = "",
    below: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """Show what was recorded, the latest first; an id leads to its record."""
    # As it was typed first: an id may end in a space.
    wanted = next(
        (each for each in (id, id.strip()) if each and session.store.find(each) is not None), id.strip()
    )
    if wanted and session.store.find(wanted) is not None:
        return RedirectResponse(f"/records/{quote(wanted, safe='')}", status_code=303)
    asked = Asked(
        unit.strip(), by.strip(), type, recorded_from, recorded_to, occurred_from, occurred_to, below
    )
    shown = audit_trail(session, asked)
    missing = _("没有编号为“{id}”的记录；请核对编号", id=wanted) if wanted else ""
    return render(request, "audit/trail.html", {**shown, "wanted": wanted, "missing": missing})


@router.get("/audit/lags")
def lags(
    request: Request,
    visit: Visitor,
    session: Ledger,
    year: Annotated[int | None, Query(ge=1, le=9999)] = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """Show how long after it happened things are recorded."""
    return render(request, "audit/lags.html", audit_lags(session, year, page))


@router.get("/audit/verify")
def verification_page(request: Request, visit: Visitor, session: Ledger) -> Response:
    """Show how the ledger stands, and the last verification of this server."""
    head, problem = _head(session)
    known = {
        "status": _verification(request).status,
        "size": session.store.size(),
        "head": head,
        "head_problem": problem,
    }
    return render(request, "audit/verify.html", known)


def _head(session: OpenLedger) -> tuple[Checkpoint | None, str]:
    """Return the checkpoint of the ledger as it is now, unsigned, or why there is none."""
    try:
        return session.log.head(), ""
    except (ProofError, Broken) as error:
        return None, say(error.text)


def _verification(request: Request) -> Verification:
    return cast("Verification", request.app.state.verification)


@router.post("/audit/verify")
def verify(request: Request, visit: Visitor) -> Response:
    """Begin a verification; it writes nothing."""
    _verification(request).start(visit.account.name)
    return RedirectResponse("/audit/verify", status_code=303)


@router.get("/audit/export")
def export_page(request: Request, visit: Visitor, session: Ledger) -> Response:
    """Show what can be taken away."""
    with session.store.read() as work:
        units = [(row.unit, f"{row.name}（{row.unit}）") for row in totals.rows(work.connection)]
    known = {"units": [("", _("全部单位")), *units], "size": session.store.size()}
    return render(request, "audit/export.html", known)


@router.get("/audit/export.jsonl")
def export(request: Request, visit: Visitor, session: Ledger, unit: Short = "") -> Response:
    """Send the stored bytes of a unit's tree, or of all, as they are hashed."""
    if unit and unit not in session.store.units():
        return answer(request, 404, _("没有登记过“{unit}”这个党组织", unit=unit))
    name = f"taizhang-{unit + '-' if unit else ''}{session.clock.today():%Y%m%d}.jsonl"
    return StreamingResponse(
        _pieces(session.store.export(unit or None)),
        media_type="application/x-ndjson",
        headers={"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"},
    )


def _pieces(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Yield lines some hundred at a time: one by one they would take a thread's turn each."""
    while piece := list(islice(lines, LINES_A_PIECE)):
        yield b"\n".join(piece) + b"\n"
