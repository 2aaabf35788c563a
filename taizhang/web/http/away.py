"""What is answered where a ledger is away and no page of its own can be made: plainly, without asking any ledger."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ledger.text import Text
from taizhang.language.i18n import _, say, spoken
from taizhang.web.http.templates import asset, environment

RETRY_SECONDS = 30
_STATIC = "/static/"


def away(request: Request, status: int, title: str) -> Response:
    """Return a page, or for a program a problem document, that says *title*."""
    path = request.url.path
    headers = {"retry-after": str(RETRY_SECONDS)} if status == 503 else {}
    if path == "/healthz":
        return JSONResponse({"status": "down", "reasons": ["store"]}, status_code=status, headers=headers)
    if "/api/" in path:
        document = {"type": "about:blank", "title": title, "status": status}
        return JSONResponse(document, status, headers, media_type="application/problem+json")
    known = {"title": title, "status": status, "language": spoken(), "asset": asset}
    return HTMLResponse(environment().get_template("away.html").render(known), status, headers)


class FirstAway:
    """Plain ASGI: answers every request about the first ledger with why it cannot be opened."""

    def __init__(self, app: ASGIApp, why: Text) -> None:
        self.app = app
        self._why = why

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        mine = scope["type"] == "http" and not scope["path"].startswith(_STATIC) and not _is_below(scope)
        if not mine:
            await self.app(scope, receive, send)
            return
        title = _("第一个台账现在打不开：{problem}", problem=say(self._why))
        await away(Request(scope), 503, title)(scope, receive, send)


def _is_below(scope: Scope) -> bool:
    """Whether the request is about another ledger, whose session it brings along."""
    return getattr(scope["app"].state, "session", None) is not None
