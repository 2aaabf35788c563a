"""Debian's Chromium under playwright, and what is asked of every page in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from shutil import which
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright

from taizhang.web.http.auth import COOKIE

from .site import Site

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 740}
NARROWEST = {"width": 320, "height": 640}
SERIOUS = ("serious", "critical")


def launch(playwright: Playwright) -> Browser:
    """Start the browser of the system; playwright's own is not needed."""
    path = which("chromium") or which("chromium-browser") or which("google-chrome")
    assert path, "the tests need chromium: run tests/system.sh"
    return playwright.chromium.launch(
        executable_path=path,
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
              "--disable-sync", "--no-first-run", "--disable-dev-shm-usage"],
    )  # fmt: skip


@contextmanager
def visiting(
    browser: Browser,
    site: Site,
    name: str | None,
    *,
    viewport: dict[str, int] = DESKTOP,
    scripts: bool = True,
    dark: bool = False,
    **settings: Any,
) -> Iterator[Page]:
    """Open a page of *site* as the account *name*. Whatever the page asks of another origin fails the test."""
    context = browser.new_context(
        base_url=site.address,
        viewport=viewport,  # type: ignore[arg-type]
        java_script_enabled=scripts,
        color_scheme="dark" if dark else "light",
        locale="zh-CN",
        **settings,
    )
    if name is not None:
        context.add_cookies([{"name": COOKIE, "value": site.login(name), "url": site.address}])
    elsewhere: list[str] = []
    errors: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: _note_elsewhere(request.url, site, elsewhere))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console", lambda message: errors.append(message.text) if "Content Security" in message.text else None
    )
    try:
        yield page
        assert elsewhere == [], "requests that left the server's own origin"
        assert errors == [], "errors in scripts"
    finally:
        context.close()


def _note_elsewhere(url: str, site: Site, elsewhere: list[str]) -> None:
    if not url.startswith((site.address, "data:", "blob:")):
        elsewhere.append(url)


def serious_findings(page: Page) -> list[str]:
    """Return axe's serious and critical findings, one a line."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {each['help']} — {each['nodes'][0]['html'][:200]}"
        for each in found
        if each["impact"] in SERIOUS
    ]


def scrolls_sideways(page: Page) -> bool:
    """Whether the page is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
