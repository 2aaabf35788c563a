"""What stands before every request and response, whatever the page: headers, origin of writes, size and pace of bodies.

Plain ASGI: nothing here buffers a body or a stream.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import suppress
from time import monotonic
from urllib.parse import SplitResult, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taizhang.accounts.security_log import Happened
from taizhang.language.i18n import _
from taizhang.web.http.auth import SAFE_METHODS
from taizhang.web.http.errors import answer
from taizhang.web.http.options import Options
from taizhang.web.http.security import happened

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""No inline script, no inline style, nothing from elsewhere: figures are SVG with attributes, never with `style`."""

_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class SecurityHeaders:
    """Adds the headers above to every response; what holds a unit's data is kept by no cache."""

    def __init__(self, app: ASGIApp, options: Options) -> None:
        self.app = app
        self._secure = options.secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
                if self._secure:
                    headers.setdefault("strict-transport-security", "max-age=31536000")
            await send(message)

        await self.app(scope, receive, with_headers)


class OwnOrigin:
    """Refuses writes that another site's page makes a browser send (CSRF).

    A browser says where a write comes from: Sec-Fetch-Site on https and localhost, Origin everywhere. A program
    that sends neither brings no cookie it was given by a login here, or it may do as it likes with it.
    """

    def __init__(self, app: ASGIApp, options: Options) -> None:
        self.app = app
        self._own = origin_of(options.base_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS:
            headers = Headers(scope=scope)
            if not _from_here(headers, self._own):
                await run_in_threadpool(happened, Request(scope), Happened.OTHER_SITE)
                response = answer(Request(scope), 403, _("这个请求来自别的网站，已拒绝"))
                await response(scope, receive, send)
                return
        await self.app(scope, receive, send)


def origin_of(url: str) -> str:
    """Return the origin of *url* as browsers say it (RFC 6454): without a path and the scheme's usual port."""
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port not in (None, usual) else "")


def _from_here(headers: Headers, own: str) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is not None:
        with suppress(ValueError):
            return origin == own or _is_asked(urlsplit(origin), urlsplit(f"//{headers.get('host', '')}"))
        return False
    # Neither: no browser of the last ten years, so a program; with a cookie it has to say where it comes from.
    return "cookie" not in headers or "authorization" in headers


def _is_asked(origin: SplitResult, host: SplitResult) -> bool:
    """Whether the page of *origin* came from the host that is asked now.

    A proxy may drop the port (nginx's `$host`). That two ports of one host are then not told apart loses nothing: a
    browser sends its cookies to both (RFC 6265 §8.5).
    """
    if host.port is None:
        return origin.hostname is not None and origin.hostname == host.hostname
    return origin.netloc == host.netloc


class BodyLimits:
    """Bounds how large a request's body may be, how long its pieces and how long the whole may take to come."""

    def __init__(self, app: ASGIApp, options: Options, uploads: Collection[str]) -> None:
        self.app = app
        self._options = options
        self._uploads = tuple(uploads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self.app(scope, receive, send)
            return
        most = self._options.upload_max if self._takes_files(scope["path"]) else self._options.body_max
        declared = Headers(scope=scope).get("content-length", "0")
        if not (declared.isascii() and declared.isdigit()) or int(declared) > most:
            await _too_large(scope, most)(scope, receive, send)
            return
        body = _Bounded(receive, send, most, self._options)
        try:
            await self.app(scope, body.receive, body.send)
        except TooLarge:
            await body.refuse(_too_large(scope, most), scope)
        except TooSlow:
            await body.refuse(answer(Request(scope), 408, _("传送太慢，已中断；请重试")), scope)

    def _takes_files(self, path: str) -> bool:
        return path.startswith(self._uploads)


class TooLarge(HTTPException):
    """More came than may; as an HTTPException it reaches `failures` also from inside a form's parser."""

    def __init__(self) -> None:
        super().__init__(413)


class TooSlow(HTTPException):
    """The next piece, or the whole, did not come in time."""

    def __init__(self) -> None:
        super().__init__(408)


class _Bounded:
    """One request's body as it comes in, and whether an answer has begun."""

    def __init__(self, receive: Receive, send: Send, most: int, options: Options) -> None:
        self._receive = receive
        self._send = send
        self._most = most
        self._seconds = options.body_seconds
        self._pace = options.body_bytes_a_second
        self._began: float | None = None
        self._taken = 0
        self._whole = False
        self._answered = False

    async def receive(self) -> Message:
        if self._whole:
            # What comes now is only that the visitor has gone, however long that takes.
            return await self._receive()
        now = monotonic()
        self._began = self._began if self._began is not None else now
        # Neither a pause nor a drip: the whole has to come in time, and more of it has more.
        left = self._began + self._seconds + self._taken / self._pace - now
        try:
            message = await asyncio.wait_for(self._receive(), min(self._seconds, max(left, 0)))
        except TimeoutError:
            raise TooSlow from None
        if message["type"] == "http.request":
            self._taken += len(message.get("body", b""))
            self._whole = not message.get("more_body", False)
            if self._taken > self._most:
                raise TooLarge
        return message

    async def send(self, message: Message) -> None:
        self._answered = True
        await self._send(message)

    async def refuse(self, response: Response, scope: Scope) -> None:
        if not self._answered:
            await response(scope, self._receive, self._send)


def _too_large(scope: Scope, most: int) -> Response:
    return answer(Request(scope), 413, _("内容太大；最多 {size} MB", size=most // (1024 * 1024)))
