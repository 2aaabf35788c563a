"""The public address: the certificate's days, and whether the proxy before the program passes on what it has to.

Asked over the network as a browser would: `/healthz`, and a form of one's own site that changes nothing.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from socket import create_connection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ledger.text import Text
from taizhang.app.settings import Settings
from taizhang.health.finding import Finding, down, fine, warning

if TYPE_CHECKING:
    import httpx

SECONDS = 10.0
DAYS_LEFT_MIN = 21
"""Certificates are renewed about a month before their end; then somebody has to look."""


def address_look(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Yield what is to be said of the address that people type."""
    if settings.base_url is None:
        return
    parts = urlsplit(settings.base_url)
    if parts.scheme == "https":
        yield _certificate(parts.hostname or "", parts.port or 443, now)
    yield from _proxy(settings.base_url.rstrip("/"))


def _certificate(host: str, port: int, now: datetime) -> Finding:
    try:
        with (
            create_connection((host, port), timeout=SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secure,
        ):
            until = _until(secure.getpeercert())
    except ssl.SSLCertVerificationError as error:
        return down(
            "certificate",
            Text("{host} 的证书不被信任：{reason}", host=host, reason=error.verify_message),
            Text("换上正规机构签发的证书；用自己的根证书的，装进各台电脑"),
        )
    except OSError as error:
        reason = error.strerror or str(error)
        return down(
            "certificate", Text("连不上 {host}:{port}：{reason}", host=host, port=port, reason=reason)
        )
    days = (until - now).days
    text = Text("{host} 的证书还有 {days} 天到期", host=host, days=days)
    if days < DAYS_LEFT_MIN:
        return warning(
            "certificate", text, Text("现在就续期，续好后让 nginx 重新读取（systemctl reload nginx）")
        )
    return fine("certificate", text)


def _until(certificate: object) -> datetime:
    assert isinstance(certificate, dict)
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)


def _proxy(address: str) -> Iterator[Finding]:
    import httpx  # here: a server has no need of it before somebody asks

    try:
        # What the certificate is like was said above.
        with httpx.Client(timeout=SECONDS, verify=False, trust_env=False) as client:  # noqa: S501
            health = client.get(f"{address}/healthz")
            form = client.post(f"{address}/healthz", headers={"origin": address})
    except httpx.HTTPError as error:
        yield down(
            "address",
            Text("{address} 打不开：{reason}", address=address, reason=str(error) or type(error).__name__),
            Text("服务和代理都在运行吗？这台机器解析得出这个名字吗？"),
        )
        return
    if not _is_ours(health):
        yield down(
            "address",
            Text("{address} 上答话的不是台账（HTTP {status}）", address=address, status=health.status_code),
            Text("核对 TAIZHANG_BASE_URL 和代理转到哪里"),
        )
    elif form.status_code == HTTPStatus.FORBIDDEN:
        yield down(
            "address",
            Text("代理没有把大家打的网址传过来，所有表单都会被拒绝"),
            Text("在 nginx 里写 proxy_set_header Host $http_host; 见 docs/operating.md"),
        )
    else:
        yield fine("address", Text("{address} 打得开，代理传来的网址是对的", address=address))


def _is_ours(answer: httpx.Response) -> bool:
    try:
        return isinstance(answer.json(), dict) and "status" in answer.json()
    except ValueError:
        return False
