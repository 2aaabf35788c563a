"""The first hour, as people do it in a browser: from the one-time link of `serve` to a secretary's first record.

python -m tests.web.first_hour ADDRESS LINK     against a server that was just begun (see tests/bundle.sh)
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect, sync_playwright

from .browsing import launch
from .test_district_workbook import district

if TYPE_CHECKING:
    from playwright.sync_api import Page

SECRET = "lapis-quern-vole-39"
LATER = "以后再做，下一步"


def set_password(page: Page, address: str) -> None:
    """Open a one-time link, and set a password of one's own."""
    page.goto(address)
    page.get_by_label("密码", exact=True).fill(SECRET)
    page.get_by_label("再输一次").fill(SECRET)
    page.get_by_role("button", name="设置密码并登录").click()


def at_stop(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def set_up(page: Page, link: str, book: Path, mail_to: str = "") -> list[str]:
    """Walk from stop to stop; what the server has no settings for is left for later. Returns the accounts' links."""
    set_password(page, link)
    at_stop(page, "机关名称")
    page.get_by_label("机关名称").fill("某某区教育局")
    page.get_by_role("button", name="保存，下一步").click()
    at_stop(page, "考核细则")
    page.get_by_role("button", name=LATER).click()
    at_stop(page, "单位和支部")
    page.set_input_files("#field-file", book)
    page.get_by_role("button", name="先看看").click()
    page.get_by_role("button", name="全部登记").click()
    expect(page.get_by_role("heading", name="登记好了")).to_be_visible(timeout=120_000)
    links = re.findall(r"http\S+/welcome/[\w-]+", page.locator("#links").inner_text())
    # Accounts and contacts came with the workbook.
    page.get_by_role("link", name="接着做").click()
    at_stop(page, "邮件")
    if mail_to:
        page.get_by_label("发到哪个邮箱").fill(mail_to)
        page.get_by_role("button", name="发测试邮件").click()
        expect(page.get_by_text("测试邮件已经发出")).to_be_visible()
        page.get_by_role("link", name="下一步").click()
    else:
        page.get_by_role("button", name=LATER).click()
    page.wait_for_url(re.compile("/admin/begin/(backup|https)"))
    if page.url.endswith("backup"):
        page.get_by_role("button", name=LATER).click()
    at_stop(page, "网址和 HTTPS")
    page.get_by_role("button", name=LATER).click()
    expect(page.get_by_text("开始使用：还有")).to_be_visible()
    return links


def first_record(page: Page, link: str, day: str) -> str:
    """Come in as a secretary by *link* and record a meeting of *day*; returns the unit."""
    page.context.clear_cookies()
    set_password(page, link)
    page.wait_for_url(re.compile("/units/"))
    unit = page.url.rpartition("/units/")[2].partition("?")[0]
    page.goto(f"{page.url.partition('/units/')[0]}/log?unit={unit}&what=activity.held:party_work_meeting")
    page.get_by_label("日期").fill(day)
    page.get_by_role("textbox", name="主题").fill("研究党建工作")
    page.get_by_role("button", name="记入台账").click()
    expect(page.get_by_text("已记入。")).to_be_visible()
    return unit


def main(address: str, link: str) -> None:
    """Go through it against the server at *address*, and print the seconds that each part took."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        book = Path(folder, "全区.xlsx")
        book.write_bytes(district(80, 160, 240))
        browser = launch(playwright)
        page = browser.new_context(locale="zh-CN").new_page()
        links = set_up(page, link, book)
        print(
            f"{time.monotonic() - began:4.0f}s  80 units, 160 branches, {len(links)} accounts, in a browser"
        )
        today = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
        unit = first_record(page, next(each for each in links if each.startswith(address)), today)
        print(f"{time.monotonic() - began:4.0f}s  the first record of {unit}")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
