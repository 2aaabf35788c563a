"""From an empty folder to a working district, in a browser, today: eighty schools, a meeting, its score, a mail."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from taizhang.accounts import entry
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.app.settings import Settings
from taizhang.jobs.reminders import reminders_of
from taizhang.web.http.auth import WALL_CLOCK

from ..reminders.mailserver import Mailbox, mail_server
from .first_hour import first_record, set_up
from .site import Site, site_over
from .test_district_workbook import district

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DAYS_MAX = 60
"""Mails go out on workdays only, and only when something is missing or near: on one of so many days it is."""


def mails_of(site: Site) -> None:
    """Send what is due on the first day from today on on which something is."""
    reminders = reminders_of(site.session, Settings())
    today = site.session.clock.today()
    for ahead in range(DAYS_MAX):
        day = today + timedelta(days=ahead)
        reminders.keep(reminders.drafts(day), day)
        if reminders.send(day, at_once=True):
            return


@pytest.mark.browser
def test_an_empty_folder_becomes_a_working_district(
    tmp_path: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, mailbox = tmp_path / "全区.xlsx", Mailbox()
    book.write_bytes(district(80, 160, 240))
    with mail_server(mailbox) as port:
        monkeypatch.setenv("TAIZHANG_SMTP_URL", f"smtp://127.0.0.1:{port}")
        monkeypatch.setenv("TAIZHANG_MAIL_FROM", "ledger@example.cn")
        with site_over(tmp_path / "ledger.db") as site, browser.new_context() as context:
            operator = Account("admin", Role.OPERATOR, "系统管理员")
            token = entry.create_account(site.session.store, operator, now=WALL_CLOCK(), by="serve")
            page = context.new_page()
            links = set_up(page, f"{site.address}/welcome/{token}", book, "op@example.cn")
            assert "op@example.cn" in mailbox.recipients
            assert len(site.session.store.units()) == 80
            assert site.session.settings.district == "某某区教育局"

            (own,) = site.account("shuji0").units
            before = site.score(own)
            unit = first_record(page, links[0], site.session.clock.today().isoformat())
            assert unit == own
            held = [each for each in site.session.store.stream(unit) if each["type"] == "activity.held"]
            assert [each["authid"] for each in held] == ["shuji0"]
            assert float(site.score(unit)) >= float(before)
            mails_of(site)
    assert "s0@example.cn" in mailbox.recipients
