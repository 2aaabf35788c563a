"""A clock that is in doubt is told wherever somebody looks, and the operator's word lets the ledger go on."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import orjson
import pytest

from ledger.events.event import SHANGHAI
from projections import review_queue, review_rows
from reminders.agenda import Agenda
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


def clock_look(run: Run, *more: str) -> dict[str, str]:
    (look,) = [each for each in run("verify", "--json", *more).document["looks"] if each["look"] == "clock"]
    return look


def test_verify_and_the_audit_report_speak_of_it(poisoned: Run) -> None:
    doubt = clock_look(poisoned)
    assert doubt["result"] == "noted"
    assert "还早" in doubt["text"]
    assert poisoned("import", "late.jsonl", "--clock-is-right", "--by", "li").status == 0
    told = clock_look(poisoned)
    assert told["result"] == "noted"
    assert "li 确认" in told["text"]
    assert "还早" not in told["text"]
    assert "li 确认" in poisoned("verify").out
    report = poisoned("audit", "--year", "2017", "--json").document
    assert [each for each in report["looks"] if each["look"] == "clock"] == [told]


def test_a_clock_that_nobody_doubts_is_told_in_a_line(filled: Run) -> None:
    assert clock_look(filled)["result"] == "ok"


def test_lateness_is_counted_from_the_confirmed_clock(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list and the delays count from what is known since somebody answered for the clock."""
    right = datetime.now(UTC)
    day = (right.astimezone(SHANGHAI) - timedelta(days=2)).date().isoformat()
    with monkeypatch.context() as wrong:
        wrong.setattr(Clock, "__call__", lambda _: right + timedelta(days=100))
        Path("one.jsonl").write_bytes(orjson.dumps(LINE | {"id": "ahead", "time": day}))
        assert filled("import", "one.jsonl").status == 0
    assert late_of("ahead") == (True, 102)
    assert filled("board", "--clock-is-right").status == 0
    assert late_of("ahead") == (False, 2)
    assert filled("verify").status == 0


def late_of(record: str) -> tuple[bool, int]:
    """Whether the assessors' list has *record* as a late entry, and how late the unit's latest of that year was."""
    with open_ledger(URL) as session:
        review_queue.renew(session.store, session.review_standards())
        with session.store.read() as work:
            listed = {
                row.record
                for row in review_rows.rows_of_unit(work.connection, "lh-01")
                if row.matter == "late"
            }
            lags = review_rows.lags_of_unit(work.connection, "lh-01")[-1]
    return record in listed, lags.longest


def test_reminders_know_when_the_ledger_heard_of_a_request(
    filled: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else nobody would be reminded of what was asked under a clock that was ahead, until that day."""
    right = datetime.now(UTC)
    asked = LINE | {"id": "asked", "type": "request.issued"}
    asked["data"] = {"request": "q1", "title": "报送材料", "due_on": "2017-09-01"}
    with monkeypatch.context() as wrong:
        wrong.setattr(Clock, "__call__", lambda _: right + timedelta(days=100))
        Path("one.jsonl").write_bytes(orjson.dumps(asked))
        assert filled("import", "one.jsonl").status == 0
    today = right.astimezone(SHANGHAI).date()
    assert heard_of() == today + timedelta(days=100)
    assert filled("board", "--clock-is-right").status == 0
    assert heard_of() == today


def heard_of() -> date:
    """The day on which the ledger heard of the one request that is open."""
    with open_ledger(URL) as session:
        found = dict(Agenda(session.store, session.projections).duties(date(2017, 6, 1)))
    (duty,) = [duty for duty in found["lh-01"] if duty.key == "q1" or date(2017, 5, 1) in duty.raised]
    return max(duty.raised)
