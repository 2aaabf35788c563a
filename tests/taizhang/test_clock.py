"""A clock that is in doubt is told wherever somebody looks, and the operator's word lets the ledger go on."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import orjson
import pytest

from taizhang.app.clock import Clock
from taizhang.app.settings import Settings
from taizhang.jobs.nightly import nightly
from taizhang.jobs.reminders import reminder_job
from taizhang.startup.open_ledger import open_ledger
from tests.taizhang.conftest import EXAMPLE, Run

URL = "sqlite:///taizhang.db"
LINE = {
    "specversion": "1.0", "id": "late", "source": "test", "type": "activity.held", "subject": "lh-01",
    "time": "2017-05-01", "data": {"kinds": ["study_session"], "topic": "学习"},
}  # fmt: skip


@pytest.fixture
def poisoned(filled: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A ledger into which something was recorded under a clock that was a hundred days ahead."""
    ahead = datetime.now(UTC) + timedelta(days=100)
    with monkeypatch.context() as wrong:
        wrong.setattr(Clock, "__call__", lambda _: ahead)
        Path("one.jsonl").write_bytes(orjson.dumps(LINE | {"id": "ahead"}))
        assert filled("import", "one.jsonl").status == 0
    Path("late.jsonl").write_bytes(orjson.dumps(LINE))
    return filled


def test_at_the_terminal(poisoned: Run) -> None:
    size = len(poisoned("export").out.splitlines())
    for _ in range(2):
        done = poisoned("import", "late.jsonl", "--json")
        assert done.status == 1
        assert done.errors[0]["field"] == "recordedtime"
        assert "--clock-is-right" in done.errors[0]["problem"]
    assert len(poisoned("export").out.splitlines()) == size
    done = poisoned("import", "late.jsonl", "--clock-is-right", "--by", "li", "--json")
    assert done.status == 0, done.err
    assert "li" in done.err
    told = [orjson.loads(line) for line in poisoned("export").out.splitlines()][size:]
    assert [event["type"] for event in told] == ["clock.confirmed", "activity.held"]
    assert told[0]["authid"] == "li"
    # It is said once; and the ledger goes on, also elsewhere.
    assert poisoned("import", str(EXAMPLE), "--clock-is-right").status == 0
    assert len(poisoned("export").out.splitlines()) == size + 2
    assert poisoned("verify").status == 0
    Path("export.jsonl").write_text(poisoned("export").out)
    assert poisoned("restore", "export.jsonl", "--store", "sqlite:///copy.db").status == 0
    Path("more.jsonl").write_bytes(orjson.dumps(LINE | {"id": "more", "time": "2017-05-02"}))
    assert poisoned("import", "more.jsonl", "--store", "sqlite:///copy.db").status == 0


def test_where_nothing_is_in_doubt_nothing_is_recorded(filled: Run) -> None:
    size = len(filled("export").out.splitlines())
    assert filled("board", "--clock-is-right").status == 0
    assert len(filled("export").out.splitlines()) == size
    assert filled("verify", "--store", "sqlite:///none.db", "--clock-is-right").status == 1
    assert not Path("none.db").exists()


def test_the_log_says_so_and_nobody_is_written_to(poisoned: Run, caplog: pytest.LogCaptureFixture) -> None:
    with open_ledger(URL) as session, httpx.Client() as client:
        (problem,) = nightly(session, Settings(), client)
        assert "时钟" in str(problem)
        with caplog.at_level(logging.ERROR):
            reminder_job(session, Settings()).run()
    assert "时钟" in caplog.text


def test_a_demo_lives_on_a_day_of_its_own(filled: Run) -> None:
    with open_ledger(URL) as session:
        session.keep_settings(session.settings.model_copy(update={"demo_today": date(2017, 9, 20)}))
    Path("late.jsonl").write_bytes(orjson.dumps(LINE))
    assert filled("import", "late.jsonl").status == 0
