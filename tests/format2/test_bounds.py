"""Every measure with every curve, on random years: the final points lie in the bounds of any day before.

What only people decide (judgements, cases) is in no bound, and is not drawn here after the day looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from projections.evaluation import Evaluation
from projections.facts import Facts
from projections.measures import figure as figure_module
from projections.peers import compare
from projections.records import Records
from projections.rule_set import RuleSet
from rubric.format2.curves import Worlds
from rubric.format2.flow import flow
from rubric.format2.measures import measures
from rubric.load import parse

UNITS = ("a", "b", "c")
FIRST, LAST, OVER = date(2024, 1, 1), date(2025, 1, 31), date(2025, 4, 1)
HEAD = """\
format: 2
id: bounds-2024
year: 2024
title: 界限
closes_on: 2025-01-31
judged_until: 2025-03-31
periods: {semester: [{name: 上, from: 2024-02-01, to: 2024-06-30}, {name: 下, from: 2024-09-01, to: 2024-12-31}]}
roles: {chair: 委员}
categories: {letters: 信访}
codes:
  activities: {talk: 宣讲, meeting: 例会}
  documents: {plan: 计划, book: 年报}
  outlets: {city: 市报, county: 县报}
  honors: {prize: 奖}
  conditions: {sound: 健全, posted: 上墙}
figures:
  rate: {name: 率, max: 100, due: 2025-01-15}
  done: {name: 已办, max: 50, due: 2025-01-15}
  asked: {name: 应办, max: 50}
  debt: {name: 差额, min: -20, max: 20, due: 2024-11-30}
