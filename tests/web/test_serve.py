"""`taizhang serve` as a process: the link for the first operator, and an end in good order with pages open."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
LONG_SECONDS = 120


@pytest.mark.parametrize("stopped_by", [signal.SIGTERM, signal.SIGINT], ids=lambda each: each.name)
def test_it_greets_serves_and_ends_in_good_order(tmp_path: Path, stopped_by: signal.Signals) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TAIZHANG_")}
    server = subprocess.Popen(
        [sys.executable, "-m", "taizhang", "serve", "--new", "--port", "0"],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stderr is not None
        address = said(server, r"台账在 (http://\S+) ")
        link = said(server, r"请打开 (http://\S+) 设置密码")
        with httpx.Client(base_url=address, timeout=LONG_SECONDS, headers={"origin": address}) as operator:
            form = {"password": "a good long one", "again": "a good long one"}
            assert operator.post(link, data=form).headers["location"] == "/admin/begin"
            assert operator.get("/admin").status_code == 200
            with operator.stream("GET", "/changes") as changes:
                assert changes.status_code == 200
                server.send_signal(stopped_by)
                assert server.wait(LONG_SECONDS) == 0
        rest = server.stderr.read()
        assert "Traceback" not in rest
    finally:
        server.kill()
        server.wait()


def said(server: subprocess.Popen[str], pattern: str) -> str:
    """Return what *pattern* finds in the next lines that the server prints."""
    assert server.stderr is not None
    for line in server.stderr:
        found = re.search(pattern, line)
        if found:
            return found[1]
    raise AssertionError(f"the server ended without saying {pattern}")
