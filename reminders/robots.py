"""Robots of WeCom, DingTalk and Feishu group chats, over HTTPS.

All three answer HTTP 200 also when they refuse, and a gateway before them 400 with a body: what counts is the error
code in the body. Sources: the vendors' pages on group robots (企业微信“消息推送”, 钉钉“自定义机器人接入”,
飞书“自定义机器人使用指南”) and on error codes (企业微信“全局错误码”, 飞书“通用错误码”).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, urlsplit
from urllib.request import getproxies, proxy_bypass

from ledger.json_object import JsonObject
from ledger.text import Text

from .contacts import Person, is_inside
from .delivery import Doubtful, HandOver, NotDelivered
from .rendered_message import ChatLine, RenderedMessage

if TYPE_CHECKING:
    import httpx

_TIMEOUT_SECONDS = 20.0
_USED_UP_WAIT = timedelta(hours=6)
_MARKDOWN = str.maketrans({character: f"\\{character}" for character in "\\`*_[]()<>#"})


class Robot(ABC):
    """What the three have in common. A robot removes no duplicates."""

    removes_duplicates = False
    per_minute: int | None = 20
    bytes_max = 4096
    too_fast: frozenset[int] = frozenset()
    """Error codes that ask to wait `penalty`."""
    penalty = timedelta(minutes=1)
    used_up: frozenset[int] = frozenset()
    """Error codes that say that the day's or month's number of messages is reached."""
    busy: frozenset[int] = frozenset({-1})
    """Error codes of a vendor who is not well himself: worth another try soon."""

    def __init__(self, timeout: httpx.Timeout | float = _TIMEOUT_SECONDS, *, inside: bool = False) -> None:
        self._timeout = timeout
        self._inside = inside
        self._kept: httpx.Client | None = None

    def send(self, id_: str, person: Person, written: RenderedMessage, hand_over: HandOver) -> None:
        """Post to the group (see `delivery.Channel`)."""
        seconds = int(written.at.timestamp())
        url, body = self.request(person, written, seconds)
        if not self._inside and leads_inside(url):
            raise NotDelivered(
                Text("机器人的地址在本机或内网，没有发送；确实要发到内网，请设置 TAIZHANG_ROBOTS_INSIDE=1"),
                lasting=True,
            )
        import httpx  # here: a server has no need of it before somebody is written to

        hand_over()
        try:
            answer = self._client().post(url, json=body)
        except (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.UnsupportedProtocol,
        ) as error:
            raise NotDelivered(Text("连不上机器人的服务器：{reason}", reason=str(error)[:200])) from error
        except httpx.HTTPError as error:
            raise Doubtful(
                Text("消息已交出，机器人没有答复（{reason}），不知是否已送达", reason=type(error).__name__)
            ) from error
        self._judge(answer)

    def close(self) -> None:
        """Let go of connections."""
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()

    def _client(self) -> httpx.Client:
        if self._kept is None:
            import httpx

            # A robot's address never leads elsewhere.
            self._kept = httpx.Client(timeout=self._timeout, follow_redirects=False)
        return self._kept

    @abstractmethod
    def request(self, person: Person, written: RenderedMessage, seconds: int) -> tuple[str, JsonObject]:
        """Return the address and the body to post; *seconds*: the clock, since 1970."""

    def code_of(self, body: JsonObject) -> int | None:
        """Return the error code in the answer's body, 0 for success; None when there is none."""
        code = body.get("errcode")
        return code if isinstance(code, int) else None

    def _judge(self, answer: httpx.Response) -> None:
        status = answer.status_code
        body = _document(answer)
        code = self.code_of(body)
        if code:
            raise self._refusal(code, str(body.get("errmsg") or body.get("msg") or "")[:200])
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise NotDelivered(Text("机器人要求稍后再发"), wait=self.penalty)
        if status != HTTPStatus.OK:
            lasting = status < 500 and status != HTTPStatus.REQUEST_TIMEOUT
            raise NotDelivered(Text("机器人的服务器答复 HTTP {status}", status=status), lasting=lasting)
        if code is None:
            raise Doubtful(Text("机器人的答复看不懂，不知是否已送达"))

    def is_too_fast(self, code: int, said: str) -> bool:
        """Whether a refusal asks to wait `penalty`."""
        return code in self.too_fast

    def _refusal(self, code: int, said: str) -> NotDelivered:
        if self.is_too_fast(code, said):
            return NotDelivered(
                Text("发得太快，机器人暂停收信：{code} {said}", code=code, said=said), wait=self.penalty
            )
        if code in self.used_up:
            return NotDelivered(
                Text("机器人今天不再收信：{code} {said}", code=code, said=said), wait=_USED_UP_WAIT
            )
        return NotDelivered(
            Text("机器人拒收：{code} {said}", code=code, said=said), lasting=code not in self.busy
        )


