"""Under which names the dashboard answers; what its cookies are called; what strangers are told of its health."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ledger.text import Text
from taizhang.accounts import entry
from taizhang.web.http.auth import COOKIE, SECURE_COOKIE, WALL_CLOCK
from taizhang.web.http.hosts import KnownHosts
from taizhang.web.http.options import Options

from .site import OPERATOR, PASSWORD, SECRETARY, Site, site_over

PUBLIC = "https://ledger.example.edu.cn"


@pytest.fixture
def https(template: Path, tmp_path: Path) -> Iterator[Site]:
    path = tmp_path / "district.db"
    shutil.copy(template, path)
    with site_over(path, public=PUBLIC) as site:
        yield site


# -- names -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("ledger.example.edu.cn", True),
        ("LEDGER.example.edu.cn:443", True),
        ("ledger.example.edu.cn.", True),
        ("oa.example.cn:8443", True),
        ("wj.school.cn", True),
        ("127.0.0.1:8000", True),
        ("[::1]:8000", True),
        ("192.168.3.7", True),
        ("dangban-pc:8000", True),
        ("localhost", True),
        ("oa.lan:8148", True),
        ("printer.local", True),
        ("evil.com", False),
        ("127.0.0.1.evil.com", False),
        ("evil.com#.lan", False),
        ("ledger.example.edu.cn.evil.com", False),
        ("xledger.example.edu.cn", False),
        ("school.cn.evil.net", False),
        ("evil.com@127.0.0.1", False),
        ("127.0.0.1\\evil.com", False),
        ("2130706433.evil.com", False),
        ("", False),
    ],
)
def test_a_name_that_a_stranger_could_own_is_not_ours(host: str, known: bool) -> None:
    guard = KnownHosts(_nothing, Options(base_url=PUBLIC, hosts="oa.example.cn, .school.cn"))
    assert guard._is_known(host) is known


async def _nothing(*_: object) -> None:
    raise AssertionError


def test_a_request_for_another_name_is_refused_and_every_name_can_be_allowed(site: Site) -> None:
    with site.visitor() as client:
        for address in ("/login", "/login/", "/healthz", "/api/v1/openapi.json"):
            answer = client.get(address, headers={"host": "evil.com"})
            assert (answer.status_code, "evil.com" in answer.text) == (400, False)
        assert client.get("/login/").headers["location"].startswith("/login"), (
            "not to the name that was asked"
        )
    everywhere = KnownHosts(_nothing, Options(hosts="*"))
    assert everywhere._is_known("evil.com")
    assert everywhere._wrong(["a", "a"], "1.1") is not None, "one Host, not two (RFC 9112)"
    assert everywhere._wrong([], "1.1") is not None
    assert everywhere._wrong([], "1.0") is None


# -- cookies ---------------------------------------------------------------------------------------------------


def log_in(client: httpx.Client) -> httpx.Response:
    form = {"name": OPERATOR, "password": PASSWORD}
    return client.post("/login", data=form, headers={"origin": PUBLIC, "host": "ledger.example.edu.cn"})


def test_over_https_no_other_host_can_plant_a_cookie(https: Site) -> None:
    with https.visitor() as client:
        cookie = log_in(client).headers["set-cookie"]
        assert cookie.startswith(f"{SECURE_COOKIE}=")
        assert all(flag in cookie.lower() for flag in ("; secure", "; path=/", "; httponly"))
        assert "domain" not in cookie.lower()
        token = cookie.partition("=")[2].partition(";")[0]
        for name, status in ((SECURE_COOKIE, 200), (COOKIE, 303)):
            here = {"cookie": f"{name}={token}", "host": "ledger.example.edu.cn"}
            assert client.get("/account", headers=here).status_code == status
        planted = https.login(SECRETARY)
        both = {"cookie": f"{COOKIE}={planted}; {SECURE_COOKIE}={token}", "host": "ledger.example.edu.cn"}
        assert client.get("/api/v1/account", headers=both).json()["name"] == OPERATOR
        gone = client.post("/logout", headers={**both, "origin": PUBLIC}).headers.get_list("set-cookie")
        assert {each.partition("=")[0] for each in gone} == {COOKIE, SECURE_COOKIE}


def test_over_http_the_cookie_has_its_plain_name(site: Site) -> None:
    with site.visitor() as client:
        answer = client.post("/login", data={"name": SECRETARY, "password": PASSWORD})
        assert answer.headers["set-cookie"].startswith(f"{COOKIE}=")


def test_who_was_logged_in_before_the_cookie_had_a_name_stays_so(
    https: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entry.passwords, "matches", lambda given, kept: given == PASSWORD)
    token = https.login(OPERATOR)
    with https.session.store.write() as work:
        work.connection.execute("UPDATE sessions SET confirmed_at = NULL")
    with https.visitor() as client:
        here = {"cookie": f"{COOKIE}={token}", "host": "ledger.example.edu.cn", "origin": PUBLIC}
        assert client.get("/account", headers=here).status_code == 200
        renamed = client.post("/account/confirm", data={"password": PASSWORD}, headers=here)
        assert renamed.headers["set-cookie"].startswith(f"{SECURE_COOKIE}={token};")
        client.cookies.clear()
        assert client.get("/account", headers=here).status_code == 303, "now it has its name"
        here["cookie"] = f"{SECURE_COOKIE}={token}"
        assert client.get("/account", headers=here).status_code == 200


# -- health ----------------------------------------------------------------------------------------------------


def test_strangers_hear_only_whether_all_is_well(site: Site) -> None:
    monitor = entry.create_api_token(
        site.session.store, site.account(OPERATOR), "prometheus", now=WALL_CLOCK(), scope=entry.METRICS
    )
    bearer = {"authorization": f"Bearer {monitor}"}
    with site.visitor() as stranger, site.visitor(SECRETARY) as secretary:
        for client in (stranger, secretary):
            assert client.get("/healthz").json() == {"status": "ok"}
        assert {"status", "version", "events"} == stranger.get("/healthz", headers=bearer).json().keys()
        site.session.alarms["checkpoint"] = Text("台账只有 {there} 条事件", there=7)
        assert stranger.get("/healthz").json() == {"status": "warning"}
        assert stranger.get("/healthz", headers=bearer).json()["reasons"] == ["checkpoint"]
