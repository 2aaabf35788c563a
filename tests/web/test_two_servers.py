"""Two web servers on one PostgreSQL: what is recorded on one moves the pages that are open on the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from rubric.catalog import builtin_texts
from taizhang.app.rubrics import install_rubric
from taizhang.backup.copy_ledger import copy_ledger
from taizhang.startup.open_ledger import open_ledger

from .browsing import visiting
from .site import ASSESSOR, OPERATOR, SECRETARY, Site, activity, site_over
from .test_workbook import HEAD, ROWS, book, save, send


@pytest.fixture
def two(template: Path, new_postgres_url: Callable[[], str], tmp_path: Path) -> Iterator[tuple[Site, Site]]:
    url = new_postgres_url()
    with (
        open_ledger(f"sqlite:///{template}", new=True) as source,
        open_ledger(url, unfinished=True, new=True) as target,
    ):
        copy_ledger(source, target)
    with site_over(tmp_path / "one", url=url) as one, site_over(tmp_path / "two", url=url) as other:
        yield one, other


def judgement(number: int, unit: str) -> dict[str, object]:
    return activity(f"live-{number}", unit, "2017-09-19", "party_lecture") | {
        "type": "judgement.passed",
        "data": {"clause": "3.2", "deduct": f"0.{number}", "reason": "现场检查"},
    }


def waits_for(page: Page, unit: str, score: str) -> None:
    page.locator("#units tr", has_text=unit).get_by_text(score, exact=True).wait_for(timeout=20_000)


def test_both_servers_show_what_either_recorded(two: tuple[Site, Site], browser: Browser) -> None:
    one, other = two
    with visiting(browser, one, ASSESSOR) as here, visiting(browser, other, ASSESSOR) as there:
        for page in (here, there):
            page.goto("/board?status=all")
        for number, (site, unit) in enumerate([(one, "wj-02"), (other, "wj-01"), (one, "wj-01")], 1):
            before = one.score(unit)
            site.record(judgement(number, unit), by="assessor-2")
            assert one.score(unit) == other.score(unit) != before
            waits_for(here, unit, one.score(unit))
            waits_for(there, unit, one.score(unit))


def test_who_came_in_at_one_is_known_at_the_other(two: tuple[Site, Site]) -> None:
    one, other = two
    with one.visitor(ASSESSOR) as here, other.visitor() as there:
        there.cookies = here.cookies
        assert here.get("/board").status_code == there.get("/board").status_code == 200
        assert there.get("/units/wj%0001").status_code == 404


def test_what_is_kept_at_one_reaches_the_other(two: tuple[Site, Site]) -> None:
    one, other = two
    rubric = builtin_texts()[0].replace("id: wujin-2017", "id: own-2017", 1)
    with one.visitor(OPERATOR) as here, other.visitor(OPERATOR) as there:
        assert "own-2017" not in there.get("/admin/rubrics").text
        install_rubric(one.session, rubric.encode(), "own.yaml")
        form = {"district": "滨海区教育局", "late_days": "9"}
        assert here.post("/admin/settings", data=form).status_code == 303
        deadline = time.monotonic() + 60
        while not (
            "own-2017" in there.get("/admin/rubrics").text and "滨海区教育局" in there.get("/admin").text
        ):
            assert time.monotonic() < deadline, "the other server never took it in"
            time.sleep(0.1)


def test_a_workbook_looked_at_by_one_is_recorded_by_the_other(two: tuple[Site, Site]) -> None:
    one, other = two
    before = one.session.store.size()
    with one.visitor(SECRETARY) as here, other.visitor(SECRETARY) as there:
        looked = send(here, book(活动=[HEAD, *ROWS])).text
        done = save(there, looked)
        assert done.status_code == 303
        assert one.session.store.size() > before
        assert save(here, looked).status_code == 422, "what was recorded waits no longer"
