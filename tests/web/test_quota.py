"""A flood of events or files ends at a day's measure, in words; an operator hears of it before; nobody else is kept."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import httpx
import orjson
import pytest

from taizhang.accounts import entry
from taizhang.app.quota import ALARM_PERCENT, MEGABYTE, UNIT_TIMES, Kind, Limits, Quota, QuotaReached
from taizhang.web.http.auth import WALL_CLOCK

from .site import ASSESSOR, OPERATOR, OTHER_SECRETARY, SECRETARY, Site, activity

NOON = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
LIMITS = Limits(events=100, bytes=10 * MEGABYTE)


def flood(unit: str, numbers: range, name: str = "flood") -> bytes:
    events = [
        activity(f"{name}-{unit}-{n}", unit, f"2017-0{1 + n % 8}-{1 + n % 28:02d}", "study_session")
        for n in numbers
    ]
    return b"\n".join(map(orjson.dumps, events))


def sent(client: httpx.Client, body: bytes) -> httpx.Response:
    return client.post("/api/v1/events", content=body, headers={"content-type": "application/x-ndjson"})


@pytest.fixture
def tight(site: Site) -> Site:
    """A site on which an account adds 100 events and 10 MB a day at most."""
    site.session.keep_settings(
        site.session.settings.model_copy(update={"day_events": 100, "day_megabytes": 10})
    )
    return site


def test_a_flood_of_events_ends(tight: Site, caplog: pytest.LogCaptureFixture) -> None:
    site = tight
    size = site.session.store.size
    before = size()
    with (
        site.visitor(SECRETARY) as client,
        site.visitor(OTHER_SECRETARY) as other,
        site.visitor(OPERATOR) as operator,
    ):
        with caplog.at_level(logging.WARNING):
            assert sent(client, flood("wj-01", range(40))).status_code == 200
            assert "今天已记入" not in operator.get("/admin").text
            assert not caplog.records
            assert sent(client, flood("wj-01", range(60))).json()["appended"] == 20
            (told,) = caplog.messages
            assert "wj-01" in told
        assert "账号 wj-01 今天已记入 60 条，每天最多 100 条" in operator.get("/admin").text
        refused = sent(client, flood("wj-01", range(60, 101)))
        assert refused.status_code == 429
        assert 0 < int(refused.headers["retry-after"]) <= 86_400
        (problem,) = refused.json()["errors"]
        assert "每天最多 100 条" in problem["problem"]
        assert "系统管理员" in problem["problem"]
        assert size() == before + 60
        # What is refused for another reason, or is there already, takes nothing of the measure.
        assert sent(client, flood("wj-01", range(60, 90)) + b"\n{}").status_code == 422
        assert sent(client, flood("wj-02", range(30))).status_code == 403
        assert sent(client, flood("wj-01", range(60))).json() == {"appended": 0, "skipped": 60}
        assert sent(client, flood("wj-01", range(60, 100))).status_code == 200
        assert sent(client, flood("wj-01", range(100, 101))).status_code == 429
        assert sent(other, flood("wj-02", range(30))).status_code == 200, "others are not kept"
        page = client.post(
            "/log/paste", data={"unit": "wj-01", "step": "save", "kind": "activities", "table": TABLE}
        )
        assert "每天最多 100 条" in page.text
        token = entry.create_api_token(site.session.store, site.account(OPERATOR), "p", now=WALL_CLOCK())
        metrics = httpx.get(f"{site.address}/metrics", headers={"authorization": f"Bearer {token}"}).text
        assert 'taizhang_quota_used_ratio{what="events"} 1.0' in metrics
        assert "taizhang_quota_refused_total 3.0" in metrics
        # The operator may allow more, at once; at the terminal nobody counts.
        assert operator.patch("/api/v1/settings", json={"day_events": 1000}).status_code == 200
        assert sent(client, flood("wj-01", range(100, 101))).status_code == 200
    site.record(
        *(orjson.loads(line) for line in flood("wj-01", range(2000), "terminal").splitlines()), by="wj-01"
    )


TABLE = "日期\t主题\t类别\n2017-03-05\t学习\t集中学习\n"


def test_a_flood_of_files_ends_and_takes_no_room(tight: Site) -> None:
    site = tight
    site.record(activity("held", "wj-01", "2017-03-05", "study_session"))
    with site.visitor(SECRETARY) as client:
        codes = [attach(client, number, 4 * MEGABYTE).status_code for number in range(4)]
        assert codes == [200, 200, 429, 429]
        assert attach(client, 0, 4 * MEGABYTE).json()["appended"] == 0, "the same file again costs nothing"
        assert "每天最多 10 MB" in attach(client, 5, 4 * MEGABYTE).text
    kept = [file.stat().st_size for file in site.options.evidence.rglob("*") if file.is_file()]
    assert sum(kept) < 10 * MEGABYTE


def attach(client: httpx.Client, number: int, size: int) -> httpx.Response:
    content = b"%PDF-1.4\n" + str(number).encode() + b" " * size + b"\n%%EOF"
    return client.post("/api/v1/evidence", params={"record": "held", "filename": "a.pdf"}, content=content)


def test_many_accounts_for_one_unit(tight: Site) -> None:
    with tight.visitor(SECRETARY) as one, tight.visitor(ASSESSOR) as assessor:
        assert sent(one, flood("wj-01", range(100))).status_code == 200
        reviews = [
            {
                "specversion": "1.0", "id": f"review-{n}", "source": "urn:tests", "type": "claim.reviewed",
                "subject": "wj-01", "time": "2017-09-01",
                "data": {"record": f"flood-wj-01-{n}", "verdict": "accepted"},
            }
            for n in range(100)
        ]  # fmt: skip
        assert sent(assessor, b"\n".join(map(orjson.dumps, reviews))).status_code == 200
    limits = tight.session.settings.limits
    assert tight.session.quota.fullest(Kind.EVENTS, limits, tight.session.clock()) == 1
    with pytest.raises(QuotaReached, match="单位 wj-01"):
        tight.session.quota.take("third", "wj-01", limits, tight.session.clock(), events=1)


def test_a_day_ends_and_the_clock_may_jump() -> None:
    quota = Quota()
    quota.take("a", "u", LIMITS, NOON, events=100)
    for later in (timedelta(0), timedelta(hours=11, minutes=59)):
        with pytest.raises(QuotaReached) as reached:
            quota.take("a", "u", LIMITS, NOON + later, events=1)
        assert reached.value.seconds == int((timedelta(hours=12) - later).total_seconds()) + 1
    quota.take("a", "u", LIMITS, NOON + timedelta(hours=12), events=100)
    quota.take("a", "u", LIMITS, NOON - timedelta(days=400), events=1)
    assert quota.alarms(LIMITS, NOON - timedelta(days=400)) == []


def test_what_is_counted_is_bounded() -> None:
    quota = Quota()
    for number in range(50):
        quota.take("a", f"u{number}", LIMITS, NOON, events=1)
        quota.give_back("a", f"u{number}", NOON, events=1)
    assert not quota._used
    for _ in range(UNIT_TIMES):
        quota.take(f"a{_}", "u", LIMITS, NOON, events=ALARM_PERCENT)
    assert len(quota.alarms(LIMITS, NOON)) == UNIT_TIMES + 1
