"""A dashboard that really runs: a server in a thread over a ledger of its own, visitors with and without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import orjson
from fastapi import FastAPI

from ledger.store.protocol import Recorder
from taizhang.accounts import entry
from taizhang.accounts import store as accounts
from taizhang.accounts.account import Account
from taizhang.app.ledger import OpenLedger
from taizhang.demo import SHOWN_DAY, generate, live
from taizhang.demo.accounts import PASSWORD, keep_demo_accounts
from taizhang.startup.open_ledger import open_ledger
from taizhang.startup.open_ledgers import OpenLedgers
from taizhang.web.http.auth import COOKIE, WALL_CLOCK
from taizhang.web.http.line import Lines
from taizhang.web.http.options import Options
from taizhang.web.server import address_of, listen, running

SECRETARY, OTHER_SECRETARY, ASSESSOR, AUDITOR, LEADER, OPERATOR = (
    "wj-01",
    "wj-02",
    "assessor-1",
    "auditor",
    "leader",
    "operator",
)
ROLES = (SECRETARY, ASSESSOR, AUDITOR, LEADER, OPERATOR)


@dataclass
class Site:
    """A running dashboard and its ledger."""

    address: str
    session: OpenLedger
    options: Options
    app: FastAPI

    @property
    def lines(self) -> Lines:
        """Where costly work waits."""
        lines: Lines = self.app.state.lines
        return lines

    def visitor(self, name: str | None = None, **settings: Any) -> httpx.Client:
        """Return a client without a browser, logged in as *name*."""
        # As a browser says with every write.
        client = httpx.Client(base_url=self.address, timeout=60, headers={"origin": self.address}, **settings)
        if name is not None:
            client.cookies.set(COOKIE, self.login(name))
        return client

    def login(self, name: str) -> str:
        """Return the token of a session of *name*; no password is asked, which would cost time in every test."""
        return entry.start_session(self.session.store, self.account(name), now=WALL_CLOCK())

    def account(self, name: str) -> Account:
        with self.session.store.read() as work:
            account = accounts.find(work.connection, name)
        assert account is not None, name
        return account

    def record(self, *events: dict[str, Any], by: str = "tests") -> None:
        """Append events as another program would."""
        lines = [(None, orjson.dumps(event)) for event in events]
        self.session.store.append(lines, by=Recorder(by), now=self.session.clock())

    def total(self, unit: str, day: date | None = None) -> dict[str, str]:
        """Return a unit's totals by the projections, as texts."""
        with self.session.store.read():
            card = self.session.projections.score(self.session.store, unit, day or self.session.clock.today())
            total: dict[str, str] = card.as_json(str)["total"]
            return total

    def score(self, unit: str, day: date | None = None) -> str:
        """Return a unit's score by the projections."""
        return self.total(unit, day)["score"]


def activity(event_id: str, subject: str, day: str, kind: str, **data: Any) -> dict[str, Any]:
    """Return an activity in client form."""
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": "urn:tests",
        "type": "activity.held",
        "subject": subject,
        "time": day,
        "data": {"kinds": [kind], "topic": "学习", **data},
    }


def make_template(path: Path, units: int = 3) -> None:
    """Make a small demo ledger that tests copy."""
    with open_ledger(f"sqlite:///{path}", durable=False, new=True) as session:
        live(session.store, [each for each in generate(units, 2017) if each.recorded.date() <= SHOWN_DAY])
        session.keep_settings(session.settings.model_copy(update={"demo_today": SHOWN_DAY}))
        keep_demo_accounts(session.store, session.clock())


@contextmanager
def site_over(
    path: Path,
    public: str | None = None,
    *,
    url: str | None = None,
    others: OpenLedgers | None = None,
    **options: Any,
) -> Iterator[Site]:
    """Serve the ledger at *path*, or at *url* with its files beside *path*, for as long as the block lasts.

    *others* are ledgers that stand with it.
    """
    with (
        open_ledger(url or f"sqlite:///{path}", durable=False, new=True) as session,
        listen("127.0.0.1", 0) as bound,
    ):
        address = address_of("127.0.0.1", bound)
        told = Options(base_url=public or address, evidence=path.with_name("evidence"), **options)
        with running(session, told, bound, others=others) as app:
            yield Site(address, session, told, app)


__all__ = ["PASSWORD", "ROLES", "Site", "activity", "make_template", "site_over"]
