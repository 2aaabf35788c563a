"""HEAD wherever GET is, the truth in Allow, a slash too many, and where a write may come from behind a proxy."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import httpx
import pytest

from reminders.store import feeds
from taizhang.web.http.middleware import origin_of

from .site import AUDITOR, OPERATOR, PASSWORD, SECRETARY, Site, site_over


@pytest.mark.parametrize(
    "address", ["/healthz", "/account", "/units/wj-01", "/api/v1/units/wj-01/score", "/static/base.css"]
)
def test_head_is_get_without_its_body(site: Site, address: str) -> None:
    with site.visitor(SECRETARY) as client:
        asked, got = client.head(address), client.get(address)
    assert (asked.status_code, asked.content) == (got.status_code, b"") == (200, b"")
    for name in ("content-type", "content-length", "cache-control", "content-security-policy"):
        assert asked.headers.get(name) == got.headers.get(name), name


def test_head_of_a_calendar_and_of_streams_that_would_not_end(site: Site) -> None:
    with site.session.store.write() as work:
        token = feeds.make_feed(work.connection, "wj-01", site.session.clock())
    with site.visitor() as client:
        assert client.head(f"/feeds/{token}.ics").status_code == 200
        assert client.head("/feeds/none.ics").status_code == 404
        assert client.head("/units/wj-01").headers["location"].startswith("/login")
    begun = time.monotonic()
    with site.visitor(AUDITOR) as client:
        assert client.head("/changes").status_code == 200
        assert client.head("/api/v1/export").status_code == client.get("/api/v1/export").status_code
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize(
    ("method", "address", "allow"),
    [
        ("DELETE", "/login", "GET, HEAD, POST"),
        ("POST", "/healthz", "GET, HEAD"),
        ("GET", "/logout", "POST"),
        ("PATCH", "/api/v1/events", "GET, HEAD, POST"),
        ("POST", "/static/base.css", "GET, HEAD"),
    ],
)
def test_allow_names_every_method_of_the_address(site: Site, method: str, address: str, allow: str) -> None:
    with site.visitor(OPERATOR) as client:
        answer = client.request(method, address)
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == set(allow.split(", "))


def test_a_slash_too_many_leads_on_and_to_no_other_host(site: Site) -> None:
    with site.visitor(SECRETARY) as client:
        answer = client.get("/units/wj-01/?as-of=2017-06-30")
        assert (answer.status_code, answer.headers["location"]) == (307, "/units/wj-01?as-of=2017-06-30")
        assert client.get("/login/", headers={"x-forwarded-host": "evil.com"}).headers["location"] == "/login"
        for address in ("/nowhere/", "//evil.com/", "//evil.com//login/", "/\\evil.com/"):
            answer = client.get(f"{site.address}{address}")
            assert (answer.status_code, answer.headers.get("location")) == (404, None), address


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        # nginx with `Host $host`: the port is dropped
        ({"origin": "http://10.0.0.5:8148", "host": "10.0.0.5"}, 303),
        ({"origin": "http://[fd00::5]:8148", "host": "[fd00::5]"}, 303),
        ({"origin": "http://evil.com:8148", "host": "10.0.0.5"}, 403),
        ({"origin": "http://10.0.0.5:8148", "host": "10.0.0.5:8149"}, 403),
        ({"origin": "null", "host": "10.0.0.5"}, 403),
        # a proxy that says it apart, and is believed only where it is named
        ({"origin": "http://oa.lan:8148", "host": "127.0.0.1:8000", "x-forwarded-host": "oa.lan:8148"}, 303),
        (
            {
                "origin": "http://oa.lan:8148",
                "host": "oa.lan",
                "x-forwarded-host": "oa.lan",
                "x-forwarded-port": "8148",
            },
            303,
        ),
        ({"origin": "http://evil.com", "host": "127.0.0.1:8000", "x-forwarded-host": "oa.lan:8148"}, 403),
        # the address that the operator has told, whatever the proxy makes of it
        ({"origin": "https://ledger.example.edu.cn", "host": "127.0.0.1:8000"}, 303),
        ({"origin": "http://ledger.example.edu.cn", "host": "127.0.0.1:8000"}, 403),
    ],
)
def test_writes_behind_a_proxy(template: Path, tmp_path: Path, headers: dict[str, str], status: int) -> None:
    path = tmp_path / "district.db"
    shutil.copy(template, path)
    public = "https://ledger.example.edu.cn:443/"
    with site_over(path, public=public, trusted_proxies="127.0.0.1") as site, site.visitor() as client:
        assert _log_in(client, headers).status_code == status


def test_a_proxy_that_nobody_named_is_not_believed(site: Site) -> None:
    with site.visitor() as client:
        said = {"origin": "http://oa.lan:8148", "x-forwarded-host": "oa.lan:8148"}
        assert _log_in(client, said).status_code == 403


def _log_in(client: httpx.Client, headers: dict[str, str]) -> httpx.Response:
    return client.post("/login", data={"name": SECRETARY, "password": PASSWORD}, headers=headers)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://a.cn/", "https://a.cn"),
        ("http://a.cn:80", "http://a.cn"),
        ("http://A.cn:8148/x", "http://a.cn:8148"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_origin_of_an_address(url: str, origin: str) -> None:
    assert origin_of(url) == origin
