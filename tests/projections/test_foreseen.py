"""Every clause says why its forecast is what it is: the figures in the words give it (contract §5, §8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from random import Random

from ledger.text import Text
from projections.clause_result import ClauseResult
from projections.evaluation import Evaluation
from projections.facts import Facts
from projections.forecast import number_at_pace
from projections.foreseen import foreseen
from projections.records import Records
from projections.requirement import Status
from projections.rule_set import RuleSet
from projections.rules.tiers import TiersRule
from projections.scorecard import Scorecard
from rubric.amounts import HUNDRED, decimal_text
from rubric.catalog import builtin
from rubric.load import parse
from tests.cases.reading import stored
from tests.format2.test_bounds import HEAD, UNITS, items
from tests.format2.test_bounds import RandomYear as Year
from tests.projections.histories import UNIT, random_history

RULES = RuleSet(builtin()[-1])
CENT = Decimal("0.01")


def worked_out(words: str) -> Decimal | None:
    """The points that the arithmetic in the words comes to; None where the words hold none."""
    found = re.search(r"预计[扣得] [-\d.]+ 分（(.+)）$", words)
    if found is None:
        return None
    terms, _, most = found[1].partition("，最多扣 ")
    total = sum((_term(term) for term in terms.split(" + ")), Decimal(0)).quantize(CENT, ROUND_HALF_UP)
    return min(total, Decimal(most.removesuffix(" 分"))) if most else total


def _term(term: str) -> Decimal:
    product = re.fullmatch(r"(-?[\d.]+) 分 × ([\d.]+)(%?)", term)
    if product:
        times = Decimal(product[2]) / (100 if product[3] else 1)
        return Decimal(product[1]) * times
    alone = re.fullmatch(r"(?:已扣 |评定扣 )?(-?[\d.]+) 分", term)
    assert alone is not None, term
    return Decimal(alone[1])


Seen = tuple[Facts, Evaluation, date]


def years_of_2017(seeds: range) -> Iterator[Seen]:
    for seed in seeds:
        random = Random(seed)
        events = stored(random_history(seed).appends)
        records = Records(UNIT, [{"authid": "s", **event} for event in events])  # type: ignore[typeddict-item]
        for _ in range(4):
            day = date(2017, 1, 1) + timedelta(random.randrange(400))
            facts = Facts(UNIT, records.counting(day, RULES.rubric.closes_on))
            registered = facts.organization(UNIT).registered
            if registered is not None and registered <= RULES.rubric.ends_on:
                yield facts, Evaluation(RULES, facts, day), day


def years_of_format_2(seeds: range) -> Iterator[Seen]:
    rule_set = RuleSet(parse(HEAD + "".join(items())))
    for seed in seeds:
        year = Year(seed)
        for day in (date(2024, 1, 1) + timedelta(year.random.randrange(440)) for _ in range(2)):
            for unit in UNITS:
                own = [event for event in year.events if event["subject"] == unit]
                facts = Facts(unit, Records(unit, own).counting(day, rule_set.rubric.closes_on))  # type: ignore[arg-type]
                yield facts, Evaluation(rule_set, facts, day), day


def check(facts: Facts, result: ClauseResult, day: date) -> Text | None:
    """Work the forecast of one clause out again from the words; return them."""
    forecast = result.forecast_gain if result.is_bonus or result.gains else result.forecast_loss
    said = foreseen(result, facts, day)
    where = f"{result.rule.clause.id} {result.rule.clause.rule} on {day}: {said}"
    if said is None:
        assert result.foresight is None or not result.foresight.steps, where
        now = result.points if result.is_bonus else result.gain.score if result.gains else result.loss.score
        assert forecast == now, where
        return None
    pace = re.search(r"到年底计 ([-\d.]+)，预计[得扣] (-?[\d.]+) 分$", str(said))
    if pace is not None:
        _, low, high = result.rule.points(result.requirements)
        points = min(max(result.rule.clause.curve.points(Fraction(pace[1])), low), high)
        assert pace[2] == decimal_text(points) == decimal_text(forecast), where
        return said
    points = worked_out(str(said))
    if points is None:
        assert str(said).endswith("预计都能做到"), where
        assert result.foresight is not None
        assert forecast == min(result.rule.clause.max, result.foresight.gone + result.judged), where
        return said
    # A rubric may give fractions of a hundredth; what is written down has two decimals.
    assert abs(points - Decimal(decimal_text(forecast))) <= (CENT if isinstance(forecast, Fraction) else 0), (
        where
    )
    assert re.search(rf"预计[扣得] {decimal_text(forecast)} 分（", str(said)), where
    return said


def test_the_figures_in_the_words_give_the_forecast() -> None:
    kinds: set[str] = set()
    for facts, evaluation, day in years_of_2017(range(25)):
        for result in evaluation.results:
            if check(facts, result, day) is not None:
                kinds.add(result.rule.clause.rule)
    asked = {
        "once",
        "all_of",
        "award",
        "every_period",
        "total",
        "condition",
        "each_item",
        "election",
        "tiers",
    }
    assert kinds >= asked


def test_so_do_those_of_every_measure_of_format_2() -> None:
    measures: set[str] = set()
    for facts, evaluation, day in years_of_format_2(range(12)):
        for result in evaluation.results:
            if check(facts, result, day) is not None:
                measures.add(result.rule.clause.rule_key)
    assert measures >= {
        "missing",
        "count",
        "periods",
        "state",
        "members",
        "late",
        "figure",
        "rate",
        "grade",
    }


def test_a_clause_that_waits_for_people_says_what_its_forecast_takes() -> None:
    facts, evaluation, day = next(years_of_2017(range(7, 8)))
    card = Scorecard(UNIT, day, None, 0, Records(UNIT), facts, evaluation)
    waiting = next(each for each in evaluation.results if each.status is Status.AWAITING)
    assert str(card.because(waiting)) == "由考核人员评定，尚未评定，预计里不扣分"


def test_what_earns_is_expected_to_go_on_in_part_and_ends_as_the_score() -> None:
    terms = RULES.rubric.forecast.model_copy(update={"goes_on": 50})
    year = date(2017, 1, 1), date(2017, 12, 31)
    assert number_at_pace(terms, 6, date(2017, 6, 15), *year) == 9
    assert number_at_pace(terms, 1, date(2017, 9, 30), *year) == Fraction(116, 100)
    assert number_at_pace(terms, 6, date(2017, 12, 1), *year) == 6
    assert number_at_pace(terms, 0, date(2017, 1, 1), *year) == 0


def test_of_claims_under_review_a_share_is_expected_until_nobody_reviews_any_more() -> None:
    rule = next(each for each in RULES.rules if isinstance(each, TiersRule))
    share = RULES.rubric.forecast.accepted
    assert 0 < share < HUNDRED
    assert rule.expected(100, 200, RULES.rubric.judged_until) == 100 + share
    assert rule.expected(100, 200, RULES.rubric.judged_until + timedelta(1)) == 100
