"""One account cannot take the server from the others."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import anyio
import pytest
from anyio import Event
from starlette.exceptions import HTTPException

from ledger.text import Text
from taizhang.app.errors import FileRefused
from taizhang.web.http import line
from taizhang.web.pages.site import changes
from taizhang.web.pages.workbook import routes as workbook

from .alone import run_alone
from .site import ASSESSOR, OTHER_SECRETARY, SECRETARY, Site

LONG_SECONDS = 60


# -- costly work waits in line ----------------------------------------------------------------------------------


async def _asking(one: line.Line, account: str, opened: Event, done: list[str]) -> None:
    async with one.place(account):
        await opened.wait()
        done.append(account)


def test_who_asks_for_much_keeps_nobody_from_his() -> None:
    async def scene() -> None:
        opened, done = Event(), []
        one = line.Line(line.Capacity(at_once=2, each_max=4, waiting_max=5, waiting_seconds=60))
        async with anyio.create_task_group() as tasks:
            for _ in range(4):
                tasks.start_soon(_asking, one, "greedy", opened, done)
            await anyio.wait_all_tasks_blocked()
            assert (one.working, one.waiting) == (1, 3), "one of an account at a time"
            with pytest.raises(HTTPException) as refused:
                await _asking(one, "greedy", opened, done)
            tasks.start_soon(_asking, one, "other", opened, done)
            await anyio.wait_all_tasks_blocked()
            assert (one.working, one.waiting) == (2, 3), "the other's turn came at once"
            for name in ("third", "fourth"):
                tasks.start_soon(_asking, one, name, opened, done)
            await anyio.wait_all_tasks_blocked()
            with pytest.raises(HTTPException):
                await _asking(one, "fifth", opened, done)
            opened.set()
        assert refused.value.status_code == 503
        assert int((refused.value.headers or {})["retry-after"]) >= 5
        assert sorted(done) == ["fourth", *["greedy"] * 4, "other", "third"]
        assert (one.working, one.waiting, one.refused) == (0, 0, 2)
        await _asking(one, "greedy", opened, done)
        assert not one._asked
        assert not one._own

    run_alone(scene())


def test_nobody_waits_in_line_without_end() -> None:
    async def scene() -> None:
        opened, done = Event(), []
        one = line.Line(line.Capacity(at_once=1, each_max=4, waiting_max=5, waiting_seconds=0.01))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_asking, one, "slow", opened, done)
            await anyio.wait_all_tasks_blocked()
            for account in ("slow", "other"):
                with pytest.raises(HTTPException) as refused:
                    await _asking(one, account, opened, done)
                assert refused.value.status_code == 503
            opened.set()
        assert done == ["slow"]
        assert (one.working, one.waiting) == (0, 0)

    run_alone(scene())


@pytest.mark.parametrize(
    ("method", "address", "room"),
    [
        ("GET", "/units/wj-01/reports/letter/pdf", "reports"),
        ("GET", "/units/wj-01/reports/letter/docx", "reports"),
        ("GET", "/workbook/template?unit=wj-01&filled=1", "workbooks"),
        ("POST", "/workbook", "workbooks"),
    ],
)
def test_costly_pages_wait_in_line(site: Site, method: str, address: str, room: str) -> None:
    one = site.lines[room]
    one.room = replace(one.room, each_max=0)
    sent = {"data": {"unit": "wj-01"}, "files": {"file": ("a.xlsx", b"x")}} if method == "POST" else {}
    with site.visitor(SECRETARY) as client:
        refused = client.request(method, address, **sent)
        assert refused.status_code == 503
        seconds = int(refused.headers["retry-after"])
        assert f"请 {seconds} 秒后再试" in refused.text
        assert client.get("/units/wj-01/reports/letter/html").status_code == 200


def test_while_workbooks_are_read_every_thread_serves_others(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """44 at once took all forty threads: another secretary's page came after 43 seconds."""
    opened, inside = threading.Event(), threading.Semaphore(0)
    most = [0, 0]
    lock = threading.Lock()

    def slowly(*_: object) -> None:
        with lock:
            most[0] += 1
            most[1] = max(most)
        inside.release()
        assert opened.wait(LONG_SECONDS)
        with lock:
            most[0] -= 1
        raise FileRefused(Text("x"))

    monkeypatch.setattr(workbook, "look", slowly)
    one = site.lines["workbooks"]
    one.room = replace(one.room, each_max=44, waiting_max=44)

    def send(name: str) -> int:
        with site.visitor(name) as client:
            files = {"file": ("a.xlsx", b"x")}
            return client.post("/workbook", data={"unit": name}, files=files).status_code

    with ThreadPoolExecutor(44) as threads:
        sent = [threads.submit(send, (SECRETARY, OTHER_SECRETARY)[number % 2]) for number in range(44)]
        try:
            assert inside.acquire(timeout=LONG_SECONDS)
            assert inside.acquire(timeout=LONG_SECONDS)
            while one.working + one.waiting < 44:
                time.sleep(0.01)
            with site.visitor(ASSESSOR) as client:
                assert client.get("/units/wj-03").status_code == 200
        finally:
            opened.set()
        assert [each.result() for each in sent] == [422] * 44
    assert most[1] == one.room.at_once


# -- open pages ------------------------------------------------------------------------------------------------


def test_one_account_cannot_take_every_connection(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "OPEN_PAGES_MAX", 0)
    with site.visitor(SECRETARY) as client:
        refused = client.get("/changes")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "10")
        assert client.get("/changes/since/0").status_code == 200