class WeCom(Robot):
    """企业微信: 20 messages a minute; 4,096 bytes of markdown."""

    too_fast = frozenset(
        {
            45009,  # 接口调用超过限制 (api freq out of limit)
            45033,  # 接口并发调用超过限制
        }
    )

    def request(self, person: Person, written: RenderedMessage, seconds: int) -> tuple[str, JsonObject]:
        """Return the address and the body to post."""
        content = markdown(written, self.bytes_max)
        return person.address, {"msgtype": "markdown", "markdown": {"content": content}}


class DingTalk(Robot):
    """钉钉: 20 messages a minute, then silence for ten; signed with HMAC-SHA256 over time stamp and secret."""

    too_fast = frozenset(
        {
            130101,  # send too fast, exceed 20 times per minute
            130102,
            410100,  # 发送速度太快而限流
            660026,  # 发送速度太快而限流, as newer robots say it
            90018,  # 被限流
        }
    )
    used_up = frozenset(
        {
            90030,  # webhook over limit: the month's free calls are used up
        }
    )
    penalty = timedelta(minutes=10)
    bytes_max = 16_000

    def request(self, person: Person, written: RenderedMessage, seconds: int) -> tuple[str, JsonObject]:
        """Return the address and the body to post."""
        url = person.address
        if person.secret:
            milliseconds = seconds * 1000
            url += f"&timestamp={milliseconds}&sign={quote_plus(dingtalk_sign(milliseconds, person.secret))}"
        text = markdown(written, self.bytes_max)
        return url, {"msgtype": "markdown", "markdown": {"title": written.subject, "text": text}}


class Feishu(Robot):
    """飞书: 100 messages a minute, 5 a second; signed with HMAC-SHA256, the time stamp in the body."""

    too_fast = frozenset(
        {
            11232,  # frequency limited; mostly at full and half hours
            11233,
            230020,  # the group's own limit
            99991400,  # request trigger frequency limit, from the gateway
        }
    )
    busy = frozenset({-1, 2200})  # internal error
    per_minute: int | None = 100
    bytes_max = 20_000

    def request(self, person: Person, written: RenderedMessage, seconds: int) -> tuple[str, JsonObject]:
        """Return the address and the body to post."""
        rows = [
            [
                {"tag": "a", "text": line.words, "href": line.link}
                if line.link
                else {"tag": "text", "text": line.words}
            ]
            for line in shortened(written.chat, self.bytes_max // 2)
        ]
        post = {"zh_cn": {"title": written.subject, "content": rows}}
        body: JsonObject = {"msg_type": "post", "content": {"post": post}}
        if person.secret:
            body |= {"timestamp": str(seconds), "sign": feishu_sign(seconds, person.secret)}
        return person.address, body

    def code_of(self, body: JsonObject) -> int | None:
        """Return the error code; older robots call it StatusCode."""
        code = body.get("code", body.get("StatusCode"))
        return code if isinstance(code, int) else None

    def is_too_fast(self, code: int, said: str) -> bool:
        """Whether a refusal asks to wait; 9499 says two things, "too many request" and "Bad Request"."""
        return super().is_too_fast(code, said) or (code == 9499 and "too many" in said.lower())


def leads_inside(url: str) -> bool:
    """Whether *url* leads to this machine or into its own network, by its name or by what the name stands for.

    A proxy of the environment looks names up itself, so there only the name counts.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_inside(host):
        return True
    if getproxies().get(parts.scheme) and not proxy_bypass(host):
        return False
    try:
        found = socket.getaddrinfo(host, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False  # who cannot be found is not reached either
    return any(is_inside(str(place[4][0])) for place in found)


def _document(answer: httpx.Response) -> JsonObject:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def dingtalk_sign(milliseconds: int, secret: str) -> str:
    """Return DingTalk's signature: HMAC-SHA256, keyed with the secret, of "time stamp, newline, secret"."""
    message = f"{milliseconds}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), message, hashlib.sha256).digest()).decode()


def feishu_sign(seconds: int, secret: str) -> str:
    """Return Feishu's signature: HMAC-SHA256, keyed with "time stamp, newline, secret", of nothing."""
    key = f"{seconds}\n{secret}".encode()
    return base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()


def markdown(written: RenderedMessage, bytes_max: int) -> str:
    """Return a message as the markdown that WeCom and DingTalk read, cut at a whole line."""
    head = f"### {written.subject.translate(_MARKDOWN)}"
    lines = shortened(written.chat, bytes_max - len(head.encode()) - 8, overhead=20)
    rows = [
        f"[{line.words.translate(_MARKDOWN)}]({line.link})" if line.link else line.words.translate(_MARKDOWN)
        for line in lines
    ]
    return "\n\n".join([head, *rows])


def shortened(lines: Sequence[ChatLine], bytes_max: int, overhead: int = 60) -> list[ChatLine]:
    """Return as many of *lines* as fit, and a last one that says how many there are more."""
    left = bytes_max - 80
    kept: list[ChatLine] = []
    for place, line in enumerate(lines):
        # Every character may be escaped.
        left -= 2 * len(line.words.encode()) + len(line.link.encode()) + overhead
        if left < 0:
            return [*kept, ChatLine(f"…… +{len(lines) - place}")]
        kept.append(line)
    return kept
