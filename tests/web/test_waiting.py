"""What takes its time says so, and stops saying so when it has come."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from .browsing import visiting
from .site import ASSESSOR, SECRETARY, Site

OBSERVE = """() => {
  const line = document.querySelector("[data-wait]");
  new MutationObserver(() => line.textContent && window.announced(line.textContent)).observe(line, { childList: true });
}"""


def answered_once_announced(page: Page, pattern: str) -> list[str]:
    """Hold back the answer to *pattern* until the page says that it waits; what it says is in the list."""
    held: list[Route] = []
    said: list[str] = []

    def hold(route: Route) -> None:
        held.append(route)

    def announced(words: str) -> None:
        said.append(words)
        held.pop().continue_()

    page.route(pattern, hold)
    page.expose_function("announced", announced)
    page.evaluate(OBSERVE)
    return said


def test_a_file_that_is_being_made_is_announced_until_it_comes(shared_site: Site, browser) -> None:
    with visiting(browser, shared_site, SECRETARY) as page:
        page.goto(f"/units/{SECRETARY}/reports")
        said = answered_once_announced(page, "**/reports/study/xlsx*")
        with page.expect_download() as coming:
            page.get_by_role("link", name="学时统计表 xlsx").click()
        assert said == ["正在生成文件，请稍候……"]
        assert coming.value.suggested_filename.endswith(".xlsx")
        expect(page.locator("[data-wait]")).to_have_text("")
        assert not [each for each in page.context.cookies() if each["name"].startswith("made-")]


def test_a_form_that_takes_long_says_so_until_its_page_comes(shared_site: Site, browser) -> None:
    with visiting(browser, shared_site, ASSESSOR) as page:
        page.goto("/board")
        said = answered_once_announced(page, "**/board?*")
        page.get_by_role("button", name="看", exact=True).click()
        page.wait_for_url("**/board?*")
        assert said == ["正在处理，请稍候……"]
        page.go_back()
        expect(page.locator("[data-wait]")).to_have_text("")


def test_only_a_name_that_a_page_would_make_becomes_a_cookie(shared_site: Site) -> None:
    address = f"/units/{SECRETARY}/reports/study/xlsx"
    with shared_site.visitor(SECRETARY) as client:
        made = client.get(address, params={"made": "made-0123456789abcdef"})
        assert "made-0123456789abcdef=1" in made.headers["set-cookie"]
        for other in ("taizhang_session", "made-0123456789abcdef; Domain=example.cn", "made-xyz"):
            assert "set-cookie" not in client.get(address, params={"made": other}).headers
