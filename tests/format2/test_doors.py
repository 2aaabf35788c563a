"""A file of format 2 through the doors that people use: installed, scored from a ledger, every page opened."""

from __future__ import annotations

import html
from collections import Counter, deque
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from ledger.store.protocol import Recorder
from projections.examples import UNIT, events_of
from rubric.amounts import decimal_text, hundredths
from rubric.format2.rubric2 import Rubric2
from rubric.load import parse
from taizhang.app.ledger import OpenLedger
from taizhang.app.rubrics import install_rubric
from taizhang.demo.accounts import keep_demo_accounts
from taizhang.startup.open_ledger import open_ledger
from tests.totality.test_totality import LINK, NOT_FOLLOWED, kind_of
from tests.web.site import ASSESSOR, OPERATOR, Site, site_over

SENTENCES = Path(__file__).parent / "files" / "sentences.yaml"
NOW = datetime(2025, 3, 1, 4, 0, tzinfo=UTC)
SAID = {"lose": "loss", "floor_lose": "floor_loss", "ceiling_lose": "ceiling_loss"}


def _sentences() -> Rubric2:
    rubric = parse(SENTENCES.read_bytes())
    assert isinstance(rubric, Rubric2)
    return rubric


def _append(session: OpenLedger, events: list[Any], now: datetime = NOW) -> None:
    lines = [(None, orjson.dumps(event)) for event in events]
    session.store.append(lines, by=Recorder("tests", clock_is_right=True), now=now)


def test_a_ledger_scores_the_examples_as_the_file_says(tmp_path: Path) -> None:
    """Each example in a unit of its own would meet its peers: each has a ledger of its own."""
    rubric = _sentences()
    compared = 0
    for place, example in enumerate(rubric.examples):
        with open_ledger(f"sqlite:///{tmp_path}/{place}.db", durable=False, new=True) as session:
            install_rubric(session, SENTENCES.read_bytes(), now=datetime(2025, 1, 10, tzinfo=UTC))
            _append(session, events_of(rubric, example))
            card = session.projections.score(session.store, UNIT, example.as_of, None, rubric.id).as_json(str)
            row = session.projections.board(session.store, example.as_of, rubric.id).as_json(str)["units"][0]
        assert {name: row[name] for name in ("score", "floor", "ceiling", "awaiting")} == {
            name: card["total"][name] for name in ("score", "floor", "ceiling", "awaiting")
        }
        clauses = {clause["id"]: clause for each in card["indicators"] for clause in each["clauses"]}
        for key, wanted in example.expect.items():
            for field, value in wanted.items():
                if key in clauses:
                    shown = value if isinstance(value, str) else decimal_text(hundredths(value))
                    assert clauses[key][SAID.get(field, field)] == shown, (example.name, key, field)
                    compared += 1
    assert compared > 20


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    rubric = _sentences()
    path = tmp_path_factory.mktemp("format2") / "ledger.db"
    with open_ledger(f"sqlite:///{path}", durable=False, new=True) as session:
        install_rubric(session, SENTENCES.read_bytes(), now=datetime(2025, 1, 10, tzinfo=UTC))
        units = ("wj-01", "wj-02", "wj-03")
        registered = [
            {
                "specversion": "1.0", "id": f"r-{unit}", "source": "t", "type": "organization.registered",
                "subject": unit, "time": "2020-01-01", "data": {"name": f"{unit}党支部", "kind": "branch"},
            }
            for unit in units
        ]  # fmt: skip
        _append(session, registered, datetime(2025, 1, 20, tzinfo=UTC))
        joined: set[str] = set()
        for place, example in enumerate(rubric.examples):
            for event in events_of(rubric, example):
                member = event["data"].get("member")
                if event["type"] == "organization.registered" or member in joined:
                    continue
                joined |= {member} if event["type"] == "member.joined" else set()
                subject = event["subject"].replace(UNIT, "wj-01").replace("other-", "wj-0")
                said = {**event, "id": f"{place}-{event['id']}", "subject": subject}
                _append(session, [said], datetime(2025, 1, 20, tzinfo=UTC))
        keep_demo_accounts(session.store, datetime(2025, 1, 20, tzinfo=UTC))
        session.keep_settings(session.settings.model_copy(update={"demo_today": date(2025, 1, 20)}))
    with site_over(path) as running:
        yield running


@pytest.mark.parametrize("name", ["wj-01", ASSESSOR, OPERATOR])
def test_every_page_answers(site: Site, name: str) -> None:
    queue, seen = deque(["/", "/units/wj-01"]), {"/", "/units/wj-01"}
    times: Counter[str] = Counter()
    failed: list[str] = []
    with site.visitor(name, follow_redirects=True) as client:
        while queue and sum(times.values()) < 120:
            address = queue.popleft()
            answer = client.get(html.unescape(address))
            if answer.status_code >= 500:
                failed.append(f"{answer.status_code} {address}")
            if "html" not in answer.headers.get("content-type", ""):
                continue
            for link in LINK.findall(answer.text):
                kind = kind_of(link)
                if link not in seen and times[kind] < 2 and not NOT_FOLLOWED.search(link):
                    seen.add(link)
                    times[kind] += 1
                    queue.append(link)
    assert failed == []
    assert sum(times.values()) > 20, "the walk did not get anywhere"
