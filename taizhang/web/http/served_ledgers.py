"""The other ledgers of an installation, each under ``/l/NAME/``: the same pages, over a ledger of their own.

A request comes in without the beginning of its address, and with what this server keeps of that ledger in the place of
what it keeps of the first: no page knows that there are several. What goes out gets the beginning back, as a reverse
proxy does it. One ledger that is broken, locked or slow takes none of the threads that serve the others.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders, State
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ledger.errors import TaizhangError
from ledger.problem import NoLedger
from taizhang.app.ledger import OpenLedger
from taizhang.app.settings import Settings
from taizhang.app.store_url import NAME, evidence_folder
from taizhang.language.i18n import _, say
from taizhang.startup.open_ledgers import OpenLedgers
from taizhang.web.api.document import document_below
from taizhang.web.http.auth import WALL_CLOCK, cookie_name
from taizhang.web.http.away import away
from taizhang.web.http.options import Options
from taizhang.web.http.served import serve_in

BEGINNING = "/l/"
AT_ONCE = 8
"""So many requests to one ledger are served at a time; the server has 40 threads for all of them."""
_ADDRESSES = re.compile(rb'(\s(?:href|action|formaction|src|data-live-address)=")(/(?!/|static/))')
_PAGE = b"<html "


@dataclass(frozen=True, slots=True)
class _Served:
    ledger: OpenLedger
    app: _App
    watching: asyncio.Task[None]


class _App:
    """The application as requests about one ledger see it: with a state of their own."""

    def __init__(self, main: FastAPI, state: State) -> None:
        self.state = state
        self._main = main

    def __getattr__(self, name: str) -> object:
        return getattr(self._main, name)


class ServedLedgers:
    """Plain ASGI, outside of what looks at addresses."""

    def __init__(self, app: ASGIApp, ledgers: OpenLedgers, main: FastAPI) -> None:
        self.app = app
        self._ledgers = ledgers
        self._main = main
        self._served: dict[str, _Served] = {}
        self._under_way: Counter[str] = Counter()
        self._loop: asyncio.AbstractEventLoop | None = None
        ledgers.before_closing.append(self._forget)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        name, slash, rest = scope.get("path", "").removeprefix(BEGINNING).partition("/")
        if (
            scope["type"] != "http"
            or not scope["path"].startswith(BEGINNING)
            or not NAME.fullmatch(name)
            or rest.startswith("witness")
        ):
            await self.app(scope, receive, send)
            return
        if not slash:
            await RedirectResponse(f"{BEGINNING}{name}/", status_code=303)(scope, receive, send)
            return
        if self._under_way[name] >= AT_ONCE:
            busy = away(Request(scope), 503, _("台账“{name}”正忙；请稍后再试", name=name))
            busy.headers["retry-after"] = "5"
            await busy(scope, receive, send)
            return
        self._under_way[name] += 1
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            if not begun:
                # A page that listens for changes is open for hours.
                begun = True
                self._leave(name)
            await send(message)

        try:
            await self._serve(name, f"/{rest}", scope, receive, sending)
        finally:
            if not begun:
                self._leave(name)

    def _leave(self, name: str) -> None:
        self._under_way[name] -= 1
        if not self._under_way[name]:
            del self._under_way[name]

    async def _serve(self, name: str, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            ledger = await run_in_threadpool(self._ledgers.take, name)
        except TaizhangError as error:
            await _unavailable(Request(scope), name, error)(scope, receive, send)
            return
        # A page that listens for days keeps no ledger open that others need: its stream ends when that is closed.
        listens = path == "/changes"
        if listens:
            await run_in_threadpool(self._ledgers.give_back, name)
        try:
            root = f"{BEGINNING}{name}"
            # In place: what looks at the route afterwards, and what answers for a fault, sees the same.
            scope["app"] = self._app_of(name, ledger)
            scope["path"] = path
            scope["raw_path"] = scope.get("raw_path", b"").removeprefix(root.encode())
            _come_from_here(scope, root)
            if path == self._main.openapi_url:
                await self._describe(root, name, scope, receive, send)
                return
            await self.app(scope, receive, _Outgoing(send, root).send)
        finally:
            if not listens:
                await run_in_threadpool(self._ledgers.give_back, name)

    async def _describe(self, root: str, name: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the API's document for this ledger."""
        cookie = cookie_name(self._served[name].app.state.options)
        await JSONResponse(document_below(self._main, root, cookie))(scope, receive, send)

    def _app_of(self, name: str, ledger: OpenLedger) -> _App:
        served = self._served.get(name)
        if served is None or served.ledger is not ledger:
            first: Options = self._main.state.options
            state = State()
            options = replace(
                first,
                base_url=f"{first.base_url.rstrip('/')}{BEGINNING}{name}",
                evidence=evidence_folder(ledger.url, Settings().evidence),
                ledger=name,
            )
            serve_in(state, ledger, options, lambda: getattr(self._main.state, "lines", None))
            state.first = self._main.state.session
            state.door, state.lines = self._main.state.door, self._main.state.lines
            self._loop = asyncio.get_running_loop()
            watching = self._loop.create_task(state.watcher.run())
            served = self._served[name] = _Served(ledger, _App(self._main, state), watching)
        return served.app

    def _forget(self, name: str, ledger: OpenLedger) -> None:
        """Let go of what is kept of a ledger that is being closed; its open pages come again. In any thread."""
        served = self._served.get(name)
        if served is None or served.ledger is not ledger or self._loop is None:
            return
        self._served.pop(name, None)
        served.app.state.security.flush(WALL_CLOCK(), whole=True)
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(served.app.state.watcher.stop)
            self._loop.call_soon_threadsafe(served.watching.cancel)


