"""The language of a request: what the visitor chose by the switch, else Chinese."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from taizhang.language.i18n import LANGUAGES, SOURCE, speaking

COOKIE = "taizhang_lang"


class SpokenLanguage:
    """Makes `_()` speak the visitor's language for as long as the request lasts, in its threads too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        chosen = HTTPConnection(scope).cookies.get(COOKIE, SOURCE)
        with speaking(next((each for each in LANGUAGES if each == chosen), SOURCE)):
            await self.app(scope, receive, send)
