"""One account cannot take the server from the others, nor try passwords without end, nor learn who has an account."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Lock

import anyio
import pytest
from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.accounts import entry, own, passwords
from taizhang.accounts import store as accounts
from taizhang.reports import pdf
from taizhang.web import door
from taizhang.web.pages import changes, coming_in
from taizhang.web.visiting import WALL_CLOCK

from .alone import run_alone
from .site import PASSWORD, SECRETARY, Site

LONG_SECONDS = 60


# -- PDFs ------------------------------------------------------------------------------------------------------


def test_pdfs_are_made_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """WeasyPrint in two threads at once corrupted the memory of the server."""
    inside, most = Lock(), []

    class Page:
        def __init__(self, **_: object) -> None:
            pass

        def write_pdf(self, **_: object) -> bytes:
            alone = inside.acquire(blocking=False)
            Event().wait(0.02)
            most.append(alone)
            if alone:
                inside.release()
            return b"%PDF"

    monkeypatch.setattr("weasyprint.HTML", Page)
    begin = Barrier(4)

    def make() -> bytes:
        begin.wait(LONG_SECONDS)
        return pdf.render_pdf("<p>page</p>")

    with ThreadPoolExecutor(4) as threads:
        assert [each.result() for each in [threads.submit(make) for _ in range(4)]] == [b"%PDF"] * 4
    assert all(most)


def test_who_asks_for_many_pdfs_keeps_nobody_from_his() -> None:
    async def scene() -> None:
        opened = Event()
        press = door.Press()
        made: list[str] = []

        def slowly(account: str) -> Callable[[], Response]:
            def work() -> Response:
                assert opened.wait(LONG_SECONDS)
                made.append(account)
                return Response()

            return work

        async with anyio.create_task_group() as tasks:
            for _ in range(door.PDFS_EACH_MAX):
                tasks.start_soon(press.print, "greedy", slowly("greedy"))
            await anyio.wait_all_tasks_blocked()
            with pytest.raises(HTTPException) as refused:
                await press.print("greedy", slowly("greedy"))
            tasks.start_soon(press.print, "other", slowly("other"))
            await anyio.wait_all_tasks_blocked()
            opened.set()
        assert refused.value.status_code == 503
        assert sorted(made) == ["greedy"] * door.PDFS_EACH_MAX + ["other"]
        await press.print("greedy", slowly("greedy"))

    run_alone(scene())


def test_a_pdf_is_made_at_the_press(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "PDFS_EACH_MAX", 0)
    with site.visitor(SECRETARY) as client:
        refused = client.get("/units/wj-01/reports/letter/pdf")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "10")
        assert client.get("/units/wj-01/reports/letter/html").status_code == 200


# -- open pages ------------------------------------------------------------------------------------------------


def test_one_account_cannot_take_every_connection(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "OPEN_PAGES_MAX", 0)
    with site.visitor(SECRETARY) as client:
        refused = client.get("/changes")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "10")
        assert client.get("/changes/since/0").status_code == 200


# -- passwords -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/account/password", "/api/v1/account/password"])
def test_changing_a_password_waits_in_line_with_the_logins(
    site: Site, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """Each takes 64 MB: in as many threads as there are, one login took the memory and the pages of all."""
    monkeypatch.setattr(passwords, "PASSWORD_MAX", 0)  # nothing is hashed here
    said = {"old": "wrong", "password": "another-long-one", "again": "another-long-one"}
    with site.visitor(SECRETARY) as client:
        here = (
            {"json": {name: said[name] for name in ("old", "password")}}
            if "api" in address
            else {"data": said}
        )
        assert client.post(address, **here).status_code in (405, 422)
        method = "PUT" if "api" in address else "POST"
        assert client.request(method, address, **here).status_code == 422
        monkeypatch.setattr(door.Door, "through", _full)
        assert client.request(method, address, **here).status_code == 503


async def _full(*_: object) -> Response:
    raise door.too_busy()


def test_an_open_page_is_no_way_to_try_passwords(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "matches", lambda given, kept: given == PASSWORD)
    account, now = site.account(SECRETARY), WALL_CLOCK()
    for _ in range(entry.FREE_TRIES):
        with pytest.raises(entry.Refused):
            own.change_password(site.session.store, account, "wrong", "another-long-one", now=now)
    with pytest.raises(entry.Refused, match="次数过多"):
        own.change_password(site.session.store, account, PASSWORD, "another-long-one", now=now)
    with pytest.raises(entry.NotAdmitted, match="次数过多"):
        entry.log_in(site.session.store, SECRETARY, PASSWORD, now=now)


def test_nothing_tells_which_names_there_are(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """That a name had to wait told that there is such an account."""
    monkeypatch.setattr(passwords, "matches", lambda *_: False)

    def told(name: str) -> list[str]:
        answers = []
        for _ in range(entry.FREE_TRIES + 2):
            with pytest.raises(entry.NotAdmitted) as refused:
                entry.log_in(site.session.store, name, "wrong", now=WALL_CLOCK())
            answers.append(refused.value.text.message)
        return answers

    assert told(SECRETARY) == told("nobody-of-that-name")


def test_tries_of_names_that_nobody_has_do_not_fill_the_store() -> None:
    assert len({entry._nobodys(f"nobody-{number}") for number in range(20_000)}) <= 4096


def test_tries_at_the_same_moment_are_all_counted(site: Site) -> None:
    with site.session.store.write() as work:
        for _ in range(3):
            accounts.count_failure(work.connection, SECRETARY, "2017-09-20T00:00:00.000000Z")
    with site.session.store.read() as work:
        assert accounts.failures(work.connection, SECRETARY)[0] == 3


def test_the_log_of_a_failure_holds_no_key(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The path of a one-time link lets in; a line feed in it began a line of an attacker's."""

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(coming_in.entry, "account_of_link", fails)
    with caplog.at_level(logging.ERROR), site.visitor() as client:
        assert client.get("/welcome/a-secret-key%0aERROR%20forged").status_code == 500
    assert "a-secret-key" not in caplog.text
    assert "GET /welcome/{token}" in caplog.text
