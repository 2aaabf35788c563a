"""Pages that stay open hear of what is new, also of what came while they were being made."""

from __future__ import annotations

import asyncio

from taizhang.web.live import Watcher

from .alone import run_alone
from .browsing import visiting
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
        page.locator(".score .figure", has_text=site.score("wj-01")).wait_for(timeout=20_000)
