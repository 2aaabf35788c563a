"""Only what applies to the unit and the day is offered: forms and sheets of the rubrics that fit, no foreign codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from ledger.events.new import new_event
from ledger.store.protocol import Recorder
from rubric.codes_used import Family
from taizhang.app.ledger import OpenLedger
from taizhang.app.rubrics import install_rubric
from taizhang.documents.tasks import tasks_of
from taizhang.entry.facts.asked import Asked
from taizhang.entry.facts.reading import read_facts
from taizhang.entry.facts.values import data_of
from taizhang.entry.forms import catalogue, registry
from taizhang.entry.forms.form_for_shortfall import lead
from taizhang.entry.forms.situation import Situation, names_in
from taizhang.entry.sheets import Known, grid_of_text
from taizhang.entry.sheets.kinds import BY_KEY
from taizhang.entry.sheets.rows import rows_of
from taizhang.entry.workbooks.context import context_of
from taizhang.entry.workbooks.importing import Prepared, prepare, record
from taizhang.startup.open_ledger import open_ledger

NOW = datetime(2026, 6, 20, tzinfo=UTC)
DAY = date(2026, 6, 20)


def rubric(rubric_id: str, code: str, meant: str = "") -> bytes:
    return (
        f"format: 2\nid: {rubric_id}\nyear: 2026\ntitle: 细则\ncloses_on: 2027-01-31\n{meant}"
        "kinds: {committee: 党委, branch: 党支部}\n"
        f"codes: {{activities: {{{code}: 活动{code}}}}}\n"
        f"figures: {{{code}_rate: {{name: 比率{code}, min: 0, max: 100, who: unit}}}}\n"
        f"of:\n- {{id: 1, title: 活动, points: 5, rules: [{{missing: [{{activity: {code}}}], lose: {{flat: 5}}}}]}}\n"
        "- {id: 2, title: 比率, points: 5, rules: ["
        f"{{figure: {code}_rate, lose: {{below: {{at: 90, step: 1, points: 1, round: up}}}}}}]}}\n"
    ).encode()


@pytest.fixture
def session(tmp_path: Path) -> Iterator[OpenLedger]:
    with open_ledger(f"sqlite:///{tmp_path / 'l.db'}", new=True) as session:
        for unit, kind in (("c-1", "committee"), ("b-1", "branch")):
            event = new_event("organization.registered", unit, "2026-01-01", {"name": unit, "kind": kind})
            session.store.append([(None, orjson.dumps(event))], by=Recorder("tests"), now=NOW)
        install_rubric(session, rubric("committees", "alpha", "for: {kinds: [committee]}\n"), now=NOW)
        install_rubric(session, rubric("branches", "beta", "for: {kinds: [branch]}\n"), now=NOW)
        install_rubric(session, rubric("everybody", "gamma"), beside=True, now=NOW)
        yield session


def situation(session: OpenLedger, unit: str) -> Situation:
    found = Situation(unit, session.store.stream(unit), DAY, session.shelf, session.shelf.for_day(DAY), str)
    found.by_rubrics_of_unit()
    return found


FAMILY: Family = "activities"


def test_forms_offer_the_codes_of_the_units_own_rubrics(session: OpenLedger) -> None:
    own = situation(session, "c-1")
    assert own.rubric.id == "committees"
    assert [code for code, _name in own.options(FAMILY)] == ["alpha", "gamma"]
    keys = {entry.key for group in catalogue.groups(own) for entry in group.entries}
    assert {"activity.held:alpha", "figure.reported:alpha_rate", "figure.reported:gamma_rate"} <= keys
    assert not any("party_lecture" in key or "beta" in key for key in keys)
    assert registry.form_of("activity.held:beta", own) is None
    assert registry.form_of("figure.reported:beta_rate", own) is None
    # A record that names one may still be corrected.
    own.mention({"kinds": ["beta"]})
    assert ("beta", "活动beta") in own.options(FAMILY)


def test_a_unit_reports_its_figure(session: OpenLedger) -> None:
    own = situation(session, "b-1")
    form = registry.form_of("figure.reported:beta_rate", own)
    assert form is not None
    drafts, reading = form.read({"day": ["2026-06-01"], "value": ["９5.5%"], "source": ["年报"]})
    assert reading.problems == []
    assert drafts[0].data == {"figure": "beta_rate", "value": "95.5", "source": "年报"}
    _drafts, reading = form.read({"day": ["2026-06-01"], "value": ["101"]})
    assert [problem.field for problem in reading.problems] == ["value"]


def test_sheets_read_and_offer_no_foreign_codes(session: OpenLedger) -> None:
    with session.store.read() as work:
        known = Known.of(work.stream("b-1"))
        context = context_of(work, "b-1", known, session.shelf, DAY)
    codes: Any = context.codes[FAMILY]
    assert list(codes) == ["beta", "gamma"]


BESIDE = """\
format: 2
id: beside
year: 2026
title: 另一份细则
closes_on: 2027-01-31
codes: {activities: {talk: 宣讲, study: 学习}, documents: {report: 报告}}
figures: {votes: {name: 得票率, max: 100, who: assessor, due: 2026-12-31}}
ratings: {served: {name: 群众评价, scale: [0, 100], due: 2026-12-31}}
cases: {late: {name: 迟报}}
of:
- {title: 宣讲, points: 5, rules: [{periods: quarter, needs: [{activity: talk}, {document: report}], lose: {each: 1}}]}
- {title: 得票, points: 5, start: zero, rules: [{figure: votes, gain: {share: 5}}]}
- {title: 评价, points: 5, start: zero, rules: [{grade: [{rating: served, weight: 1}], gain: {share: 5}}]}
- {title: 迟报, points: 5, rules: [{cases: late, lose: {each: 1}}]}
- {title: 学习, points: 5, start: zero, rules: [{count: {activity: study}, gain: {each: 1, cap: 5}}]}
""".encode()


def test_a_rubric_beside_has_its_own_forms(session: OpenLedger) -> None:
    """Clause 1.1 is in both rubrics: each leads to its own form, and what the office records is nobody's task."""
    install_rubric(session, BESIDE, beside=True, now=NOW)
    own = situation(session, "b-1")
    groups = {group.title: group for group in catalogue.groups(own)}
    entries = {entry.key: entry.clauses for entry in groups["另一份细则"].entries}
    assert entries == {
        "activity.held:talk": ["1.1"],
        "document.filed:report": ["1.1"],
        "activity.held:study": ["5.1"],
    }
    with session.store.read() as work:
        cards = session.projections.cards(work, "b-1", DAY)
    leads = {card.rubric.id: lead(card, "1.1") for card in cards}
    assert {rubric_id: led and led.key for rubric_id, led in leads.items()} == {
        "branches": "activity.held:beta",
        "everybody": "activity.held:gamma",
        "beside": "activity.held:talk",
    }
    beside = next(card for card in cards if card.rubric.id == "beside")
    assert lead(beside, "2.1") is None
    tasks = tasks_of(cards, str, names_in(own), whole_year=True)
    assert {(task.rubric, task.clause) for task in tasks.of_office} == {("beside", "2.1"), ("beside", "3.1")}
    assert {(task.rubric, task.clause) for task in tasks if task.rubric == "beside"} == {("beside", "1.1")}
    assert {task.title for task in tasks if task.rubric == "beside"} == {"另一份细则"}
    with session.store.read() as work:
        duties = session.projections.duties(work, "b-1", DAY)
    assert duties is not None
    assert {each.clause for each in duties.found if each.rubric == "beside@1"} == {"1.1"}, (
        "no mail about the others"
    )


