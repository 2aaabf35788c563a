"""Robots of group chats, against a server that answers as theirs do: HTTP 200, and the truth in the body."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from reminders.contacts import Person, Role, problems_of, shown_address
from reminders.delivery import Doubtful, NotDelivered
from reminders.outbox import State
from reminders.rendered_message import ChatLine, RenderedMessage
from reminders.robots import DingTalk, Feishu, Robot, WeCom, markdown, shortened
from reminders.store import contacts

from .support import Desk

AT = datetime(2017, 3, 17, 1, tzinfo=UTC)
SECRET = "SEC000"
WRITTEN = RenderedMessage(
    "党建台账：红梅小学 [3] 项",
    "",
    "",
    (ChatLine("红梅小学", "http://l.example.cn/units/wj-01"), ChatLine("2.1 专题 *研究*（还有 14 天）")),
    None,
    "",
    AT,
)


@dataclass
class Vendor:
    """What was posted, and what is answered."""

    status: int = 200
    answer: Any = field(default_factory=lambda: {"errcode": 0, "errmsg": "ok"})
    silent: bool = False
    posts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    address: str = ""


@contextmanager
def vendor_of(vendor: Vendor) -> Iterator[Vendor]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            vendor.posts.append((self.path, json.loads(body)))
            if vendor.silent:
                self.connection.close()
                return
            answer = vendor.answer if isinstance(vendor.answer, bytes) else json.dumps(vendor.answer).encode()
            self.send_response(vendor.status)
            if vendor.status == 302:
                self.send_header("location", "/elsewhere")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        vendor.address = f"http://127.0.0.1:{server.server_address[1]}/robot?access_token=t"
        try:
            yield vendor
        finally:
            server.shutdown()


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    with vendor_of(Vendor()) as there:
        yield there


def post(robot: Robot, vendor: Vendor, secret: str = "") -> list[bool]:
    """Send to the vendor; return whether the message was handed over before it was posted."""
    handed: list[bool] = []
    person = Person("p", "robot", vendor.address, secret=secret)
    robot.send("id", person, WRITTEN, lambda: handed.append(not vendor.posts))
    return handed


def test_wecom(vendor: Vendor) -> None:
    assert post(WeCom(inside=True), vendor) == [True]
    ((_, body),) = vendor.posts
    assert body == {
        "msgtype": "markdown",
        "markdown": {
            "content": "### 党建台账：红梅小学 \\[3\\] 项\n\n[红梅小学](http://l.example.cn/units/wj-01)\n\n"
            "2.1 专题 \\*研究\\*（还有 14 天）"
        },
    }


def test_dingtalk_is_signed_in_the_address(vendor: Vendor) -> None:
    post(DingTalk(inside=True), vendor, SECRET)
    ((path, body),) = vendor.posts
    query = {name: value for name, (value,) in parse_qs(urlsplit(path).query).items()}
    stamp = str(int(AT.timestamp()) * 1000)
    expected = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert query == {"access_token": "t", "timestamp": stamp, "sign": base64.b64encode(expected).decode()}
    assert body["msgtype"] == "markdown"
    assert body["markdown"]["title"] == WRITTEN.subject


def test_feishu_is_signed_in_the_body(vendor: Vendor) -> None:
    vendor.answer = {"code": 0, "msg": "success", "data": {}}
    post(Feishu(inside=True), vendor, SECRET)
    ((_, body),) = vendor.posts
    stamp = str(int(AT.timestamp()))
    expected = hmac.new(f"{stamp}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    assert (body["timestamp"], body["sign"]) == (stamp, base64.b64encode(expected).decode())
    content = body["content"]["post"]["zh_cn"]
    assert content["title"] == WRITTEN.subject
    assert content["content"][0] == [
        {"tag": "a", "text": "红梅小学", "href": "http://l.example.cn/units/wj-01"}
    ]


def test_an_older_feishu_robot_answers_in_other_words(vendor: Vendor) -> None:
    vendor.answer = {"StatusCode": 0, "StatusMessage": "success"}
    post(Feishu(inside=True), vendor)


@pytest.mark.parametrize(
    ("robot", "answer", "wait"),
    [
        (WeCom(inside=True), {"errcode": 93000, "errmsg": "invalid webhook url"}, None),
        (WeCom(inside=True), {"errcode": 45009, "errmsg": "api freq out of limit"}, timedelta(minutes=1)),
        (DingTalk(inside=True), {"errcode": 310000, "errmsg": "sign not match"}, None),
        (DingTalk(inside=True), {"errcode": 130101, "errmsg": "send too fast"}, timedelta(minutes=10)),
        (Feishu(inside=True), {"code": 19021, "msg": "sign match fail"}, None),
        (Feishu(inside=True), {"code": 9499, "msg": "too many request"}, timedelta(minutes=1)),
        (Feishu(inside=True), {"code": 9499, "msg": "Bad Request"}, None),
        (Feishu(inside=True), {"code": 11232, "msg": "frequency limited psm"}, timedelta(minutes=1)),
        (
            WeCom(inside=True),
            {"errcode": 45033, "errmsg": "api concurrent out of limit"},
            timedelta(minutes=1),
        ),
        (DingTalk(inside=True), {"errcode": 660026, "errmsg": "发送速度太快而限流"}, timedelta(minutes=10)),
        (DingTalk(inside=True), {"errcode": 410100, "errmsg": "发送速度太快而限流"}, timedelta(minutes=10)),
        (DingTalk(inside=True), {"errcode": 90030, "errmsg": "webhook over limit"}, timedelta(hours=6)),
    ],
)
@pytest.mark.parametrize("status", [200, 400, 403, 429, 500])
def test_an_error_code_in_the_body_is_no_success_whatever_the_status(
    vendor: Vendor, robot: Robot, answer: Any, wait: timedelta | None, status: int
) -> None:
    vendor.status = status
    vendor.answer = answer
    with pytest.raises(NotDelivered) as refused:
        post(robot, vendor)
    assert refused.value.wait == wait
    assert refused.value.lasting is (wait is None)
    assert str(answer.get("errcode", answer.get("code"))) in str(refused.value)


@pytest.mark.parametrize(("status", "lasting"), [(404, True), (500, False), (429, False), (302, True)])
def test_other_http_answers(vendor: Vendor, status: int, lasting: bool) -> None:
    vendor.status = status
    with pytest.raises(NotDelivered) as refused:
        post(WeCom(inside=True), vendor)
    assert refused.value.lasting is lasting
    assert len(vendor.posts) == 1


@pytest.mark.parametrize(
    ("robot", "answer"),
    [
        (WeCom(inside=True), {"errcode": -1, "errmsg": "system busy"}),
        (Feishu(inside=True), {"code": 2200, "msg": "x"}),
    ],
)
def test_a_vendor_who_is_busy_is_asked_again(vendor: Vendor, robot: Robot, answer: Any) -> None:
    vendor.answer = answer
    with pytest.raises(NotDelivered) as refused:
        post(robot, vendor)
    assert (refused.value.lasting, refused.value.wait) == (False, None)


@pytest.mark.parametrize("answer", [b"<html>captive portal</html>", b"[]", b'{"ok":true}'])
def test_an_answer_that_says_nothing_is_doubtful(vendor: Vendor, answer: bytes) -> None:
    vendor.answer = answer
    with pytest.raises(Doubtful):
        post(DingTalk(inside=True), vendor)


def test_silence_is_doubtful_and_no_connection_is_not(vendor: Vendor) -> None:
    vendor.silent = True
    with pytest.raises(Doubtful):
        post(WeCom(inside=True), vendor)
    nobody = WeCom(httpx.Timeout(1), inside=True)
    with pytest.raises(NotDelivered):
        nobody.send("id", Person("p", "wecom", "http://127.0.0.1:1/"), WRITTEN, lambda: None)


def test_long_messages_are_cut_at_a_line() -> None:
    lines = tuple(
        ChatLine(f"8.{number} 支部党员大会（期限 2017-03-31，还有 14 天）", "http://x")
        for number in range(500)
    )
    long = RenderedMessage("党建台账", "", "", lines, None, "", AT)
    text = markdown(long, 4096)
    assert len(text.encode()) <= 4096
    shown = text.count("http://x")
    assert text.endswith(f"…… +{500 - shown}")
    assert 10 < shown < 500
    assert shortened(lines[:3], 4096) == list(lines[:3])


def test_a_group_is_reminded_like_a_person(desk: Desk, vendor: Vendor) -> None:
    with desk.session.store.write() as work:
        group = replace(contacts.new_person("dingtalk", vendor.address), weekly=False)
        contacts.keep_person(work.connection, group)
        contacts.keep_contact(work.connection, "wj-01", group.id, Role.SECRETARY)
    desk.reminders._channels = {"email": desk.channel, "dingtalk": DingTalk(inside=True)}  # type: ignore[dict-item]
    vendor.answer = {"errcode": 130101, "errmsg": "send too fast"}
    results = {each.message.channel: each.state for each in desk.remind("2017-03-17")}
    assert results == {"dingtalk": State.FAILED, "email": State.SENT}
    vendor.answer = {"errcode": 0}
    desk.clock.advance(minutes=9)
    assert desk.reminders.send(date(2017, 3, 17)) == []
    desk.clock.advance(minutes=1)
    assert [each.state for each in desk.reminders.send(date(2017, 3, 17))] == [State.SENT]
    assert "去登记" not in vendor.posts[-1][1]["markdown"]["text"]
    assert "/log?unit=wj-01&clause=2.1&due=2017-03-31" in vendor.posts[-1][1]["markdown"]["text"]


@pytest.mark.parametrize(
    ("channel", "address", "secret", "fields"),
    [
        ("email", "shuji@example.cn", "", []),
        ("email", "shuji", "", ["email"]),
        ("email", "a@b\nBcc: c@d", "", ["email"]),
        ("email", "王@example.cn", "", ["email"]),
        ("email", "a@example.cn", "s", ["secret"]),
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1", "", []),
        ("wecom", "https://qyapi.weixin.qq.com/x", "s", ["secret"]),
        ("wecom", "http://qyapi.weixin.qq.com/x", "", ["address"]),
        ("feishu", "file:///etc/passwd", "", ["address"]),
        ("feishu", "https://user:pass@open.feishu.cn/", "", ["address"]),
        ("dingtalk", "http://127.0.0.1:8000/robot", "SEC", ["address"]),
        ("dingtalk", "https://127.0.0.1/robot", "SEC", ["address"]),
        ("dingtalk", "https://127.1/robot", "SEC", ["address"]),
        ("dingtalk", "https://2130706433/robot", "SEC", ["address"]),
        ("dingtalk", "https://[::1]/robot", "SEC", ["address"]),
        ("dingtalk", "https://[::ffff:10.0.0.1]/robot", "SEC", ["address"]),
        ("dingtalk", "https://10.0.0.5/robot", "SEC", ["address"]),
        ("dingtalk", "https://169.254.169.254/latest", "SEC", ["address"]),
        ("dingtalk", "https://[fe80::1%25eth0]/robot", "SEC", ["address"]),
        ("dingtalk", "https://LOCALHOST./robot", "SEC", ["address"]),
        ("dingtalk", "https://gateway/robot", "SEC", ["address"]),
        ("dingtalk", "https://oa.internal/robot", "SEC", ["address"]),
        ("pigeon", "https://x", "", ["channel"]),
    ],
)
def test_addresses(channel: str, address: str, secret: str, fields: list[str]) -> None:
    assert [problem.field for problem in problems_of(channel, address, secret)] == fields


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000/robot", "https://gateway/robot"])
def test_addresses_inside_the_network_where_a_setting_allows_them(address: str) -> None:
    assert problems_of("dingtalk", address, "", robots_inside=True) == []


def test_a_name_that_leads_inside_is_not_posted_to(vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.5", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(NotDelivered, match="TAIZHANG_ROBOTS_INSIDE") as refused:
        WeCom().send(
            "id",
            Person("p", "wecom", "https://robot.example.cn/x"),
            WRITTEN,
            lambda: pytest.fail("handed over"),
        )
    assert refused.value.lasting


def test_a_robot_s_address_is_not_shown() -> None:
    assert (
        shown_address("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abcdef")
        == "qyapi.weixin.qq.com…cdef"
    )
