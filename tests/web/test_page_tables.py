"""Every page's tables as xlsx and csv: what stands in them, who gets them, and no formula among them."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from openpyxl import load_workbook

from projections import totals
from taizhang.documents.page_tables import as_csv, as_xlsx, tables_of
from taizhang.jobs.year_tables import renew_tables
from taizhang.web.pages.district import leader_view

from .reviewing import live_on, text
from .site import ASSESSOR, LEADER, SECRETARY, Site

PAGE = """<html><body><table><tr><td>outside</td></tr></table><main><h2>甲</h2>
<table><caption>得分/一</caption><tr><th colspan="2">单位</th><th>分</th></tr>
<tr><td>wj-01</td><td>=1+1 <button>去</button></td><td>98.5</td></tr>
<tr><td>007</td><td>-3</td><td><input name="x" value="4"></td></tr></table>
<h2>乙</h2><table><tr><td>x</td></tr></table></main></body></html>"""


def test_cells_are_texts_and_numbers_and_never_formulas() -> None:
    found = tables_of(PAGE)
    assert [table.name for table in found] == ["得分/一", "乙"]
    assert found[0].rows == [["单位", "", "分"], ["wj-01", "=1+1", "98.5"], ["007", "-3", "4"]]
    rows = list(csv.reader(io.StringIO(as_csv(found).decode("utf-8-sig"))))
    assert rows == [
        ["得分/一"], ["单位", "", "分"], ["wj-01", "'=1+1", "98.5"], ["007", "-3", "4"], [], ["乙"], ["x"],
    ]  # fmt: skip
    book = load_workbook(io.BytesIO(as_xlsx(found)))
    assert book.sheetnames == ["1 得分 一", "2 乙"]
    sheet = book["1 得分 一"]
    assert [cell.value for cell in sheet[2]] == ["wj-01", "=1+1", 98.5]
    assert sheet["B2"].data_type == "s"
    assert [cell.value for cell in sheet[3]] == ["007", -3, 4]


def test_a_pages_tables_are_its_own(site: Site) -> None:
    with site.visitor(ASSESSOR) as client, site.visitor(SECRETARY) as secretary:
        page = client.get("/review/units?kind=branch")
        assert "?kind=branch&amp;table=xlsx" in page.text
        answer = client.get("/review/units?kind=branch&table=csv")
        assert answer.headers["content-type"].startswith("text/csv")
        assert ".csv" in answer.headers["content-disposition"]
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert rows[0][0] == "单位"
        assert all(row[0] in text(page) for row in rows[1:])
        assert secretary.get("/review/units?table=csv").status_code == 403


def test_the_result_table_is_of_the_advice_until_something_is_signed(site: Site) -> None:
    with site.visitor(LEADER) as client:
        page = text(client.get("/results"))
        assert "2017 年度党建工作考核汇总表" in page
        assert "没有经考核人员签字，不是考核结果" in page
        book = load_workbook(io.BytesIO(client.get("/reports/results-advice/xlsx").content))
        with site.session.store.read() as work:
            name = totals.name_of(work.connection, "wj-02")
        line = next(row for row in book.worksheets[0].iter_rows(values_only=True) if row[1] == name)
        score = float(site.score("wj-02"))
        assert score in line
        assert sum(each for each in line[2:27] if each is not None) == score
        assert client.get("/reports/year-bulletin/docx").status_code == 422
        assert "未签字的 3 个不填数" in text(client.get("/results?figures=signed"))


def test_the_leader_sees_where_the_district_stands(site: Site) -> None:
    with site.visitor(LEADER) as client:
        assert 'href="/district"' in client.get("/board").text
        while "个月在整理" in (page := client.get("/district")).text:
            continue
        shown = text(page)
        rows = next(each for each in tables_of(page.text) if each.name == "全年走势")
    assert "增减与 2017-08-31 相比" in shown
    assert [row[0] for row in rows.rows[1:4]] == ["2017-09-20", "2017-08-31", "2017-07-31"]
    assert len(rows.rows) == 10
    with site.visitor(SECRETARY) as client:
        assert client.get("/district").status_code == 403


def test_while_today_is_being_worked_out_the_leader_sees_yesterday(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    renew_tables(site.session)
    live_on(site, date(2017, 9, 21))
    monkeypatch.setattr(leader_view, "PATIENCE_SECONDS", -1.0)
    with site.visitor(LEADER) as client:
        page = text(client.get("/district"))
        assert "2017-09-21 的数还在整理（3 个单位），先看 2017-09-20 的" in page
        assert "截至 2017-09-20" in page
        renew_tables(site.session)
        page = text(client.get("/district"))
        assert "截至 2017-09-21" in page
        assert "还在整理" not in page
