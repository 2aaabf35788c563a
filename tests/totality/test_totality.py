"""Whatever history the ledger has accepted, every page, report, mail, calendar and question about it is answered."""

from __future__ import annotations

import html
import re
from collections import Counter, deque
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import orjson
import pytest
import vobject

from ledger.events.types import EVENT_TYPES
from ledger.problem import Refused
from ledger.store.protocol import Recorder
from projections.not_scored import NotScored
from reminders.outbox import State
from taizhang.app.ledger import OpenLedger
from taizhang.demo.accounts import keep_demo_accounts
from taizhang.startup.open_ledger import open_ledger
from tests.reminders.support import Desk, SetClock, Watched, reminders_over
from tests.web.site import ASSESSOR, ROLES, Site, site_over

from .dense import DRAWN, SUBJECTS, UNITS, Dense

NOW = datetime.fromisoformat("2018-01-15T12:00:00+08:00")
TODAY = (date(2017, 9, 18), date(2017, 12, 31), date(2018, 1, 22))
EVENTS = 500
SEEDS = (1, 2, 3)


def test_every_type_that_a_client_may_append_is_drawn() -> None:
    assert DRAWN.keys() == {
        name for name, row in EVENT_TYPES.items() if not row.by_program and row.has_subject
    }


def dense_ledger(path: Path, seed: int) -> int:
    """Make a ledger of what is accepted among dense random events; return how many were."""
    dense = Dense(seed)
    accepted = 0
    with open_ledger(f"sqlite:///{path}", new=True, durable=False) as session:
        # Branches too: the more is there from the start, the more of what is drawn comes in.
        for subject in SUBJECTS:
            offer(session, registration(subject))
        for _ in range(EVENTS):
            accepted += offer(session, dense.event())
        keep_demo_accounts(session.store, session.clock())
    return accepted


def registration(subject: str) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"organization.registered-{subject}",
        "source": "/dense",
        "type": "organization.registered",
        "subject": subject,
        "time": "2016-01-01",
        "data": {
            "name": f"{subject}党组织",
            "kind": "branch" if "/" in subject else "general_branch",
            "term_ends_on": "2017-09-18",
        },
    }


def offer(session: OpenLedger, event: dict[str, Any]) -> bool:
    """Offer one event to the ledger; say whether it was accepted."""
    try:
        session.store.append(
            [(None, orjson.dumps(event))], by=Recorder("dense", clock_is_right=True), now=NOW
        )
    except Refused:
        return False
    return True


@pytest.fixture(scope="module", params=list(zip(SEEDS, TODAY, strict=True)), ids=str)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A dashboard over a dense ledger, on one of the days that matter."""
    seed, today = request.param
    path = tmp_path_factory.mktemp("dense") / "dense.db"
    accepted = dense_ledger(path, seed)
    assert accepted > EVENTS / 4, "too little is accepted for the history to be dense"
    with site_over(path) as running:
        running.session.keep_settings(running.session.settings.model_copy(update={"demo_today": today}))
        yield running


LINK = re.compile(r'(?:href|action)="(/[^"#]*)')
NOT_FOLLOWED = re.compile(
    r"^/(static/|logout|language|changes|audit/export\.jsonl|admin/backups|welcome/)|/pdf(\?|$)|/tlog/tile"
)
"""Streams, what makes or ends something, and PDFs (the same report as its web page, which is followed)."""
PAGES_A_ROLE = 150
OF_A_KIND = 2


def kind_of(address: str) -> str:
    """Return what an address is one of: with its record, day and page left out."""
    path, _, query = html.unescape(address).partition("?")
    path = re.sub(r"/records/.+?(/correct|/retract|/evidence|/mended|)$", r"/records/ID\1", path)
    names = sorted(
        f"{name}={value}" if name in {"tab", "form", "what"} else name for name, value in parse_qsl(query)
    )
    return path + "?" + "&".join(names)


@pytest.mark.parametrize("name", ROLES)
def test_every_page_that_links_lead_to_answers(site: Site, name: str) -> None:
    """From the first page on, every link is followed, two of each kind of address."""
    queue, seen = deque(["/"]), {"/"}
    times: Counter[str] = Counter()
    failed: list[str] = []
    with site.visitor(name, follow_redirects=True) as client:
        while queue and len(times) < PAGES_A_ROLE:
            address = queue.popleft()
            answer = client.get(html.unescape(address))
            if answer.status_code >= 500 or (answer.status_code == 404 and "/records/" in address):
                failed.append(f"{answer.status_code} {address}")
            if "html" not in answer.headers.get("content-type", ""):
                continue
            for link in LINK.findall(answer.text):
                kind = kind_of(link)
                if link not in seen and times[kind] < OF_A_KIND and not NOT_FOLLOWED.search(link):
                    seen.add(link)
                    times[kind] += 1
                    queue.append(link)
    assert failed == []
    assert sum(times.values()) > 30, "the walk did not get anywhere"


def test_every_question_is_answered_of_every_day(site: Site) -> None:
    """Score, shortfalls, members, board and previews, as of days all over the years and as known at any instant."""
    session = site.session
    days = sorted({day + timedelta(days=step) for day in (*TODAY, date(2017, 1, 1)) for step in (-1, 0, 1)})
    instants = [None, *(orjson.loads(body)["recordedtime"] for body in list(session.store.export())[::40])]
    for day in days:
        if day.year >= 2017:
            session.projections.board(session.store, day).as_json(str)
        for unit in UNITS:
            try:
                session.projections.shortfalls(session.store, unit, day).as_json(str)
                session.projections.members(session.store, unit, day).as_json(str)
                for instant in instants:
                    session.projections.score(session.store, unit, day, instant).as_json(str)
            except NotScored:
                continue


def test_what_is_kept_is_what_a_rebuild_makes(site: Site) -> None:
    session = site.session
    day = session.clock.today()
    session.projections.renew(session.store, day)
    kept = session.projections.board(session.store, day).as_json(str)
    session.projections.rebuild(session.store, day)
    assert session.projections.board(session.store, day).as_json(str) == kept


def test_every_mail_and_calendar_is_written(site: Site) -> None:
    """What would be sent to everybody a week before the year closes, rendered; and each unit's calendar."""
    with site.visitor(ASSESSOR) as client:
        for unit in UNITS:
            answer = client.get(f"/units/{unit}/calendar.ics")
            assert answer.status_code == 200, unit
            assert vobject.readOne(answer.text)
    clock, channel = SetClock(), Watched()
    desk = Desk(site.session, clock, channel, reminders_over(site.session, clock, channel))
    for role in ("secretary", "assessor", "district"):
        for unit in UNITS:
            desk.contact(unit, f"{role}-{unit}@example.invalid", role)
    sent = desk.remind("2018-01-22", catch_up=True)
    assert [each.problem for each in sent if each.state is not State.SENT] == []
    assert channel.delivered, "nothing was said of a year of which much is missed"
