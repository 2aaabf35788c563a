"""The board of 10,000 units, from the rows that every append keeps: as figures, and as a page in a browser."""

from __future__ import annotations

from datetime import date
from functools import partial
from statistics import median

import httpx

from taizhang.accounts import entry
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.app.ledger import OpenLedger
from taizhang.language.i18n import translator
from taizhang.web.http.auth import COOKIE, WALL_CLOCK
from taizhang.web.http.options import Options
from taizhang.web.server import address_of, listen, running

from .events import HISTORY_KNOWN, appends
from .measure import Line, at_most, median_wall, milliseconds
from .product import append_each, opened
from .workshop import Workshop

LIMIT_MS = 100.0
PAGE_LIMIT_MS = 300.0
PAGES = {
    "who needs help": "/board",
    "search, clause, status": "/board?q=1&clause=2.1&status=missed",
    "last page of all": "/board?status=all&sort=unit&page=100000",
}
UNITS = 10_000
EVENTS_EACH = 10
NEW_QUARTER = date(2018, 1, 1)
"""A morning on which a month and a quarter have just ended: the rows kept in December no longer hold."""


def bench(workshop: Workshop) -> list[Line]:
    """Ask for the board as JSON: on the day of the rows, and when they have to be renewed."""
    units = workshop.scaled(UNITS)
    path = workshop.product(units, EVENTS_EACH)
    today = HISTORY_KNOWN.date()
    with opened(path) as session:

        def ask() -> None:
            board = session.projections.board(session.store, today).as_json(translator("zh_CN"))
            assert len(board["units"]) == units

        took_ms = 1000 * median_wall(workshop.scaled(15, 3), ask)
        pages_ms = _pages(session, today, units, workshop.scaled(15, 3))
        stale_ms = 1000 * median_wall(1, lambda: session.projections.board(session.store, NEW_QUARTER))
        renewed: list[int] = []
        renewal_ms = 1000 * median_wall(
            1, lambda: renewed.append(session.projections.renew(session.store, NEW_QUARTER))
        )
    workshop.remove(path)
    return [
        Line(
            f"board of {units:,} units",
            milliseconds(took_ms / 1000),
            "kept rows",
            f"at most {LIMIT_MS:g} ms",
            at_most(took_ms, LIMIT_MS),
        ),
        *(
            Line(
                f"board page of {units:,} units, {name}",
                milliseconds(page_ms / 1000),
                "through the server",
                f"at most {PAGE_LIMIT_MS:g} ms",
                at_most(page_ms, PAGE_LIMIT_MS),
            )
            for name, page_ms in pages_ms.items()
        ),
        Line(
            "board, new quarter, nothing renewed yet",
            milliseconds(stale_ms / 1000),
            f"{renewed[0]:,} rows no longer hold; renewing them {milliseconds(renewal_ms / 1000)}",
        ),
    ]


def _pages(session: OpenLedger, today: date, units: int, rounds: int) -> dict[str, float]:
    """Return how long each of PAGES takes an assessor, in milliseconds."""
    session.keep_settings(session.settings.model_copy(update={"demo_today": today}))
    assessor = Account("assessor", Role.ASSESSOR, "考核人员")
    entry.create_account(session.store, assessor, now=WALL_CLOCK(), by="bench")
    token = entry.start_session(session.store, assessor, now=WALL_CLOCK())
    with (
        listen("127.0.0.1", 0) as bound,
        running(session, Options(), bound),
        httpx.Client(base_url=address_of("", bound), cookies={COOKIE: token}, timeout=60) as client,
    ):

        def ask(address: str) -> None:
            assert client.get(address).status_code == httpx.codes.OK

        found = {name: 1000 * median_wall(rounds, partial(ask, page)) for name, page in PAGES.items()}
        # What is remembered of the board is of no use once somebody recorded something.
        fresh_ms = []
        for number in range(rounds):
            append_each(session, appends(units, number, 1), number)
            fresh_ms.append(1000 * median_wall(1, partial(ask, "/board")))
        found["just after a record"] = median(fresh_ms)
        return found
