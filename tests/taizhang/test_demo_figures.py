"""The generated district has the figures of the field: how much, by whom, how late (80 units, generation only)."""

from __future__ import annotations

import hashlib
import statistics
import subprocess
import sys
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from taizhang.demo import Entry, generate, generate_by_unit
from taizhang.demo.district import UnitPlan, plan_unit
from taizhang.demo.names import unit_name
from taizhang.demo.unit_year import live_unit

UNITS, SEED = 80, 2017
EVENTS_A_YEAR = {"branch": (90, 150), "general_branch": (280, 520), "committee": (700, 1500)}
MEMBERS = {"branch": (8, 48), "general_branch": (50, 99), "committee": (100, 350)}
ORDINARY = ("activity.held", "document.filed", "publication.made", "honor.received", "condition.declared")
EVERY_TYPE = {
    *("organization.registered", "organization.changed", "organization.closed"),
    *("member.joined", "member.changed", "member.left"),
    *("activity.held", "document.filed", "publication.made", "honor.received", "condition.declared"),
    *("request.issued", "request.answered", "finding.raised", "finding.rectified"),
    *("judgement.passed", "claim.reviewed", "election.held", "election.postponed"),
    *("transfer.started", "transfer.completed", "evidence.attached", "record.corrected", "record.retracted"),
}

Noted = tuple[Entry, dict[str, Any]]


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return list(generate(UNITS, SEED))


@pytest.fixture(scope="module")
def noted(entries: list[Entry]) -> list[Noted]:
    return [(entry, event) for entry in entries for event in entry.events]


@pytest.fixture(scope="module")
def ordinary(noted: list[Noted]) -> list[Noted]:
    return [(entry, event) for entry, event in noted if event["type"] in ORDINARY]


@pytest.fixture(scope="module")
def plans() -> list[UnitPlan]:
    return [plan_unit(number, SEED, 2017) for number in range(1, UNITS + 1)]


def unit_of(event: dict[str, Any]) -> str:
    return str(event["subject"]).partition("/")[0]


def lag_days(entry: Entry, event: dict[str, Any]) -> int:
    return (entry.recorded.date() - date.fromisoformat(event["time"][:10])).days


def test_district_is_as_large_as_a_district(plans: list[UnitPlan], noted: list[Noted]) -> None:
    assert 12_000 <= len(noted) <= 30_000
    assert 200 <= sum(plan.branches for plan in plans) <= 240
    assert Counter(plan.kind for plan in plans) == {"committee": 5, "general_branch": 40, "branch": 35}
    assert {plan.habit.name for plan in plans} == {"diligent", "average", "careless"}


def test_every_unit_has_the_members_of_its_kind(plans: list[UnitPlan]) -> None:
    for plan in plans:
        low, high = MEMBERS[plan.kind]
        assert low <= plan.members <= high, plan
        assert 0.2 <= plan.retired / plan.members <= 0.5, plan


@pytest.mark.parametrize("seed", [SEED, 1, 7])
def test_every_unit_notes_what_its_kind_notes_in_a_year(seed: int) -> None:
    for number in range(1, UNITS + 1):
        plan = plan_unit(number, seed, 2017)
        low, high = EVENTS_A_YEAR[plan.kind]
        assert low <= len(live_unit(number, seed, 2017)) <= high, plan


def test_entries_come_a_median_of_three_days_late(noted: list[Noted], ordinary: list[Noted]) -> None:
    assert statistics.median(lag_days(*each) for each in ordinary) == 3
    assert statistics.median(lag_days(*each) for each in noted) == 3


def test_a_third_of_entries_come_in_the_last_ten_days_of_a_quarter(ordinary: list[Noted]) -> None:
    late = 0
    for entry, _ in ordinary:
        day = entry.recorded.date()
        last = {3: 31, 6: 30, 9: 30, 12: 31}.get(day.month)
        late += last is not None and day.day > last - 10
    assert 0.30 <= late / len(ordinary) <= 0.40


def test_five_to_ten_in_a_hundred_are_back_dated(noted: list[Noted], ordinary: list[Noted]) -> None:
    for group in (noted, ordinary):
        assert 0.05 <= sum(lag_days(*each) > 15 for each in group) / len(group) <= 0.10


def test_two_to_four_in_a_hundred_are_duplicates(ordinary: list[Noted]) -> None:
    seen: Counter[tuple[Any, ...]] = Counter()
    for _, event in ordinary:
        data = event["data"]
        code = data.get("kinds") or [
            data.get(k) for k in ("document", "outlet", "honor", "condition") if k in data
        ]
        seen[event["subject"], event["type"], event["time"][:10], *code] += 1
    assert 0.02 <= sum(times - 1 for times in seen.values()) / len(ordinary) <= 0.04


