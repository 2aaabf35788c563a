"""What a proxy before the server says of the visitor: where he comes from, and under which address he knows us.

Believed of the proxies that the operator names, of nobody else.
"""

from __future__ import annotations

from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

_USUAL_PORTS = {"http": "80", "https": "443"}


class BehindProxies(ProxyHeadersMiddleware):
    """Takes in X-Forwarded-For and -Proto (uvicorn's part), -Host and -Port: `Host` is then what the visitor typed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]
        """Serve one request."""
        client = scope.get("client")
        if scope["type"] == "http" and client is not None and client[0] in self.trusted_hosts:
            headers = list(scope["headers"])
            scope["headers"] = headers
            _take_in(MutableHeaders(raw=headers), scope["scheme"])
        inner: Any = super().__call__
        await inner(scope, receive, send)


def _take_in(headers: MutableHeaders, scheme: str) -> None:
    named = headers.get("x-forwarded-host", "").split(",")[0].strip()
    host = named or headers.get("host", "")
    port = headers.get("x-forwarded-port", "").split(",")[0].strip()
    scheme = headers.get("x-forwarded-proto", scheme).strip()
    if port.isdecimal() and port != _USUAL_PORTS.get(scheme) and not _has_port(host):
        host = f"{host}:{port}"
    if host and host != headers.get("host"):
        headers["host"] = host


def _has_port(host: str) -> bool:
    return ":" in host.rpartition("]")[2]
