"""What Prometheus is told: requests by route and status, their latency, the ledger's growth, open pages."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from time import monotonic

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from ledger.text import Text
from taizhang.accounts import entry
from taizhang.backup.folder import open_shelf
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


def test_what_an_operator_waits_for_is_told(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = tmp_path / "backups"
    open_shelf(shelf, None, create=True)
    (shelf / "20170919T180000Z").mkdir()
    monkeypatch.setenv("TAIZHANG_BACKUP", str(shelf))
    site.session.jobs.expect("reminders", timedelta(minutes=5))
    site.session.jobs.failed("reminders", Text("x"))
    with site.session.store.write() as work:
        work.connection.execute(
            "INSERT INTO reminder_messages"
            " (id, person, day, channel, planned_at, state, attempts, told, subject, items)"
            " VALUES ('m', 'p', '2017-09-19', 'email', '2017-09-19T00:00:00.000000Z', 'planned', 0, 0, '', '[]')"
        )
    samples = told(site)
    assert samples["taizhang_job_failures_total", (("what", "reminders"),)] == 1
    assert samples["taizhang_jobs_stopped", ()] == 0
    # The demo's day is 2017-09-20, at the hour of the test.
    assert 0 < samples["taizhang_backup_age_seconds", ()] < 2 * 86_400
    assert 0 < samples["taizhang_outbox_oldest_seconds", ()] < 2 * 86_400
    assert samples["taizhang_outbox_messages", (("what", "waiting"),)] == 1
    for place in ("ledger", "evidence", "backups"):
        assert samples["taizhang_disk_free_bytes", (("what", place),)] > 0
    assert ("taizhang_anchor_age_seconds", ()) not in samples, "none is not zero"
