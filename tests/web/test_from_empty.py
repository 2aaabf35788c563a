"""From an empty folder to a working district, in a browser, today: eighty schools, a meeting, its score, a mail."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from taizhang.accounts import entry
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.app.settings import Settings
from taizhang.jobs.reminders import reminders_of
from taizhang.web.http.auth import WALL_CLOCK

from ..reminders.mailserver import Mailbox, mail_server
from .site import Site, site_over
from .test_district_workbook import district

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SECRET = "lapis-quern-vole-39"
DAYS_MAX = 60
"""Mails go out on workdays only, and only when something is missing or near: on one of so many days it is."""


def set_password(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("密码", exact=True).fill(SECRET)
    page.get_by_label("再输一次").fill(SECRET)
    page.get_by_role("button", name="设置密码并登录").click()


def mails_of(site: Site, port: int) -> None:
    """Send what is due on the first day from today on on which something is."""
    settings = Settings(smtp_url=f"smtp://127.0.0.1:{port}", mail_from="ledger@example.cn")
    reminders = reminders_of(site.session, settings)
    today = site.session.clock.today()
    for ahead in range(DAYS_MAX):
        day = today + timedelta(days=ahead)
        reminders.keep(reminders.drafts(day), day)
        if reminders.send(day, at_once=True):
            return


@pytest.mark.browser
def test_an_empty_folder_becomes_a_working_district(tmp_path: Path, browser: Browser) -> None:
    book, mailbox = tmp_path / "全区.xlsx", Mailbox()
    book.write_bytes(district(80, 160, 240))
    with site_over(tmp_path / "ledger.db") as site, browser.new_context() as context:
        operator = Account("admin", Role.OPERATOR, "系统管理员")
        token = entry.create_account(site.session.store, operator, now=WALL_CLOCK(), by="serve")
        page = context.new_page()
        set_password(page, f"{site.address}/welcome/{token}")
        expect(page.get_by_text("开始使用：还有")).to_be_visible()
        page.get_by_role("link", name="登记单位和支部").click()
        page.set_input_files("#field-file", book)
        page.get_by_role("button", name="先看看").click()
        page.get_by_role("button", name="全部登记").click()
        expect(page.get_by_role("heading", name="登记好了")).to_be_visible()
        link = re.findall(r"http\S+/welcome/[\w-]+", page.locator("#links").inner_text())[0]
        units = sorted(site.session.store.units())
        assert len(units) == 80

        context.clear_cookies()
        set_password(page, link)
        (unit,) = site.account("shuji0").units
        expect(page).to_have_url(f"{site.address}/units/{unit}")
        before = site.score(unit)
        page.goto(f"{site.address}/log?unit={unit}&what=activity.held:party_work_meeting")
        page.get_by_label("日期").fill(site.session.clock.today().isoformat())
        page.get_by_role("textbox", name="主题").fill("研究党建工作")
        page.get_by_role("button", name="记入台账").click()
        expect(page.get_by_text("已记入。")).to_be_visible()
        held = [each for each in site.session.store.stream(unit) if each["type"] == "activity.held"]
        assert [each["authid"] for each in held] == ["shuji0"]
        assert float(site.score(unit)) >= float(before)

        with mail_server(mailbox) as port:
            mails_of(site, port)
    assert "s0@example.cn" in mailbox.recipients
