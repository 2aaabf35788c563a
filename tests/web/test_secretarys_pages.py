"""Every page of a secretary on three screens: axe finds nothing serious, and nothing scrolls sideways."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from .browsing import SERIOUS, scrolls_sideways, visiting
from .site import SECRETARY, Site, activity

UNIT = SECRETARY
PAGES = (
    f"/units/{UNIT}", f"/units/{UNIT}?members=all&q=学习", f"/units/{UNIT}?as-of=2017-06-30", f"/units/{UNIT}/result",
    f"/units/{UNIT}/roster", f"/units/{UNIT}/calendar", "/log", "/log?q=义工",
    "/log?what=activity.held:member_meeting", "/log?what=publication.made:wujin_education_site",
    "/log?what=document.filed:annual_plan", "/log?what=member.joined", "/log?clause=16.1",
    f"/log/paste?unit={UNIT}", f"/workbook?unit={UNIT}", f"/units/{UNIT}/reports", "/records/seen",
    "/records/seen/correct",    "/records/seen/retract", "/records/seen/evidence", "/account", "/records/none",
)  # fmt: skip
WIDTHS = (320, 375, 1366)
ALIKE = {375}
"""No style turns between this width and the one before: only what depends on sizes can have become wrong."""
OF_SIZE = {"runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}}
AGAIN = "(options) => axe.run(document, {resultTypes: ['violations'], ...options}).then((found) => found.violations)"


def looked_at(page: Page, where: str) -> list[str]:
    """Return what is wrong with the page that is open, on each screen; it is loaded once."""
    wrong = []
    for place, width in enumerate(WIDTHS):
        page.set_viewport_size({"width": width, "height": 800})
        found: list[dict[str, Any]] = (
            page.evaluate(AGAIN, OF_SIZE if width in ALIKE else {})
            if place
            else Axe().run(page).response["violations"]
        )
        wrong += [
            f"{where} at {width}: {each['id']} {each['nodes'][0]['html'][:160]}"
            for each in found
            if each["impact"] in SERIOUS
        ]
        if scrolls_sideways(page):
            wrong.append(f"{where} at {width}: scrolls sideways")
    return wrong


def test_nothing_serious_on_any_page(shared_site: Site, browser: Any) -> None:
    shared_site.record(activity("seen", UNIT, "2017-09-12", "party_lecture", topic="学习"), by=UNIT)
    wrong: list[str] = []
    with visiting(browser, shared_site, UNIT) as page:
        for address in PAGES:
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == (404 if address.endswith("none") else 200), address
            wrong += looked_at(page, address)
        page.goto(f"/log/paste?unit={UNIT}")
        page.locator("#field-table").fill("日期\t类型\t主题\n3月28日-29日\t党课\t两天\n9月1日\t党课\t学习")
        page.locator("button.primary").click()
        page.wait_for_selector(".faults")
        wrong += looked_at(page, "a pasted table")
    assert wrong == []
