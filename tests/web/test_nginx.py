"""nginx before the dashboard, with the settings that docs/operating.md gives, on a port of its own and without TLS."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from .site import PASSWORD, SECRETARY, Site, activity, site_over

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
PAGE = Path(__file__).parents[2] / "docs" / "operating.md"
pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx here (tests/system.sh installs it)")


@contextmanager
def nginx(upstream: str, change: tuple[str, str] = ("", "")) -> Iterator[str]:
    """Run nginx as the page says, but for a *change*, before *upstream*; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (block,) = re.findall(r"```nginx\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    server = re.sub(r"^ *ssl_\w+ .*\n", "", block, flags=re.MULTILINE)
    server = server.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    server = server.replace("http://127.0.0.1:8000", upstream).replace(*change)
    folder = Path(tempfile.mkdtemp(prefix="tz-nginx-"))
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    settings = folder / "nginx.conf"
    who = f"user {pwd.getpwuid(os.getuid()).pw_name};" if os.getuid() == 0 else ""
    settings.write_text(
        f"{who} daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/log;"
        f" events {{}} http {{ access_log off; {temporary}\n{server} }}"
    )
    process = subprocess.Popen([str(NGINX), "-c", str(settings), "-e", f"{folder}/log"])
    try:
        for _ in range(200):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, (folder / "log").read_text()
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def site(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    path = tmp_path_factory.mktemp("nginx") / "district.db"
    shutil.copy(template, path)
    with site_over(path, trusted_proxies="127.0.0.1") as running:
        yield running


@pytest.mark.parametrize(
    "change",
    [
        ("", ""),
        ("Host $http_host;", "Host $host;"),  # as this page said it before
        ("Host $http_host;", "X-Forwarded-Host $http_host;"),
        ("Host $http_host;", "Host $host; proxy_set_header X-Forwarded-Port $server_port;"),
    ],
    ids=["as documented", "host without port", "host told apart", "port told apart"],
)
def test_people_log_in_and_write_under_whatever_name_they_know(site: Site, change: tuple[str, str]) -> None:
    with nginx(site.address, change) as address:
        for known in (address, address.replace("127.0.0.1", "localhost")):
            with httpx.Client(base_url=known, headers={"origin": known}, timeout=60) as client:
                form = {"name": SECRETARY, "password": PASSWORD}
                assert client.post("/login", data=form).status_code == 303
                assert client.get("/units/wj-01").status_code == 200
                assert client.get("/units/wj-01/").headers["location"] == "/units/wj-01"
                event = activity(f"via-{known}", "wj-01", "2017-09-18", "party_lecture")
                assert client.post("/api/v1/events", json=event).status_code == 200
                client.headers["origin"] = "http://evil.example"
                assert client.post("/api/v1/events", json=event).status_code == 403


def test_the_stream_that_moves_pages_comes_through(site: Site) -> None:
    with (
        nginx(site.address) as address,
        site.visitor(SECRETARY) as direct,
        httpx.Client(base_url=address, cookies=direct.cookies, timeout=30) as client,
        client.stream("GET", "/changes") as changes,
    ):
        lines = changes.iter_lines()
        next(lines)
        site.record(activity("streamed", "wj-01", "2017-09-18", "party_lecture"))
        assert any("wj-01" in line for line in lines)
