"""What may be asked of an address: HEAD wherever GET is, the truth in Allow (RFC 9110 §9.3.2 and §10.2.1), and an
address with a slash too many, which leads to the one without.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class HeadAsGet:
    """Answers HEAD with the head of what GET would be answered. Plain ASGI: a stream is ended at once."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        begun = asyncio.Event()

        async def gone() -> Message:
            # Nobody reads on: whoever streams stops when he hears of it.
            incoming, answered = asyncio.ensure_future(receive()), asyncio.ensure_future(begun.wait())
            try:
                await asyncio.wait((incoming, answered), return_when=asyncio.FIRST_COMPLETED)
                return {"type": "http.disconnect"} if begun.is_set() else incoming.result()
            finally:
                incoming.cancel()
                answered.cancel()

        async def head_only(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                begun.set()

        # Not changed in place: the server has to know that it answers HEAD.
        await self.app({**scope, "method": "GET"}, gone, head_only)


def allowed(request: Request, routes: Iterable[BaseRoute]) -> str:
    """Return what `Allow` says of the address that *request* asked for."""
    found = [each for each in _METHODS if _serves(request.scope, routes, each)]
    if not found or found[0] == "GET":
        found.insert(0, "HEAD")
        found.insert(0, "GET")
    return ", ".join(dict.fromkeys(found))


def without_slash(request: Request, routes: Iterable[BaseRoute]) -> RedirectResponse | None:
    """Return the way to the address without slashes at its end; None where there is none.

    It names no host: a visitor's own word for where he is leads nobody elsewhere.
    """
    path = request.scope["path"]
    shorter = path.rstrip("/")
    if shorter == path or not shorter.startswith("/") or shorter.startswith("//") or "\\" in shorter:
        return None
    if not _serves({**request.scope, "path": shorter}, routes, request.method):
        return None
    query = request.scope["query_string"].decode("latin-1")
    return RedirectResponse(quote(shorter) + (f"?{query}" if query else ""), status_code=307)


def _serves(scope: Scope, routes: Iterable[BaseRoute], method: str) -> bool:
    asked = {**scope, "method": method}
    return any(route.matches(asked)[0] is Match.FULL for route in routes if not isinstance(route, Mount))
