"""wujin-2017 in format 1, said in format 2 by the program, and written by hand: alike to the last figure."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from ledger.intake.draft import read_draft
from projections.consequences import stake
from projections.duties import duties_of
from projections.evaluation import Evaluation
from projections.facts import Facts
from projections.preview import hypothetical
from projections.records import Records
from projections.rule_set import RuleSet
from rubric.catalog import builtin
from rubric.format2.desugar import desugared
from rubric.load import parse
from tests.projections.histories import UNIT, random_history

BY_HAND = Path(__file__).parent / "wujin-2017-by-hand.yaml"
SEEDS = range(16)
EDGES = (date(2017, 1, 1), date(2017, 6, 30), date(2017, 12, 31), date(2018, 1, 31), date(2018, 2, 1))


@cache
def rule_sets() -> dict[str, RuleSet]:
    first = max((each for each in builtin() if each.id == "wujin-2017"), key=lambda each: each.version)
    return {
        "format 1": RuleSet(first),
        "desugared": RuleSet(parse(desugared(first))),
        "by hand": RuleSet(parse(BY_HAND.read_bytes())),
    }


def figures(rule_set: RuleSet, facts: Facts, day: date) -> dict[str, Any]:
    """Everything that has a number or a status, by clause."""
    evaluation = Evaluation(rule_set, facts, day)
    found: dict[str, Any] = {"totals": evaluation.totals(), "changes_on": evaluation.changes_on}
    for number, results, totals in evaluation.indicators():
        found[f"indicator {number}"] = totals
        for result in results:
            clause = result.rule.clause
            found[clause.id] = (
                result.status, result.loss, result.forecast_loss, result.judged, result.points, result.claimed,
                [
                    (each.subject, each.status, each.due, each.missing, [record.id for record in each.records],
                     stake(evaluation, result, each))
                    for each in result.requirements
                ],
                [str(text) for text in result.rule.explain(result.requirements, facts, day)],
            )  # fmt: skip
    found["duties"] = [
        (duty.clause, duty.due, duty.final, duty.behind_from, duty.subjects, duty.stake, duty.expected)
        for duty in duties_of(facts, rule_set, day)
    ]
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_three_ways_to_say_one_rubric(seed: int) -> None:
    history = random_history(seed)
    events = [event for _, group in history.appends for event in group]
    drafts = [read_draft(place, orjson.dumps(event)) for place, event in enumerate(events)]
    records = Records(UNIT, hypothetical(UNIT, [draft.event for draft in drafts if draft.event], 0))
    random = Random(seed)
    for day in (random.choice(EDGES), date(2017, 1, 1) + timedelta(days=random.randrange(430))):
        said = {
            name: figures(rule_set, Facts(UNIT, records.counting(day, rule_set.rubric.closes_on)), day)
            for name, rule_set in rule_sets().items()
        }
        for name in ("desugared", "by hand"):
            unlike = {key for key in said["format 1"] if said["format 1"][key] != said[name].get(key)}
            told = {key: (said["format 1"][key], said[name].get(key)) for key in sorted(unlike)[:1]}
            assert not unlike, f"{name} on {day}: {told}"
