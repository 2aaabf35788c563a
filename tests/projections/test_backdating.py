"""What was written down when: late entries, bursts before somebody looks, edits after the quarter is over."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ledger.intake.clock_guard import Confirmation
from projections.backdating import BURST_ENTRIES, quarter_end, trail_of


def said(kind: str, day: str, recorded: str, event_id: str = "", /, **data: Any) -> Any:
    """Return a stored event that occurred on *day* and was recorded on the day *recorded*, at noon in Shanghai."""
    return {
        "id": event_id or f"{kind}-{day}-{recorded}-{len(data)}",
        "type": kind,
        "subject": "wj-01",
        "time": f"{day}T09:00:00+08:00",
        "recordedtime": f"{recorded}T04:00:00.000000Z",
        "authid": "li",
        "data": data,
        "sequence": "000000000001",
    }


def trail(*events: Any, **options: Any) -> Any:
    numbered = [{**event, "sequence": f"{number:012d}"} for number, event in enumerate(events, 1)]
    return trail_of("wj-01", numbered, **{"late_days": 15, **options})


def held(day: str, recorded: str, event_id: str = "") -> Any:
    return said("activity.held", day, recorded, event_id, kinds=["study_session"], topic="x")


def test_nothing() -> None:
    found = trail()
    assert (found.lags.entries, found.late, found.bursts, found.edits) == (0, (), (), ())


def test_late_is_more_than_the_setting() -> None:
    events = [held("2017-03-01", "2017-03-16", "in time"), held("2017-03-01", "2017-03-17", "late")]
    (late,) = trail(*events).late
    assert (late.id, late.lag, late.occurred, late.by) == ("late", 16, date(2017, 3, 1), "li")
    assert len(trail(*events, late_days=14).late) == 2
    assert trail(*events, late_days=16).late == ()


def test_lateness_is_counted_from_what_is_known_of_the_clock() -> None:
    """A stretch was recorded under a clock two years ahead; then somebody answered for the right clock."""
    right = datetime(2017, 3, 10, 4, 0, tzinfo=UTC)
    ahead = datetime(2019, 3, 1, 4, 0, tzinfo=UTC)
    events = [
        held("2017-03-01", "2017-03-02", "before"),
        *(held("2017-03-01", "2019-03-01", f"{n}") for n in range(9)),
    ]
    known = [Confirmation(20, right, ahead, "li", "")]
    assert len(trail(*events).late) == 9
    assert len(trail(*events).bursts) == 1
    mended = trail(*events, clocks=known)
    assert (mended.late, mended.lags.longest) == ((), 9)
    assert [burst.day for burst in mended.bursts] == [date(2017, 3, 10)]
    assert len(trail(*events, clocks=known, late_days=8).late) == 9
    # Another step of the clock that was only far ahead of a quiet ledger changes nothing.
    quiet = [Confirmation(20, ahead, datetime(2017, 3, 2, 4, 0, tzinfo=UTC), "li", "")]
    assert len(trail(*events, clocks=quiet).late) == 9


def test_the_distribution() -> None:
    days = [0, 1, 3, 4, 7, 8, 15, 16, 30, 31]
    events = [
        held("2017-03-01", date.fromordinal(date(2017, 3, 1).toordinal() + lag).isoformat(), f"{lag}")
        for lag in days
    ]
    found = trail(*events).lags
    assert found.steps == (1, 2, 2, 2, 2, 1)
    assert (found.entries, found.longest) == (10, 31)


def test_only_what_a_unit_does_counts() -> None:
    roster = said("member.joined", "2010-01-01", "2017-03-01", member="m1")
    registered = said("organization.registered", "2010-01-01", "2017-03-01", name="x", kind="branch")
    retracted = held("2017-01-01", "2017-03-01", "gone")
    found = trail(
        roster,
        registered,
        retracted,
        said("record.retracted", "2017-03-01", "2017-03-01", record="gone", reason="x"),
    )
    assert found.lags.entries == 0


def test_a_burst_and_the_inspection_after_it() -> None:
    old = [held("2017-05-0" + str(n), "2017-06-20", f"old{n}") for n in range(1, BURST_ENTRIES + 1)]
    fresh = held("2017-06-19", "2017-06-20", "fresh")
    (burst,) = trail(*old, fresh).bursts
    assert (burst.day, burst.entries, burst.old, burst.inspected) == (date(2017, 6, 20), 9, 8, None)
    found = said("finding.raised", "2017-06-26", "2017-06-26", finding="f", text="x", due_on="2017-07-01")
    assert trail(*old, fresh, found).bursts[0].inspected == date(2017, 6, 26)
    later = said("finding.raised", "2017-06-28", "2017-06-28", finding="f", text="x", due_on="2017-07-01")
    assert trail(*old, fresh, later).bursts[0].inspected is None
    assert trail(*old[1:], fresh).bursts == ()


def test_much_that_is_recorded_in_time_is_no_burst() -> None:
    assert trail(*(held("2017-06-19", "2017-06-20", f"{n}") for n in range(30))).bursts == ()


def test_edits_after_the_quarter() -> None:
    record = held("2017-03-10", "2017-03-11", "a")
    within = said(
        "record.corrected",
        "2017-03-31",
        "2017-03-31",
        record="a",
        reason="错字",
        data={"kinds": [], "topic": "y"},
    )
    after = said(
        "record.corrected",
        "2017-04-01",
        "2017-04-01",
        "c",
        record="a",
        reason="改期",
        time="2017-02-10T00:00:00+08:00",
    )
    gone = said("record.retracted", "2017-05-01", "2017-05-01", "d", record="a", reason="重复")
    edits = trail(record, within, after, gone).edits
    assert [(edit.kind, edit.reason, edit.occurred, edit.moved_to) for edit in edits] == [
        ("record.corrected", "改期", date(2017, 3, 10), date(2017, 2, 10)),
        ("record.retracted", "重复", date(2017, 2, 10), None),
    ]
    assert {edit.quarter_end for edit in edits} == {date(2017, 3, 31)}


def test_one_year() -> None:
    events = [held("2016-12-30", "2017-03-01", "before"), held("2017-01-02", "2017-03-01", "in")]
    assert [each.id for each in trail(*events, year=2017).late] == ["in"]
    assert trail(*events, year=2016).lags.entries == 1


@pytest.mark.parametrize(
    ("day", "end"),
    [("2017-01-01", "2017-03-31"), ("2017-03-31", "2017-03-31"), ("2017-12-31", "2017-12-31")],
)
def test_quarters(day: str, end: str) -> None:
    assert quarter_end(date.fromisoformat(day)).isoformat() == end
