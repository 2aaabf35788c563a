"""Numbers, cases and grades of many units at once: pasted as two columns, looked at, recorded."""

from __future__ import annotations

import html
import re

import pytest

from ledger.store.protocol import Recorder
from rubric.load import parse
from taizhang.app.rubrics import install_rubric
from taizhang.entry.facts.asked import Asked, facts_asked
from taizhang.entry.facts.reading import read_facts, value_of

from .site import ASSESSOR, SECRETARY, Site

RUBRIC = """
format: 2
id: figures-2017
year: 2017
title: 数据考核
closes_on: 2018-01-31
figures:
  budget_rate: {name: 预算执行率, unit: '%', min: 0, max: 100, who: assessor}
cases:
  minor: {name: 通报批评}
  grave: {name: 严重问题, points: [1, 5]}
ratings:
  superior: {name: 上级评价, scale: {A: 90, B: 80, C: 70}}
of:
- id: 1
  title: 预算
  points: 10
  rules: [{id: '1.1', figure: budget_rate, lose: {below: {at: 95, step: 1, points: 1, round: up}}}]
- {id: 2, title: 通报, points: 10, rules: [{id: '2.1', cases: minor, lose: {each: 2}}]}
- {id: 3, title: 问题, points: 10, rules: [{id: '3.1', cases: grave, as: points, lose: {each: 1}}]}
- id: 4
  title: 评价
  points: 10
  start: zero
  rules: [{id: '4.1', grade: [{rating: superior, weight: 1}], gain: {share: 10}}]
"""
UNITS = {"wj-01": "青禾实验小学党总支", "wj-02": "青禾第二中学党支部", "wj-03": "青禾高级中学党委"}


def asked(key: str) -> Asked:
    return next(each for each in facts_asked([parse(RUBRIC)]) if each.key == key)


def test_a_list_is_read_as_an_office_has_it() -> None:
    table = (
        "单位\t预算执行率\twherefrom\n青禾实验小学\t９5.5%\nwj-02\t100\t财务科\n高级中学党委\t\n合计\t195.5\n"
    )
    found = read_facts(table, UNITS, asked("figure:budget_rate"))
    assert [(each.unit, each.said, each.note) for each in found.values] == [
        ("wj-01", "95.5", ""), ("wj-02", "100", "财务科"),
    ]  # fmt: skip
    assert found.empty == ["青禾高级中学党委"]
    assert found.problems == []


def test_nothing_is_guessed() -> None:
    table = "青禾\t90\n没有的学校\t90\nwj-01\t九十\nwj-02\t101\nwj-02\t90\n"
    found = read_facts(table, UNITS, asked("figure:budget_rate"))
    assert found.values == []
    said = {row: str(text) for row, text in found.problems}
    assert "请写编号或全称" in said[1]
    assert "没有“没有的学校”" in said[2]
    assert "不是一个数" in said[3]
    assert "不在 0–100 之内" in said[4]
    assert "第 4 行已经有了" in said[5]


@pytest.mark.parametrize(
    ("key", "typed", "said", "wrong"),
    [
        ("rating:superior", "ｂ", "B", ""),
        ("rating:superior", "D", "", "没有“D”这个等次"),
        ("case:minor", "2例", "2", ""),
        ("case:minor", "1.5", "", "不是件数"),
        ("case:grave", "2.5分", "2.5", ""),
        ("case:grave", "6", "", "不在 1–5 之内"),
    ],
)
def test_values_are_held_to_what_the_rubric_says(key: str, typed: str, said: str, wrong: str) -> None:
    found, problem = value_of(typed, asked(key))
    assert found == said
    assert wrong in str(problem or "")


def test_two_columns_in_three_clicks(site: Site) -> None:
    with site.visitor(ASSESSOR) as client:
        assert "/review/facts" not in client.get("/review").text
        assert "没有要录入的" in client.get("/review/facts").text
        install_rubric(site.session, RUBRIC.encode(), beside=True, by=Recorder("老陈"))
        assert "/review/facts" in client.get("/review").text
        page = client.get("/review/facts").text
        form = {
            "id": re.findall(r'name="id" value="([^"]+)"', page)[0],
            "fact": "figure:budget_rate",
            "table": "\n".join(
                f"{unit}\t{90 + place}" for place, unit in enumerate(site.session.store.units())
            ),
        }
        wrong = client.post("/review/facts", data={**form, "table": "wj-99\t90", "step": "save"})
        assert wrong.status_code == 422
        assert "没有“wj-99”这个单位" in html.unescape(wrong.text)
        looked = client.post("/review/facts", data={**form, "step": "look"})
        assert looked.status_code == 200
        assert "要记 3 个单位的“预算执行率”" in html.unescape(looked.text)
        size = site.session.store.size()
        for _ in range(2):
            assert client.post("/review/facts", data={**form, "step": "save"}).status_code == 303
        assert site.session.store.size() == size + 3
        today = site.session.clock.today()
        card = site.session.projections.score(site.session.store, "wj-01", today, None, "figures-2017")
        assert card.as_json(str)["indicators"][0]["score"] == "5"
        page = client.get("/review/facts").text
        form = {
            "id": re.findall(r'name="id" value="([^"]+)"', page)[0],
            "fact": "case:minor",
            "table": "wj-01\t2",
        }
        assert "请写认定的理由" in html.unescape(
            client.post("/review/facts", data={**form, "step": "save"}).text
        )
        assert (
            client.post("/review/facts", data={**form, "words": "区纪委通报", "step": "save"}).status_code
            == 303
        )
    with site.visitor(SECRETARY) as client:
        assert client.get("/review/facts").status_code == 403
