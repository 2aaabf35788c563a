"""No key of a file is read in vain: a change of each changes a score, a message, a refusal or an offer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import pytest
from pydantic import BaseModel

from projections.duties import duties_of
from projections.evaluation import Evaluation
from projections.facts import Facts
from projections.peers import compare
from projections.places import outcomes, shares_out
from projections.preview import hypothetical
from projections.records import Records
from projections.result import entrant_of
from projections.rule_set import RuleSet
from projections.scorecard import Scorecard
from reminders.service import _leads_of
from rubric.applicants import Applicant
from rubric.catalog import Entry, RubricCatalog
from rubric.clauses import Evidence
from rubric.derive import derive
from rubric.format2 import curves, document, terms
from rubric.format2.measures import measures
from rubric.format2.rubric2 import Rubric2
from rubric.load import parse
from rubric.mistake import RubricRefused
from rubric.named import names_in
from taizhang.app.ledger import vocabulary_of
from taizhang.documents.rubric import rubric_document
from taizhang.documents.rubric_check import checked

DAYS = (date(2024, 3, 20), date(2024, 7, 20), date(2024, 12, 31), date(2025, 2, 15))
UNITS = ("u", "v", "n")


def _events() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """A year of three units: subject, type, day, data."""
    for unit, since, kind, group in (
        ("u", "2020-01-01", "branch", "east"), ("v", "2020-01-01", "committee", "west"),
        ("n", "2024-10-05", "branch", "east"),
    ):  # fmt: skip
        more = {
            "secretary": "m1",
            "has_committee": unit != "v",
            "has_groups": False,
            "term_ends_on": "2024-05-01",
        }
        named = {"name": unit, "kind": kind, "group": group, "tags": ["school"] if unit == "u" else []}
        yield unit, "organization.registered", since, {**named, **more}
    for member, roles in (("m1", ["chair"]), ("m2", [])):
        joined = {"member": member, "roles": roles, "leader": member == "m1"}
        yield "u", "member.joined", "2020-02-01", joined
    for day, kind, lecturer in (
        ("2024-01-15", "talk", "m1"), ("2024-02-20", "meeting", "m2"), ("2024-04-10", "talk", "m2"),
        ("2024-05-10", "meeting", "m1"), ("2024-05-20", "talk", "m1"), ("2024-11-02", "meeting", "m2"),
        ("2024-11-30", "talk", "m2"),
    ):  # fmt: skip
        held = {"kinds": [kind], "topic": day, "lecturer": lecturer, "attendees": ["m2"], "study_hours": "3"}
        yield "u", "activity.held", day, held
    yield "u/b", "organization.registered", "2024-02-01", {"name": "b", "kind": "branch"}
    yield "u/b", "activity.held", "2024-05-06", {"kinds": ["talk"], "topic": "b"}
    yield "v", "activity.held", "2024-05-05", {"kinds": ["talk"], "topic": "v"}
    for day, name, year in (
        ("2024-03-10", "plan", 2024),
        ("2024-08-20", "book", 2024),
        ("2025-01-20", "report", 2024),
    ):
        yield (
            "u",
            "document.filed",
            day,
            {"document": name, "title": name, "for_year": year, "target_sessions": 5},
        )
    for place, (outlet, feature) in enumerate((("city", True), ("city", False), ("county", False))):
        title = {"outlet": outlet, "title": f"t{place}", "feature": feature}
        yield "u", "publication.made", f"2024-0{place + 4}-01", title
    for place, (level, work) in enumerate((("province", "w"), ("city", "w"), ("county", "x"))):
        got = {"honor": "prize", "level": level, "title": f"h{place}", "work": work, "for_year": 2024}
        yield "u", "honor.received", f"2024-0{place + 4}-02", got
    yield "u", "condition.declared", "2024-02-01", {"condition": "sound", "value": "yes"}
    yield "u", "condition.declared", "2024-02-01", {"condition": "posted", "value": "not_applicable"}
    for unit, key, due in (("u", "a", "2024-03-01"), ("u", "b", "2024-06-01"), ("v", "c", "2024-06-01")):
        asked = {
            "request": key,
            "title": key,
            "due_on": due,
            "category": "letters" if key == "a" else "other",
        }
        yield unit, "request.issued", "2024-02-01", asked
    yield "u", "request.answered", "2024-09-01", {"request": "b"}
    for unit, day, figure, value, at in (
        ("u", "2024-03-01", "rate", "60", "上"), ("u", "2024-10-01", "rate", "80", "下"),
        ("v", "2024-03-01", "rate", "95", "上"), ("u", "2024-03-01", "done", "30", "上"),
        ("u", "2024-03-02", "asked", "40", "上"), ("n", "2024-11-01", "rate", "10", "下"),
    ):  # fmt: skip
        yield unit, "figure.reported", day, {"figure": figure, "value": value, "at": at}
    yield "u", "case.confirmed", "2024-04-04", {"case": "minor", "count": 2, "points": "3", "reason": "迟报"}
    yield "v", "case.confirmed", "2024-04-04", {"case": "grave", "points": "3", "reason": "重"}
    yield "u", "rating.given", "2024-05-05", {"rating": "above", "rater": "r", "grade": "B"}
    yield "u", "rating.given", "2024-05-05", {"rating": "served", "rater": "r", "value": "80"}
    yield (
        "u",
        "judgement.passed",
        "2025-01-15",
        {"clause": "90.1", "deduct": "1", "reason": "差", "for_year": 2024},
    )


@cache
def _records() -> dict[str, Records]:
    found: dict[str, list[Any]] = {unit: [] for unit in UNITS}
    for place, (unit, kind, day, data) in enumerate(_events()):
        event = {
            "id": f"e{place}",
            "type": kind,
            "subject": unit,
            "time": f"{day}T00:00:00+08:00",
            "data": data,
        }
        found[unit.partition("/")[0]].append(event)
    return {unit: Records(unit, hypothetical(unit, events, 0)) for unit, events in found.items()}


def fingerprint(text: str) -> Any:
    """Everything that people, forms, reminders and the ledger get of a file; its own text left out."""
    try:
        rubric = parse(text)
    except RubricRefused as refused:
        return [str(mistake) for mistake in refused.mistakes]
    assert isinstance(rubric, Rubric2)
    shown = rubric_document(rubric)
    for section in shown["sections"]:
        for indicator in section["indicators"]:
            for clause in indicator["clauses"]:
                clause.pop("said", None)
    catalog = RubricCatalog([], [Entry(rubric, beside=rubric.only_beside)])
    words = {name: repr(getattr(vocabulary_of(catalog), name)) for name in vocabulary_of(catalog).__slots__
             if name not in ("rubrics", "rubric_problems", "after")}  # fmt: skip
    fits = [
        rubric.meant is None or rubric.meant.fits(who.unit, who.kind, who.tags)
        for who in (Applicant("u", "branch", frozenset({"school"})), Applicant("v", "committee"))
    ]
    try:
        notes = [str(note) for note in checked(text.encode()).notes]
    except RubricRefused as refused:
        notes = [str(mistake) for mistake in refused.mistakes]
    return {
        "shown": shown,
        "names": [names_in(rubric), rubric.also_called, rubric.code_names, rubric.levels],
        "words": words,
        "who": [
            fits,
            catalog.is_main(rubric.id),
            repr(catalog.missing_year(DAYS[0])),
            rubric.opens_on,
            rubric.ends_on,
        ],
        "drafted": derive(text, 2025).count("decide:"),
        "suggested": [clause.suggested for clause in rubric.clauses],
        "leads": [_leads_of(clause, rubric.lead_days) for clause in rubric.clauses],
        "units": [figure.unit for figure in rubric.head.figures.values()],
        "notes": notes,
        "years": [_seen(rubric, day) for day in DAYS],
    }


def _seen(rubric: Rubric2, day: date) -> Any:
    rule_set = RuleSet(rubric)
    facts = {unit: Facts(unit, each.counting(day, rubric.closes_on)) for unit, each in _records().items()}
    compare(rule_set, facts, day)
    there = {unit: each for unit, each in facts.items() if each.organization(unit).exists(day)}
    evaluations = {unit: Evaluation(rule_set, each, day) for unit, each in there.items()}
    shared = {}
    if shares_out(rubric):
        entrants = [entrant_of(rubric, evaluations[unit], there[unit], day) for unit in there]
        shared = outcomes(rubric.result, entrants)
    return {
        unit: (
            Scorecard(unit, day, None, 0, _records()[unit], there[unit], evaluation, (), shared.get(unit)).as_json(str),
            [repr(duty) for duty in duties_of(there[unit], rule_set, day)],
        )
        for unit, evaluation in evaluations.items()
    }  # fmt: skip


HEAD = """\
format: 2
id: all-2024
version: 1
year: 2024
title: 全部
closes_on: 2025-01-31
periods: {term: [{name: 上, from: 2024-02-01, to: 2024-06-30}, {name: 下, from: 2024-09-01, to: 2024-12-31}]}
levels: [{code: province, name: 省级, counts_as: city}, {code: city, name: 市级}, {code: county, name: 县级}]
roles: {chair: 委员}
tags: {school: 学校}
groups: {east: 东片, west: 西片}
categories: {letters: 信访, other: 其他}
codes:
  activities: {talk: {name: 宣讲, also: [讲课]}, meeting: 例会}
  documents: {plan: 计划, book: 年报, report: 总结}
  outlets: {city: 市报, county: 县报}
  honors: {prize: 奖}
  conditions: {sound: 健全, posted: 上墙}