def test_attendances_are_as_many_as_in_a_district(noted: list[Noted]) -> None:
    present: Counter[str] = Counter()
    attendances = 0
    for _, event in noted:
        if event["type"] == "member.joined":
            present[event["subject"]] += 1
            if "/" in event["subject"]:
                present[unit_of(event)] += 1
        elif event["type"] == "activity.held":
            who = event["data"].get("attendees", [])
            attendances += present[event["subject"]] if who == "all" else len(who)
    assert 120_000 <= attendances <= 400_000


def test_every_type_of_event_occurs_and_ledger_attributes_do_not(noted: list[Noted]) -> None:
    assert {event["type"] for _, event in noted} == EVERY_TYPE
    attributes = {"specversion", "id", "source", "type", "subject", "time", "data"}
    assert all(set(event) == attributes for _, event in noted)


def test_ids_are_unique_and_every_named_record_comes_before(noted: list[Noted]) -> None:
    ids: set[str] = set()
    for _, event in noted:
        assert event["id"] not in ids
        if "record" in event["data"]:
            assert event["data"]["record"] in ids
        ids.add(event["id"])


def test_nothing_is_noted_before_it_happened_and_the_clock_only_goes_on(entries: list[Entry]) -> None:
    last = datetime.min.replace(tzinfo=entries[0].recorded.tzinfo)
    for entry in entries:
        assert entry.recorded > last
        last = entry.recorded
        for event in entry.events:
            time = event["time"]
            instant = datetime.fromisoformat(time if "T" in time else f"{time}T00:00:00+08:00")
            assert instant <= entry.recorded
    assert entries[0].recorded.date() < date(2017, 1, 10)
    assert date(2018, 1, 25) <= last.date() <= date(2018, 2, 28)


def test_members_are_in_the_branch_on_the_day_they_come_to_it(noted: list[Noted]) -> None:
    """Read the stays from the events, and hold every list of attendees against them."""
    joined: dict[tuple[str, str], list[tuple[str, str]]] = {}
    left: dict[tuple[str, str], list[str]] = {}
    for _, event in noted:
        if event["type"] == "member.joined":
            key = unit_of(event), event["data"]["member"]
            joined.setdefault(key, []).append((event["time"][:10], event["subject"]))
        elif event["type"] == "member.left":
            left.setdefault((unit_of(event), event["data"]["member"]), []).append(event["time"][:10])
    corrected = {event["data"]["record"] for _, event in noted if event["type"] == "record.corrected"}
    for _, event in noted:
        who = event["data"].get("attendees", [])
        if event["type"] != "activity.held" or who == "all" or event["id"] in corrected:
            continue
        day, subject = event["time"][:10], event["subject"]
        for member in who:
            stays = joined[unit_of(event), member]
            ends = [*left.get((unit_of(event), member), []), "9999-12-31"]
            assert any(
                since <= day < until and (home == subject or "/" not in subject)
                for (since, home), until in zip(stays, ends, strict=False)
            ), (event["id"], member)


def test_third_quarter_meeting_is_the_one_that_gets_missed(noted: list[Noted]) -> None:
    held: dict[int, set[str]] = {quarter: set() for quarter in (1, 2, 3, 4)}
    for _, event in noted:
        if "party_work_meeting" in event["data"].get("kinds", ()):
            held[(int(event["time"][5:7]) + 2) // 3].add(event["subject"])
    assert len(held[3]) < 0.75 * UNITS
    assert all(len(held[quarter]) > 0.85 * UNITS for quarter in (1, 2, 4))


def test_same_seed_gives_the_same_year_whatever_the_hash_seed() -> None:
    program = (
        "import hashlib,orjson,sys;from taizhang.demo import generate;"
        "print(hashlib.sha256(b''.join(str(e.recorded).encode()+orjson.dumps(e.events)"
        " for e in generate(6,3))).hexdigest())"
    )
    root = Path(__file__).parents[2]
    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=root,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    here = hashlib.sha256(
        b"".join(str(entry.recorded).encode() + orjson.dumps(entry.events) for entry in generate(6, 3))
    )
    assert printed == {here.hexdigest()}


def test_another_seed_gives_another_year() -> None:
    assert list(generate(2, 1)) != list(generate(2, 2))


def test_more_units_leave_the_first_ones_as_they_were() -> None:
    few = [event["id"] for entry in generate_by_unit(2, SEED) for event in entry.events]
    many = [event["id"] for entry in generate_by_unit(5, SEED) for event in entry.events]
    assert many[: len(few)] == few


def test_another_year_may_be_generated() -> None:
    entries = list(generate(3, SEED, year=2019))
    assert entries[0].recorded.year == 2019
    assert entries[-1].recorded - entries[0].recorded > timedelta(days=370)


def test_ten_thousand_units_have_ten_thousand_names() -> None:
    names = {unit_name(kind, number) for kind in EVENTS_A_YEAR for number in range(6_000)}
    assert len(names) == 18_000
