"""Every key of a file has an effect: a figure, a message or a refusal changes with it."""

from __future__ import annotations

from datetime import date
from typing import Any

from projections.evaluation import Evaluation, RuleSet
from projections.facts import Facts
from projections.preview import hypothetical
from projections.records import Records
from projections.scorecard import Scorecard
from rubric.catalog import Entry, RubricCatalog
from rubric.installing import installing_mistakes, ways_to_install
from rubric.load import parse

HEAD = """\
format: 2
id: keys-2024
year: 2024
title: 细则
closes_on: 2025-01-31
codes: {activities: {meeting: 例会, talk: 宣讲}, documents: {plan: 计划}}
"""
ITEMS = """\
of:
- title: 会议
  points: 10
  rules: [{missing: [{activity: meeting, n: 3}], as: times, lose: {each: 1.345}}]
- title: 宣讲
  points: 10
  rules: [{missing: [{activity: talk, n: 1}], as: times, lose: {each: 1.345}}]
- title: 表现
  points: 10
  rules: [{judge: true, lose: {each: 1}}]
"""


def card(text: str, day: date = date(2025, 1, 31)) -> dict[str, Any]:
    """The card of a unit that does nothing, as JSON."""
    rubric = parse(HEAD + text)
    event: Any = {
        "id": "r", "type": "organization.registered", "subject": "u", "time": "2020-01-01T00:00:00+08:00",
        "data": {"name": "u", "kind": "branch"},
    }  # fmt: skip
    records = Records("u", hypothetical("u", [event], 0))
    facts = Facts("u", records.counting(day, rubric.closes_on))
    return Scorecard("u", day, None, 1, records, facts, Evaluation(RuleSet(rubric), facts, day)).as_json(str)


def test_round_says_how_items_are_added() -> None:
    # 10 - 3 x 1.345, 10 - 1.345, 10 in full
    said = {key: card(f"round: {key}\n{ITEMS}")["total"]["score"] for key in ("exact", "half_up", 2, 1, 0)}
    assert card(ITEMS)["total"]["score"] == said["exact"] == "24.62"
    assert (said["half_up"], said[2]) == ("24.63", "24.63")  # 5.965 -> 5.97, 8.655 -> 8.66
    assert (said[1], said[0]) == ("24.7", "25")
    low = card(f"round: 0\n{ITEMS}", date(2024, 3, 1))["total"]
    assert (low["floor"], low["score"], low["ceiling"]) == ("25", "30", "30")


def test_scored_by_names_the_office() -> None:
    def said(text: str) -> tuple[list[str | None], str]:
        found = card(text, date(2024, 6, 1))["indicators"]
        return [each.get("scored_by") for each in found], found[-1]["clauses"][0]["because"]

    assert said(ITEMS) == ([None] * 3, "由考核人员评定，尚未评定，预计里不扣分")
    assert said(ITEMS.replace("title: 表现\n", "title: 表现\n  scored_by: 组织科\n")) == (
        [None, None, "组织科"], "由组织科评定，尚未评定，预计里不扣分",
    )  # fmt: skip
    inside = ITEMS.replace("of:\n", "of:\n- title: 全部\n  scored_by: 办公室\n  of:\n", 1).replace(
        "\n- title: 会议", "\n  - title: 会议"
    )
    inside = inside.replace("\n- title", "\n  - title").replace("of:\n  - title: 全部", "of:\n- title: 全部")
    inside = inside.replace("\n  points", "\n    points").replace("\n  rules", "\n    rules")
    inside = inside.replace("title: 宣讲\n", "title: 宣讲\n    scored_by: 宣传科\n")
    assert said(inside) == (["办公室", "宣传科", "办公室"], "由办公室评定，尚未评定，预计里不扣分")
    assert (
        card(ITEMS.replace("title: 表现\n", "title: 表现\n  scored_by: 组织科\n"), date(2025, 3, 1))[
            "indicators"
        ][2]["clauses"][0]["because"]
        == "由组织科评定，没有扣分"
    )


def test_main_false_is_always_beside() -> None:
    first, other = parse(HEAD + ITEMS), HEAD.replace("keys-2024", "other-2024") + ITEMS
    here = RubricCatalog([], [Entry(first)])
    assert [each.key for each in installing_mistakes(here, parse(other))] == ["year"]
    beside = parse("main: false\n" + other)
    assert installing_mistakes(here, beside) == []
    assert [way.beside for way in ways_to_install(here, beside)] == [True]
    (mistake,) = installing_mistakes(here, beside, replaces="keys-2024")
    assert (mistake.key, mistake.line) == ("main", 1)
