"""The verdict on the record's own page: accept, return, and on to the next one that waits in the same list."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from ledger.events.event import StoredEvent
from ledger.events.types import type_of
from projections import review_rows
from projections.review_queue import renew
from taizhang.app.ledger import OpenLedger
from taizhang.web.http import make_events as making
from taizhang.web.http.templates import Context
from taizhang.web.pages.review.asked import Asked
from taizhang.web.pages.review.list_view import REVIEWABLE


def may_be_judged(event: StoredEvent, standing: str) -> bool:
    """Whether a verdict can be given on the record as it stands."""
    row = type_of(event["type"])
    return row.correctable and row.reviewable and not row.looks_back and standing != "retracted"


def review_beside(
    session: OpenLedger, event: StoredEvent, come_from: Asked | None, name: str, done: str
) -> Context:
    """Return what the verdict's form shows to the account *name*: its ids, the list, the next record that waits in it.

    *come_from*: the list that the record was opened from, with what it was narrowed to; None: from elsewhere.
    """
    asked = replace(come_from or Asked(), page=1)
    renew(session.store, session.review_standards())
    with session.store.read() as work:
        wanted = asked.wanted(work.connection, name)
        waiting = review_rows.page(work.connection, wanted, first=0, most=2)
        seen = session.store.size()
    following = next((row.record for row, _name, _kind in waiting if row.record != event["id"]), "")
    leads_on = come_from is not None and asked.tab in REVIEWABLE and bool(following)
    return {
        "form": making.new_form(),
        "seen": seen,
        "back": asked.address(),
        "tab": asked.tab.value if come_from else "",
        "next": following if leads_on else "",
        "next_address": f"/records/{quote(following, safe='')}?{asked.query}" if leads_on else "",
        "done": done if done in ("accepted", "returned") else "",
    }
