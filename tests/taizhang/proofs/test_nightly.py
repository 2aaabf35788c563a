"""What the ticker asks for often is done once a day; what fails keeps nothing else from being done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from ledger.problem import Problem
from ledger.signing import rows
from ledger.signing.rows import KnownWitness
from taizhang.app.settings import Settings
from taizhang.jobs.nightly import nightly, nightly_job
from taizhang.startup.open_ledger import open_ledger
from tests.taizhang.conftest import Run

from .conftest import vkey
from .test_mutations import DATABASE
from .test_witness import witness_for

Night = Callable[..., list[Problem]]


@pytest.fixture
def night(ledger: Run) -> Night:
    """Run the nightly job at a given hour (UTC) some days from now, with these settings."""

    def running(hour: int = 20, days: int = 0, **settings: object) -> list[Problem]:
        with open_ledger(f"sqlite:///{DATABASE}", new=True) as session, httpx.Client() as client:
            # From tomorrow on, whatever the hour of the test: the ledger's last record is of today.
            now = datetime.now(UTC).replace(hour=hour, minute=0) + timedelta(days=days + 1)
            session.clock = lambda: now  # type: ignore[assignment,method-assign]
            session.log._clock = session.clock
            return nightly(session, Settings(**settings), client)  # type: ignore[arg-type]

    return running


def sizes(run: Run) -> list[int]:
    return [each["size"] for each in run("anchors", "--json").document["anchors"]]


def test_one_anchor_a_day(ledger: Run) -> None:
    with (
        witness_for(vkey(ledger)) as (address, key),
        open_ledger(f"sqlite:///{DATABASE}", new=True) as session,
    ):
        with session.store.write() as work:
            rows.keep_witness(work.connection, KnownWitness(address, key, 0))
        with httpx.Client() as client:
            for _ in range(3):
                assert nightly(session, Settings(), client) == []
    assert sizes(ledger) == [300]
    assert ledger("verify").status == 0


def test_one_backup_a_night_and_the_newest_stay(night: Night, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    # Four in the morning in Shanghai, then noon, then one in the next night: too early.
    assert night(20, backup=shelf) == []
    assert night(20, backup=shelf) == []
    assert night(17 - 8, days=1, backup=shelf) == []
    assert night(16, days=1, backup=shelf) == []
    assert len([path for path in shelf.iterdir() if path.is_dir() and path.name[0].isdigit()]) == 1
    for days in (1, 2, 3):
        assert night(20, days=days, backup=shelf, backup_keep=2) == []
    assert len([path for path in shelf.iterdir() if path.is_dir() and path.name[0].isdigit()]) == 2


def test_the_static_log_is_kept_up(night: Night, ledger: Run, tmp_path: Path) -> None:
    assert night(tiles=tmp_path / "log") == []
    assert ledger("verify", "--tiles", str(tmp_path / "log")).status == 0


def test_what_fails_is_told_and_the_rest_is_done(night: Night, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    problems = night(tsa="http://127.0.0.1:9", tiles=tmp_path / "file", backup=tmp_path / "shelf")
    assert ["TAIZHANG_TSA_ROOTS" in str(problem) for problem in problems] == [True, False]
    assert (tmp_path / "shelf").is_dir()


def test_a_backup_that_fails_is_an_alarm_until_one_was_made(ledger: Run, tmp_path: Path) -> None:
    (tmp_path / "shelf").mkdir()
    stray = tmp_path / "shelf" / "something"
    stray.write_text("x")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).replace(hour=20)
    with open_ledger(f"sqlite:///{DATABASE}") as session, httpx.Client() as client:
        for hour, alarm in ((20, True), (17, True), (20, False)):
            now = tomorrow.replace(hour=hour) + timedelta(days=hour == 17)
            session.clock = lambda now=now: now  # type: ignore[assignment,method-assign]
            session.log._clock = session.clock
            nightly(session, Settings(backup=tmp_path / "shelf"), client)
            assert ("backup" in session.alarms) is alarm, hour
            if hour == 17:
                # Not its hour: what was said before stands.
                stray.unlink()


def test_a_demo_is_anchored_nowhere(run: Run, tmp_path: Path) -> None:
    with open_ledger("sqlite:///demo.db", new=True) as session, httpx.Client() as client:
        session.keep_settings(
            session.settings.model_copy(update={"demo_today": datetime(2017, 9, 20, tzinfo=UTC).date()})
        )
        assert nightly(session, Settings(tsa="http://127.0.0.1:9", backup=tmp_path / "shelf"), client) == []
    assert not (tmp_path / "shelf").exists()


def test_it_is_a_job_for_the_ticker(ledger: Run, tmp_path: Path) -> None:
    with open_ledger(f"sqlite:///{DATABASE}", new=True) as session:
        job = nightly_job(session, Settings(tiles=tmp_path / "log"))
        job.run()
    assert (tmp_path / "log" / "checkpoint").exists()