ratings: {above: {name: 上级, scale: {A: 90, B: 70, C: 50}, due: 2025-01-10}, served: {name: 群众, scale: [0, 100]}}
of:
"""
WHO_JOINS_LATER = "hours"
"""As in format 1, the hours of whoever joins later are in no bound."""
MEASURES: dict[str, list[dict[str, Any]]] = {
    "missing": [
        {"missing": [{"activity": "meeting", "n": 4}], "as": "times"},
        {
            "missing": [
                {"document": "plan", "due": date(2024, 3, 31), "final": date(2024, 6, 30)},
                {"outlet": "city"},
            ]
        },
        {"missing": [{"document": "plan"}, {"outlet": "city", "n": 2}], "any": True},
        {"missing": [{"honor": "prize"}], "unearned": True},
        {"missing": [{"activity": "meeting", "n": 6, "pace": True}], "as": "times"},
    ],
    "count": [
        {"count": {"activity": "talk"}, "beyond": 2},
        {"count": {"honor": "prize"}, "reviewed": True},
        {"count": {"outlet": ["city", "county"]}},
    ],
    "periods": [
        {"periods": "quarter", "needs": [{"activity": "meeting"}]},
        {"periods": "semester", "needs": [{"activity": "meeting"}, {"document": "book"}]},
        {"periods": "month", "needs": [{"activity": "talk", "n": 2}]},
    ],
    "items": [{"items": "request"}, {"items": "finding", "category": "letters", "final": "closing"}],
    "state": [{"state": ["sound", "posted"]}],
    "members": [
        {"members": {"role": "chair", "each": {"activity": "talk"}}},
        {"members": {"each": {"activity": "meeting", "n": 2}, "by": "attended"}, "as": "times"},
        {"members": {"each": {"hours": 8}}},
    ],
    "late": [
        {"late": {"document": "book", "due": date(2024, 6, 30)}, "step": "month"},
        {"late": {"document": "plan", "due": date(2024, 3, 31)}, "free": 10},
    ],
    "figure": [
        {"figure": "rate"},
        {"figure": "rate", "take": "max"},
        {"figure": "rate", "take": "mean"},
        {"figure": "done", "take": "sum"},
        {"figure": "debt"},
        {"figure": "rate", "until_reported": "full"},
        {"figure": "rate", "until_reported": "zero"},
    ],
    "rate": [{"rate": [{"figure": "done", "take": "sum"}, {"figure": "asked", "take": "sum"}]}],
    "grade": [{"grade": [{"rating": "above", "weight": 0.4}, {"rating": "served", "weight": 0.6}]}],
    "peers": [
        {"peers": {"figure": "rate"}},
        {"peers": {"figure": "done", "take": "sum"}, "take": "mean"},
        {"peers": {"figure": "rate"}, "take": "share_of_best"},
    ],
    "terms": [{"terms": "unit"}],
}
CURVES: dict[str, Any] = {
    "flat": {"flat": 3},
    "each": {"each": 1.5, "free": 1, "cap": 8},
    "share": {"share": 10},
    "below": {"below": {"at": 80, "step": 5, "points": 0.7, "round": "up"}, "cap": 10},
    "above": {"above": {"at": 1, "step": 2, "points": 1, "round": "down"}, "cap": 10},
    "table": {"table": {0: 0, 1: 2, 5: 4, 60: 7, 90: 10}},
}
PEOPLE = frozenset({"cases", "judge"})


def items() -> Iterator[str]:
    """Yield an item of a rubric for every measure with every curve, as a loss and as a gain."""
    number = 0
    for key, lines in MEASURES.items():
        for line in lines:
            for shape in measures()[key].shapes:
                for way in ("lose", "gain"):
                    number += 1
                    curve = CURVES[shape]
                    if key == "peers" and line.get("take", "place") == "place" and shape == "table":
                        curve = {"table": {1: 10, 2: 6, 3: 2}, "by": "place"}
                    rule = flow({**line, way: curve}).replace("1.5,", "1.5,")
                    yield (
                        f"- {{id: {number}, title: {key} {shape} {way}, points: 10,"
                        f" start: {'full' if way == 'lose' else 'zero'}, rules: [{rule}]}}\n"
                    )


@pytest.fixture(scope="module")
def rule_set() -> RuleSet:
    return RuleSet(parse(HEAD + "".join(items())))


def test_every_measure_is_tried() -> None:
    assert set(MEASURES) | PEOPLE == {key for key in measures() if not key.startswith("test_")}


class RandomYear:
    """One random year of three units: events by day."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.events: list[dict[str, Any]] = []
        self.joins = False
        for unit in UNITS:
            term = {"term_ends_on": str(date(2024, 1, 1) + timedelta(days=self.random.randrange(-200, 500)))}
            self._add(unit, "organization.registered", date(2023, 1, 1), name=unit, kind="branch", **term)
            for member in "xyz":
                roles = ["chair"] if self.random.random() < 0.5 else []
                self._add(unit, "member.joined", date(2023, 2, 1), member=member, roles=roles)
            for _ in range(self.random.choice((0, 4, 15, 60))):
                self._anything(unit)
        self.events.sort(key=lambda event: (event["time"], event["id"]))
        for place, event in enumerate(self.events, 1):
            event["sequence"] = f"{place:012d}"

    def _add(self, unit: str, kind: str, day: date, /, **data: Any) -> str:
        number = len(self.events)
        said = {
            "id": f"e{number}",
            "type": kind,
            "subject": unit,
            "time": f"{day}T00:00:00+08:00",
            "data": data,
        }
        self.events.append({**said, "recordedtime": "", "authid": ""})
        return f"e{number}"

    def _day(self) -> date:
        return FIRST + timedelta(days=self.random.randrange((LAST - FIRST).days + 1))

    def _anything(self, unit: str) -> None:
        pick, day = self.random.choice, self._day()
        match pick(("activity", "activity", "document", "outlet", "honor", "fact", "fact", "fact", "fact")):
            case "fact":
                self._fact(unit, day)
            case "activity":
                data = {
                    "lecturer": pick("xyz"),
                    "attendees": pick(("all", ["x"])),
                    "study_hours": pick(("0", "3")),
                }
                self._add(
                    unit, "activity.held", day, kinds=[pick(("talk", "meeting"))], topic=str(day), **data
                )
            case "document":
                self._add(
                    unit, "document.filed", day, document=pick(("plan", "book")), title="t", for_year=2024
                )
            case "outlet":
                title = str(self.random.random())
                self._add(unit, "publication.made", day, outlet=pick(("city", "county")), title=title)
            case "honor":
                self._add(unit, "honor.received", day, honor="prize", level="city", title="t", for_year=2024)

    def _fact(self, unit: str, day: date) -> None:
        pick = self.random.choice
        match pick(("state", "item", "figure", "figure", "rating", "join")):
            case "state":
                value = pick(("yes", "not_applicable"))  # whoever takes a word back has not done nothing
                self._add(unit, "condition.declared", day, condition=pick(("sound", "posted")), value=value)
            case "item":
                self._item(unit, day)
            case "figure":
                figure = pick(("rate", "done", "asked", "debt"))
                least, most = {"rate": (0, 100), "debt": (-20, 20)}.get(figure, (0, 50))
                self._add(
                    unit, "figure.reported", day, figure=figure, value=str(self.random.randint(least, most))
                )
            case "rating":
                if self.random.random() < 0.5:
                    self._add(unit, "rating.given", day, rating="above", rater=pick("pq"), grade=pick("ABC"))
                else:
                    value = str(self.random.randint(0, 100))
                    self._add(unit, "rating.given", day, rating="served", rater=pick("pqr"), value=value)
            case "join":
                self.joins = True
                self._add(unit, "member.joined", day, member=f"m{self.random.random()}", roles=["chair"])

    def _item(self, unit: str, day: date) -> None:
        # What was asked before the day looked at is in its bounds; what is asked later comes from people.
        day, key = date(2023, 12, 1), f"k{len(self.events)}"
        due = FIRST + timedelta(days=self.random.randrange(380))
        kind, answer = self.random.choice((("request", "answered"), ("finding", "rectified")))
        asked = "issued" if kind == "request" else "raised"
        more = {"title": "t"} if kind == "request" else {"text": "t", "category": "letters"}
        self._add(unit, f"{kind}.{asked}", day, due_on=str(due), **{kind: key}, **more)
        if self.random.random() < 0.6:
            self._add(unit, f"{kind}.{answer}", self._day(), **{kind: key})


