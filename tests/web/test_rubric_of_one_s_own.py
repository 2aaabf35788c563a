"""A rubric beside the main one through a district's year: judged, signed with its grade, published, in every table."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from io import BytesIO

import httpx
import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from taizhang.app.rubrics import install_rubric

from .reviewing import events_of, hidden, live_on, settle, text
from .site import ASSESSOR, SECRETARY, Site

RUBRIC = "ideology-2017"
FILE = """\
format: 2
id: ideology-2017
year: 2017
title: 意识形态工作责任制考核办法
closes_on: 2018-01-31
judged_until: 2018-03-31
codes: {documents: {duty_list: 责任清单}}
for: {none: [committee]}
of:
- {title: 责任清单, points: 60, text: 没有责任清单扣60分, rules: [{missing: [{document: duty_list}], lose: {flat: 60}}]}
- {title: 网上阵地, points: 40, text: 管理不力的酌情扣分, rules: [{judge: true, lose: {flat: 40}}]}
result: {grades: [[优秀, 90], [合格, 60], [不合格, 0]]}
"""


@pytest.fixture
def beside(site: Site) -> list[str]:
    """The units that the rubric beside assesses; the first has its document filed."""
    rubric = install_rubric(site.session, FILE.encode(), beside=True)
    with site.session.store.read() as work:
        units = [
            unit
            for unit in site.session.store.units()
            if site.session.projections.assesses(work, unit, rubric, date(2017, 12, 31))
        ]
    assert 0 < len(units) < len(site.session.store.units()), "one kind of unit is left out"
    site.record(
        {
            "specversion": "1.0", "id": "list", "source": "t", "type": "document.filed", "subject": units[0],
            "time": "2017-05-01", "data": {"document": "duty_list", "title": "责任清单"},
        }
    )  # fmt: skip
    live_on(site, date(2018, 2, 10))
    return units


def boxes(page: httpx.Response, form: str) -> list[str]:
    """The boxes of the form that is sent to an address."""
    (found,) = re.findall(rf'<form method="post" action="{form}".*?</form>', page.text, re.DOTALL)
    return [unescape(each) for each in re.findall(r'name="unit" value="([^"]+)"', found)]


def test_from_judgement_to_publication(site: Site, beside: list[str]) -> None:
    asked = {"year": 2017, "rubric": RUBRIC}
    for unit in beside[1:]:
        settle(site, unit)
    main = site.score(beside[0])
    with site.visitor(ASSESSOR) as client:
        # Every page of the district leads to the other rubric of the year.
        for path in (
            "/review/clauses",
            "/review/units",
            "/review/sign",
            "/review/results",
            "/results",
            "/district",
        ):
            page = client.get(path, params={"year": 2017})
            assert page.status_code == 200, path
            assert f'href="{path}?year=2017&rubric={RUBRIC}"' in unescape(page.text), path
            assert client.get(path, params={"year": 2017, "rubric": "nobody"}).status_code == 404, path

        table = client.get("/review/clauses", params=asked)
        assert boxes(table, "/review/clauses") == beside, "only whom it assesses"
        form = {"form": hidden(table, "form"), "seen": hidden(table, "seen"), "clause": "2.1", **asked}
        sent = client.post(
            "/review/clauses",
            data={
                **form,
                "unit": beside,
                "row": beside,
                "deduct": ["10", *[""] * (len(beside) - 1)],
                "reason": "迟",
            },
        )
        assert sent.status_code == 303, text(sent)
        assert f"rubric={RUBRIC}" in sent.headers["location"]
        judged = [each for unit in beside for each in events_of(site, unit, "judgement.passed")]
        assert {each["data"]["rubric"] for each in judged if each["id"].startswith(form["form"])} == {RUBRIC}
        assert site.score(beside[0]) == main, "the main one is not moved"

        # One by hand, with another grade; the others at one press.
        sheet = client.get(f"/review/units/{beside[0]}/sign", params=asked)
        assert "按算得的分是优秀：90 分，优秀" in text(sheet)
        typed = {
            **asked, "form": hidden(sheet, "form"), "last": hidden(sheet, "last"), "no": ["1", "2"],
            "score": ["60", "30"], "advice": ["60", "30"], "grade": "合格", "act": "sign", "aware": "yes",
        }  # fmt: skip
        refused = client.post(f"/review/units/{beside[0]}/sign", data=typed)
        assert refused.status_code == 422
        assert "签的数与算得的不同，请写明理由" in text(refused)
        done = client.post(f"/review/units/{beside[0]}/sign", data={**typed, "reason": "有一件舆情"})
        assert done.status_code == 303
        page = client.get("/review/sign", params=asked)
        ready = boxes(page, "/review/sign")
        assert [each.split()[0] for each in ready] == beside[1:]
        sent = client.post("/review/sign", data={**asked, "form": hidden(page, "form"), "unit": ready})
        assert sent.status_code == 303, text(sent)
        signings = [events_of(site, unit, "score.signed")[-1]["data"] for unit in beside]
        assert [each["rubric"] for each in signings] == [RUBRIC] * len(beside)
        assert [each["grade"] for each in signings] == ["合格", *["不合格"] * (len(beside) - 1)]

        page = client.get("/review/results", params=asked)
        ready = boxes(page, "/review/results/publish")
        days = {"starts_on": "2018-02-10", "ends_on": "2018-02-12"}
        sent = client.post(
            "/review/results/publish", data={**asked, **days, "form": hidden(page, "form"), "unit": ready}
        )
        assert sent.status_code == 303, text(sent)
        listed = text(client.get("/review/units", params=asked))
        assert f"{len(beside)} 个单位，已签字 {len(beside)} 个" in listed
        assert "已签字 0 个" in text(client.get("/review/units", params={"year": 2017}))
        shown = text(client.get(f"/units/{beside[0]}", params={"rubric": RUBRIC})).replace(" ", "")
        assert "已签字：90分，加分0，合格" in shown
        assert "照今天的分：优秀" in shown
        live_on(site, date(2018, 2, 14))
        result = text(client.get("/results", params=asked))
        assert "2017 年度考核汇总表" in result, "what is no Party-building rubric is not called one"
        assert "合格" in result
        book = CalamineWorkbook.from_filelike(
            BytesIO(client.get("/reports/results/xlsx", params={"rubric": RUBRIC}).content)
        )
        rows = book.get_sheet_by_index(0).to_python()
        head = next(row for row in rows if "单位" in row)
        place = head.index("等次")
        given = [row[place] for row in rows[rows.index(head) + 1 :] if len(row) > place and row[place]]
        assert given == [each["grade"] for each in signings]
        for kind in ("results", "year-bulletin"):
            answer = client.get(f"/reports/{kind}/docx", params={"rubric": RUBRIC})
            assert answer.status_code == 200, text(answer)
            words = [
                cell.text
                for each in Document(BytesIO(answer.content)).tables
                for row in each.rows
                for cell in row.cells
            ]
            assert "等次" in words
            assert "合格" in words
    with site.visitor(SECRETARY if SECRETARY in beside else beside[0]) as client:
        unit = SECRETARY if SECRETARY in beside else beside[0]
        page = client.get(f"/units/{unit}/result", params=asked)
        assert "等次" in text(page)
        sent = client.post(
            f"/units/{unit}/result/confirm",
            data={**asked, "form": hidden(page, "form"), "signing": hidden(page, "signing")},
        )
        assert sent.status_code == 303, text(sent)
        assert f"rubric={RUBRIC}" in sent.headers["location"]
        for kind in ("self-assessment", "signed"):
            answer = client.get(f"/units/{unit}/reports/{kind}/html", params={"rubric": RUBRIC})
            assert "等次" in answer.text, kind
