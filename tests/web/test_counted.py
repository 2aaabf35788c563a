"""What a look at a form, and a record through it, cost: lines parsed, streams read, states folded."""

from __future__ import annotations

from collections import Counter
from typing import Any

import httpx
import pytest

from ledger.checks.unit_state import UnitState
from ledger.intake import draft
from ledger.store.transaction import EventsTransaction
from projections.records import Records

from .site import SECRETARY, Site, activity
from .test_log import enter, meeting


class Cost(Counter[str]):
    """How often each was done since it was last asked."""

    def taken(self) -> dict[str, int]:
        """Return the counts, and begin anew."""
        counts = dict(self)
        self.clear()
        return counts


@pytest.fixture
def cost(monkeypatch: pytest.MonkeyPatch) -> Cost:
    found = Cost()

    def count(owner: Any, name: str, what: str) -> None:
        inner = getattr(owner, name)

        def counting(*given: Any, **named: Any) -> Any:
            found[what] += 1
            return inner(*given, **named)

        monkeypatch.setattr(owner, name, counting)

    def folding(records: Records, unit: str, events: Any = ()) -> None:
        # A copy is made of records without events, and is no fold.
        found["folded"] += events != ()
        folded(records, unit, events)

    folded = Records.__init__
    monkeypatch.setattr(Records, "__init__", folding)
    count(draft, "_certainly_good", "parsed")
    count(UnitState, "rebuild", "registers")
    count(EventsTransaction, "stream", "streams")
    return found


@pytest.fixture
def client(site: Site) -> Any:
    with site.visitor(SECRETARY) as visitor:
        yield visitor


def test_a_look_parses_reads_and_folds_once(client: httpx.Client, cost: Cost) -> None:
    page = client.get("/log", params={"what": "activity.held:party_work_meeting"}).text
    form = meeting(page, kinds=["party_work_meeting", "reading_campus"], study_hours="2")
    cost.taken()
    assert "计入" in enter(client, form | {"step": "preview"}).text
    # The ledger's own register is what doubles and references are looked up in.
    assert cost.taken() == {"parsed": 1, "streams": 1, "folded": 1, "registers": 1}


def test_a_record_is_parsed_once_and_its_events_are_read_once(client: httpx.Client, cost: Cost) -> None:
    page = client.get("/log", params={"what": "activity.held:party_work_meeting"}).text
    for number, day in enumerate(("2017-09-19", "2017-09-20")):
        form = meeting(page, kinds=["party_work_meeting"], id=f"{number:08}-aaaa", day=day)
        cost.taken()
        assert enter(client, form).status_code == 303
    # The first one had the ledger read the stream too; by now it knows the unit.
    assert cost.taken() == {"parsed": 1, "streams": 1, "folded": 1, "registers": 1}


def test_an_event_sent_by_a_program_is_parsed_once(client: httpx.Client, cost: Cost) -> None:
    for number in range(3):
        sent = activity(f"e-{number}", SECRETARY, f"2017-09-1{number}", "party_lecture")
        cost.taken()
        assert client.post("/api/v1/events", json=sent).json()["appended"] == 1
    assert cost.taken() == {"parsed": 1}
