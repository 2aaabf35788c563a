"""What a look at a form and a save cost: one parse of each event, one fold, and each stored event read once at most."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest

from ledger.checks.unit_state_cache import UnitStateCache
from ledger.intake import draft
from ledger.store import transaction
from ledger.store.sqlite import store
from projections.service import Projections

from .site import SECRETARY, Site
from .test_log import UNIT, enter, meeting


@dataclass
class Counts:
    """How often something was done since `begin`."""

    read: Counter[str] = field(default_factory=Counter)
    """Stored events parsed out of the store, by id."""
    parsed: int = 0
    folded: int = 0

    def begin(self) -> None:
        self.read.clear()
        self.parsed = self.folded = 0


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counts:
    counts = Counts()

    class Reading:
        @staticmethod
        def loads(body: bytes) -> Any:
            event = orjson.loads(body)
            if str(event.get("subject", "")).partition("/")[0] == UNIT:
                counts.read[event["id"]] += 1
            return event

    for room in (transaction, store):
        monkeypatch.setattr(room, "orjson", Reading)
    read_one, catch_up = draft._certainly_good, UnitStateCache._catch_up

    def parse(raw: bytes) -> Any:
        counts.parsed += 1
        return read_one(raw)

    def fold(register: Any, unit: str, stored: Any) -> None:
        counts.folded += register.last == 0 and unit == UNIT
        catch_up(register, unit, stored)

    monkeypatch.setattr(draft, "_certainly_good", parse)
    monkeypatch.setattr(UnitStateCache, "_catch_up", staticmethod(fold))
    return counts


def cold(site: Site) -> None:
    """Make the server as one that has just started: nothing of the unit is in memory."""
    site.session.store._registers.forget()  # type: ignore[attr-defined]
    projections: Projections = site.session.projections
    projections.forget(None)


def test_a_look_parses_and_folds_once(site: Site, counts: Counts) -> None:
    with site.visitor(SECRETARY) as client:
        page = client.get("/log", params={"what": "activity.held:party_work_meeting"}).text
        counts.begin()
        assert enter(client, meeting(page, step="preview")).status_code == 200
    assert (counts.parsed, counts.folded) == (1, 1)


@pytest.mark.parametrize("begun", [True, False], ids=["cold", "warm"])
def test_a_save_parses_once_and_reads_each_stored_event_once(site: Site, counts: Counts, begun: bool) -> None:
    with site.visitor(SECRETARY) as client:
        if not begun:
            assert enter(client, meeting(id="22222222-aaaa", day="2017-09-19")).status_code == 303
        page = client.get("/log", params={"what": "activity.held:party_work_meeting"}).text
        if begun:
            cold(site)
        counts.begin()
        assert enter(client, meeting(page)).status_code == 303
    assert counts.parsed == 1
    assert len(counts.read) > 3, "the unit's events were looked at"
    assert set(counts.read.values()) == {1}, counts.read.most_common(3)


def test_a_correction_too(site: Site, counts: Counts) -> None:
    with site.visitor(SECRETARY) as client:
        assert enter(client, meeting(id="33333333-aaaa")).status_code == 303
        cold(site)
        counts.begin()
        sent = client.post(
            "/records/33333333-aaaa/retract",
            data={"id": "44444444-aaaa", "mending-reason": "记错了", "step": "save"},
        )
        assert sent.status_code == 303
    assert counts.parsed == 1
    assert counts.read["33333333-aaaa"] <= 4, "its history is a question of its own"
    del counts.read["33333333-aaaa"]
    assert set(counts.read.values()) == {1}, counts.read.most_common(3)
