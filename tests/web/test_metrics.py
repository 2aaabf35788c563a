"""What Prometheus is told: requests by route and status, their latency, the ledger's growth, open pages."""

from __future__ import annotations

from time import monotonic

import httpx
from prometheus_client.parser import text_string_to_metric_families

from taizhang.accounts import entry
from taizhang.web.http.auth import WALL_CLOCK

from .site import OPERATOR, SECRETARY, Site, activity

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def told(site: Site) -> Samples:
    """Return every sample, as a scrape with an operator's token brings it."""
    token = entry.create_api_token(site.session.store, site.account(OPERATOR), "prometheus", now=WALL_CLOCK())
    answer = httpx.get(f"{site.address}/metrics", headers={"authorization": f"Bearer {token}"})
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def requests(samples: Samples, method: str, route: str, status: int) -> float:
    labels = (("method", method), ("route", route), ("status", str(status)))
    return samples.get(("taizhang_requests_total", labels), 0.0)


def test_requests_are_counted_by_route_and_status(site: Site) -> None:
    with site.visitor(SECRETARY) as client:
        for unit in ("wj-01", "wj-01", "wj-02"):
            client.get(f"/api/v1/units/{unit}/score")
        for number in range(20):
            client.get(f"/nowhere/{number}")
        client.request("BREW", "/login")
    samples = told(site)
    route = "/api/v1/units/{unit}/score"
    assert requests(samples, "GET", route, 200) == 2
    assert requests(samples, "GET", route, 403) == 1
    assert samples[("taizhang_request_seconds_count", (("route", route),))] == 3
    # What visitors type makes no labels.
    assert requests(samples, "GET", "none", 404) == 20
    assert not any("nowhere" in str(labels) or "BREW" in str(labels) for _name, labels in samples)


def test_the_ledger_and_open_pages_are_told(site: Site) -> None:
    before = told(site)
    site.record(activity("one", "wj-01", "2017-09-10", "party_lecture"))
    with site.visitor(SECRETARY) as client, client.stream("GET", "/changes") as changes:
        assert changes.status_code == 200
        deadline = monotonic() + 60
        while (after := told(site))[("taizhang_open_pages", ())] != 1:
            # The answer begins before the page is among the listeners.
            assert monotonic() < deadline
    assert after[("taizhang_events_appended_total", ())] == before[("taizhang_events_appended_total", ())] + 1
    assert after[("taizhang_ledger_bytes", ())] > 100_000
    assert before[("taizhang_open_pages", ())] == 0


def test_the_lines_of_costly_work_are_told(site: Site) -> None:
    samples = told(site)
    for line in ("workbooks", "reports", "files"):
        for name in ("taizhang_line_working", "taizhang_line_waiting", "taizhang_line_refused_total"):
            assert samples[name, (("line", line),)] == 0
    with site.visitor(OPERATOR) as client:
        assert "读工作簿：在做 0，等候 0" in client.get("/admin").text
