"""Pages that stay open hear of what is new, also of what came while they were being made."""

from __future__ import annotations

import asyncio

from playwright.sync_api import expect

from taizhang.web.http.live import Watcher

from .alone import run_alone
from .browsing import visiting
from .reviewing import UNIT, honor
from .site import ASSESSOR, SECRETARY, Site, activity


def test_who_begins_to_listen_hears_what_came_since_the_page_was_made(site: Site) -> None:
    made_at = site.session.store.size()
    site.record(activity("between", "wj-02", "2017-09-19", "party_lecture"))

    async def first(since: int | None) -> object:
        watcher = Watcher(site.session.store)
        try:
            return await asyncio.wait_for(anext(watcher.changes(since)), timeout=0.5)
        except TimeoutError:
            return None

    heard = run_alone(first(made_at))
    assert (heard.sequence, heard.units) == (made_at + 1, frozenset({"wj-02"}))  # type: ignore[attr-defined]
    assert run_alone(first(made_at + 1)) is None, "nothing was missed"
    assert run_alone(first(None)) is None


def test_the_stream_tells_only_of_units_that_its_reader_may_see(site: Site) -> None:
    made_at = site.session.store.size()
    site.record(
        activity("one", "wj-01", "2017-09-19", "party_lecture"),
        activity("two", "wj-02", "2017-09-19", "party_lecture"),
    )
    for name, units in ((SECRETARY, '["wj-01"]'), (ASSESSOR, '["wj-01","wj-02"]')):
        with site.visitor(name) as client, client.stream("GET", f"/changes?since={made_at}") as stream:
            line = next(line for line in stream.iter_lines() if line.startswith("data:"))
        assert units in line.replace(" ", "")
        with site.visitor(name) as client:
            assert (
                str(client.get(f"/changes/since/{made_at}").json()["units"])
                .replace("'", '"')
                .replace(" ", "")
                == units
            )
            assert f'data-live-since="{made_at + 2}"' in client.get("/units/wj-01").text


def test_a_browser_without_streams_asks_now_and_then(site: Site, browser) -> None:
    with visiting(browser, site, SECRETARY) as page:
        page.add_init_script("delete window.EventSource")
        page.goto("/units/wj-01")
        judged = activity("polled", "wj-01", "2017-09-19", "party_lecture") | {
            "type": "judgement.passed",
            "data": {"clause": "3.2", "deduct": "0.7", "reason": "现场检查"},
        }
        site.record(judged, by=ASSESSOR)
        page.locator(".so-far", has_text=site.score("wj-01")).wait_for(timeout=20_000)


def test_an_assessors_list_takes_in_what_comes_and_keeps_what_is_ticked_and_typed(
    site: Site, browser
) -> None:
    site.record(honor("first", title="红烛甲"), honor("second", title="红烛乙"))
    with visiting(browser, site, ASSESSOR) as page:
        page.goto(f"/review?tab=claim&unit={UNIT}")
        row = page.locator(".review-item")
        row.filter(has_text="红烛乙").get_by_role("checkbox").check()
        page.locator("#field-reason").fill("附件看不清")
        page.locator("#field-reason").evaluate("field => { window.before = field }")
        count = page.locator(".tabs a[aria-current] .count")
        before = int(count.inner_text())

        site.record(honor("third", title="红烛丙"))
        expect(row.filter(has_text="红烛丙")).to_be_visible()
        expect(count).to_have_text(str(before + 1))
        reviewed = activity("gone", UNIT, "2017-09-20", "") | {
            "type": "claim.reviewed",
            "data": {"record": "first", "verdict": "accepted"},
        }
        site.record(reviewed, by=ASSESSOR)
        expect(row.filter(has_text="红烛甲")).to_have_count(0)

        expect(row.filter(has_text="红烛乙").get_by_role("checkbox")).to_be_checked()
        expect(page.locator("#field-reason")).to_have_value("附件看不清")
        assert page.locator("#field-reason").evaluate("field => field === window.before")
        expect(page.locator(".chosen-count")).to_have_text("已选 1 条")
        page.get_by_role("button", name="选中的退回").click()
        expect(page.get_by_role("status")).to_contain_text("已退回 1 条")


def test_a_record_that_changed_under_a_tick_is_to_be_looked_at_again(site: Site, browser) -> None:
    claimed = honor("claimed", title="红烛甲")
    site.record(claimed)
    corrected = activity("mended", UNIT, "2017-09-20", "") | {
        "type": "record.corrected",
        "data": {"record": "claimed", "reason": "级别写错", "data": claimed["data"] | {"level": "bureau"}},
    }
    with visiting(browser, site, ASSESSOR) as page:
        page.goto(f"/review?tab=claim&unit={UNIT}")
        row = page.locator(".review-item", has_text="红烛甲")
        row.get_by_role("checkbox").check()
        site.record(corrected)
        expect(row).to_contain_text("局级")
        expect(row.get_by_role("checkbox")).to_be_checked()
        page.get_by_role("button", name="选中的通过").click()
        expect(page.get_by_role("alert")).to_contain_text("刚有人审核或更正过")
        page.get_by_role("button", name="选中的通过").click()
        expect(page.get_by_role("status")).to_contain_text("已通过 1 条")