def _unavailable(request: Request, name: str, error: TaizhangError) -> Response:
    if isinstance(error, NoLedger):
        return away(request, 404, _("没有台账“{name}”", name=name))
    return away(request, 503, _("台账“{name}”现在打不开：{problem}", name=name, problem=say(error.text)))


def _come_from_here(scope: Scope, root: str) -> None:
    """Take the beginning away from the address that the browser says it came from, too."""
    headers = MutableHeaders(scope=scope)
    try:
        parts = urlsplit(headers.get("referer", ""))
    except ValueError:
        return
    if parts.path.startswith(f"{root}/"):
        headers["referer"] = parts._replace(path=parts.path.removeprefix(root)).geturl()
        scope["headers"] = headers.raw


class _Outgoing:
    """Gives the addresses in one answer their beginning back; a page is sent whole."""

    def __init__(self, send: Send, root: str) -> None:
        self._send = send
        self._root = root.encode()
        self._start: Message | None = None
        """Of a page whose length is not known yet."""
        self._body = b""

    async def send(self, message: Message) -> None:
        """Pass one message on."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            location = headers.get("location", "")
            if location.startswith("/") and not location.startswith("//"):
                headers["location"] = f"{self._root.decode()}{location}"
            if headers.get("link", "").startswith("</"):
                headers["link"] = f"<{self._root.decode()}{headers['link'][1:]}"
            message = {**message, "headers": headers.raw}
            if headers.get("content-type", "").startswith("text/html"):
                self._start = message
                return
        elif message["type"] == "http.response.body" and self._start is not None:
            self._body += message.get("body", b"")
            if message.get("more_body", False):
                return
            await self._send_page()
            return
        await self._send(message)

    async def _send_page(self) -> None:
        assert self._start is not None
        body = _ADDRESSES.sub(rb"\g<1>" + self._root + rb"\g<2>", self._body)
        body = body.replace(_PAGE, _PAGE + b'data-root="' + self._root + b'" ', 1)
        headers = MutableHeaders(raw=list(self._start["headers"]))
        if "content-length" in headers and self._body:
            headers["content-length"] = str(len(body))
        await self._send({**self._start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": body})
