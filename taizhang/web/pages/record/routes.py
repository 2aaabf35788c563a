"""`/records/ID`: one record whole. Whose unit it is decides who may see it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from ledger.events.event import StoredEvent, unit_of
from ledger.text import Text
from taizhang.accounts.entry import Visit
from taizhang.accounts.permissions import may_append, may_open
from taizhang.language.i18n import say
from taizhang.proofs.proof_status import proof_status
from taizhang.web.http.auth import Ledger, May, options_of, require
from taizhang.web.http.errors import answer
from taizhang.web.http.templates import render
from taizhang.web.pages.record.review import may_be_judged, review_beside
from taizhang.web.pages.record.view import record_page
from taizhang.web.pages.review.asked import asked_of

router = APIRouter()
_MENDS = {"correct": "record.corrected", "retract": "record.retracted", "evidence": "evidence.attached"}


@router.get("/records/{record_id:path}")
def record(
    request: Request,
    visit: Annotated[Visit, Depends(May("record"))],
    session: Ledger,
    record_id: str,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Show the record, or say that there is none of that id; to who reviews, with the verdict and the next one.

    The address carries on which list he comes from (see `asked_of`); *done* is the verdict on the one before.
    """
    found = session.store.find(record_id)
    if found is None or "subject" not in found:
        return answer(request, 404, say(Text("没有编号为“{id}”的记录；请核对编号", id=record_id)))
    require(visit, "record", unit_of(found["subject"]))
    with session.store.read() as work:
        since = session.store.size()
        shown = record_page(session, work, found, session.clock.today(), options_of(request).evidence)
        proof = proof_status(work, shown["sequence"], session.clock())
    mends = [] if shown["standing"] == "retracted" or shown["looks_back"] else _mends(visit, found)
    judging = may_open(visit.account, "review") and may_be_judged(found, shown["standing"])
    asked = asked_of(request.query_params) if request.query_params.get("tab") else None
    review = review_beside(session, found, asked, visit.account.name, done) if judging else None
    known = {"since": since, "mends": mends, "proof": proof, "review": review}
    return render(request, "record/page.html", {**shown, **known})


def _mends(visit: Visit, found: StoredEvent) -> list[str]:
    """Return what the visitor may do about the record, by the end of its address."""
    about = {"record": found["id"]}
    return [
        way
        for way, event_type in _MENDS.items()
        if may_append(visit.account, event_type, found["subject"], about, found)
    ]
