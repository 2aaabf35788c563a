"""The dashboard under its daily load: readers with open pages, secretaries who log, one real `taizhang serve`.

50 readers open a unit's page every 5 seconds, each with the stream that keeps the page up to date and a page more
whenever it speaks of their unit; 10 secretaries log every 10 seconds. The driver shares the cores with the server.
Then one visitor opens every other page of a secretary (`pages.py`).
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from taizhang.accounts import entry
from taizhang.accounts import store as accounts
from taizhang.app.clock import Clock
from taizhang.demo import SHOWN_DAY, generate, live
from taizhang.demo.accounts import keep_demo_accounts
from taizhang.startup.open_ledger import open_ledger
from taizhang.web.http.auth import COOKIE

from .measure import Line, at_most, milliseconds, p95
from .pages import quiet_pages
from .workshop import Workshop

READERS, WRITERS, UNITS = 50, 10, 80
READ_EVERY_SECONDS, WRITE_EVERY_SECONDS = 5.0, 10.0
PAGE_MS, HEARD_MS = 150, 2000
SECONDS, SECONDS_SMALL = 120.0, 3.0


def bench(workshop: Workshop) -> list[Line]:
    """Serve a demo district for the run's time, and tell how long its visitors waited."""
    seconds = workshop.seconds or (SECONDS_SMALL if workshop.small else SECONDS)
    units = workshop.scaled(UNITS, 3)
    readers, writers = workshop.scaled(READERS, 5), workshop.scaled(WRITERS, 2)
    store = workshop.folder / "served.db"
    tokens = _district(store, units)
    with _serving(store) as address:
        load = Load(address, list(tokens.items()), seconds)
        asyncio.run(load.run(readers, writers))
        quiet = quiet_pages(address, list(tokens.items()))
    return [*load.lines(readers, writers), *quiet]


def _district(path: Path, units: int) -> dict[str, str]:
    """Make the ledger that is served; return the token of a login of each unit's secretary."""
    now = Clock()()
    with open_ledger(f"sqlite:///{path}", durable=False, new=True) as session:
        live(session.store, [each for each in generate(units, 2017) if each.recorded.date() <= SHOWN_DAY])
        session.keep_settings(session.settings.model_copy(update={"demo_today": SHOWN_DAY}))
        keep_demo_accounts(session.store, now)
        found = {}
        for unit in session.store.units():
            with session.store.read() as work:
                account = accounts.find(work.connection, unit)
            assert account is not None
            found[unit] = entry.start_session(session.store, account, now=now)
    return found


