"""An assessor's and an auditor's day in a browser: with and without scripts, on a PC and on a phone, by everybody."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from .browsing import DESKTOP, NARROWEST, PHONE, scrolls_sideways, serious_findings, visiting
from .reviewing import UNIT, event, honor
from .site import ASSESSOR, AUDITOR, SECRETARY, Site

# Each width once and scripts once on and once off: what each of them changes does not depend on the other.
EVERY_WAY = [
    pytest.param(DESKTOP, True, id="desktop"),
    pytest.param(PHONE, False, id="phone-no-scripts"),
]
ADDRESSES = {
    ASSESSOR: (
        "/review", "/review?tab=double", "/review?tab=asked", "/review/units", "/review/units/wj-01",
        f"/review/units/{UNIT}/judge?clause=10.1", f"/review/units/{UNIT}/sign",
        f"/review/ask?what=finding&unit={UNIT}",
    ),
    AUDITOR: ("/audit", "/audit?type=changes", "/audit/lags", "/audit/verify", "/audit/export"),
    SECRETARY: ("/units/wj-01/appeals",),
}  # fmt: skip


@pytest.mark.parametrize(("viewport", "scripts"), EVERY_WAY)
def test_an_assessors_day(site: Site, browser: Browser, viewport: dict[str, int], scripts: bool) -> None:
    site.record(honor("h1", title="红烛甲"), honor("h2", title="红烛乙"), honor("h3", title="红烛丙"))
    with visiting(browser, site, ASSESSOR, viewport=viewport, scripts=scripts) as page:
        page.goto(f"/review?tab=claim&unit={UNIT}")
        _accept_and_return(page, scripts)
        _ask(page)
        _judge(page)
        _sign(page)
        assert not scrolls_sideways(page)
    reviews = [each["data"] for each in site.session.store.stream(UNIT) if each["type"] == "claim.reviewed"]
    assert [
        (each["record"], each["verdict"]) for each in reviews if each["record"] in ("h1", "h2", "h3")
    ] == [
        ("h1", "accepted"),
        ("h2", "returned"),
        ("h3", "returned"),
    ]


def _row(page: Page, title: str) -> Any:
    return page.locator(".review-item", has=page.get_by_role("link", name=re.compile(title)))


def _accept_and_return(page: Page, scripts: bool) -> None:
    _row(page, "红烛甲").get_by_role("button", name="通过").click()
    expect(page.get_by_role("status")).to_contain_text("已通过 1 条")
    for title in ("红烛乙", "红烛丙"):
        _row(page, title).get_by_role("checkbox").check()
    if scripts:
        expect(page.locator(".chosen-count")).to_have_text("已选 2 条")
    page.get_by_role("button", name="选中的退回").click()
    expect(page.get_by_role("alert")).to_contain_text("退回要写明理由")
    expect(_row(page, "红烛乙").get_by_role("checkbox")).to_be_checked()
    page.get_by_label("理由").fill("缺少表彰文件")
    page.get_by_role("button", name="选中的退回").click()
    expect(page.get_by_role("status")).to_contain_text("已退回 2 条")
    expect(_row(page, "红烛乙")).to_have_count(0)


def _ask(page: Page) -> None:
    page.goto("/review")
    page.get_by_role("link", name="提报送要求").click()
    page.get_by_label("要报送什么").fill("国庆值班安排")
    page.get_by_label("报送期限").fill("2017-09-28")
    page.get_by_label("选定的单位：").check()
    page.get_by_role("group", name="选定的单位").get_by_role("checkbox").nth(1).check()
    page.get_by_role("button", name="提报送要求").click()
    expect(page.get_by_role("status")).to_contain_text("已向 1 个单位提出")
    expect(_row(page, "国庆值班安排")).to_contain_text("还剩 8 天")


def _judge(page: Page) -> None:
    page.goto(f"/review/units/{UNIT}")
    page.get_by_role("link", name="逐条评定").click()
    page.get_by_label("条款").select_option("10.1")
    page.get_by_role("button", name="看这一条").click()
    expect(page.get_by_text("每次扣 1 分")).to_be_visible()
    page.get_by_label("扣几分").fill("0.5")
    page.get_by_label("理由").fill("发展党员材料缺页")
    page.get_by_role("button", name="记入评定").click()
    expect(page.get_by_role("status")).to_contain_text("评定已记入")
    expect(page.locator("#judgements")).to_contain_text("发展党员材料缺页")
    page.locator("#judgements summary").first.click()
    page.locator("#judgements").get_by_label("撤回的理由").fill("已补")
    page.locator("#judgements").get_by_role("button", name="撤回").click()
    expect(page.locator("#judgements")).to_contain_text("已撤回")


def _sign(page: Page) -> None:
    page.get_by_role("link", name="核对并签字").click()
    page.get_by_label(re.compile("^10\\.")).fill("1.5")
    page.get_by_role("button", name="重新合计").click()
    expect(page.locator(".differs")).to_have_count(1)
    page.get_by_role("button", name="确认签字", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("请写明理由")
    page.get_by_label("理由").fill("复核结果")
    page.get_by_label("上面这些还没办完").check()
    page.get_by_role("button", name="确认签字", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已签字")
    expect(page.locator("#figures")).to_contain_text("签于 2017-09-20")


@pytest.mark.parametrize(("viewport", "scripts"), EVERY_WAY)
def test_an_appeal_from_filing_to_its_answer(
    site: Site, browser: Browser, viewport: dict[str, int], scripts: bool
) -> None:
    with visiting(browser, site, SECRETARY, viewport=viewport, scripts=scripts) as page:
        page.goto("/units/wj-01")
        page.get_by_role("link", name="申诉", exact=True).click()
        page.get_by_label("条款").select_option("2.1")
        page.get_by_label("理由和依据").fill("第三季度已开专题会议")
        page.get_by_role("button", name="提出申诉").click()
        expect(page.get_by_role("status")).to_contain_text("申诉已提出")
        with visiting(browser, site, ASSESSOR, viewport=viewport, scripts=scripts) as office:
            office.goto("/review?tab=appeal")
            office.get_by_role("link", name="去答复").click()
            office.get_by_label("不成立", exact=True).check()
            office.locator("#appeals").get_by_label("理由").fill("台账里没有会议记录")
            office.get_by_role("button", name="答复申诉").click()
            expect(office.get_by_role("status")).to_contain_text("答复已记入")
        if not scripts:
            page.reload()
        # With scripts the answer comes by itself.
        expect(page.locator("#appeals")).to_contain_text("不成立：台账里没有会议记录")
        assert not scrolls_sideways(page)


@pytest.mark.parametrize(("viewport", "scripts"), EVERY_WAY)
def test_an_auditors_day(site: Site, browser: Browser, viewport: dict[str, int], scripts: bool) -> None:
    site.record(honor("h1", title="红烛甲"), by="hu-li")
    site.record(event("r1", "record.retracted", UNIT, "2017-09-20", record="h1", reason="传错了"), by="hu-li")
    with visiting(browser, site, AUDITOR, viewport=viewport, scripts=scripts) as page:
        page.goto("/audit")
        page.get_by_label("谁记的").fill("hu-li")
        page.get_by_role("button", name="查找").click()
        expect(page.locator(".trail tbody tr")).to_have_count(2)
        page.get_by_role("link", name="看原记录").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("红烛甲")
        page.goto("/audit")
        page.get_by_role("link", name="更正与撤回").click()
        expect(page.locator(".trail")).to_contain_text("传错了")
        page.get_by_role("link", name="多久之后记入").click()
        expect(page.get_by_role("heading", name=re.compile("2017 年全区"))).to_be_visible()
        page.get_by_role("link", name="核验", exact=True).click()
        page.get_by_role("button", name="现在核验").click()
        if scripts:
            expect(page.get_by_text("条全部相符")).to_be_visible(timeout=60_000)
        else:
            for _ in range(200):
                if page.get_by_text("条全部相符").count():
                    break
                page.wait_for_timeout(200)
                page.goto("/audit/verify")
        page.get_by_role("link", name="导出", exact=True).click()
        page.get_by_label("范围").select_option(UNIT)
        with page.expect_download() as download:
            page.get_by_role("button", name="下载").click()
        lines = download.value.path().read_bytes().splitlines()
        assert lines == list(site.session.store.export(UNIT))
        assert not scrolls_sideways(page)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ADDRESSES)
def test_every_page_can_be_used_by_everybody(
    shared_site: Site, browser: Browser, name: str, dark: bool
) -> None:
    with visiting(browser, shared_site, name, dark=dark) as page:
        for address in ADDRESSES[name]:
            page.goto(address)
            assert serious_findings(page) == [], address
            if not dark:
                page.set_viewport_size(NARROWEST)  # type: ignore[arg-type]
                assert not scrolls_sideways(page), address
                page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]


def test_the_list_is_worked_off_by_keyboard_alone(site: Site, browser: Browser) -> None:
    site.record(honor("h1", title="红烛甲"))
    with visiting(browser, site, ASSESSOR) as page:
        page.goto(f"/review?tab=claim&unit={UNIT}&type=honor.received")
        box = _row(page, "红烛甲").get_by_role("checkbox")
        for _ in range(80):
            page.keyboard.press("Tab")
            if box.evaluate("box => box === document.activeElement"):
                break
        page.keyboard.press("Space")
        expect(box).to_be_checked()
        accept = page.get_by_role("button", name="选中的通过")
        for _ in range(80):
            page.keyboard.press("Tab")
            if accept.evaluate("button => button === document.activeElement"):
                break
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("已通过")
