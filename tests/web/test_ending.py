"""Told to stop in the midst of something costly, `taizhang serve` is gone within its five seconds, with 0.

The process is a real one, and every job is one that would go on for minutes. The time is the promise itself, so it is
measured, on a clock of this machine and with room for a busy one.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from ledger.store.protocol import Recorder
from taizhang.accounts import entry
from taizhang.accounts import store as accounts
from taizhang.startup.open_ledger import open_ledger
from taizhang.web.http.auth import COOKIE, WALL_CLOCK
from taizhang.web.server import GRACE_SECONDS

from .site import OPERATOR, SECRETARY
from .test_serve import said

ROOT = Path(__file__).parents[2]
LONG_SECONDS = 60
SLACK_SECONDS = 5
"""For a machine on which many tests run at once; what hung before hung for minutes."""

SLOWLY = '''
"""A server whose costly jobs never end: it is told so by the environment."""
import os, sys, time
from taizhang.documents.reports import rendering
from taizhang.entry.workbooks import read
from taizhang.backup import on_demand
from pathlib import Path

rendering.PRESS = read._JOB = "tests.workers.jobs:sleeps"
begun = Path(os.environ["BEGUN"])

def forever(*_a, **_k):
    begun.write_text("backup")
    while True:
        time.sleep(0.1)

on_demand.make_backup = forever
from taizhang.cli import main
sys.exit(main())
'''


@dataclass
class Running:
    """A server's process, who comes to it, and what tells that its job has begun."""

    process: subprocess.Popen[str]
    address: str
    folder: Path
    cookies: dict[str, str]

    def visitor(self, name: str) -> httpx.Client:
        headers = {"origin": self.address}
        return httpx.Client(
            base_url=self.address, timeout=LONG_SECONDS, headers=headers, cookies={COOKIE: self.cookies[name]}
        )

    def connection(self) -> socket.socket:
        host, port = self.address.removeprefix("http://").split(":")
        return socket.create_connection((host, int(port)), timeout=LONG_SECONDS)

    def sent(self, name: str, request: str, body: bytes = b"") -> socket.socket:
        """Send a request and leave its answer where it is."""
        connection = self.connection()
        cookie = f"{COOKIE}={self.cookies[name]}"
        head = f"{request} HTTP/1.1\r\nhost: localhost\r\norigin: {self.address}\r\ncookie: {cookie}\r\n"
        connection.sendall(head.encode() + body)
        return connection

    def workers(self) -> list[int]:
        """Return the processes that it has started."""
        children = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(pid) for each in children for pid in each.read_text().split()]


@pytest.fixture
def serving(template: Path, tmp_path: Path) -> Iterator[Running]:
    shutil.copy(template, tmp_path / "taizhang.db")
    cookies = {}
    with open_ledger(f"sqlite:///{tmp_path / 'taizhang.db'}", durable=False) as session:
        for name in (SECRETARY, OPERATOR):
            with session.store.read() as work:
                account = accounts.find(work.connection, name)
            assert account is not None
            cookies[name] = entry.start_session(session.store, account, now=WALL_CLOCK())
    (tmp_path / "slowly.py").write_text(SLOWLY)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TAIZHANG_")}
    environment |= {
        "PYTHONPATH": str(ROOT),
        "BEGUN": str(tmp_path / "begun"),
        "TAIZHANG_BACKUP": str(tmp_path / "backups"),
    }
    process = subprocess.Popen(
        [sys.executable, "slowly.py", "serve", "--port", "0"],
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Running(process, said(process, r"台账在 (http://\S+) "), tmp_path, cookies)
    finally:
        process.kill()
        process.wait()


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + LONG_SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def ends_in_time(serving: Running, *pids: int) -> None:
    began = time.monotonic()
    serving.process.send_signal(signal.SIGTERM)
    assert serving.process.wait(LONG_SECONDS) == 0
    assert time.monotonic() - began < GRACE_SECONDS + SLACK_SECONDS
    until(lambda: not any(map(is_there, pids)))


def test_in_the_midst_of_a_pdf(serving: Running) -> None:
    with closing(serving.sent(SECRETARY, "GET /units/wj-01/reports/letter/pdf", b"\r\n")):
        until(serving.workers)
        ends_in_time(serving, *serving.workers())


def test_in_the_midst_of_workbooks_and_those_that_wait(serving: Running) -> None:
    form = (
        b'--x\r\ncontent-disposition: form-data; name="unit"\r\n\r\nwj-01\r\n--x\r\ncontent-disposition: form-data;'
        b' name="file"; filename="a.xls"\r\n\r\n\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1W\0o\0r\0k\0b\0o\0o\0k\0\r\n--x--\r\n'
    )
    head = b"content-type: multipart/form-data; boundary=x\r\ncontent-length: %d\r\n\r\n" % len(form)
    sent = [serving.sent(SECRETARY, "POST /workbook", head + form) for _ in range(3)]
    until(serving.workers)
    ends_in_time(serving, *serving.workers())
    for connection in sent:
        connection.close()


def test_in_the_midst_of_a_backup(serving: Running) -> None:
    with closing(serving.sent(OPERATOR, "POST /admin/backups", b"content-length: 0\r\n\r\n")):
        until((serving.folder / "begun").exists)
        ends_in_time(serving)


def test_in_the_midst_of_open_pages_slow_bodies_and_an_untaken_download(serving: Running) -> None:
    with open_ledger(f"sqlite:///{serving.folder / 'taizhang.db'}", durable=False) as session:
        lines = [
            (
                None,
                b'{"specversion":"1.0","id":"big-%d","source":"urn:x","type":"activity.held","subject":"wj-01",'
                b'"time":"2017-03-0%d","data":{"kinds":["party_lecture"],"topic":"%s"}}'
                % (number, number % 9 + 1, b"t" * 60_000),
            )
            for number in range(200)
        ]
        session.store.append(lines, by=Recorder("tests"), now=session.clock())
    page = serving.sent(SECRETARY, "GET /changes", b"\r\n")
    assert page.recv(1000).startswith(b"HTTP/1.1 200 ")
    download = serving.sent(SECRETARY, "GET /api/v1/events?unit=wj-01&limit=1000&format=jsonl", b"\r\n")
    assert download.recv(1000).startswith(b"HTTP/1.1 200 ")
    body = serving.sent(
        SECRETARY, "POST /workbook", b"content-type: text/plain\r\ncontent-length: 1000\r\n\r\nx"
    )
    with closing(page), closing(download), closing(body):
        ends_in_time(serving)
