"""The leader's page on one sheet of A4, however much there is to say."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from projections.district_course import Call, Moved, Reason, Trouble
from taizhang.jobs.year_tables import renew_tables
from taizhang.web.pages.district import leader_view

from .browsing import scrolls_sideways, visiting
from .site import LEADER, Site

NAME = "武进区青禾实验高级中学教育集团党总支"


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf))


def test_the_page_is_one_sheet_when_everything_is_full(
    site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert renew_tables(site.session) == 9
    clauses = [each.id for each in site.session.shelf.get("wujin-2017").clauses]
    call = Call("wj-01", NAME, 5000, tuple(Reason), 600, 4, None)
    monkeypatch.setattr(leader_view, "calls", lambda *_asked: [call] * 60)
    moved = [Moved("wj-01", NAME, 7000, by) for by in (-600, -500, -400, -300, -200, 200, 300, 400, 500, 600)]
    monkeypatch.setattr(leader_view, "moved_since", lambda *_asked: moved)
    monkeypatch.setattr(leader_view, "troubles", lambda *_asked: [Trouble(each, 80, 12) for each in clauses])
    with visiting(browser, site, LEADER, viewport={"width": 1366, "height": 800}) as page:
        page.goto("/district")
        assert "还有 50 个，见一览" in page.content()
        assert page.locator(".troubles tbody tr").count() == 10
        assert not scrolls_sideways(page)
        assert pages_of(page.pdf(format="A4")) == 1
