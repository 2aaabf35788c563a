"""What keeps others out and the server up: slow visitors, odd requests, logins that are old, stolen or forced open."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from starlette.exceptions import HTTPException
from starlette.responses import Response
from uvicorn.server import ServerState

from ledger.events.event import recorded_text
from taizhang.accounts import entry
from taizhang.accounts.throttle import FREE_FAILURES, WINDOW, AddressThrottle
from taizhang.web.http import queues as door
from taizhang.web.http import timeouts as punctual
from taizhang.web.http.auth import COOKIE, WALL_CLOCK
from taizhang.web.http.options import Options
from taizhang.web.http.timeouts import FIELDS_MAX, HEAD_BYTES_MAX, PunctualProtocol
from taizhang.web.pages.account.login_routes import own_address
from taizhang.web.pages.admin import overview
from taizhang.web.server import server_for

from .alone import run_alone
from .site import OPERATOR, PASSWORD, SECRETARY, Site, activity, site_over

LONG_SECONDS = 60
"""How long a test waits for what must come; that it comes is what counts, not when."""


@pytest.fixture(scope="module")
def impatient(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A dashboard that waits for nobody."""
    path = tmp_path_factory.mktemp("impatient") / "district.db"
    shutil.copy(template, path)
    with (
        pytest.MonkeyPatch.context() as patch,
        site_over(path, head_seconds=0.5, body_seconds=0.5) as running,
    ):
        patch.setattr(punctual, "LINGER_SECONDS", 0.5)
        yield running


def told(site: Site, *pieces: bytes) -> bytes:
    """Send bytes as they are and return everything that is answered until the server closes."""
    host, port = site.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=LONG_SECONDS) as connection:
        got = b""
        try:
            for piece in pieces:
                connection.sendall(piece)
            while received := connection.recv(65536):
                got += received
        except ConnectionError:
            pass
        return got


POST_LOGIN = b"POST /login HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n"


def test_who_says_nothing_is_let_go(impatient: Site) -> None:
    assert told(impatient) == b""


def test_who_does_not_end_his_head_is_let_go(impatient: Site) -> None:
    assert told(impatient, b"GET /login HTTP/1.1\r\nhost: x\r\n") == b""


def test_dripping_does_not_help(impatient: Site) -> None:
    host, port = impatient.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=0.2) as connection:
        for _drop in range(LONG_SECONDS * 5):
            try:
                connection.sendall(b"\r\n")
                if connection.recv(1) == b"":
                    return
            except TimeoutError:
                continue
            except ConnectionError:
                return
    raise AssertionError("the connection is held")


def test_a_head_without_end_is_refused(impatient: Site) -> None:
    endless = b"GET /login HTTP/1.1\r\nhost: x\r\na: " + b"x" * HEAD_BYTES_MAX
    assert told(impatient, endless).startswith(b"HTTP/1.1 431 ")


def test_too_many_fields_are_refused(impatient: Site) -> None:
    fields = b"".join(b"a%d: b\r\n" % number for number in range(FIELDS_MAX + 1))
    assert told(impatient, b"GET /login HTTP/1.1\r\nhost: x\r\n" + fields + b"\r\n").startswith(
        b"HTTP/1.1 400 "
    )


def test_a_body_that_does_not_come_is_refused(impatient: Site) -> None:
    assert told(impatient, POST_LOGIN + b"content-length: 100\r\n\r\nname=").startswith(b"HTTP/1.1 408 ")


def test_a_body_that_drips_is_refused(template: Path, tmp_path: Path) -> None:
    """One byte in 20 seconds was still read after five minutes: each pause was short enough."""
    path = tmp_path / "district.db"
    shutil.copy(template, path)
    with site_over(path, body_seconds=1.0) as site:
        host, port = site.address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=0.2) as connection:
            connection.sendall(POST_LOGIN + b"content-length: 100000\r\n\r\n")
            got = b""
            for _drop in range(LONG_SECONDS * 5):
                with suppress(TimeoutError):
                    got += connection.recv(65536)
                if got:
                    break
                connection.sendall(b"a")
    assert got.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    "address", ["/workbook", "/log/entry?unit=wj-01", "/api/v1/evidence?record=x&filename=y"]
)
def test_nobody_who_is_not_logged_in_has_a_body_read(shared_site: Site, address: str) -> None:
    """24 MB were taken in and parsed before the answer was 401: now it comes without a byte of them."""
    head = f"POST {address} HTTP/1.1\r\nhost: localhost\r\ncontent-type: multipart/form-data; boundary=x\r\n"
    got = answered(shared_site, head.encode() + b"content-length: 24000000\r\n\r\n")
    assert got.startswith((b"HTTP/1.1 401 ", b"HTTP/1.1 200 ", b"HTTP/1.1 303 ")), got[:200]


