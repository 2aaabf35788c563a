"""The pages of 1,000 units: board, 汇总表 and leader's page; warm, after a record, and after a start."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from statistics import median

import httpx

from taizhang.accounts import entry
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.app.ledger import OpenLedger
from taizhang.jobs.year_tables import renew_tables
from taizhang.web.http.auth import COOKIE, WALL_CLOCK
from taizhang.web.http.options import Options
from taizhang.web.server import address_of, listen, running

from .events import HISTORY_KNOWN, appends
from .measure import Line, at_most, median_wall, milliseconds
from .product import append_each, opened
from .workshop import Workshop

UNITS = 1000
EVENTS_EACH = 40
WARM_LIMIT_MS, COLD_LIMIT_MS = 300.0, 1000.0
PAGES = {"board": "/board", "result table": "/results", "leader's page": "/district"}


def bench(workshop: Workshop) -> list[Line]:
    """Open each page as the leader does."""
    units, rounds = workshop.scaled(UNITS, 4), workshop.scaled(9, 3)
    path = workshop.product(units, EVENTS_EACH)
    lines = []
    with opened(path) as session:
        session.keep_settings(session.settings.model_copy(update={"demo_today": HISTORY_KNOWN.date()}))
        entry.create_account(
            session.store, Account("leader", Role.LEADER, "领导"), now=WALL_CLOCK(), by="bench"
        )
        working_s = median_wall(1, lambda: renew_tables(session))
    lines.append(
        Line(
            f"years of {units:,} units worked out, today and every month",
            f"{working_s:.1f} s",
            "by the ticker",
        )
    )
    for name, address in PAGES.items():
        cold_ms, warm_ms, fresh_ms = _page(path, address, units, rounds)
        lines += [
            Line(f"{name} of {units:,} units, the first after a start", milliseconds(cold_ms / 1000), "kept rows",
                 f"at most {COLD_LIMIT_MS:g} ms", at_most(cold_ms, COLD_LIMIT_MS)),
            Line(f"{name} of {units:,} units", milliseconds(warm_ms / 1000), "through the server",
                 f"at most {WARM_LIMIT_MS:g} ms", at_most(warm_ms, WARM_LIMIT_MS)),
            Line(f"{name} of {units:,} units, just after a record", milliseconds(fresh_ms / 1000),
                 "through the server", f"at most {WARM_LIMIT_MS:g} ms", at_most(fresh_ms, WARM_LIMIT_MS)),
        ]  # fmt: skip
    workshop.remove(path)
    return lines


def _page(path: Path, address: str, units: int, rounds: int) -> tuple[float, float, float]:
    """Return how long the page takes the first time, again, and after a record, in milliseconds."""
    with (
        opened(path) as session,
        listen("127.0.0.1", 0) as bound,
        running(session, Options(), bound),
        httpx.Client(base_url=address_of("", bound), cookies={COOKIE: _token(session)}, timeout=60) as client,
    ):
        assert client.get(
            "/offline"
        ).status_code  # the templates are compiled; nothing of the district is read
        ask = partial(_ask, client, address)
        cold_ms = 1000 * median_wall(1, ask)
        warm_ms = 1000 * median_wall(rounds, ask)
        fresh_ms = []
        for number in range(rounds):
            append_each(session, appends(units, _minute(address, number), 1), _minute(address, number))
            fresh_ms.append(1000 * median_wall(1, ask))
    return cold_ms, warm_ms, median(fresh_ms)


def _ask(client: httpx.Client, address: str) -> None:
    assert client.get(address).status_code == httpx.codes.OK


def _minute(address: str, number: int) -> int:
    return 100 * list(PAGES.values()).index(address) + number


def _token(session: OpenLedger) -> str:
    leader = Account("leader", Role.LEADER, "领导")
    return entry.start_session(session.store, leader, now=WALL_CLOCK())
