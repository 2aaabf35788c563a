"""What tests of the review pages share: records to review, and what the pages say."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx

from ledger.events.event import StoredEvent

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


def verdict(client: httpx.Client, tab: str, **fields: Any) -> httpx.Response:
    page = client.get(f"/review?tab={tab}&unit={UNIT}")
    said = {
        "form": hidden(page, "form"),
        "seen": hidden(page, "seen"),
        "back": f"/review?tab={tab}&unit={UNIT}",
    }
    return client.post("/review", data=said | fields)
