"""The kept rows hold for as long as they say, and not a day longer than they may."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections.evaluation import Evaluation
from projections.facts import Facts
from projections.records import Records
from projections.rule_set import RuleSet
from rubric.catalog import builtin
from tests.cases.reading import stored
from tests.projections.histories import UNIT, random_history

RULES = RuleSet(builtin()[0])
CLOSES_ON = RULES.rubric.closes_on


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(min_value=0, max_value=100_000), start=st.integers(min_value=0, max_value=395))
def test_an_evaluation_holds_until_the_day_it_names(seed: int, start: int) -> None:
    day = date(2017, 1, 1) + timedelta(days=start)
    events = [event | {"authtype": "user", "authid": "x"} for event in stored(random_history(seed).appends)]
    known = [event for event in events if event["recordedtime"][:10] <= day.isoformat()]
    records = Records(UNIT, known)  # type: ignore[arg-type]
    if not records.all_count(day, CLOSES_ON):
        return
    facts = Facts(UNIT, records.counting(day, CLOSES_ON))
    kept = Evaluation(RULES, facts, day)
    for days in (1, 2, 7, 30, 90, 200):
        later = day + timedelta(days=days)
        if not kept.holds(later):
            break
        fresh = Evaluation(RULES, Facts(UNIT, records.counting(later, CLOSES_ON)), later)
        assert [result.status for result in fresh.results] == [result.status for result in kept.results]
        assert fresh.totals() == kept.totals(), (seed, day, later)


def test_a_unit_with_nothing_logged_changes_on_its_first_due_day() -> None:
    registered = {
        "specversion": "1.0",
        "id": "r",
        "source": "/tests",
        "type": "organization.registered",
        "subject": UNIT,
        "time": "2017-01-01T00:00:00+08:00",
        "data": {"name": "示范学校党支部", "kind": "branch"},
        "sequence": "000000000001",
        "recordedtime": "2017-01-01T01:00:00.000000Z",
        "authtype": "user",
        "authid": "x",
    }
    facts = Facts(UNIT, Records(UNIT, [registered]).counting(date(2017, 2, 10), CLOSES_ON))  # type: ignore[list-item]
    # Below the pace line already, and January is missed: February's last day is the next that matters.
    assert Evaluation(RULES, facts, date(2017, 2, 10)).changes_on == date(2017, 3, 1)
