"""One account cannot take the server from the others."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Lock

import anyio
import pytest
from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.documents.reports import pdf
from taizhang.web.http import queues as door
from taizhang.web.pages.site import changes

from .alone import run_alone
from .site import SECRETARY, Site

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
