"""Single sign-on by 企业微信 and 钉钉, against a server that answers as their published descriptions say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from taizhang.accounts import sso_dingtalk, sso_wecom
from taizhang.app.settings import Settings
from taizhang.health.doctor.settings_look import settings_look

from .site import ASSESSOR, OPERATOR, SECRETARY, Site

CLIENT, SECRET, AGENT = "ww1234", "s3cret", "1000002"
PEOPLE = {"code-1": "WJ-01", "code-2": "Nobody", "code-3": ASSESSOR, "code-out": ""}
"""Whose userid each code is; of somebody outside the office there is none."""


class Platform:
    """What both know, and what they were asked."""

    def __init__(self) -> None:
        self.tokens = 0
        self.spent: set[str] = set()
        self.asked: list[str] = []

    def wecom(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        if path == "/cgi-bin/gettoken":
            if (query["corpid"], query["corpsecret"]) != (CLIENT, SECRET):
                return {"errcode": 40001, "errmsg": "invalid credential"}
            self.tokens += 1
            return {"errcode": 0, "errmsg": "ok", "access_token": f"app-{self.tokens}", "expires_in": 7200}
        assert path == "/cgi-bin/auth/getuserinfo", path
        if query["access_token"] != f"app-{self.tokens}":
            return {"errcode": 40014, "errmsg": "invalid access_token"}
        if query["code"] in self.spent or query["code"] not in PEOPLE:
            return {"errcode": 40029, "errmsg": "invalid code"}
        self.spent.add(query["code"])
        user = PEOPLE[query["code"]]
        found = {"userid": user, "user_ticket": "t"} if user else {"openid": "o-1", "external_userid": "x"}
        return {"errcode": 0, "errmsg": "ok", **found}

    def dingtalk(self, path: str, query: dict[str, str], said: Any, token: str | None) -> dict[str, Any]:
        if path == "/v1.0/oauth2/userAccessToken":
            assert said["grantType"] == "authorization_code"
            if (said["clientId"], said["clientSecret"]) != (CLIENT, SECRET) or said["code"] in self.spent:
                raise PermissionError
            self.spent.add(said["code"])
            return {
                "accessToken": f"his-{said['code']}",
                "refreshToken": "r",
                "expireIn": 7200,
                "corpId": "c",
            }
        if path == "/v1.0/contact/users/me":
            assert token is not None
            assert token.startswith("his-")
            return {"nick": "某", "unionId": f"union-{token.removeprefix('his-')}", "openId": "o"}
        if path == "/v1.0/oauth2/accessToken":
            assert said == {"appKey": CLIENT, "appSecret": SECRET}
            return {"accessToken": "app", "expireIn": 7200}
        assert (path, query["access_token"]) == ("/topapi/user/getbyunionid", "app")
        user = PEOPLE[said["unionid"].removeprefix("union-")]
        if not user:
            return {"errcode": 60121, "errmsg": "找不到该用户", "request_id": "r"}
        return {
            "errcode": 0,
            "errmsg": "ok",
            "result": {"contact_type": 0, "userid": user},
            "request_id": "r",
        }


@contextmanager
def running(platform: Platform) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the library's name
            self.do_POST()

        def do_POST(self) -> None:
            at = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(at.query).items()}
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            platform.asked.append(at.path)
            try:
                if at.path.startswith("/cgi-bin/"):
                    answer = platform.wecom(at.path, query)
                else:
                    token = self.headers.get("x-acs-dingtalk-access-token")
                    answer = platform.dingtalk(at.path, query, json.loads(body) if body else None, token)
                status = 200
            except PermissionError:
                status, answer = 400, {"code": "invalidParameter.code", "message": "不合法的code"}
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    known = Platform()
    with running(known) as address:
        monkeypatch.setattr(sso_wecom, "API", address)
        monkeypatch.setattr(sso_wecom, "_tokens", {})
        monkeypatch.setattr(sso_dingtalk, "API", address)
        monkeypatch.setattr(sso_dingtalk, "OLDER_API", address)
        for name, value in (("CLIENT_ID", CLIENT), ("CLIENT_SECRET", SECRET), ("AGENT", AGENT)):
            monkeypatch.setenv(f"TAIZHANG_OIDC_{name}", value)
        yield known


def back_from(client: httpx.Client, code: str, named: str, next_address: str = "/") -> httpx.Response:
    """Go to the platform as a browser does, and come back with *code*."""
    there = urlsplit(client.get("/login/sso", params={"next": next_address}).headers["location"])
    asked = parse_qs(there.query)
    back = urlsplit(asked["redirect_uri"][0])
    assert asked["state"][0].isalnum()
    assert len(asked["state"][0]) <= 128
    return client.get(back.path, params={named: code, "state": asked["state"][0]})


@pytest.mark.parametrize(
    ("kind", "named", "button", "subject"),
    [
        ("wecom", "code", "用企业微信登录", "wj-01"),
        ("dingtalk", "authCode", "用钉钉登录", "union-code-1"),
    ],
)
def test_people_of_the_office_come_in_and_no_others(
    site: Site,
    platform: Platform,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    named: str,
    button: str,
    subject: str,
) -> None:
    monkeypatch.setenv("TAIZHANG_OIDC_ISSUER", kind)
    roster = f"/units/{SECRETARY}/roster"
    with site.visitor() as client:
        assert button in client.get("/login").text
        answer = back_from(client, "code-1", named, roster)
        assert (answer.status_code, answer.headers["location"]) == (303, roster)
        assert client.get(roster).status_code == 200
    with site.session.store.read() as work:
        rows = work.connection.execute("SELECT issuer, subject, account FROM sso_subjects").fetchall()
    assert [tuple(row) for row in rows] == [(f"{kind}:{CLIENT}", subject, SECRETARY)]
    for code, text in (("code-1", ""), ("code-2", "还没有您能用的账号"), ("code-out", "通讯录里")):
        with site.visitor() as client:
            answer = back_from(client, code, named)
            assert (answer.status_code, text in answer.text) == (401, True), code
            assert client.get("/board").status_code == 303
    with site.visitor() as began, site.visitor() as other:
        there = began.get("/login/sso").headers["location"]
        state = parse_qs(urlsplit(there).query)["state"][0]
        assert other.get("/login/sso/back", params={named: "code-3", "state": state}).status_code == 401
        assert began.get("/login/sso/back", params={named: "code-3", "state": state}).status_code == 303


def test_the_apps_token_is_kept_and_made_anew_when_it_is_void(
    site: Site, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAIZHANG_OIDC_ISSUER", "wecom")
    with site.visitor() as client:
        assert back_from(client, "code-1", "code").status_code == 303
        assert back_from(client, "code-3", "code").status_code == 303
        assert platform.asked.count("/cgi-bin/gettoken") == 1
        platform.tokens += 1
        assert back_from(client, "code-2", "code").status_code == 401
        assert platform.asked.count("/cgi-bin/gettoken") == 2
        monkeypatch.setenv("TAIZHANG_OIDC_CLIENT_SECRET", "another")
        answer = back_from(client, "code-1", "code")
        assert (answer.status_code, "40001" in answer.text, "another" in answer.text) == (401, True, False)


def test_where_a_browser_is_led(site: Site, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAIZHANG_OIDC_ISSUER", "wecom")
    with site.visitor() as client:
        there = urlsplit(client.get("/login/sso").headers["location"])
        inside = client.get("/login/sso", headers={"user-agent": "Mozilla/5.0 wxwork/4.1"}).headers[
            "location"
        ]
        monkeypatch.setenv("TAIZHANG_OIDC_ISSUER", "dingtalk")
        ding = urlsplit(client.get("/login/sso").headers["location"])
    assert (there.hostname, there.path) == ("login.work.weixin.qq.com", "/wwlogin/sso/login")
    said = {name: values[0] for name, values in parse_qs(there.query).items()}
    assert (said["login_type"], said["appid"], said["agentid"]) == ("CorpApp", CLIENT, AGENT)
    assert said["redirect_uri"] == f"{site.options.base_url}/login/sso/back"
    assert inside.startswith("https://open.weixin.qq.com/connect/oauth2/authorize?")
    assert inside.endswith("#wechat_redirect")
    assert "scope=snsapi_base" in inside
    assert (ding.hostname, parse_qs(ding.query)["client_id"]) == ("login.dingtalk.com", [CLIENT])
    with site.visitor(OPERATOR) as client:
        assert client.get("/login/sso/back?code=x&state=y").status_code == 401


def test_the_doctor_says_what_is_missing(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAIZHANG_OIDC_ISSUER", "wecom")
    monkeypatch.delenv("TAIZHANG_OIDC_AGENT")
    found = [str(each.text) for each in settings_look(Settings(base_url="https://t.example.cn"), None, {})]
    assert sum("TAIZHANG_OIDC_" in text for text in found) == 1
    assert any("TAIZHANG_OIDC_AGENT" in text for text in found)
