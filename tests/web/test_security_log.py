"""Who came in, who did not and what was refused is told: in lines for programs, and on the journal's page."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from ledger.problem import StoreError
from ledger.text import Text
from taizhang.accounts import entry, passwords, security_log
from taizhang.accounts.security_log import Happened, Kind, SecurityLog, latest_security
from taizhang.web.http.auth import WALL_CLOCK

from .browsing import DESKTOP, NARROWEST, scrolls_sideways, serious_findings, visiting
from .site import AUDITOR, OPERATOR, PASSWORD, SECRETARY, Site, activity

NOW = datetime(2026, 11, 28, 6, 0, tzinfo=UTC)


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """The lines, as a program reads them."""
    monkeypatch.setattr(passwords, "matches", lambda given, kept: given == PASSWORD and kept is not None)
    lines: list[dict[str, Any]] = []

    class Reading(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            message = record.getMessage()
            assert "\n" not in message
            lines.append(json.loads(message))

    handler = Reading()
    with caplog.at_level(logging.INFO, security_log.log.name):
        security_log.log.addHandler(handler)
        yield lines
        security_log.log.removeHandler(handler)


def log_in(client: httpx.Client, name: str, password: str) -> int:
    return client.post("/login", data={"name": name, "password": password}).status_code


def test_logins_failures_lockouts_and_refusals_are_told(site: Site, told: list[dict[str, Any]]) -> None:
    with site.visitor() as client:
        for _ in range(entry.FREE_TRIES + 2):
            assert log_in(client, OPERATOR, "wrong") == 401
        assert log_in(client, "my-Secret-passw0rd", "x") == 401
        assert log_in(client, SECRETARY, PASSWORD) == 303
        assert client.get("/admin/accounts").status_code == 403
        foreign = activity("x", "wj-02", "2017-09-19", "party_lecture")
        assert client.post("/api/v1/events", json=foreign).status_code == 403
        assert client.get("/api/v1/account", headers={"authorization": "Bearer tz_stolen"}).status_code == 401
        assert client.post("/logout", headers={"origin": "https://evil.com"}).status_code == 403
        client.post("/logout")
    events = [(each["event"], each.get("account"), each.get("what")) for each in told]
    assert events == [
        ("login.failed", OPERATOR, None),
        ("login.locked_out", OPERATOR, None),
        ("login.failed", None, None),
        ("login.ok", SECRETARY, None),
        ("access.refused", SECRETARY, "GET /admin/accounts"),
        ("access.refused", SECRETARY, "POST /api/v1/events"),
        ("token.refused", None, "GET /api/v1/account"),
        ("origin.refused", None, None),
        ("logout", SECRETARY, None),
    ]
    assert all(each["address"] == "127.0.0.1" and each["time"].endswith("Z") for each in told)
    for secret in ("wrong", "passw0rd", PASSWORD, "tz_stolen"):
        assert secret not in json.dumps(told).lower()


def test_deeds_of_administration_are_told_with_who_did_them(site: Site, told: list[dict[str, Any]]) -> None:
    with site.visitor(OPERATOR) as client:
        made = client.post(
            "/api/v1/accounts", json={"name": "li-09", "role": "auditor", "display_name": "李九"}
        ).json()
        token = client.post("/api/v1/tokens", json={"account": "li-09", "label": "同步"}).json()["token"]
        robot = "https://oapi.dingtalk.com/robot/send?access_token=geheim"
        contact = {"unit": "*", "channel": "dingtalk", "address": robot, "secret": "SECgeheim"}
        assert client.put("/api/v1/contacts", json=contact).status_code == 200
        assert client.patch("/api/v1/settings", json={"late_days": 9}).status_code == 200
        with site.visitor() as newcomer:
            chosen = {"password": "a good long one", "again": "a good long one"}
            newcomer.post(httpx.URL(made["link"]).path, data=chosen)
        page = client.get("/admin/journal").text
        journal = client.get("/api/v1/journal").json()
    assert [(each["event"], each.get("by")) for each in told] == [
        ("account.created", OPERATOR),
        ("account.invited", OPERATOR),
        ("token.created", OPERATOR),
        ("contact.kept", OPERATOR),
        ("settings.changed", OPERATOR),
        ("link.used", None),
        # Who sets his password by the link is logged in by that.
        ("login.ok", None),
    ]
    assert {each["deed"] for each in journal["journal"]} >= {"contact.kept", "account.created"}
    for secret in (token, made["link"].rpartition("/")[2], "geheim", "a good long one"):
        assert secret not in json.dumps([told, journal]) + page
    assert "用一次性链接设密码" in page


def test_what_repeats_itself_is_counted_and_floods_nothing(site: Site, told: list[dict[str, Any]]) -> None:
    security, kind = SecurityLog(site.session.store), Kind(Happened.LOGIN_FAILED, SECRETARY, "10.0.0.7")
    for second in range(150):
        security.note(kind, NOW + timedelta(seconds=second))
    assert [each["count"] for each in told] == [1, 60, 60]
    security.flush(NOW + timedelta(seconds=200))
    assert [each["count"] for each in told] == [1, 60, 60, 29]
    with site.session.store.read() as work:
        (row,) = latest_security(work.connection)
    assert (row.count, row.account, row.address) == (150, SECRETARY, "10.0.0.7")


def test_memory_and_table_are_bounded(
    site: Site, told: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security_log, "KINDS_MAX", 20)
    monkeypatch.setattr(security_log, "ROWS_MAX", 15)
    security = SecurityLog(site.session.store)
    for number in range(200):
        security.note(Kind(Happened.REFUSED, "", f"10.0.0.{number}"), NOW)
    assert len(told) == 21
    security.flush(NOW, whole=True)
    assert sum(each["count"] for each in told) == 200, "the others are counted together"
    assert not security._counts.get(Kind(Happened.REFUSED, "", "10.0.0.199"))
    with site.session.store.read() as work:
        assert len(latest_security(work.connection)) <= 15


def test_a_store_that_takes_nothing_stops_nobody(
    site: Site, told: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise StoreError(Text("磁盘满"))

    monkeypatch.setattr(security_log, "_keep", broken)
    SecurityLog(site.session.store).note(Kind(Happened.LOGIN, SECRETARY), NOW)
    assert [each["event"] for each in told] == ["login.ok", "journal.unwritten"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_can_be_read_by_everybody(site: Site, browser, dark: bool) -> None:  # type: ignore[no-untyped-def]
    security = SecurityLog(site.session.store)
    for event in Happened:
        security.note(
            Kind(event, SECRETARY, "2001:db8:12:34::/64", "POST /api/v1/accounts/{name}/logins/{key}"),
            WALL_CLOCK(),
        )
    with visiting(browser, site, AUDITOR, dark=dark, viewport=NARROWEST if dark else DESKTOP) as page:
        page.goto("/admin/journal")
        assert serious_findings(page) == []
        assert not scrolls_sideways(page)
