"""Many units judged from a list that was pasted: looked at first, bounded, 0 a decision like any other."""

from __future__ import annotations

import re

import pytest

from ledger.text import Text
from taizhang.entry.facts.deductions import ROWS_MAX, read_deductions

from .reviewing import OTHER, UNIT, events_of, hidden, text
from .site import ASSESSOR, Site

KNOWN = {"wj-01": "青禾小学党总支", "wj-02": "青禾幼儿园党支部", "wj-03": "望湖中学党委"}


def said(text_: Text) -> str:
    return text_.render(lambda message: message)


@pytest.mark.parametrize(
    ("table", "reason", "rows"),
    [
        ("单位\t扣分\t理由\nwj-01\t0.5\t缺页", "", [("wj-01", "0.5", "缺页")]),
        ("青禾幼儿园\t0", "", [("wj-02", "0", "")]),
        ("望湖中学党委\t扣１．５分\t迟交", "", [("wj-03", "1.5", "迟交")]),
        (
            "wj-01\t-2\nwj-02\t1\t另有原因\n合计\t3",
            "抽查",
            [("wj-01", "2", "抽查"), ("wj-02", "1", "另有原因")],
        ),
    ],
)
def test_what_is_read(table: str, reason: str, rows: list[tuple[str, str, str]]) -> None:
    found = read_deductions(table, KNOWN, reason)
    assert found.problems == []
    assert [(each.unit, each.deduct, each.reason) for each in found.rows] == rows


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("wj-01\t0.5", "扣分要写明理由"),
        ("wj-01\t0.555\tx", "最多两位小数"),
        ("wj-01\tNaN\tx", "不是扣分"),
        ("wj-01\t1e3\tx", "不是扣分"),
        ("青禾\t1\tx", "可能是"),
        ("nobody\t1\tx", "没有“nobody”这个单位"),
        ("wj-01\t1\tx\nwj-01\t2\ty", "第 1 行已经有了"),
        ("\n".join(["wj-01\t1\tx"] * (ROWS_MAX + 1)), "一次最多"),
    ],
)
def test_what_is_asked_back(table: str, problem: str) -> None:
    found = read_deductions(table, KNOWN, "")
    assert any(problem in said(text_) for _row, text_ in found.problems), found


def test_a_list_is_looked_at_and_then_recorded(site: Site) -> None:
    before = {unit: float(site.score(unit)) for unit in ("wj-01", UNIT, OTHER)}
    size = site.session.store.size()
    with site.visitor(ASSESSOR) as client:
        asked = {"clause": "10.1", "year": "2017"}
        wrong = client.post("/review/clauses/paste", data=asked | {"table": "wj-01\t1\nwj-02\tx\ty"})
        assert wrong.status_code == 422
        assert "第 1 行：扣分要写明理由" in text(wrong)
        assert "第 2 行：“x”不是扣分" in text(wrong)
        assert 'id="pasted"' not in wrong.text
        table = f"单位\t扣分\t理由\nwj-01\t0\t\n{UNIT}\t0.5\t缺考察材料\n{OTHER}\t9\t弄虚作假"
        looked = client.post("/review/clauses/paste", data=asked | {"table": table})
        assert "wj-03：填的是扣 9 分" in text(looked)
        assert "要记 3 个单位的评定" in text(looked)
        assert site.session.store.size() == size, "looking records nothing"
        part = looked.text.partition('id="pasted"')[2].partition("</section>")[0]
        rows = {
            name: re.findall(rf'name="{name}" value="([^"]*)"', part) for name in ("row", "deduct", "why")
        }
        fields = asked | {name: hidden(looked, name) for name in ("form",)} | rows
        fields |= {"seen": re.findall(r'name="seen" value="(\d+)"', part)[0], "page": "1"}
        again = client.post("/review/clauses", data=fields)
        assert (again.status_code, "要记 3 个单位的评定" in text(again)) == (422, True)
        answer = client.post("/review/clauses", data=fields | {"sure": "yes"})
        assert answer.headers["location"].endswith("done=3")
        assert client.post("/review/clauses", data=fields | {"sure": "yes"}).status_code == 303
    judged = {
        unit: [
            (each["data"]["deduct"], each["data"]["reason"])
            for each in events_of(site, unit, "judgement.passed")
            if int(each["sequence"]) > size
        ]
        for unit in before
    }
    assert judged == {
        "wj-01": [("0", "看过，没有要扣分的")], UNIT: [("0.5", "缺考察材料")], OTHER: [("9", "弄虚作假")],
    }  # fmt: skip
    assert float(site.score("wj-01")) == before["wj-01"]
    assert float(site.score(UNIT)) == before[UNIT] - 0.5
    assert float(site.score(OTHER)) == before[OTHER] - 2, "no more than the clause can take"