def _evaluations(year: RandomYear, rule_set: RuleSet, day: date) -> dict[str, Evaluation]:
    facts = {}
    for unit in UNITS:
        records = Records(unit, [event for event in year.events if event["subject"] == unit])  # type: ignore[misc]
        facts[unit] = Facts(unit, records.counting(day, rule_set.rubric.closes_on))
    compare(rule_set, facts, day)
    return {unit: Evaluation(rule_set, each, day) for unit, each in facts.items()}


def out_of_bounds(rule_set: RuleSet, seed: int) -> Iterator[str]:
    """Yield every item whose final points lie outside the bounds of a day before."""
    year = RandomYear(seed)
    final = _evaluations(year, rule_set, OVER)
    days = sorted(
        {FIRST + timedelta(days=year.random.randrange(440)) for _ in range(3)} | {date(2025, 1, 15)}
    )
    for day in days:
        for unit, evaluation in _evaluations(year, rule_set, day).items():
            ends = {number: totals for number, _, totals in final[unit].indicators()}
            for number, results, totals in evaluation.indicators():
                if year.joins and WHO_JOINS_LATER in results[0].rule.clause.said:
                    continue
                said = f"seed {seed} {day} {unit} {number} {rule_set.rubric.words[number].title}"
                if not totals.floor <= totals.score <= totals.ceiling:
                    yield f"{said}: {totals.floor} <= {totals.score} <= {totals.ceiling} on the day itself"
                elif not totals.floor <= totals.forecast <= totals.ceiling:
                    yield f"{said}: forecast {totals.floor} <= {totals.forecast} <= {totals.ceiling}"
                elif not totals.floor <= ends[number].score <= totals.ceiling:
                    yield f"{said}: {totals.floor} <= {ends[number].score} <= {totals.ceiling} at the end"


@pytest.mark.parametrize("seed", range(12))
def test_no_continuation_leaves_the_bounds(rule_set: RuleSet, seed: int) -> None:
    assert list(out_of_bounds(rule_set, seed)) == []


def test_a_planted_fault_is_found(rule_set: RuleSet, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_sure(_rule: Any, now: Any) -> Worlds:
        return Worlds(now, now, now)  # as if no report could come after the first

    monkeypatch.setattr(figure_module.FigureRule, "_spread", too_sure)
    assert any(list(out_of_bounds(rule_set, seed)) for seed in range(12))
