"""What tests of the review pages share: records to review, and what the pages say."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import httpx

from ledger.events.event import StoredEvent
from projections import review_rows
from projections.requirement import Status
from projections.review_items import WAITING
from projections.review_queue import renew

from .site import Site

UNIT, OTHER = "wj-02", "wj-03"


def event(event_id: str, type_: str, subject: str, day: str, /, **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": "urn:tests",
        "type": type_,
        "subject": subject,
        "time": day,
        "data": data,
    }


def honor(event_id: str, subject: str = UNIT, level: str = "city", title: str = "红烛先锋") -> dict[str, Any]:
    return event(
        event_id,
        "honor.received",
        subject,
        "2017-09-01",
        honor="party_building_project",
        level=level,
        title=title,
    )


def text(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def hidden(answer: httpx.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    assert found, name
    return unescape(found[1])


def events_of(site: Site, unit: str, *types: str) -> list[StoredEvent]:
    return [each for each in site.session.store.stream(unit) if each["type"] in types]


def live_on(site: Site, day: date) -> None:
    """Let it be *day* in the ledger of *site*."""
    site.session.keep_settings(site.session.settings.model_copy(update={"demo_today": day}))


def settle(site: Site, unit: str) -> None:
    """Decide for *unit* whatever waits for an assessor: nothing is deducted, everything is accepted."""
    session, today = site.session, site.session.clock.today().isoformat()
    renew(session.store, session.review_standards())
    with session.store.read() as work:
        card = session.projections.score(session.store, unit, session.clock.today(), None, "wujin-2017")
        waiting = [each for each in review_rows.rows_of_unit(work.connection, unit) if each.matter in WAITING]
        found = [each for each in card.evaluation.results if each.status is Status.AWAITING]
    judged = [
        event(f"judged-{unit}-{number}", "judgement.passed", unit, today,
              clause=each.rule.clause.id, deduct="0", reason="看过", for_year=2017)
        for number, each in enumerate(found)
    ]  # fmt: skip
    reviewed = [
        event(f"seen-{unit}-{number}", "claim.reviewed", unit, today, record=record, verdict="accepted")
        for number, record in enumerate({each.record for each in waiting})
    ]
    site.record(*judged, *reviewed)


def verdict(client: httpx.Client, tab: str, **fields: Any) -> httpx.Response:
    page = client.get(f"/review?tab={tab}&unit={UNIT}")
    said = {
        "form": hidden(page, "form"),
        "seen": hidden(page, "seen"),
        "back": f"/review?tab={tab}&unit={UNIT}",
    }
    return client.post("/review", data=said | fields)
