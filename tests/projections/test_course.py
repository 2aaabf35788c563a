"""The course is what the scorecards of all days say, one after the other; every step of it has its reason."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections.evaluation import Evaluation
from projections.facts import Facts
from projections.records import Records
from projections.rule_set import RuleSet
from projections.score_history import Point, course
from rubric.catalog import builtin
from tests.cases.reading import stored
from tests.projections.histories import UNIT, random_history

RULES = RuleSet(builtin()[0])
OPENS_ON, CLOSES_ON = RULES.rubric.opens_on, RULES.rubric.closes_on
SEEDS = st.integers(min_value=0, max_value=1_000_000)
few = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def records_of(seed: int, part: float = 1.0) -> Records:
    events = [event | {"authtype": "user", "authid": "x"} for event in stored(random_history(seed).appends)]
    return Records(UNIT, events[: round(len(events) * part)])  # type: ignore[arg-type]


def at(points: list[Point], day: date) -> Point | None:
    return next((point for point in reversed(points) if point.day <= day), None)


@few
@given(seed=SEEDS)
def test_every_day_of_the_course_is_that_days_scorecard(seed: int) -> None:
    records = records_of(seed)
    last = date(2018, 3, 1)
    points = course(records, RULES, last)
    random = Random(seed)
    days = {OPENS_ON, CLOSES_ON, last, *(OPENS_ON + timedelta(random.randrange(424)) for _ in range(15))}
    days |= {point.day for point in points[:10]} | {point.day - timedelta(1) for point in points[1:10]}
    for day in days:
        facts = Facts(UNIT, records.counting(day, CLOSES_ON))
        point = at(points, day)
        registered = facts.organization(UNIT).registered
        if registered is None or registered > day:
            assert point is None, (seed, day)
        else:
            assert point is not None, (seed, day)
            assert point.totals == Evaluation(RULES, facts, day).totals(), (seed, day)


@few
@given(seed=SEEDS, part=st.floats(min_value=0.2, max_value=0.95))
def test_going_on_from_an_earlier_course_gives_the_same(seed: int, part: float) -> None:
    before, after = records_of(seed, part), records_of(seed)
    known = course(before, RULES, date(2017, 9, 20))
    new = [record for record in after.by_id.values() if record.id not in before.by_id]
    looked_back = any(
        record.corrected != after.by_id[record.id].corrected
        or record.retracted != after.by_id[record.id].retracted
        or record.reviews != after.by_id[record.id].reviews
        for record in before.by_id.values()
    )
    since = date.min if looked_back else min((record.day for record in new), default=date.max)
    assert course(after, RULES, CLOSES_ON, known, since) == course(after, RULES, CLOSES_ON)


def test_a_point_says_what_moved_and_by_which_records() -> None:
    def event(number: int, kind: str, day: str, /, **data: object) -> dict[str, object]:
        return {
            "specversion": "1.0", "id": f"e{number}", "source": "/tests", "type": kind, "subject": UNIT,
            "time": f"{day}T09:00:00+08:00", "data": data, "sequence": f"{number:012d}",
            "recordedtime": f"2017-12-01T00:00:00.{number:06d}Z", "authtype": "user", "authid": "x",
        }  # fmt: skip

    records = Records(
        UNIT,
        [
            event(1, "organization.registered", "2017-01-01", name="示范", kind="branch"),
            event(2, "document.filed", "2017-02-20", document="annual_plan", title="计划"),
            event(3, "judgement.passed", "2017-03-06", clause="3.2", deduct="0.5", reason="检查"),
            event(4, "claim.reviewed", "2017-03-20", record="e2", verdict="returned", reason="没有盖章"),
        ],  # type: ignore[list-item]
    )
    points = {point.day: point for point in course(records, RULES, date(2017, 4, 10))}
    (plan,) = points[date(2017, 2, 20)].moves
    assert (plan.clause, plan.records, plan.gain.score, plan.gain.floor) == ("1.1", ("e2",), 0, 300)
    (judged,) = points[date(2017, 3, 6)].moves
    assert (judged.clause, judged.records, judged.gain.score) == ("3.2", ("e3",), -50)
    (returned,) = points[date(2017, 3, 20)].moves
    assert (returned.clause, returned.records, returned.gain.floor) == ("1.1", (), -300)
    quarter = {move.clause: move for move in points[date(2017, 4, 1)].moves}
    assert quarter["2.1"].gain.score == -100
    assert quarter["2.1"].records == (), "nobody did anything: a day went by"


def test_there_is_no_course_before_the_unit_or_the_year() -> None:
    assert course(Records(UNIT), RULES, date(2017, 9, 20)) == []
    assert course(records_of(7), RULES, date(2016, 12, 31)) == []
