"""A workbook on the page: looked at, mapped, recorded or refused; the directory; reports as files. Only for who may."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Browser

from taizhang.people import store as people_store
from taizhang.people.person import Person

from .browsing import DESKTOP, NARROWEST, PHONE, scrolls_sideways, serious_findings, visiting
from .site import ASSESSOR, AUDITOR, OPERATOR, OTHER_SECRETARY, SECRETARY, Site

UNIT = SECRETARY
HEAD = ["活动时间", "活动类型", "活动内容", "参加人员", "学时"]
ROWS = [
    ["2017年9月5日", "党员大会、党课", "学习讲话精神", "全体", 2],
    ["9月12日", "主题党日", "走访社区", None, None],
]


def book(**sheets: list[list[Any]]) -> bytes:
    made = Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def send(client: httpx.Client, content: bytes, name: str = "九月.xlsx", unit: str = UNIT) -> httpx.Response:
    return client.post("/workbook", data={"unit": unit}, files={"file": (name, content)})


def form_of(page: str) -> dict[str, str]:
    """What a browser would send back of the page that was looked at."""
    (form,) = re.findall(r'<form method="post" action="/workbook" class="look">(.*?)</form>', page, re.DOTALL)
    sent = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        sent[name] = re.findall(r'value="([^"]*)" selected', options)[0]
    for name in [each for each in sent if each in ("changed", "wrong") or each.startswith("drop-")]:
        if f'name="{name}" value="{sent[name]}" checked' not in form:  # a choice that nobody has made
            sent.pop(name)
    return sent


def save(client: httpx.Client, page: str, **said: str) -> httpx.Response:
    return client.post("/workbook", data={**form_of(page), "step": "save", **said})


def size(site: Site) -> int:
    return site.session.store.size()


def test_looked_at_recorded_and_known_again(site: Site) -> None:
    content = book(花名册=[["姓名", "联系电话"], ["李建国", "13933334444"]], 组织生活=[HEAD, *ROWS])
    before = size(site)
    with site.visitor(SECRETARY) as client:
        looked = send(client, content)
        assert looked.status_code == 200
        assert "支部党员大会、党课：学习讲话精神" in looked.text
        assert "学时 +2" in looked.text
        assert size(site) == before
        done = save(client, looked.text)
        assert (done.status_code, done.headers["location"]) == (303, f"/workbook?unit={UNIT}&done=3")
        assert "已记入 3 条" in client.get(done.headers["location"]).text
        assert size(site) == before + 3
        events = list(site.session.store.stream(UNIT, before))
        assert {event["authid"] for event in events} == {SECRETARY}
        assert "李建国" not in str(events)
        again = send(client, content).text
        assert "全部记入" not in again
        assert ">已有<" in again
        assert save(client, again).status_code == 422
    assert size(site) == before + 3


def test_what_is_wrong_stands_at_its_row_and_nothing_is_recorded(site: Site) -> None:
    before = size(site)
    with site.visitor(SECRETARY) as client:
        looked = send(client, book(活动=[HEAD, *ROWS, ["3.1", "党刻", None, "王某某", "30"]]))
        for words in ("第 4 行 活动时间", "是不是“党课”", "没有写主题", "5</strong> 处要改"):
            assert words in looked.text
        assert save(client, looked.text).status_code == 422
    assert size(site) == before


def test_cells_are_mended_on_the_page_and_rows_left_out(site: Site) -> None:
    """Six rows, four of them wrong: a suggestion is clicked, a cell is written anew, one row is not recorded."""
    before = size(site)
    content = book(
        活动=[
            HEAD, *ROWS, ["3.1", "党课", "学", None, None], ["9月13日", "党刻", "学党史", None, 1],
            ["9月14日", "党课", None, None, None], ["9月15日", "舞会", "跳舞", None, None],
        ]
    )  # fmt: skip
    with site.visitor(SECRETARY) as client:
        looked = send(client, content).text
        for pick in ("cell-0-4-0=2017-03-10", "cell-0-5-1=党课"):
            assert f'name="pick" value="{pick}"' in looked
            looked = client.post("/workbook", data={**form_of(looked), "pick": pick}).text
        assert re.findall(r'<input type="hidden" name="(cell[^"]+)" value="([^"]*)"', looked) == [
            ("cell-0-4-0", "2017-03-10"),
            ("cell-0-5-1", "党课"),
        ]
        mended = {**form_of(looked), "step": "look", "cell-0-6-2": "讲廉洁", "drop-0-7": "yes"}
        looked = client.post("/workbook", data=mended).text
        assert "处要改" not in looked
        assert save(client, looked).status_code == 303
    held = [event["data"]["topic"] for event in site.session.store.stream(UNIT, before)]
    assert held == ["学习讲话精神", "走访社区", "学", "学党史", "讲廉洁"]


def test_rows_with_faults_are_left_out_when_somebody_ticks_it(site: Site) -> None:
    before = size(site)
    content = book(活动=[HEAD, *ROWS, ["3.1", "党课", "学", None, None]])
    with site.visitor(SECRETARY) as client:
        looked = send(client, content).text
        assert "先不记有错的行，只记其余的" in looked
        sent = {**form_of(looked), "step": "look"}
        ticked = client.post("/workbook", data={**sent, "wrong": "leave"}).text
        assert "可以是 3月1日，也可以是 3月10日" in ticked
        assert "全部记入" in ticked
        assert client.post("/workbook", data={**sent, "step": "save"}).status_code == 422, "not ticked"
        assert size(site) == before
        assert client.post("/workbook", data={**sent, "wrong": "leave", "step": "save"}).status_code == 303
    assert size(site) == before + 2


def test_hours_that_would_be_nobodys_are_told_and_mended_with_one_click(site: Site) -> None:
    before = size(site)
    with site.visitor(SECRETARY) as client:
        looked = send(client, book(活动=[HEAD, ["2017-09-05", "党课", "学", None, 2], *ROWS])).text
        assert "学时：2；参加人员：全体" in looked
        assert "这 2 学时记不到任何人名下" in looked
        assert "有 1 条写了学时、没有写参加人员（第 2 行）" in looked
        mended = client.post("/workbook", data={**form_of(looked), "everybody": "yes"}).text
        assert "记不到任何人名下" not in mended
        assert save(client, mended).status_code == 303
    held = [event["data"] for event in site.session.store.stream(UNIT, before)]
    assert [data.get("attendees") for data in held] == ["all", "all", None], (
        "without hours nobody is supposed"
    )


def test_a_sheet_and_its_columns_are_named_on_the_page_and_remembered(site: Site) -> None:
    rows = [["何时", "干了什么", "哪一种", "备注"], ["9月3日", "学雷锋", "志愿服务", "x"]]
    with site.visitor(SECRETARY) as client:
        looked = send(client, book(三月=rows))
        assert "没有认出来" in looked.text
        asked = client.post(
            "/workbook", data={**form_of(looked.text), "kind-0": "activities", "step": "look"}
        )
        assert "找不到“日期”这一列" in asked.text
        columns = {
            "column-0-0": "day",
            "column-0-1": "topic",
            "column-0-2": "kinds",
            "column-0-3": "-",
            "year": "2017",
        }
        told = client.post("/workbook", data={**form_of(asked.text), **columns, "step": "look"})
        unsaid = client.post("/workbook", data={**form_of(asked.text), **columns, "year": "", "step": "look"})
        assert "没有写年份" in unsaid.text
        assert "志愿服务：学雷锋" in told.text
        later = send(client, book(四月=[rows[0], ["2017年9月4日", "再学", "志愿服务", "y"]]))
        assert "志愿服务：再学" in later.text, "kept at once, recorded or not"
        assert save(client, told.text).status_code == 303


@pytest.mark.parametrize(
    ("choice", "added", "kind"),
    [("correct", 1, "record.corrected"), ("new", 1, "activity.held"), ("leave", 0, None)],
)
def test_a_mended_row_is_asked_about(site: Site, choice: str, added: int, kind: str | None) -> None:
    mended = [ROWS[0], ["9月12日", "主题党日", "走访另一社区", None, None]]
    with site.visitor(SECRETARY) as client:
        assert save(client, send(client, book(活动=[HEAD, *ROWS])).text).status_code == 303
        before = size(site)
        looked = send(client, book(活动=[HEAD, *mended]))
        assert "改过的行" in looked.text
        assert "<del>走访社区</del> → <ins>走访另一社区</ins>" in looked.text
        asked = save(client, looked.text)
        assert asked.status_code == 422, "nobody has decided"
        done = save(client, looked.text, changed=choice, reason="写错了")
        assert done.status_code == (303 if added else 422)
        events = list(site.session.store.stream(UNIT, before))
        assert [event["type"] for event in events] == ([kind] if kind else [])
        if choice == "correct":
            assert events[0]["data"]["reason"] == "写错了"


def test_no_workbook_no_file_no_longer_there(site: Site) -> None:
    with site.visitor(SECRETARY) as client, site.visitor(OTHER_SECRETARY) as other:
        assert "请选择一个工作簿" in client.post("/workbook", data={"unit": UNIT}).text
        refused = send(client, b"%PDF-1.4", "x.xlsx")
        assert (refused.status_code, "这是 PDF" in refused.text) == (422, True)
        looked = send(client, book(活动=[HEAD, *ROWS]))
        stolen = form_of(looked.text) | {"unit": OTHER_SECRETARY, "step": "save"}
        assert "文件已经不在了" in other.post("/workbook", data=stolen).text
        assert other.post("/workbook", data=form_of(looked.text)).status_code == 403


def test_a_secretary_registers_no_unit(site: Site) -> None:
    before = size(site)
    with site.visitor(SECRETARY) as client:
        rows = [
            ["代号", "名称", "组织类型", "成立日期"],
            ["b9", "新支部", "党支部", date(2017, 9, 1)],
            [None, "改名党委", "党委", None],
        ]
        looked = send(client, book(党组织=rows))
        assert "登记党组织：新支部" in looked.text
        assert save(client, looked.text, changed="correct").status_code == 422
        assert "要由考核人员记入" in save(client, looked.text, changed="correct").text
    assert size(site) == before


@pytest.mark.parametrize("name", [ASSESSOR, AUDITOR, OPERATOR])
def test_only_the_unit_s_own_people(shared_site: Site, name: str) -> None:
    with shared_site.visitor(name) as client:
        for address in (f"/workbook?unit={UNIT}", f"/workbook/template?unit={UNIT}"):
            assert client.get(address).status_code == 403, address
        assert send(client, b"x").status_code == 403
        kept = client.post(f"/units/{UNIT}/roster/name", data={"member": "m01-001", "name": "x"})
        assert kept.status_code == 403
        may_read = name != OPERATOR
        assert (client.get(f"/units/{UNIT}/reports").status_code == 200) is may_read
        assert (client.get("/reports/bulletin/xlsx").status_code == 200) is may_read
    with shared_site.visitor(SECRETARY) as client:
        assert client.get(f"/units/{OTHER_SECRETARY}/reports/study/xlsx").status_code == 403
        assert client.get("/reports/bulletin/docx").status_code == 403
    with shared_site.visitor() as client:
        assert client.get(f"/workbook?unit={UNIT}").status_code == 303


def test_the_template_comes_back_unchanged(site: Site) -> None:
    before = size(site)
    with site.visitor(SECRETARY) as client:
        blank = client.get("/workbook/template", params={"unit": UNIT})
        assert unquote(blank.headers["content-disposition"]).endswith(
            "武进区青禾实验小学党总支-填写模板.xlsx"
        )
        assert "全部记入" not in send(client, blank.content).text
        filled = client.get("/workbook/template", params={"unit": UNIT, "filled": "1"}).content
        looked = send(client, filled)
        assert "条新记" in looked.text
        assert "<strong>0</strong> 条新记" in looked.text
        assert "行改过" not in looked.text
    assert size(site) == before


def test_the_directory_is_searched_corrected_and_erased(site: Site) -> None:
    with site.session.store.write() as work:
        people_store.put(work.connection, UNIT, [Person("m01-001", "王小芳", "13911112222")])
    address = f"/units/{UNIT}/roster"
    with site.visitor(SECRETARY) as client:
        assert "王小芳" in client.get(address, params={"q": "wxf"}).text
        told = {
            "member": "m01-001",
            "name": "汪小芳",
            "telephone": "1",
            "address": "青禾路<b>",
            "born_on": "1980年5月6日",
        }
        assert client.post(f"{address}/name", data={**told, "step": "save"}).status_code == 303
        page = client.get(f"{address}/name", params={"member": "m01-001"}).text
        assert all(words in page for words in ("汪小芳", "1980-05-06", "青禾路&lt;b&gt;"))
        assert client.post(f"{address}/name", data={**told, "born_on": "某天"}).status_code == 422
        assert client.post(f"{address}/name", data={"member": "m01-001", "step": "erase"}).status_code == 303
        assert "汪小芳" not in client.get(address).text
        assert "m01-001" in client.get(address).text
    site.session.store.verify()


def test_reports_are_files_with_the_figures_of_their_day(shared_site: Site) -> None:
    with shared_site.visitor(ASSESSOR) as client:
        page = client.get(f"/units/{UNIT}/reports", params={"as-of": "2017-06-30"}).text
        addresses = re.findall(r'href="(/units/wj-01/reports/self-assessment/[^"]+)"', page)
        assert len(addresses) == 4
        score = shared_site.score(UNIT, date(2017, 6, 30))
        answer = client.get(next(each for each in addresses if "/xlsx" in each).replace("&amp;", "&"))
        assert unquote(answer.headers["content-disposition"]).endswith(
            "武进区青禾实验小学党总支-自评表-2017-06-30.xlsx"
        )
        cells = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
        total = next(row for row in cells if "合计" in row)
        assert float(score) in [value for value in total if isinstance(value, int | float)]
        for form, magic in (("docx", b"PK"), ("html", b"<!doctype"), ("pdf", b"%PDF")):
            answer = client.get(f"/units/{UNIT}/reports/study/{form}")
            assert answer.content.lstrip()[:9].startswith(magic)
            assert answer.headers["content-disposition"].startswith("attachment")
        assert client.get(f"/units/{UNIT}/reports/study/exe").status_code == 404
        assert client.get(f"/units/{UNIT}/reports/bulletin/docx").status_code == 404
        unsigned = client.get(f"/units/{UNIT}/reports/signed/docx")
        assert (unsigned.status_code, "还没有签定" in unsigned.text) == (422, True)
        assert client.get("/reports/bulletin/docx").content[:2] == b"PK"
        assert client.get("/units/wj-99/reports").status_code == 404


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE, NARROWEST], ids=["desktop", "phone", "narrowest"])
def test_the_pages_fit_and_are_accessible(
    shared_site: Site, browser: Browser, viewport: dict[str, int], tmp_path
) -> None:
    path = tmp_path / "九月.xlsx"
    path.write_bytes(
        book(活动=[HEAD, *ROWS, ["3.1", "党刻", None, "王某某", "30"]], 其他=[["甲", "乙"], [1, 2]])
    )
    with visiting(browser, shared_site, SECRETARY, viewport=viewport) as page:
        for address in ("/workbook", f"/units/{UNIT}/roster/name?member=m01-001", f"/units/{UNIT}/reports"):
            page.goto(address)
            assert not scrolls_sideways(page), address
            assert serious_findings(page) == [], address
        page.goto("/workbook")
        page.set_input_files("input[type=file]", path)
        page.click("button.primary")
        page.wait_for_selector(".problems")
        for summary in page.query_selector_all("details > summary"):
            summary.click()
        assert not scrolls_sideways(page)
        assert serious_findings(page) == []
