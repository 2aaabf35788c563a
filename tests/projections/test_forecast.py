"""The forecast's promises (contract §5): within the bounds, never lowered by what satisfies, in the end the score."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections.evaluation import Evaluation
from projections.facts import Facts
from projections.points import Totals
from projections.records import Records
from projections.rule_set import RuleSet
from rubric.catalog import builtin
from rubric.clauses import AllOf, Condition, EveryPeriod, Need
from tests.cases.reading import stored
from tests.projections.histories import UNIT, random_history

RULES = RuleSet(builtin()[-1])
LATER = datetime.fromisoformat("2018-12-01T00:00:00+00:00")
SEEDS = st.integers(min_value=0, max_value=1_000_000)
some = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
Event = dict[str, Any]


def scored(events: list[Event], day: date) -> Evaluation | None:
    """The evaluation of stored events; None where the unit is not there, or not in that year."""
    records = Records(UNIT, [{"authid": "s", **event} for event in events])  # type: ignore[typeddict-item]
    facts = Facts(UNIT, records.counting(day, RULES.rubric.closes_on))
    registered = facts.organization(UNIT).registered
    return None if registered is None or registered > RULES.rubric.ends_on else Evaluation(RULES, facts, day)


def event(number: int, type_: str, subject: str, day: date, **data: Any) -> Event:
    return {
        "specversion": "1.0", "id": f"more-{number}", "source": "/more", "type": type_, "subject": subject,
        "time": f"{day}T00:00:00+08:00", "data": data,
    }  # fmt: skip


def what_satisfies(evaluation: Evaluation, day: date) -> list[Event]:
    """An event for each thing that is open and could be done on *day*."""
    found: list[Event] = []
    for result in evaluation.results:
        clause = result.rule.clause
        subjects = {
            each.subject for each in result.requirements if each.status in ("open", "behind", "unearned")
        }
        for subject in sorted(subjects):
            needs = clause.needs if isinstance(clause, AllOf) else (clause,)
            for need in needs:
                number = len(found)
                if isinstance(need, EveryPeriod) or (isinstance(need, Need) and need.activity):
                    held = event(
                        number, "activity.held", subject, day, kinds=[need.activity], topic=f"补{number}"
                    )
                    found.append(held)
                elif isinstance(need, Need) and need.document:
                    data = {"document": need.document, "title": "材料", "for_year": 2017}
                    found.append(event(number, "document.filed", subject, day, **data))
                elif isinstance(need, Need) and need.outlet:
                    data = {"outlet": need.outlet, "title": f"信息{number}"}
                    found.append(event(number, "publication.made", subject, day, **data))
                elif isinstance(need, Condition):
                    data = {"condition": need.all_of[0], "value": "yes"}
                    found.append(event(number, "condition.declared", subject, day, **data))
    return found


@some
@given(seed=SEEDS)
def test_it_lies_between_floor_and_ceiling_and_ends_as_the_score(seed: int) -> None:
    random = Random(seed)
    events = stored(random_history(seed).appends)
    days = [date(2017, 1, 1) + timedelta(random.randrange(460)) for _ in range(8)]
    for day in [*days, date(2018, 4, 1)]:
        evaluation = scored(events, day)
        if evaluation is None:
            continue
        for _, _, indicator in evaluation.indicators():
            assert indicator.floor <= indicator.forecast <= indicator.ceiling, f"seed {seed}, {day}"
            assert 0 <= indicator.awaiting <= max(indicator.floor, 0), f"seed {seed}, {day}"
        totals = evaluation.totals()
        assert totals.floor <= totals.forecast <= totals.ceiling
        open_ones = [each for each in evaluation.results if each.outlook.rooms]
        if day > date(2018, 3, 31) and not open_ones:
            assert totals.forecast == totals.score


@some
@given(seed=SEEDS)
def test_recording_what_satisfies_never_lowers_it(seed: int) -> None:
    random = Random(seed)
    appends = random_history(seed).appends
    day = date(2017, 1, 1) + timedelta(random.randrange(395))
    before = scored(stored(appends), day)
    if before is None:
        return
    more = what_satisfies(before, min(day, date(2017, 12, 31)))
    for one in random.sample(more, min(len(more), 6)):
        after = scored(stored([*appends, (LATER, [one])]), day)
        assert after is not None
        assert after.totals().forecast >= before.totals().forecast, f"seed {seed}, {day}, {one}"


def idle_year(kind: str) -> list[tuple[date, Totals]]:
    registered = {
        **event(0, "organization.registered", UNIT, date(2017, 1, 1), name="不动", kind=kind),
        "sequence": "000000000001",
        "recordedtime": "2017-01-01T00:00:00.000000Z",
    }
    found = []
    for number in range(460):
        day = date(2017, 1, 1) + timedelta(number)
        evaluation = scored([registered], day)
        assert evaluation is not None
        found.append((day, evaluation.totals()))
    return found


@pytest.mark.parametrize("kind", ["branch", "committee"])
def test_a_unit_that_does_nothing_falls_towards_its_floor(kind: str) -> None:
    year = idle_year(kind)
    for (_, before), (day, after) in pairwise(year):
        if before.missed:
            assert after.forecast <= before.forecast, day
            assert after.forecast - after.floor <= before.forecast - before.floor, day
    last = year[-1][1]
    assert last.forecast == last.score == last.floor
    assert year[180][1].forecast < year[10][1].forecast - 1000


def test_a_unit_of_which_nothing_is_known_is_supposed_to_do_well() -> None:
    evaluation = idle_year("branch")[0][1]
    assert evaluation.forecast > 8500


def test_the_kept_forecast_holds_until_the_row_says_it_turns() -> None:
    events = stored(random_history(7).appends)
    day = date(2017, 3, 1)
    while day < date(2018, 2, 1):
        known = [each for each in events if each["time"][:10] < "2017-03-01"]
        kept = scored(known, day)
        if kept is None:
            return
        turns = min(kept.changes_on, date(2018, 2, 1))
        again = scored(known, turns - timedelta(1))
        assert again is not None
        assert again.totals() == kept.totals()
        day = turns
