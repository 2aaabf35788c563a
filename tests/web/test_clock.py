"""A clock in doubt: nothing can be recorded, health says so, and an operator, himself, answers for it on the page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import orjson
import pytest

from ledger.events.event import SHANGHAI
from ledger.store.protocol import Recorder
from taizhang.accounts import entry
from taizhang.startup.open_ledger import open_ledger
from taizhang.web.http.auth import WALL_CLOCK

from .site import ASSESSOR, OPERATOR, SECRETARY, Site, activity, site_over


@pytest.fixture
def poisoned(template: Path, tmp_path: Path) -> Iterator[Site]:
    """A district that lives today, and was written to under a clock a hundred days ahead."""
    path = tmp_path / "district.db"
    shutil.copy(template, path)
    with open_ledger(f"sqlite:///{path}", durable=False) as session:
        session.keep_settings(session.settings.model_copy(update={"demo_today": None}))
        with session.store.write() as work:
            work.connection.execute("DELETE FROM ledger_facts WHERE name = 'unguarded_clock'")
        ahead = datetime.now(UTC) + timedelta(days=100)
        line = orjson.dumps(activity("ahead", "wj-01", "2017-10-01", "study_session"))
        session.store.append([(None, line)], by=Recorder("x", clock_is_right=True), now=ahead)
    with site_over(path) as site:
        yield site


def health(site: Site, token: str | None = None) -> dict[str, object]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    answer: dict[str, object] = httpx.get(f"{site.address}/healthz", headers=headers).json()
    return answer


def test_the_operator_answers_for_the_clock(poisoned: Site) -> None:
    site = poisoned
    token = entry.create_api_token(site.session.store, site.account(OPERATOR), "prometheus", now=WALL_CLOCK())
    mine = activity("mine", "wj-01", "2017-10-02", "study_session")
    assert health(site) == {"status": "warning"}, "strangers are told no more"
    assert health(site, token)["reasons"] == ["clock", "rubric"], "2026 has no rubric of its own"
    with site.visitor(SECRETARY) as secretary, site.visitor(OPERATOR) as operator:
        refused = secretary.post("/api/v1/events", json=mine)
        assert refused.status_code == 422
        assert "还早" in refused.text
        assert "还早" in operator.get("/admin").text
        for name in (SECRETARY, ASSESSOR):
            with site.visitor(name) as other:
                assert other.post("/admin/clock").status_code == 403
        bearer = {"authorization": f"Bearer {token}"}
        with httpx.Client(base_url=site.address, headers=bearer) as program:
            assert program.post("/admin/clock").status_code == 403, "a token answers for no clock"
        assert secretary.post("/api/v1/events", json=mine).status_code == 422
        size = site.session.store.size()
        for _ in range(2):
            assert operator.post("/admin/clock").status_code == 303
        assert site.session.store.size() == size + 1, "it is said once"
        page = operator.get("/admin").text
        assert f"{site.account(OPERATOR).display_name} 于" in page
        assert "还早" not in page
        assert "时钟" in operator.get("/admin/journal").text
        assert secretary.post("/api/v1/events", json=mine).status_code == 200
        shown = secretary.get("/records/ahead").text
        assert f"最晚在 {datetime.now(SHANGHAI).date()} 已经记入" in shown
    assert health(site, token)["reasons"] == ["rubric"]