def answered(site: Site, sent: bytes) -> bytes:
    """Send bytes and return the beginning of what is answered, with the connection open."""
    host, port = site.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=LONG_SECONDS) as connection:
        connection.sendall(sent)
        return connection.recv(65536)


def test_a_body_that_is_larger_than_said_is_refused(impatient: Site) -> None:
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    answer = told(impatient, POST_LOGIN + b"transfer-encoding: chunked\r\n\r\n", *[chunk] * 40)
    assert answer.startswith(b"HTTP/1.1 413 ")
    declared = told(impatient, POST_LOGIN + b"content-length: 99999999\r\n\r\n", b"x" * 65536)
    assert declared.startswith(b"HTTP/1.1 413 ")


def test_too_many_form_fields_are_refused(shared_site: Site) -> None:
    with shared_site.visitor() as client:
        body = "&".join(f"a{number}=b" for number in range(5000))
        form = {"content-type": "application/x-www-form-urlencoded"}
        assert client.post("/login", content=body, headers=form).status_code == 400


class Untaken(asyncio.Transport):
    """A connection whose other end reads nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.gone = asyncio.Event()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default

    def abort(self) -> None:
        self.gone.set()

    def is_closing(self) -> bool:
        return self.gone.is_set()

    def close(self) -> None:
        self.gone.set()


@pytest.mark.parametrize("taken", [False, True])
def test_who_does_not_take_his_answer_is_let_go(shared_site: Site, taken: bool) -> None:
    async def scene() -> None:
        options = Options(answer_seconds=0.05, head_seconds=LONG_SECONDS)
        config = server_for(shared_site.session, options).config
        config.load()
        protocol, transport = PunctualProtocol(config, ServerState(), {}), Untaken()
        protocol.connection_made(transport)
        protocol.pause_writing()
        if taken:
            protocol.resume_writing()
            await asyncio.sleep(0.2)
            assert not transport.gone.is_set()
        else:
            await asyncio.wait_for(transport.gone.wait(), LONG_SECONDS)
        protocol.connection_lost(None)

    run_alone(scene())


# -- odd requests ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/static/../app.py",
        "/static/..%2f..%2fapp.py",
        "/static/%2e%2e/%2e%2e/settings.py",
        "/static//etc/passwd",
        "/static/tokens.css%00.txt",
        "/units/%00",
        "/units/..%2f..",
        "/records/%ff%fe",
        "/records/" + "x" * 5000,
        "/admin/accounts/%3Cscript%3E",
        "/api/v1/units/%F0%9F%92%A9/score",
        "/api/v1/events/%00",
        "/changes/since/99999999999999999999999999",
        "/login?next=//[",
        "/login?next=%0d%0aset-cookie:%20a=b",
        "/welcome/" + "x" * 3000,
        "/admin/accounts?page=99999999999999999999",
        "/admin/rubrics/..%2f..",
    ],
)
@pytest.mark.parametrize("name", [None, OPERATOR, "auditor"])
def test_odd_addresses_are_answered_in_good_order(shared_site: Site, address: str, name: str | None) -> None:
    with shared_site.visitor(name) as client:
        answer = client.get(address)
    assert answer.status_code < 500
    assert "set-cookie" not in answer.headers
    assert "import annotations" not in answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://["},
        {"origin": "null"},
        {"origin": ""},
        {"cookie": f"{COOKIE}=\xff\xfe"},
        {"cookie": f"{COOKIE}={'x' * 8000}"},
        {"authorization": "Bearer"},
        {"authorization": "Bearer " + "x" * 8000},
        {"authorization": "Basic eDp5"},
        {"content-type": "multipart/form-data"},
        {"content-type": "multipart/form-data; boundary=" + "x" * 300},
        {"content-type": "application/x-www-form-urlencoded; charset=utf-7"},
        {"accept-language": "\xff"},
    ],
    ids=lambda headers: repr(headers)[:40],
)
def test_odd_headers_are_answered_in_good_order(shared_site: Site, headers: dict[str, str]) -> None:
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    with shared_site.visitor() as client:
        for address in ("/login", "/logout", "/api/v1/events", "/log", "/nowhere"):
            answer = client.post(address, content=b"--x\r\nname=\x00&password=\xff", headers=raw)
            assert 300 <= answer.status_code < 500
            given = answer.headers.get("set-cookie", f'{COOKIE}=""; ')
            assert given.startswith(f'{COOKIE}=""; '), "at most the cookie is taken back"


def test_an_unforeseen_error_tells_nothing_and_keeps_the_headers(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(overview, "health", fails)
    with site.visitor(OPERATOR) as client:
        answer = client.get("/admin")
    assert answer.status_code == 500
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "secret" not in answer.text
    assert "the secret of the house" in caplog.text


def test_what_is_private_is_kept_by_no_cache(shared_site: Site) -> None:
    with shared_site.visitor(SECRETARY) as client:
        for address in ("/account", "/api/v1/units", "/api/v1/account", "/nowhere", "/login"):
            assert client.get(address).headers["cache-control"] == "no-store"
        assert client.get("/static/base.css?v=1").headers["cache-control"] == "max-age=31536000, immutable"


# -- logins ----------------------------------------------------------------------------------------------------


def log_in(
    client: httpx.Client, name: str = SECRETARY, password: str = PASSWORD, **headers: str
) -> httpx.Response:
    return client.post(
        "/login", data={"name": name, "password": password, "next": "/account"}, headers=headers
    )


def test_a_login_takes_no_token_that_somebody_else_chose(site: Site) -> None:
    with site.visitor() as client, site.visitor() as attacker:
        client.cookies.set(COOKIE, "chosen-by-another")
        assert log_in(client).status_code == 303
        assert client.cookies.get(COOKIE, domain="127.0.0.1") not in (None, "chosen-by-another")
        attacker.cookies.set(COOKIE, "chosen-by-another")
        assert attacker.get("/account").status_code == 303


def test_who_logs_in_anew_has_done_with_the_login_before(site: Site) -> None:
    former = site.login(SECRETARY)
    with site.visitor() as client, site.visitor() as other:
        client.cookies.set(COOKIE, former, domain="127.0.0.1")
        assert client.get("/account").status_code == 200
        assert log_in(client).status_code == 303
        other.cookies.set(COOKIE, former)
        assert other.get("/account").status_code == 303


def test_a_login_ends_when_it_is_not_used_and_after_its_longest_time(site: Site) -> None:
    store, begun = site.session.store, WALL_CLOCK()
    token = entry.start_session(store, site.account(SECRETARY), now=begun)
    almost = entry.IDLE - timedelta(minutes=1)
    now = begun
    while now + almost < begun + entry.LONGEST:
        now += almost
        assert entry.visit_of_session(store, token, now=now) is not None, "it is used"
    assert entry.visit_of_session(store, token, now=begun + entry.LONGEST + timedelta(seconds=1)) is None
    idle = entry.start_session(store, site.account(SECRETARY), now=begun)
    assert entry.visit_of_session(store, idle, now=begun + entry.IDLE + timedelta(seconds=1)) is None


def test_an_expired_login_lets_nobody_in_on_any_door(site: Site) -> None:
    with site.visitor(SECRETARY) as client:
        assert client.get("/account").status_code == 200
        with site.session.store.write() as work:
            past = recorded_text(WALL_CLOCK() - timedelta(seconds=1))
            work.connection.execute("UPDATE sessions SET expires_at = ?", (past,))
        assert client.get("/account").headers["location"] == "/login?next=/account"
        assert client.get("/api/v1/account").status_code == 401
        assert client.get("/changes").status_code == 303
        assert client.post("/api/v1/events", json=[]).status_code == 401


def test_two_browsers_are_two_logins_and_both_see_what_one_records(site: Site) -> None:
    with site.visitor(SECRETARY) as one, site.visitor(SECRETARY) as other:
        assert one.cookies[COOKIE] != other.cookies[COOKIE]
        before = other.get("/api/v1/units/wj-01/score").json()["events"]
        event = activity("from-one", "wj-01", "2017-09-18", "party_lecture")
        assert one.post("/api/v1/events", json=event).json()["appended"] == 1
        assert other.post("/api/v1/events", json=event).json()["skipped"] == 1
        assert other.get("/api/v1/units/wj-01/score").json()["events"] == before + 1
        one.post("/logout")
        assert (one.get("/account").status_code, other.get("/account").status_code) == (303, 200)


def test_over_https_the_cookie_travels_nowhere_else(template: Path, tmp_path: Path) -> None:
    path = tmp_path / "district.db"
    shutil.copy(template, path)
    with site_over(path, public="https://ledger.example.edu.cn") as site, site.visitor() as client:
        answer = log_in(client)
        cookie = answer.headers["set-cookie"].lower()
    assert all(flag in cookie for flag in ("; secure", "; httponly", "; samesite=lax", "; path=/"))
    assert "domain" not in cookie
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_one_address_cannot_try_everybody(template: Path, tmp_path: Path) -> None:
    path = tmp_path / "district.db"
    shutil.copy(template, path)
    with site_over(path, trusted_proxies="127.0.0.1") as site, site.visitor() as client:
        here, elsewhere = {"x-forwarded-for": "203.0.113.7"}, {"x-forwarded-for": "203.0.113.8"}
        # Passwords that are too long are wrong without hashing: the test need not wait for so many hashes.
        for number in range(FREE_FAILURES):
            assert log_in(client, f"nobody-{number}", "x" * 300, **here).status_code == 401
        refused = log_in(client, **here)
        assert (refused.status_code, "分钟后再试" in refused.text) == (401, True)
        assert log_in(client, **elsewhere).status_code == 303


def test_an_address_is_believed_of_a_named_proxy_only(site: Site) -> None:
    with site.visitor() as client:
        for number in range(FREE_FAILURES):
            log_in(client, f"nobody-{number}", "x" * 300, **{"x-forwarded-for": "203.0.113.7"})
        assert log_in(client, **{"x-forwarded-for": "203.0.113.7"}).status_code == 303


def test_the_throttle_forgets_counts_networks_and_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("taizhang.accounts.throttle.ADDRESSES_MAX", 3)
    throttle, now = AddressThrottle(), WALL_CLOCK()
    for number in range(FREE_FAILURES):
        throttle.failed(f"2001:db8::{number:x}", now)
        throttle.failed("127.0.0.1", now)
        throttle.failed("::1", now)
        throttle.failed("unix", now)
    with pytest.raises(entry.NotAdmitted):
        throttle.check("2001:db8::ffff", now)
    for free in ("2001:db8:0:1::1", "127.0.0.1", "::1", "unix"):
        throttle.check(free, now)
    throttle.check("2001:db8::1", now + WINDOW)
    for number in range(FREE_FAILURES * 2):
        throttle.failed(f"198.51.100.{number}", now)
    assert len(throttle._failures) == 3


def test_a_flood_of_logins_waits_and_then_is_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "WAITING_MAX", 1)

    async def scene() -> None:
        opened, entered = anyio.Event(), anyio.Event()
        busy = door.Door()

        def hash_slowly() -> Response:
            anyio.from_thread.run_sync(entered.set)
            anyio.from_thread.run(opened.wait)
            return Response()

        async with anyio.create_task_group() as tasks:
            for _visitor in range(door.AT_ONCE + 1):
                tasks.start_soon(busy.through, hash_slowly)
            await entered.wait()
            # One more turn of the loop, and whoever finds no room waits in line.
            await anyio.wait_all_tasks_blocked()
            with pytest.raises(HTTPException) as turned_away:
                await busy.through(hash_slowly)
            opened.set()
        assert turned_away.value.status_code == 503

    run_alone(scene())


def test_a_malformed_address_leads_home() -> None:
    assert own_address("//[") == "/"