@contextmanager
def _serving(path: Path) -> Iterator[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TAIZHANG_")}
    command = [sys.executable, "-m", "taizhang", "serve", "--port", "0", "--store", f"sqlite:///{path}"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert server.stderr is not None
        for line in server.stderr:
            if found := re.search(r"http://[\w.:]+", line):
                yield found[0]
                break
        else:
            raise RuntimeError("the server did not start")
    finally:
        server.terminate()
        assert server.wait(60) == 0, "it ends in good order, also under load"


@dataclass
class Load:
    """Visitors of one server for some seconds, and how long each of their requests took (in seconds)."""

    address: str
    logins: list[tuple[str, str]]
    seconds: float
    pages: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    """Of the pages those that were the first of their unit."""
    logged: list[float] = field(default_factory=list)
    heard: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    _sent_at: dict[str, float] = field(default_factory=dict)
    """When each unit's last event was sent."""
    _opened: set[str] = field(default_factory=set)

    async def run(self, readers: int, writers: int) -> None:
        """Let them all come, spread over their first round."""
        end = time.monotonic() + self.seconds
        visits = [self._reader(number, readers, end) for number in range(readers)]
        visits += [self._writer(number, writers, end) for number in range(writers)]
        await asyncio.gather(*visits)

    def _client(self, number: int) -> tuple[str, httpx.AsyncClient]:
        unit, token = self.logins[number % len(self.logins)]
        return unit, httpx.AsyncClient(
            base_url=self.address, cookies={COOKIE: token}, headers={"origin": self.address}, timeout=30
        )

    async def _reader(self, number: int, of: int, end: float) -> None:
        unit, client = self._client(number)
        async with client:
            await asyncio.sleep(READ_EVERY_SECONDS * number / of)
            listening = asyncio.create_task(self._listen(client, unit))
            while time.monotonic() < end:
                begun = time.monotonic()
                await self._open(client, unit)
                await asyncio.sleep(max(0.0, begun + READ_EVERY_SECONDS - time.monotonic()))
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening

    async def _open(self, client: httpx.AsyncClient, unit: str) -> None:
        begun = time.monotonic()
        try:
            answer = await client.get(f"/units/{unit}")
        except httpx.HTTPError as error:
            self.errors.append(repr(error))
            return
        took = time.monotonic() - begun
        self.pages.append(took)
        if unit not in self._opened:
            # The server has just started, and has nothing of this unit in memory.
            self._opened.add(unit)
            self.first.append(took)
        if answer.status_code != httpx.codes.OK or unit not in answer.text:
            self.errors.append(f"/units/{unit}: {answer.status_code}")

    async def _listen(self, client: httpx.AsyncClient, unit: str) -> None:
        """Hear of changes as an open page does, and open it anew."""
        try:
            async with client.stream("GET", "/changes", timeout=None) as changes:
                async for line in changes.aiter_lines():
                    if line.startswith("data:") and unit in json.loads(line[5:])["units"]:
                        self.heard.append(time.monotonic() - self._sent_at[unit])
                        await self._open(client, unit)
        except httpx.HTTPError as error:
            self.errors.append(repr(error))

    async def _writer(self, number: int, of: int, end: float) -> None:
        unit, client = self._client(number)
        async with client:
            await asyncio.sleep(
                WRITE_EVERY_SECONDS * number / of * min(1.0, self.seconds / 2 / WRITE_EVERY_SECONDS)
            )
            count = 0
            while time.monotonic() < end:
                begun = self._sent_at[unit] = time.monotonic()
                count += 1
                await self._log(client, unit, f"load-{number}-{count}")
                await asyncio.sleep(max(0.0, begun + WRITE_EVERY_SECONDS - time.monotonic()))

    async def _log(self, client: httpx.AsyncClient, unit: str, event_id: str) -> None:
        event = {"specversion": "1.0", "id": event_id, "source": "urn:bench", "type": "activity.held", "subject": unit,
                 "time": "2017-09-19", "data": {"kinds": ["study_session"], "topic": "学习", "attendees": "all",
                                                "study_hours": "1"}}  # fmt: skip
        begun = time.monotonic()
        try:
            answer = await client.post("/api/v1/events", json=event)
        except httpx.HTTPError as error:
            self.errors.append(repr(error))
            return
        self.logged.append(time.monotonic() - begun)
        if answer.status_code != httpx.codes.OK or answer.json()["appended"] != 1:
            self.errors.append(f"POST /api/v1/events: {answer.status_code} {answer.text[:200]}")

    def lines(self, readers: int, writers: int) -> list[Line]:
        """Return the figures."""
        page = p95(self.pages)
        asked = len(self.pages) + len(self.logged)
        heard = p95(self.heard)
        return [
            Line(
                f"unit page, {readers} readers, {writers} writers, p95",
                milliseconds(page),
                f"{len(self.pages)} pages in {self.seconds:.0f} s; median {milliseconds(_median(self.pages))}",
                f"at most {PAGE_MS} ms",
                at_most(page, PAGE_MS / 1000),
            ),
            Line(
                "the same, errors",
                str(len(self.errors)),
                f"of {asked} requests" + (f"; the first: {self.errors[0][:80]}" if self.errors else ""),
                "none",
                "met" if not self.errors else "MISSED",
            ),
            Line(
                "the same, first opening of a unit, p95",
                milliseconds(p95(self.first)),
                f"{len(self.first)} of these pages; the server has just started",
            ),
            Line(
                "the same, logging one event, p95",
                milliseconds(p95(self.logged)),
                f"{len(self.logged)} events",
            ),
            Line(
                "the same, until an open page hears of it, p95",
                milliseconds(heard),
                f"heard {len(self.heard)} times",
                f"at most {HEARD_MS} ms",
                at_most(heard, HEARD_MS / 1000),
            ),
        ]


def _median(seconds: list[float]) -> float:
    return sorted(seconds)[len(seconds) // 2] if seconds else 0.0
