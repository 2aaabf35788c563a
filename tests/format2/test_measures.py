"""The registry of measures: each explains itself in the manual, and a new one is one file."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from projections.evaluation import Evaluation
from projections.facts import Facts
from projections.preview import hypothetical
from projections.records import Records
from projections.rule_set import RuleSet
from rubric.format2 import measures as registry
from rubric.format2.measures import Measure, measures
from rubric.format2.reading import _Reader
from rubric.load import parse
from rubric.mistake import RubricRefused
from rubric.source import read

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("measure", measures().values(), ids=measures())
def test_the_manuals_list_is_the_registrys(measure: Measure) -> None:
    chinese = (DOCS / "rubric.zh-CN.md").read_text("utf-8")
    said = f"{measure.counts} | {measure.sentence} | `{measure.line}`"
    row = f"| `{measure.key}` | {said} | {'、'.join(measure.shapes)} |"
    assert row in chinese
    english = (DOCS / "rubric.md").read_text("utf-8")
    assert (
        f"| `{measure.key}` | {measure.counts_en} | `{measure.line}` | {', '.join(measure.shapes)} |"
        in english
    )


@pytest.mark.parametrize("measure", measures().values(), ids=measures())
def test_the_line_of_a_measure_can_be_read(measure: Measure) -> None:
    source = read(measure.line)
    reader = _Reader(source, drafts=False)
    assert reader.rule(source.data, (), "1.1", {"points": 10000, "top": 10000}, "words", (), None), (
        reader.mistakes
    )
    assert reader.mistakes == []


FILE = """\
format: 2
id: long-2024
year: 2024
title: 题目
closes_on: 2025-01-31
codes: {activities: {talk: 宣讲}}
of:
- {title: 题目, points: 3, rules: [{long_topics: activity, more_than: 3, lose: {each: 1}}]}
"""


def test_a_new_measure_is_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a file brings as MEASURE: found, loaded, checked, evaluated and explained without another line anywhere."""
    with pytest.raises(RubricRefused, match="没有写计什么"):
        parse(FILE)
    monkeypatch.setattr(registry, "HOMES", [*registry.HOMES, "tests.format2.outside"])
    monkeypatch.setattr(registry, "_found", cache(registry._found.__wrapped__))
    with pytest.raises(RubricRefused, match="“long_topics”不能配 share；可以配 each、flat"):
        parse(FILE.replace("{each: 1}", "{share: 1}"))
    event: Any = {
        "id": "e", "type": "activity.held", "subject": "u", "time": "2024-03-01T00:00:00+08:00",
        "data": {"kinds": ["talk"], "topic": "很长的题目"},
    }  # fmt: skip
    registered: Any = {
        **event,
        "id": "r",
        "type": "organization.registered",
        "data": {"name": "u", "kind": "branch"},
    }
    records = Records("u", hypothetical("u", [registered, event], 0))
    day = date(2024, 6, 1)
    evaluation = Evaluation(RuleSet(parse(FILE)), Facts("u", records.counting(day, day)), day)
    totals = evaluation.totals()
    assert (totals.floor, totals.score, totals.ceiling) == (0, 200, 200)
