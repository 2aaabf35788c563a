"""A new event type is a row, a data model, a label and a permission: with these four every door knows it."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, NotRequired

import orjson
import pytest
from pydantic import with_config
from typing_extensions import TypedDict

from ledger.events.data import STRICT
from ledger.events.fields import NonEmpty
from ledger.events.types import EVENT_TYPES, EventType
from taizhang.accounts import permissions
from taizhang.accounts.permissions import Reach
from taizhang.accounts.roles import Role
from taizhang.language.event_labels import TYPE_WORDS

from .site import ASSESSOR, AUDITOR, SECRETARY, Site, activity

TYPE = "visit.made"


@with_config(STRICT)
class VisitMade(TypedDict):
    """Somebody was visited at home."""

    whom: NonEmpty
    note: NotRequired[NonEmpty]


@pytest.fixture(autouse=True)
def visits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EVENT_TYPES, TYPE, EventType(TYPE, VisitMade, lived=True, flat=False))
    monkeypatch.setitem(TYPE_WORDS, TYPE, "走访慰问")
    row = {Role.SECRETARY: Reach.OWN}
    monkeypatch.setattr(permissions, "EVENTS", MappingProxyType({**permissions.EVENTS, TYPE: row}))


def visit(event_id: str, **data: Any) -> dict[str, Any]:
    return activity(event_id, SECRETARY, "2017-09-19", "") | {"type": TYPE, "data": data}


def test_it_is_accepted_permitted_labelled_found_and_exported(site: Site) -> None:
    with site.visitor(SECRETARY) as client:
        sent = client.post("/api/v1/events", json=visit("v-1", whom="退休党员"))
        assert (sent.status_code, sent.json()["appended"]) == (200, 1)
        assert "走访慰问" in client.get("/records/v-1").text
        assert "走访慰问" in client.get(f"/units/{SECRETARY}").text
    with site.visitor(AUDITOR) as client:
        found = client.get("/audit", params={"q": "退休党员"}).text
        assert "走访慰问" in found
        assert "/records/v-1" in found
    exported = [orjson.loads(line) for line in site.session.store.export()]
    assert [each["data"] for each in exported if each["type"] == TYPE] == [{"whom": "退休党员"}]


def test_its_data_are_held_to_its_model_and_its_row_to_the_roles(site: Site) -> None:
    with site.visitor(SECRETARY) as client:
        refused = client.post("/api/v1/events", json=visit("v-2", wohm="退休党员"))
        assert refused.status_code == 422
        assert {each["field"] for each in refused.json()["errors"]} == {"data.wohm"}
    with site.visitor(ASSESSOR) as client:
        assert client.post("/api/v1/events", json=visit("v-3", whom="退休党员")).status_code == 403
    assert all(each["type"] != TYPE for each in site.session.store.stream(SECRETARY))


def test_it_is_corrected_as_any_record(site: Site) -> None:
    site.record(visit("v-4", whom="退休党员"), by=SECRETARY)
    change = visit("v-5", record="v-4", reason="写错", data={"whom": "困难党员"}) | {
        "type": "record.corrected"
    }
    with site.visitor(SECRETARY) as client:
        assert client.post("/api/v1/events", json=change).status_code == 200
        assert "困难党员" in client.get("/records/v-4").text