figures:
  rate: {name: 率, unit: 分, max: 100, due: 2024-12-15}
  done: {name: 已办, max: 50, due: 2024-12-15}
  asked: {name: 应办, max: 50, due: 2024-12-15}
cases: {minor: {name: 轻微, points: [1, 5]}, grave: {name: 严重}}
ratings: {above: {name: 上级, scale: {A: 90, B: 70}, due: 2024-11-10}, served: {name: 群众, scale: [0, 100], who: unit}}
"""
REST = (
    "- {id: 80, title: 其余, points: 5,\n"
    "   rules: [{missing: [{activity: meeting, n: 4}], as: times, lose: {each: 1}}]}\n"
)


def of(*items: str, tail: str = "") -> str:
    return HEAD + "of:\n" + "".join(f"- {item}\n" for item in items) + REST + tail


def rule(text: str, *, points: str = "20", more: str = "") -> str:
    """A file with that one rule in an item."""
    return of(f"{{id: 1, title: 一, points: {points}, {more}rules: [{text}]}}")


JUDGED = of("{id: 90, title: 评, points: 9, rules: [{judge: true, lose: {each: 1}}]}")
ALL_TEXT = of(
    "{id: 1, title: 一, points: 10, rules: [{missing: [{activity: talk, n: 9}], as: times, lose: {each: 1}}]}",
    "{id: 2, title: 二, points: 10, rules: [{count: {honor: prize}, gain: {each: 1}}]}",
)
ITEM = of(
    "{id: 1, title: 组, of: [\n"
    "    {id: 11, title: 甲, points: 10, rules: [{missing: [{activity: talk, n: 9}], as: times, lose: {each: 1}}]},\n"
    "    {id: 12, title: 乙, points: 10,\n"
    "      rules: [{missing: [{activity: meeting, n: 9}], as: times, lose: {each: 0.5}}]}]}"
)
ONE = "{id: 11, title: 甲, points: 10, "
GROUP = "{id: 1, title: 组, "
NEED = rule("{missing: [{activity: talk, n: 9}], as: times, lose: {each: 1}}")
N9 = "{activity: talk, n: 9}"
RESULT = "result: {grades: [[好, 5], [中, 2], [差, 0]], at_most: [{figure: rate, below: 90, grade: 中}]}\n"
GRADED = ALL_TEXT + RESULT
FIGURE = rule("{figure: rate, lose: {below: {at: 95, step: 10, points: 0.75, round: up}}}")
MEASURED: dict[str, tuple[str, dict[str, tuple[str, str]]]] = {
    "missing": (
        rule("{missing: [{document: book, due: 2024-06-30}, {outlet: city, n: 5}], as: times, lose: {each: 1}}"),
        {"missing": ("n: 5", "n: 6"), "as": ("as: times", "as: items"), "any": ("as: times", "any: true"),
         "unearned": ("as: times", "unearned: true")},
    ),
    "count": (
        rule("{count: {honor: prize}, gain: {each: 1}}", more="start: zero, "),
        {"count": ("honor: prize", "activity: talk"), "beyond": ("prize}", "prize}, beyond: 1"),
         "reviewed": ("prize}", "prize}, reviewed: true"), "best_per": ("prize}", "prize}, best_per: work")},
    ),
    "periods": (
        rule("{periods: quarter, needs: [{activity: meeting}], lose: {each: 1}}"),
        {"periods": ("quarter", "term"), "needs": ("activity: meeting", "activity: talk"),
         "applies_if": ("meeting}]", "meeting}], applies_if: has_groups"),
         "attended_by": ("meeting}]", "meeting}], attended_by: every_leader")},
    ),
    "items": (
        rule("{items: request, lose: {each: 1}}"),
        {"items": ("items: request", "items: finding"), "category": ("request", "request, category: letters"),
         "final": ("request", "request, final: closing")},
    ),
    "cases": (
        rule("{cases: minor, lose: {each: 1}}"),
        {"cases": ("cases: minor, lose", "cases: grave, lose"), "as": ("minor, lose", "minor, as: points, lose")},
    ),
    "state": (
        rule("{state: [sound, posted], lose: {flat: 1}}"),
        {"state": ("[sound, posted]", "[sound]"),
         "allow_not_applicable": ("posted]", "posted], allow_not_applicable: false")},
    ),
    "members": (
        rule("{members: {role: chair, each: {activity: talk, n: 5}}, lose: {each: 1}}"),
        {"members": ("role: chair, ", ""), "as": ("5}}, ", "5}}, as: times, ")},
    ),
    "late": (
        rule("{late: {document: book, due: 2024-06-30}, lose: {each: 0.1}}"),
        {"late": ("due: 2024-06-30", "due: 2024-07-30"), "step": ("30}, ", "30}, step: month, "),
         "free": ("30}, ", "30}, free: 10, ")},
    ),
    "figure": (
        rule("{figure: rate, gain: {share: 20}}", more="start: zero, "),
        {"figure": ("figure: rate, gain", "figure: done, gain"),
        "take": ("figure: rate, ", "figure: rate, take: mean, "),
         "until_reported": ("figure: rate, ", "figure: rate, until_reported: full, "),
         "at": ("figure: rate, ", "figure: rate, at: 上, ")},
    ),
    "rate": (
        rule("{rate: [{figure: done}, {figure: asked}], gain: {share: 20}}", more="start: zero, "),
        {"rate": ("[{figure: done}", "[{figure: rate}")},
    ),
    "grade": (
        rule("{grade: [{rating: above, weight: 0.4}, {rating: served, weight: 0.6}], gain: {share: 20}}",
             more="start: zero, "),
        {"grade": ("weight: 0.4}, {rating: served, weight: 0.6", "weight: 0.9}, {rating: served, weight: 0.1")},
    ),
    "peers": (
        rule("{peers: {figure: rate}, gain: {table: {0: 2, 1: 8, 3: 1}, by: place}}", more="start: zero, ").replace(
            "{0: 2, 1: 8, 3: 1}", "{1: 8, 2: 5, 3: 1}"
        ),
        {"peers": ("{figure: rate}", "{figure: done}"), "take": ("rate}, gain: {table: {1: 8, 2: 5, 3: 1}, by: place}",
         "rate}, take: mean, gain: {share: 10}"), "group": ("rate}, ", "rate}, group: true, ")},
    ),
    "terms": (rule("{terms: unit, lose: {flat: 2}}"), {"terms": ("terms: unit", "terms: branch")}),
    "judge": (
        JUDGED,
        {"judge": ("judge: true", "judge: false"), "suggested": ("judge: true", "judge: true, suggested: 0.5"),
         "evidence": ("judge: true", "judge: true, evidence: {activities: [talk]}"),
         "advice": ("judge: true", "judge: true, advice: [late_answers]")},
    ),
}  # fmt: skip
TABLES: dict[type[BaseModel], tuple[str, dict[str, tuple[str, str]]]] = {
    document.Head: (
        ALL_TEXT,
        {
            "format": ("format: 2\n", "format: 3\n"),
            "id": ("id: all-2024", "id: ALL"),
            "version": ("version: 1", "version: 0"),
            "year": ("year: 2024", "year: 2023"),
            "title": ("title: 全部", "title: ''"),
            "reading": ("title: 全部", "title: 全部\nreading: 3"),
            "period": ("title: 全部", "title: 全部\nperiod: [2024-01-01, 2024-11-15]"),
            "closes_on": ("2025-01-31", "2025-01-15"),
            "judged_until": ("title: 全部", "title: 全部\njudged_until: 2025-03-31"),
            "newcomer_days": ("title: 全部", "title: 全部\nnewcomer_days: 100"),
            "lead_days": ("title: 全部", "title: 全部\nlead_days: [9]"),
            "for": ("title: 全部", "title: 全部\nfor: {kinds: [branch]}"),
            "main": ("title: 全部", "title: 全部\nmain: false"),
            "periods": ("name: 上, ", "name: 甲, "),
            "levels": ("{code: county, name: 县级}", "{code: county, name: 区级}"),
            "kinds": ("title: 全部", "title: 全部\nkinds: {village: 村}"), "roles": ("chair: 委员", "chair: 主任"),
            "tags": ("school: 学校", "college: 学校"),
            "groups": ("east: 东片", "east: 东"),
            "categories": ("letters: 信访", "letters: 信"),
            "codes": ("meeting: 例会", "meeting: 会"),
            "figures": ("name: 率", "name: 比率"),
            "cases": ("name: 严重", "name: 重"),
            "ratings": ("name: 群众", "name: 百姓"), "forecast": ("title: 全部", "title: 全部\nforecast: {kept: 1}"),
            "points": ("title: 全部", "title: 全部\npoints: 99"), "round": ("title: 全部", "title: 全部\nround: 3"),
            "tied_to_year": ("title: 全部", "title: 全部\ntied_to_year: 3"),
            "decide": ("title: 全部", "title: 全部\ndecide: 定"),
        },
    ),
    document.NodeTerms: (
        ITEM,
        {
            "id": ("{id: 11, ", "{id: 13, "),
            "title": ("title: 甲", "title: 丙"),
            "content": (ONE, ONE + "content: 内容, "),
            "criteria": (ONE, ONE + "criteria: 标准, "),
            "text": (ONE, ONE + "text: 原文, "),
            "points": (ONE, ONE.replace("10", "9")),
            "start": (ONE, ONE + "start: zero, "), "combine": (GROUP, GROUP + "combine: max, "),
            "weight": (GROUP, GROUP + "combine: weighted, points: 25, "),
            "cap": (ONE, ONE + "cap: 3, "),
            "floor": (ONE, ONE + "floor: 7, "),
            "spill": (ONE.replace("10", "10"), ONE + "spill: {after: 1, points: 9}, "),
            "for": (ONE, ONE + "for: {kinds: [committee]}, "),
            "else": (ONE, ONE + "for: {kinds: [committee]}, else: full, "),
            "bonus": (ONE, ONE + "bonus: true, "), "scored_by": (ONE, ONE + "scored_by: 组织科, "),
            "reading": (ONE, ONE + "reading: 读法, "), "lead_days": (ONE, ONE + "lead_days: [3], "),
            "tied_to_year": (ONE, ONE + "tied_to_year: 换题, "), "decide": (ONE, ONE + "decide: 定, "),
        },
    ),
    document.RuleTerms: (
        NEED,
        {key: (f"{{missing: [{N9}]", f"{{{key}: {value}, missing: [{N9}]") for key, value in (
            ("id", "'1.7'"), ("text", "原文"), ("item", "甲"), ("reading", "读法"), ("lead_days", "[3]"),
            ("tied_to_year", "换题"), ("decide", "定"), ("same_as", "90.1"),
        )},
    ),
    terms.NeedTerms: (
        NEED,
        {key: (N9, new) for key, new in (
            ("activity", "{activity: meeting, n: 9}"),
            ("document", "{document: book, n: 9}"),
            ("outlet", "{outlet: city, n: 9}"),
            ("honor", "{honor: prize, n: 9}"), ("n", "{activity: talk, n: 8}"),
            ("window", "{activity: talk, n: 9, window: [2024-05-01, 2024-05-31]}"),
            ("for_year", "{activity: talk, n: 9, for_year: true, window: [2024-05-01, 2024-05-31]}"),
            ("where", "{activity: talk, n: 9, where: {lecturer: secretary}}"),
            ("expected_by", "{activity: talk, n: 9, expected_by: 2024-03-01}"),
            ("due", "{activity: talk, n: 9, due: 2024-06-01}"),
            ("final", "{activity: talk, n: 9, due: 2024-06-01, final: 2024-08-01}"),
            ("scope", "{activity: talk, n: 9, scope: unit}"),
            ("unit_counts", "{activity: talk, n: 9, unit_counts: true}"),
            ("pace", "{activity: talk, n: 9, pace: true}"), ("prorate", "{activity: talk, n: 9, prorate: true}"),
            ("target_document", "{activity: talk, n: target_sessions, target_document: plan}"),
        )},
    ),
    terms.Where: (
        rule("{count: {honor: prize, where: {}}, lose: {each: 1}}"),
        {"lecturer": ("honor: prize, where: {}", "activity: talk, where: {lecturer: secretary}"),
         "feature": ("honor: prize, where: {}", "outlet: city, where: {feature: true}"),
         "level": ("where: {}", "where: {level: county}")},
    ),
    terms.For: (
        ITEM.replace(ONE, ONE + "for: {kinds: [branch, committee]}, "),
        {"kinds": ("[branch, committee]", "[committee]"), "tags": ("kinds: [branch, committee]", "tags: [school]"),
         "units": ("kinds: [branch, committee]", "units: [v]"), "none": ("kinds: [branch, committee]", "none: [u]")},
    ),
    curves.Curve: (
        rule("{count: {activity: talk}, gain: {each: 1}}", more="start: zero, "),
        {key: ("gain: {each: 1}", f"gain: {{{new}}}") for key, new in (
            ("flat", "flat: 3"), ("each", "each: 2"), ("share", "share: 5"), ("below", "below: {at: 9, points: 1}"),
            ("above", "above: {at: 2, points: 1}"),
            ("table", "table: {0: 0, 3: 5}"),
            ("by", "table: {1: 5, 4: 2}, by: place"),
            ("free", "each: 1, free: 2"), ("cap", "each: 1, cap: 2"),
        )},
    ),
    curves.Step: (
        FIGURE,
        {"at": ("at: 95", "at: 90"),
        "step": ("step: 10", "step: 5"),
        "points": ("points: 0.75", "points: 0.5"),
        "round": ("round: up", "round: down")},
    ),
    document.FigureTerms: (
        rule("{figure: rate, gain: {share: 20}}", more="start: zero, "),
        {"name": ("name: 率", "name: 比率"), "unit": ("unit: 分", "unit: 元"), "min": ("unit: 分", "unit: 分, min: 50"),
         "max": ("max: 100, due: 2024-12-15", "max: 90, due: 2024-12-15"),
         "who": ("unit: 分", "unit: 分, who: assessor"),
         "due": ("max: 100, due: 2024-12-15", "max: 100, due: 2024-06-15")},
    ),
    document.CaseTerms: (MEASURED["cases"][0], {"name": ("name: 轻微", "name: 轻"), "points": ("[1, 5]", "[1, 6]")}),
    document.RatingTerms: (
        MEASURED["grade"][0],
        {"name": ("name: 上级", "name: 领导"),
        "scale": ("B: 70", "B: 60"),
        "who": (", who: unit", ""),
        "due": ("due: 2024-11-10", "due: 2025-01-20")},
    ),
    document.NamedCode: (ALL_TEXT, {"name": ("name: 宣讲", "name: 宣"), "also": ("[讲课]", "[上课]")}),
    document.NamedPeriod: (
        rule("{periods: term, needs: [{activity: talk, n: 2}], lose: {each: 1}}"),
        {"name": ("name: 上", "name: 春"),
        "from": ("from: 2024-02-01", "from: 2024-05-15"),
        "to": ("to: 2024-06-30", "to: 2024-04-01")},
    ),
    document.LevelTerms: (
        rule("{count: {honor: prize}, gain: {table: {city: 2, county: 1}, by: level}}", more="start: zero, "),
        {"code": ("{code: county", "{code: town"),
        "name": ("name: 省级", "name: 省"),
        "counts_as": ("counts_as: city", "counts_as: county")},
    ),
    document.Spill: (
        rule(
            "{missing: [{activity: talk, n: 9}], as: times, lose: {each: 3}}",
            points="9", more="spill: {after: 9, points: 2}, ",
        ),
        {"after": ("after: 9", "after: 1"), "points": ("points: 2}", "points: 5}")},
    ),
    document.ResultTerms: (
        GRADED,
        {"grades": ("[好, 5]", "[优, 5]"), "at_most": (", at_most: [{figure: rate, below: 90, grade: 中}]", ""),
         "quotas": ("grades:", "quotas: [[中, 30]], grades:"), "prizes": ("grades:", "prizes: {1: 3}, grades:"),
         "group": ("grades:", "group: true, grades:")},
    ),
    document.TestTerms: (
        GRADED,
        {"below": ("below: 90", "below: 50"), "above": ("below: 90", "above: 90"), "grade": ("grade: 中", "grade: 差")},
    ),
    Evidence: (
        JUDGED,
        {key: ("judge: true", f"judge: true, evidence: {{{key}: [{code}]}}") for key, code in (
            ("activities", "talk"), ("documents", "plan"), ("types", "case.confirmed"))},
    ),
    document.Example: (
        ALL_TEXT + "examples:\n- name: 例\n  events: []\n  as_of: 2024-12-31\n  expect: {total: {score: 15}}\n",
        {"name": ("- name: 例\n", "- name: ''\n"), "unit": ("  events: []\n", "  unit: {kind: none}\n"),
         "events": ("events: []", "events: [{type: nothing}]"), "as_of": ("as_of: 2024-12-31", "as_of: 2025-01-31"),
         "expect": ("score: 15", "score: 14")},
    ),
}  # fmt: skip


def _keys(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_every_key_of_the_model_stands_here(model: type[BaseModel]) -> None:
    assert set(TABLES[model][1]) == _keys(model)


@pytest.mark.parametrize("key", measures())
def test_every_key_of_the_measure_stands_here(key: str) -> None:
    assert set(MEASURED[key][1]) == _keys(measures()[key].terms)


_known = cache(fingerprint)
CASES = [
    *(
        (f"{model.__name__}.{key}", base, change)
        for model, (base, changes) in TABLES.items()
        for key, change in changes.items()
    ),
    *(
        (f"{measure}.{key}", base, change)
        for measure, (base, changes) in MEASURED.items()
        for key, change in changes.items()
    ),
]


@pytest.mark.parametrize(("base", "change"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_change_of_the_key_changes_something(base: str, change: tuple[str, str]) -> None:
    old, new = change
    assert isinstance(_known(base), dict), _known(base)
    assert base.count(old) >= 1, old
    assert fingerprint(base.replace(old, new, 1)) != _known(base)
