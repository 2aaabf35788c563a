"""Logging in a browser, as secretaries do it: on a school PC and on a phone, with scripts and without."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from taizhang.accounts import store as accounts
from taizhang.evidence import archive

from .browsing import DESKTOP, NARROWEST, PHONE, scrolls_sideways, serious_findings, visiting
from .site import ASSESSOR, PASSWORD, SECRETARY, Site, activity
from .test_log import recorded

UNIT = SECRETARY
Visiting = Callable[..., AbstractContextManager[Page]]

every_way = pytest.mark.parametrize(
    ("viewport", "scripts"),
    [(DESKTOP, True), (DESKTOP, False), (PHONE, True), (PHONE, False)],
    ids=["desktop", "desktop without scripts", "phone", "phone without scripts"],
)


@pytest.fixture
def visit(browser, site: Site) -> Visiting:
    return partial(visiting, browser, site, SECRETARY)


def save(page: Page, scripts: bool) -> None:
    """Record what is in the form; without scripts it is looked at first."""
    if not scripts:
        page.get_by_role("button", name="看看会计入什么").click()
    page.get_by_role("button", name="记入台账").click()


def end_every_login(site: Site) -> None:
    with site.session.store.write() as work:
        accounts.end_sessions(work.connection, SECRETARY)


@every_way
def test_a_meeting_is_logged_seen_to_count_and_taken_back(
    site: Site, visit: Visiting, viewport: dict[str, int], scripts: bool
) -> None:
    with visit(viewport=viewport, scripts=scripts) as page:
        page.goto("/log")
        page.get_by_label("找一找").fill("专题研究")
        page.keyboard.press("Enter")
        if not scripts:  # with them, Enter opens the only one left
            page.wait_for_url("**/log?*q=*")
            page.get_by_role("link", name="专题研究党建工作").click()
        expect(page.get_by_role("heading", name="专题研究党建工作")).to_be_visible()
        page.locator("#field-topic").fill("研究三季度党建工作")
        page.locator("#field-study_hours").fill("2")
        page.get_by_label("全体", exact=True).check()
        if not scripts:
            page.get_by_role("button", name="看看会计入什么").click()
        preview = page.locator("#preview")
        expect(preview).to_contain_text("计入 2.1 第三季度")
        expect(preview).to_contain_text("学时 +2")
        assert recorded(site) == [], "nothing is recorded by looking"
        assert not scrolls_sideways(page)
        page.get_by_role("button", name="记入台账").click()
        expect(page.get_by_text("已记入。")).to_be_visible()
        expect(page.locator(".saved .figures")).to_contain_text("保底")
        assert len(recorded(site)) == 1
        page.locator(".saved").get_by_role("link", name="撤回").click()
        expect(page.locator("#preview")).to_contain_text("不再计入 2.1 第三季度")
        expect(page.get_by_label("理由")).to_have_value("刚才记错了，撤回")
        page.get_by_role("button", name="撤回这条记录").click()
        expect(page.get_by_text("已撤回，不再计入。")).to_be_visible()
        page.get_by_role("link", name="看本单位得分").click()
        page.wait_for_url(f"{site.address}/units/{UNIT}")


def test_what_it_counts_for_is_said_as_one_types(visit: Visiting) -> None:
    with visit() as page:
        page.goto(f"/log?unit={UNIT}&what=activity.held:party_work_meeting")
        preview = page.locator("#preview")
        expect(preview).to_contain_text("计入 2.1 第三季度")
        page.get_by_label("日期").fill("2017-02-14")
        expect(preview).to_contain_text("2.1 第一季度")
        page.locator("#field-study_hours").fill("1.5")
        page.get_by_label("全体", exact=True).check()
        expect(preview).to_contain_text("学时 +1.5")
        page.get_by_label("统一活动日").check()
        expect(preview).to_contain_text("“统一活动日”按支部计")
        page.get_by_label("哪个组织").select_option("各支部都开了，每个支部各记一条")
        expect(preview).to_contain_text("8.1 二月（低年级党支部）")


def test_a_shortfalls_button_is_two_clicks_from_mended(site: Site, visit: Visiting) -> None:
    with visit(viewport=PHONE) as page:
        page.goto(f"/units/{UNIT}")
        page.locator("a[href*='clause=16.1']").first.click()
        expect(page.locator("#preview")).to_contain_text("计入 16.1")
        page.get_by_role("button", name="记入台账").click()
        expect(page.locator(".saved .figures")).to_contain_text("得分")
        # The score itself moves: an overdue request had cost two points.
        expect(page.locator(".saved .figures .was").first).to_have_text("93")
    assert site.score(UNIT) == "95"


@every_way
def test_a_login_that_expires_during_a_form_loses_nothing(
    site: Site, visit: Visiting, viewport: dict[str, int], scripts: bool
) -> None:
    with visit(viewport=viewport, scripts=scripts) as page:
        page.goto(f"/log?unit={UNIT}&what=activity.held:party_work_meeting")
        page.locator("#field-topic").fill("一个写了很久的主题")
        end_every_login(site)
        save(page, True) if scripts else page.get_by_role("button", name="看看会计入什么").click()
        expect(page.get_by_text("刚才填的内容还在，登录后接着来")).to_be_visible()
        page.get_by_label("账号").fill(SECRETARY)
        page.get_by_label("密码").fill("not this one")
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_text("账号或密码不对")).to_be_visible()
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.get_by_role("button", name="回到刚才的表").click()
        expect(page.locator("#field-topic")).to_have_value("一个写了很久的主题")
        assert recorded(site) == [], "what comes back is looked at first"
        page.get_by_role("button", name="记入台账").click()
        expect(page.get_by_text("已记入。")).to_be_visible()
    assert [event["data"]["topic"] for event in recorded(site)] == ["一个写了很久的主题"]


def test_what_was_typed_survives_a_closed_window(site: Site, visit: Visiting) -> None:
    address = f"/log?unit={UNIT}&what=activity.held:party_work_meeting"
    with visit() as page:
        page.goto(address)
        page.locator("#field-topic").fill("没有写完的主题")
        page.goto("/log")
        page.locator("[data-draft-list]").get_by_role("link", name="专题研究党建工作").click()
        page.get_by_role("button", name="接着填").click()
        expect(page.locator("#field-topic")).to_have_value("没有写完的主题")
        page.get_by_role("button", name="记入台账").click()
        expect(page.get_by_text("已记入。")).to_be_visible()
        expect(page.locator("[data-drafts]")).to_be_hidden()
        page.goto(address)
        expect(page.get_by_role("button", name="记入台账")).to_be_visible()
        expect(page.locator("[data-draft-offer]")).to_be_hidden()
    assert [event["data"]["topic"] for event in recorded(site)] == ["没有写完的主题"]


def test_what_was_recorded_without_a_connection_is_sent_once(site: Site, visit: Visiting) -> None:
    """Three are written offline: two are sent when the network is back, the double of one is asked about."""
    address = f"/log?unit={UNIT}&what=activity.held:party_work_meeting"
    with visit(viewport=PHONE) as page:
        page.goto(address)
        page.context.set_offline(True)
        for day, topic in (("2017-09-18", "甲"), ("2017-09-19", "乙"), ("2017-09-19", "丙")):
            page.locator("#field-topic").fill(topic)
            page.get_by_label("日期").fill(day)
            page.get_by_role("button", name="记入台账").click()
            expect(page.locator("[data-queued]")).to_be_visible()
            expect(page.locator("#field-topic")).to_have_value("")
        assert recorded(site) == []
        page.context.set_offline(False)
        expect(page.locator("[data-sent]")).to_have_text("没有网络时写的 2 条已经记入。")
        page.goto("/log")
        expect(page.locator("[data-draft-list] li")).to_have_count(1)
        page.goto("/log")
        page.locator("[data-draft-list]").get_by_role("link").click()
        page.get_by_role("button", name="接着填").click()
        page.get_by_label("这是另一件事").check()
        page.get_by_role("button", name="记入台账").click()
        expect(page.get_by_text("已记入。")).to_be_visible()
        expect(page.locator("[data-drafts]")).to_be_hidden()
    assert sorted(event["data"]["topic"] for event in recorded(site)) == ["丙", "乙", "甲"]


def test_a_small_form_opens_without_a_connection(site: Site, visit: Visiting) -> None:
    with visit(viewport=PHONE) as page:
        page.goto("/log")
        page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
        page.context.set_offline(True)
        page.goto("/log")
        expect(page.get_by_role("heading", name="没有网络，先记下来")).to_be_visible()
        page.get_by_label("做了什么").select_option(label="专题研究党建工作")
        page.get_by_label("日期").fill("2017-09-18")
        page.get_by_label("主题").fill("路上记的")
        page.get_by_role("button", name="存下").click()
        expect(page.locator("[data-kept]")).to_contain_text("路上记的")
        page.get_by_label("做了什么").select_option("publication.made:wujin_education_site")
        page.get_by_label("日期").fill("2017-09-19")
        page.get_by_label("标题").fill("登出来的消息")
        page.get_by_label("网址").fill("http://a.example/b")
        page.get_by_role("button", name="存下").click()
        expect(page.locator("[data-kept]")).to_contain_text("登出来的消息")
        assert not scrolls_sideways(page)
        assert serious_findings(page) == []
        page.context.set_offline(False)
        page.goto("/log")
        expect(page.locator("[data-sent]")).to_have_text("没有网络时写的 2 条已经记入。")
        page.goto("/log")
        expect(page.locator("[data-drafts]")).to_be_hidden()
    assert [event["data"]["topic"] for event in recorded(site)] == ["路上记的"]
    (news,) = (each for each in recorded(site, "publication.made") if each["data"]["title"] == "登出来的消息")
    assert (news["data"]["outlet"], news["data"]["url"]) == ("wujin_education_site", "http://a.example/b")


def test_the_home_screen_opens_the_form(shared_site: Site) -> None:
    with shared_site.visitor(SECRETARY) as client:
        page = client.get("/log").text
        (address,) = re.findall(r'<link rel="manifest" href="([^"]+)"', page)
        manifest = client.get(address)
        start = manifest.url.join(manifest.json()["start_url"])
        assert client.get(start).status_code == 200
        for icon in manifest.json()["icons"]:
            found = client.get(manifest.url.join(icon["src"]))
            assert found.headers["content-type"].split(";")[0] == icon["type"]


def test_a_probable_double_is_asked_about_before_it_is_recorded(site: Site, visit: Visiting) -> None:
    site.record(activity("earlier", UNIT, "2017-09-20", "party_work_meeting", topic="早先记的"))
    with visit() as page:
        page.goto(f"/log?unit={UNIT}&what=activity.held:party_work_meeting")
        expect(page.locator("#preview")).to_contain_text("早先记的")
        page.locator("#field-topic").fill("另一次")
        page.get_by_label("这是另一件事").check()
        page.get_by_role("button", name="记入台账").click()
        expect(page.get_by_text("已记入。")).to_be_visible()


def test_everything_that_is_wrong_is_said_on_top_and_beside_the_fields(site: Site, visit: Visiting) -> None:
    with visit(scripts=False, viewport=PHONE) as page:
        page.goto(f"/log?unit={UNIT}&what=publication.made:wujin_education_site")
        page.evaluate("document.querySelector('form.entry').noValidate = true")
        page.get_by_role("button", name="看看会计入什么").click()
        expect(page.locator("#problems")).to_contain_text("请填写“标题”")
        expect(page.locator("#wrong-title")).to_be_visible()
        page.locator("#problems").get_by_role("link").click()
        assert not scrolls_sideways(page)


def test_minutes_and_a_photo_come_with_it(
    site: Site, visit: Visiting, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(archive, "UNPACKED_BYTES_MAX", 1 << 20)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("word/document.xml", bytes(2 << 20))
    photo = {
        "name": "合影.jpg",
        "mimeType": "image/jpeg",
        "buffer": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(9),
    }
    with visit() as page:
        page.goto(f"/log?unit={UNIT}&what=activity.held:party_work_meeting")
        page.locator("#field-topic").fill("学习")
        files = page.get_by_label("附件")
        bombed = {"name": "纪要.docx", "mimeType": "application/zip", "buffer": bomb.getvalue()}
        files.set_input_files([bombed, photo])  # type: ignore[list-item]
        page.get_by_role("button", name="记入台账").click()
        expect(page.locator("#problems")).to_contain_text("解开后太大")
        assert recorded(site) == []
        large = tmp_path / "录像.jpg"
        with large.open("wb") as file:
            file.truncate(200 << 20)
        files.set_input_files(large)
        page.get_by_role("button", name="记入台账").click()
        expect(page.locator("[data-too-large]")).to_be_visible()
        files.set_input_files([photo])  # type: ignore[list-item]
        page.get_by_role("button", name="记入台账").click()
        expect(page.get_by_text("附件：合影.jpg")).to_be_visible()
        page.locator(".saved").get_by_role("link").first.click()
        page.get_by_role("link", name="合影.jpg", exact=True).first.click()
        page.wait_for_url("**/evidence/**")


PAGES = (
    "/log",
    "/log?q=xyz",
    "/log?what=activity.held:party_lecture",
    "/log?what=condition.declared:union_sound",
    "/log?what=organization.registered",
    "/log?clause=12.1",
    "/log/paste",
    "/units/wj-01/roster",
    "/units/wj-01/roster/name?member=m01-001",
    "/records/wj-01-0230/correct",
    "/records/wj-01-0230/retract",
    "/records/wj-01-0230/evidence",
)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_everybody_can_use_the_pages(shared_site: Site, browser, dark: bool) -> None:
    with visiting(browser, shared_site, SECRETARY, dark=dark) as page:
        for address in PAGES:
            page.goto(address)
            page.get_by_role("heading", level=1).wait_for()
            assert serious_findings(page) == [], address


def test_nothing_scrolls_sideways_on_the_narrowest_phone(shared_site: Site, browser) -> None:
    with visiting(browser, shared_site, SECRETARY, viewport=NARROWEST) as page:
        for address in PAGES:
            page.goto(address)
            assert not scrolls_sideways(page), address


def test_a_pasted_table_is_looked_at_on_a_phone(site: Site, visit: Visiting) -> None:
    with visit(viewport=PHONE) as page:
        page.goto("/log/paste")
        page.get_by_label("没写年份的日期算哪一年").fill("2017")
        page.get_by_label("表格内容").fill(
            "日期\t类型\t主题\t支部\n9月12日\t支委会\t研究九月工作\t低年级党支部\n9月13日\t没有这类\t\t\n"
        )
        page.get_by_role("button", name="看一遍").click()
        expect(page.get_by_text("没有“没有这类”这一类").first).to_be_visible()
        assert not scrolls_sideways(page)
        assert serious_findings(page) == []
        page.get_by_label("表格内容").fill(
            "日期\t类型\t主题\t支部\n9月12日\t支委会\t研究九月工作\t低年级党支部\n"
        )
        page.get_by_role("button", name="看一遍", exact=True).click()
        expect(page.locator("#preview")).to_contain_text("8.3 九月")
        page.get_by_role("button", name="全部记入").click()
        expect(page.get_by_text("记入了 1 条")).to_be_visible()


def test_an_assessor_mends_what_an_assessor_recorded(site: Site, browser) -> None:
    with visiting(browser, site, ASSESSOR) as page:
        request = next(e["id"] for e in site.session.store.stream(UNIT) if e["type"] == "request.issued")
        page.goto(f"/records/{request}")
        page.get_by_role("link", name="更正").click()
        page.get_by_label("期限").fill("2017-12-01")
        page.get_by_label("理由").fill("宽限")
        page.get_by_role("button", name="记下更正").click()
        expect(page.get_by_text("已更正")).to_be_visible()
