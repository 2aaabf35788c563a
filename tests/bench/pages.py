"""Every page of a secretary, opened by one visitor after the other of a server that does nothing else."""

from __future__ import annotations

import re
import time
from statistics import median

import httpx

from taizhang.web.http.auth import COOKIE

from .measure import Line, at_most, milliseconds, p95

UNITS, TIMES = 20, 5
PAGE_MS = 150
PAGES = (
    "/units/{unit}", "/units/{unit}?members=all&q=学习", "/units/{unit}?as-of=2017-06-30", "/units/{unit}/result",
    "/units/{unit}/reports", "/units/{unit}/roster", "/units/{unit}/calendar", "/log",
    "/log?what=activity.held:member_meeting", "/log?what=document.filed:annual_plan", "/log?what=member.joined",
    "/log/paste?unit={unit}", "/workbook?unit={unit}", "/records/{record}", "/records/{record}/correct",
    "/records/{record}/retract", "/records/{record}/evidence", "/account",
)  # fmt: skip


def quiet_pages(address: str, logins: list[tuple[str, str]]) -> list[Line]:
    """Open each page of up to `UNITS` units `TIMES` times; *logins* are units and tokens of their secretaries."""
    took: dict[str, list[float]] = {page: [] for page in PAGES}
    for unit, token in logins[:UNITS]:
        with httpx.Client(base_url=address, cookies={COOKIE: token}, timeout=30) as client:
            found = re.search(
                r'"record-what">\s*<a href="/records/([^"?/]+)"', client.get(f"/units/{unit}").text
            )
            if found is None:
                raise RuntimeError(f"{unit} has no records")
            for page in PAGES * TIMES:
                begun = time.perf_counter()
                answer = client.get(page.format(unit=unit, record=found[1]))
                took[page].append(time.perf_counter() - begun)
                if answer.status_code != httpx.codes.OK:
                    raise RuntimeError(f"{page}: {answer.status_code}")
    slowest = max(PAGES, key=lambda page: p95(took[page]))
    every = [seconds for page in PAGES for seconds in took[page]]
    return [
        Line(
            "a secretary's pages, one visitor, p95",
            milliseconds(p95(every)),
            f"{len(every)} of {len(PAGES)} pages; median {milliseconds(median(every))}",
            f"at most {PAGE_MS} ms",
            at_most(p95(every), PAGE_MS / 1000),
        ),
        Line("the same, the slowest page, p95", milliseconds(p95(took[slowest])), slowest.partition("?")[0]),
    ]
