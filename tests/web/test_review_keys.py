"""Review by keys, with counts of actions: forty claims read and decided in fewer than forty-five."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from .browsing import visiting
from .reviewing import UNIT, honor
from .site import ASSESSOR, Site

CLAIMS = 40


def press(page: Page, *keys: str) -> int:
    for key in keys:
        page.keyboard.press(key)
    return len(keys)


def test_forty_claims_are_decided_in_at_most_forty_five_actions(site: Site, browser: Browser) -> None:
    site.record(*(honor(f"h{number:02}", title=f"红烛 {number}") for number in range(CLAIMS)))
    before = len(list(site.session.store.stream(UNIT)))
    with visiting(browser, site, ASSESSOR) as page:
        page.goto(f"/review?tab=claim&unit={UNIT}&type=honor.received")
        rows = page.locator(".review-item")
        count = rows.count()
        assert count >= CLAIMS
        actions = press(page, "j", "x")  # from the first on
        page.locator(".review-choose input").nth(count - 3).click(modifiers=["Shift"])
        actions += 1
        expect(page.locator(".chosen-count")).to_have_text(f"已选 {count - 2} 条")
        actions += press(page, "a")
        expect(page.get_by_role("status")).to_contain_text(f"已通过 {count - 2} 条")
        actions += press(page, "j", "x", "j", "x", "r")
        page.get_by_label("理由").fill("缺少表彰文件")
        actions += 1 + press(page, "Enter")
        expect(page.get_by_role("status")).to_contain_text("已退回 2 条")
    assert actions <= CLAIMS + 5
    assert len(list(site.session.store.stream(UNIT))) == before + count


def test_one_row_by_its_own_keys_and_keys_can_be_switched_off(site: Site, browser: Browser) -> None:
    site.record(honor("h1", title="红烛甲"), honor("h2", title="红烛乙"))
    with visiting(browser, site, ASSESSOR) as page:
        page.goto(f"/review?tab=claim&unit={UNIT}&type=honor.received")
        press(page, "?")
        page.get_by_label("在这台电脑上用快捷键").uncheck()
        press(page, "j", "a")
        expect(page.get_by_role("status")).to_have_count(0)
        page.get_by_label("在这台电脑上用快捷键").check()
        page.locator("h1").click()
        press(page, "j", "a")
        expect(page.get_by_role("status")).to_contain_text("已通过 1 条")