def test_correcting_what_an_office_recorded(session: OpenLedger) -> None:
    own = situation(session, "b-1")
    form = registry.form_of_record("figure.reported", "b-1", {"figure": "beta_rate", "value": "90"}, own)
    assert form is not None
    assert form.title == "比率beta"


FACTS = """\
截至\t指标\t数值\t来源或理由\t谁评的
2026-05-01\t得票率\t95.5%\t选票\t
2026-05-02\t群众评价\t88\t\t群众-1
2026-05-03\t迟报\t2\t迟报两次\t
"""


def test_a_workbook_brings_facts(session: OpenLedger) -> None:
    """As the other sheets: recognised, held to the rubric, recorded once, and written into the unit's workbook."""
    install_rubric(session, BESIDE, beside=True, now=NOW)

    def prepared(text: str) -> Prepared:
        grid = replace(grid_of_text(text), name="数据")
        return prepare(session, "b-1", [grid], workbook="w.xlsx", by=Recorder("tests"), now=NOW, today=DAY)

    found = prepared(FACTS)
    assert [each.text.render(str) for each in found.problems] == []
    assert [(event["type"], event["data"]) for event in found.events] == [
        ("figure.reported", {"figure": "votes", "value": "95.5", "source": "选票"}),
        ("rating.given", {"rating": "served", "rater": "群众-1", "value": "88"}),
        ("case.confirmed", {"case": "late", "reason": "迟报两次", "count": 2}),
    ]
    record(session, found, lambda lines: session.store.append(lines, by=Recorder("tests"), now=NOW))
    assert prepared(FACTS).events == [], "the same workbook again records nothing"
    wrong = prepared(FACTS.replace("得票率", "得票").replace("95.5%", "很高").replace("群众-1", ""))
    assert [each.text.render(str) for each in wrong.problems] == [
        "没有“得票”这一项；是不是“得票率”？",
        "评价要写是谁评的",
    ]
    with session.store.read() as work:
        known = Known.of(work.stream("b-1"))
        context = context_of(work, "b-1", known, session.shelf, DAY)
    rows = rows_of(BY_KEY["facts"], known, context)
    assert [(row["fact"], row["value"]) for row in rows] == [
        ("得票率", "95.5"),
        ("群众评价", "88"),
        ("迟报", "2"),
    ]


def test_raters_stand_in_columns() -> None:
    asked = Asked("rating", "served", "群众评价", grades=("好", "较好"))
    table = "单位\t甲\t乙\t备注\n一支部\t好\t较好\t\n二支部\t\t差\t缺"
    found = read_facts(table, {"b-1": "一支部", "b-2": "二支部"}, asked)
    assert [(each.unit, each.rater, each.said) for each in found.values] == [
        ("b-1", "甲", "好"),
        ("b-1", "乙", "较好"),
    ]
    assert [text.render(str) for _row, text in found.problems] == ["乙：没有“差”这个等次；可写 好、较好"]
    assert data_of(asked, found.values[0], at="", words="", rater="别人")[1]["rater"] == "甲"
