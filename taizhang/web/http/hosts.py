"""Under which names the dashboard answers: a page of another site cannot make its own name lead here.

A browser that was told a lie about a name (DNS rebinding) asks this server for that name, and lets the page of that
name read the answer. Nobody from outside can have such a name lead here as people use inside: an address is a name of
itself, a name without a dot and those of private networks are sold to nobody. A public name has to be told: by
TAIZHANG_BASE_URL, or in TAIZHANG_HOSTS.
"""

from __future__ import annotations

from ipaddress import ip_address
from socket import gethostname
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from taizhang.language.i18n import _
from taizhang.web.http.errors import answer
from taizhang.web.http.options import Options

PRIVATE = tuple(".localhost .local .lan .home .corp .internal .intranet .private .home.arpa .test".split())  # noqa: SIM905
"""Ends of names that no registry gives away (RFC 6761, RFC 6762, RFC 8375, ICANN SAC 113)."""
EVERY = "*"


class KnownHosts:
    """Answers requests for names that are this server's, with one Host each (RFC 9112 §3.2). Plain ASGI."""

    def __init__(self, app: ASGIApp, options: Options) -> None:
        self.app = app
        told = [each.strip().lower() for each in options.hosts.split(",")]
        own = [urlsplit(options.base_url).hostname or "", gethostname().lower()]
        self._known = frozenset(filter(None, [*told, *own]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
            wrong = self._wrong(hosts, scope.get("http_version", "1.1"))
            if wrong is not None:
                await answer(Request(scope), 400, wrong)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _wrong(self, hosts: list[str], version: str) -> str | None:
        if len(hosts) != 1:
            # HTTP/1.0, as the checks of some balancers speak it, has none.
            return (
                None if not hosts and version == "1.0" else _("请求里要有一个 Host，不能没有，也不能有几个")
            )
        if self._is_known(hosts[0]):
            return None
        return _("台账不用这个网址；请核对，或请系统管理员把它写进 TAIZHANG_BASE_URL 或 TAIZHANG_HOSTS")

    def _is_known(self, host: str) -> bool:
        try:
            name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
        except ValueError:
            return False
        if not name or "@" in host or "/" in host or "\\" in host:
            return False
        return (
            EVERY in self._known
            or name in self._known
            or "." not in name.removesuffix(".")
            or name.endswith(PRIVATE)
            or _is_address(name)
            or any(name.endswith(each) for each in self._known if each.startswith("."))
        )


def _is_address(name: str) -> bool:
    try:
        ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True
