"""What an event would count for, said before it is recorded; and that it is what then happens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

import orjson
import pytest

from ledger.events.corrections import correction, retraction
from ledger.store.protocol import Recorder
from projections.preview import Outcome, Preview
from projections.requirement import Status
from taizhang.app.ledger import OpenLedger
from taizhang.startup.open_ledger import open_ledger

UNIT = "wj-01"
TODAY = date(2017, 9, 20)
NOW = datetime(2017, 9, 20, 10, tzinfo=UTC)


def event(event_id: str, day: str, event_type: str, subject: str = UNIT, **data: Any) -> Any:
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": "/tests",
        "type": event_type,
        "subject": subject,
        "time": f"{day}T00:00:00+08:00",
        "data": data,
    }


def gathering(event_id: str, day: str, *kinds: str, subject: str = UNIT, **data: Any) -> Any:
    return event(event_id, day, "activity.held", subject, kinds=list(kinds), topic="学习", **data)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[OpenLedger]:
    """A branch with two members, one of them exempt, in September."""
    with open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}", durable=False, new=True) as session:
        record(
            session,
            event("unit", "2017-01-01", "organization.registered", name="一支部", kind="branch"),
            event("joined-a", "2017-01-01", "member.joined", member="a"),
            event("joined-b", "2017-01-01", "member.joined", member="b", exempt_from_study=True),
            gathering("september", "2017-09-04", "unified_activity_day"),
        )
        yield session


def record(session: OpenLedger, *events: Any) -> None:
    lines = [(None, orjson.dumps(each)) for each in events]
    session.store.append(lines, by=Recorder("tests"), now=NOW)


def previewed(session: OpenLedger, *candidates: Any, day: date = TODAY) -> Preview:
    (only,) = session.projections.preview(session.store, UNIT, candidates, day)
    return only


def said(session: OpenLedger, *candidates: Any, day: date = TODAY) -> str:
    return str(previewed(session, *candidates, day=day).sentence())


def test_one_gathering_counts_for_every_duty_it_serves(session: OpenLedger) -> None:
    candidate = gathering(
        "g", "2017-09-18", "party_work_meeting", "committee_meeting", study_hours="2", attendees="all"
    )
    found = previewed(session, candidate)
    assert str(found.sentence()) == "计入 2.1 第三季度、8.3 九月、学时 +2"
    assert (found.hours, found.learners) == (200, 2)
    moves = {move.clause: move for move in found.moves}
    assert {part.outcome for part in moves["2.1"].parts} == {Outcome.DONE}
    assert [part.outcome for part in moves["6.5"].parts] == [Outcome.TOWARD]
    assert moves["6.5"].parts[0].missing == 3000
    assert (moves["2.1"].score, moves["2.1"].floor) == (0, 100), (
        "an open duty costs nothing yet, and is safe now"
    )


@pytest.mark.parametrize(
    "candidate",
    [
        gathering(
            "g", "2017-09-18", "party_work_meeting", "party_lecture", study_hours="1.5", attendees="all"
        ),
        gathering("g", "2017-02-18", "committee_meeting"),
        event("d", "2017-09-18", "document.filed", document="annual_plan", title="计划"),
        event("d", "2017-09-18", "document.filed", document="top_ten_method_application", title="申报"),
        event("p", "2017-09-18", "publication.made", outlet="wujin_education_wechat", title="报道"),
        event("h", "2017-09-18", "honor.received", honor="role_model", level="city", title="标兵"),
        event("c", "2017-09-18", "condition.declared", condition="daily_study", value="yes"),
        event("m", "2017-09-18", "member.changed", member="a", exempt_from_study=True),
        retraction(gathering("september", "2017-09-04", "unified_activity_day"), reason="记错", now=NOW),
    ],
    ids=itemgetter("type"),  # not the id: a retraction's is another in every process
)
def test_what_was_said_is_what_then_happens(session: OpenLedger, candidate: Any) -> None:
    found = previewed(session, candidate)
    before = session.projections.score(session.store, UNIT, TODAY).evaluation.totals()
    record(session, candidate)
    after = session.projections.score(session.store, UNIT, TODAY).evaluation.totals()
    assert (found.before, found.after) == (before, after)
    base = [move for move in found.moves if move.claimed is None]
    assert sum(move.score for move in base) == after.score - before.score
    assert sum(move.floor for move in base) == after.floor - before.floor
    assert sum(move.claimed or 0 for move in found.moves) == after.claimed - before.claimed
    assert found.moves, "each of these moves something"


def test_hours_are_what_a_member_gains_and_not_their_sum(session: OpenLedger) -> None:
    lecture = gathering("g1", "2017-09-18", "party_lecture", study_hours="2", attendees="all")
    for_one = gathering("g2", "2017-09-19", "study_session", study_hours="1", attendees=["a"])
    assert said(session, lecture, for_one) == "计入 8.5 第三季度、学时 +3（最多的人）"
    assert previewed(session, lecture, for_one).learners == 2


def test_what_is_done_already_is_said_to_be(session: OpenLedger) -> None:
    assert said(session, gathering("g", "2017-09-18", "unified_activity_day")) == "计入 8.1 九月（已有）"


def test_a_late_month_is_not_this_month(session: OpenLedger) -> None:
    found = previewed(session, gathering("g", "2017-08-18", "unified_activity_day"))
    assert str(found.sentence()) == "计入 8.1 八月"
    assert found.moves[0].before is found.moves[0].after is Status.MISSED, "other months are still missed"
    assert found.after.score == found.before.score, "the regime's point is lost by the other months"


def test_a_retraction_says_what_no_longer_counts(session: OpenLedger) -> None:
    gone = retraction(gathering("september", "2017-09-04", "unified_activity_day"), reason="记错", now=NOW)
    found = previewed(session, gone)
    assert str(found.sentence()) == "不再计入 8.1 九月"
    assert [part.outcome for part in found.moves[0].parts] == [Outcome.UNDONE]


def test_a_correction_takes_from_one_month_and_gives_to_another(session: OpenLedger) -> None:
    moved = correction(
        gathering("september", "2017-09-04", "unified_activity_day"),
        reason="日期写错",
        now=NOW,
        time="2017-08-04T00:00:00+08:00",
    )
    assert said(session, moved) == "计入 8.1 八月；不再计入 8.1 九月"


def test_a_bonus_is_claimed_and_not_yet_scored(session: OpenLedger) -> None:
    (move,) = previewed(
        session, event("h", "2017-09-18", "honor.received", honor="role_model", level="city", title="标兵")
    ).moves
    assert (move.clause, move.score, move.claimed) == ("27.1", 0, 200)
    assert (
        said(
            session,
            event("p", "2017-09-18", "publication.made", outlet="wujin_education_wechat", title="报道"),
        )
        == "计入 27.2 加分 0.2"
    )


def test_what_counts_for_nothing_says_why(session: OpenLedger) -> None:
    other = event("d", "2017-09-18", "document.filed", document="other", title="杂项")
    assert said(session, other) == "这一类不按记录计分，只作记载"
    before = event("b", "2016-12-30", "activity.held", kinds=["party_lecture"], topic="学")
    assert said(session, before) == "2017 年度的得分不变：日期不在这个考核年度里"
    not_due = event("e", "2017-09-18", "election.held", next_term_ends_on="2020-09-18")
    assert said(session, not_due) == "得分不变：相关条款已经满足，或还差别的条件"
    nobody = gathering("g", "2017-09-18", "external_training", study_hours="4")
    assert previewed(session, nobody).hours == 0, "hours that nobody is credited with"


def test_a_request_is_named_by_its_title(session: OpenLedger) -> None:
    record(
        session,
        event(
            "r", "2017-09-01", "request.issued", request="r1", title="报送名册", due_on="2017-09-30"
        ),
    )  # fmt: skip
    assert said(session, event("a", "2017-09-19", "request.answered", request="r1")) == "计入 16.1 “报送名册”"


def test_branches_are_told_apart(session: OpenLedger) -> None:
    record(
        session,
        event("b1", "2017-09-01", "organization.registered", f"{UNIT}/b1", name="一", kind="branch"),
        event("b2", "2017-09-01", "organization.registered", f"{UNIT}/b2", name="二", kind="branch"),
    )
    both = [
        gathering(f"g{each}", "2017-09-18", "committee_meeting", subject=f"{UNIT}/{each}")
        for each in ("b1", "b2")
    ]
    assert said(session, both[0]) == "计入 8.3 九月"
    assert said(session, *both) == "计入 8.3 九月（wj-01/b1）、8.3 九月（wj-01/b2）"


def test_in_january_last_years_papers_still_count(session: OpenLedger) -> None:
    summary = event(
        "s", "2017-09-20", "document.filed", document="annual_summary", title="总结", for_year=2017
    )
    found = session.projections.preview(session.store, UNIT, [summary], date(2018, 1, 10))
    assert [(each.year, str(each.sentence())) for each in found] == [(2017, "计入 1.2")]
