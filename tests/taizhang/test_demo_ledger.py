"""The generated district is taken by the ledger without one refusal, and says something about every clause."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from ledger.store.protocol import Recorder
from rubric.catalog import builtin
from taizhang.app.ledger import OpenLedger
from taizhang.demo import SHOWN_DAY, SHOWN_UNIT, generate, generate_by_unit, live, write_jsonl
from taizhang.demo.district import plan_unit
from taizhang.demo.unit_year import live_unit
from taizhang.demo.wording import JUDGEMENTS
from taizhang.startup.open_ledger import open_ledger

SEED = 2017
AFTERWARDS = datetime(2018, 3, 1, tzinfo=UTC)
DAYS = (
    date(2017, 3, 20),
    date(2017, 5, 31),
    SHOWN_DAY,
    date(2017, 12, 10),
    date(2017, 12, 31),
    date(2018, 1, 31),
)


def append_at_once(session: OpenLedger, units: int, *, by_unit: bool) -> tuple[int, int]:
    """Import the demo's JSONL file in one append; return the lines written and the events stored."""
    file = io.BytesIO()
    written = write_jsonl((generate_by_unit if by_unit else generate)(units, SEED), file)
    lines = [(number, line) for number, line in enumerate(file.getvalue().splitlines(), start=1)]
    done = session.store.append(lines, by=Recorder("importer"), now=AFTERWARDS)
    return written, done.appended


@pytest.fixture
def session(tmp_path: Path) -> Iterator[OpenLedger]:
    with open_ledger(f"sqlite:///{tmp_path / 'demo.db'}", new=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenLedger]:
    """The whole district, imported as a file."""
    with open_ledger(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'district.db'}", new=True) as opened:
        written, stored = append_at_once(opened, 80, by_unit=True)
        assert written == stored
        yield opened


@pytest.fixture(scope="module")
def cards(district: OpenLedger) -> list[dict[str, Any]]:
    units = district.store.units()
    return [district.projections.score(district.store, u, day).as_json(str) for day in DAYS for u in units]


def clauses(cards: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for card in cards:
        for indicator in card["indicators"]:
            yield from indicator["clauses"]


def test_district_is_lived_through_with_its_own_clock(session: OpenLedger) -> None:
    entries = list(generate(6, SEED))
    progress: list[int] = []
    lived = live(session.store, entries, progress=progress.append)
    assert lived.entries == len(entries) == len(progress)
    assert lived.events == progress[-1] == sum(len(entry.events) for entry in entries) == session.store.size()
    assert lived.warnings >= 0.01 * lived.events
    first = next(session.store.stream(SHOWN_UNIT))
    assert first["recordedtime"].startswith("2017-01-0")
    assert first["authid"] == "assessor-1"
    last = entries[-1]
    assert session.store.find(last.events[-1]["id"]) is not None
    session.store.verify()


def test_life_stops_at_the_end_of_the_day_asked_for(session: OpenLedger) -> None:
    lived = live(session.store, generate(2, SEED), until=SHOWN_DAY)
    stored = [event for unit in session.store.units() for event in session.store.stream(unit)]
    assert len(stored) == lived.events
    assert max(event["recordedtime"] for event in stored) < "2017-09-20T16:00:00Z"


def test_file_in_order_of_recording_is_imported_in_one_go(session: OpenLedger) -> None:
    written, stored = append_at_once(session, 6, by_unit=False)
    assert written == stored == session.store.size()


def test_every_status_occurs_in_the_district(cards: list[dict[str, Any]]) -> None:
    assert {clause["status"] for clause in clauses(cards)} >= {
        *("met", "not_applicable", "open", "behind", "unearned", "overdue", "missed", "judged")
    }


def test_every_clause_is_touched_by_records(cards: list[dict[str, Any]]) -> None:
    touched = {clause["id"] for clause in clauses(cards) if clause["records"]}
    assert touched == {clause["id"] for clause in clauses(cards)}


def test_every_clause_that_only_an_assessor_decides_is_judged(cards: list[dict[str, Any]]) -> None:
    judged = {clause["id"] for clause in clauses(cards) if clause.get("judged", "0") != "0"}
    assert judged >= set(JUDGEMENTS)
    by_the_rubric = {clause.id for clause in builtin()[0].clauses if clause.rule == "judgement"}
    assert judged >= by_the_rubric


def test_shown_unit_has_something_missed_overdue_and_behind_on_the_shown_day(district: OpenLedger) -> None:
    card = district.projections.score(district.store, SHOWN_UNIT, SHOWN_DAY).as_json(str)
    assert card["kind"] == "general_branch"
    assert {"missed", "overdue", "behind"} <= {shortfall["status"] for shortfall in card["shortfalls"]}
    assert 85 <= float(card["total"]["score"]) < 98


def test_diligent_units_end_above_average_ones_and_those_above_careless_ones(
    cards: list[dict[str, Any]],
) -> None:
    scores: dict[str, list[float]] = {}
    for card in cards:
        if card["as_of"] == DAYS[-1].isoformat():
            habit = plan_unit(int(card["unit"].removeprefix("wj-")), SEED, 2017).habit.name
            scores.setdefault(habit, []).append(float(card["total"]["score"]))
    mean = {habit: sum(points) / len(points) for habit, points in scores.items()}
    assert mean["diligent"] > 94 > mean["average"] > 80 > mean["careless"]


def test_diligent_units_reach_the_hours_of_study_and_careless_ones_do_not(
    cards: list[dict[str, Any]],
) -> None:
    met: dict[str, list[bool]] = {}
    for card in cards:
        if card["as_of"] == DAYS[-1].isoformat():
            habit = plan_unit(int(card["unit"].removeprefix("wj-")), SEED, 2017).habit.name
            study = next(clause for clause in clauses([card]) if clause["id"] == "6.5")
            met.setdefault(habit, []).append(study["status"] == "met")
    assert sum(met["diligent"]) >= 0.9 * len(met["diligent"])
    assert sum(met["careless"]) == 0


def test_bonus_stays_apart_and_reaches_the_diligent(cards: list[dict[str, Any]]) -> None:
    totals = [card["total"] for card in cards if card["as_of"] == DAYS[-1].isoformat()]
    assert any(float(total["bonus"]) >= 5 for total in totals)
    assert any(float(total["claimed"]) > float(total["bonus"]) for total in totals)
    assert any(total["bonus"] == "0" for total in totals)


def test_a_branch_changes_only_once_it_is_there(session: OpenLedger) -> None:
    """Unit 744 founds a branch in September and draws a change of it in July."""
    events = [draft.client_event() for draft in live_unit(744, SEED, 2017)]
    lines = [(number, orjson.dumps(event)) for number, event in enumerate(events, start=1)]
    done = session.store.append(lines, by=Recorder("importer"), now=AFTERWARDS)
    assert done.appended == len(events)
