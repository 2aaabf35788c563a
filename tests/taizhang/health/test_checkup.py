"""Each fault that keeps people from their work, or that an operator has to hear of, made on purpose and found."""

from __future__ import annotations

import re
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from ledger.store.protocol import Recorder
from ledger.text import Text
from reminders.job_log import JobLog
from reminders.outbox import State
from taizhang.app.ledger import OpenLedger
from taizhang.app.settings import Settings
from taizhang.backup.folder import open_shelf
from taizhang.health import checkup as looks
from taizhang.health import machine, writing
from taizhang.health.checkup import Checkup
from taizhang.health.finding import Finding, Severity
from taizhang.startup.open_ledger import open_ledger

JOBS = Path(looks.__file__).parents[1] / "jobs"
NOW = datetime(2017, 6, 30, 4, tzinfo=UTC)


def registration() -> dict[str, object]:
    data = {"name": "实验小学党支部", "kind": "branch"}
    return {"specversion": "1.0", "id": "r", "source": "urn:tests", "type": "organization.registered",
            "subject": "wj-01", "time": "2017-01-01", "data": data}  # fmt: skip


class Hour:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def today(self) -> date:
        return self.now.date()


@pytest.fixture
def session(tmp_path: Path) -> Iterator[OpenLedger]:
    with open_ledger(f"sqlite:///{tmp_path / 'taizhang.db'}", new=True, durable=False) as opened:
        opened.clock = Hour()  # type: ignore[assignment]
        yield opened


def found(session: OpenLedger, tmp_path: Path, **settings: object) -> dict[str, Finding]:
    told = Checkup(session, tmp_path / "evidence").findings(Settings(**settings))
    return {finding.name: finding for finding in told}


def test_a_server_that_can_work_has_nothing_to_say(session: OpenLedger, tmp_path: Path) -> None:
    assert found(session, tmp_path) == {}


# -- nothing can be written ----------------------------------------------------------------------------------------


@contextmanager
def no_room_for_files() -> Iterator[None]:
    """Let no file of this process grow: what is written fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_that_nothing_can_be_written_is_found_by_writing(session: OpenLedger, tmp_path: Path) -> None:
    with no_room_for_files():
        told = found(session, tmp_path)
    assert told["write"].severity is Severity.DOWN
    assert "磁盘" in str(told["write"].text)
    assert found(session, tmp_path) == {}, "and that it can again, without a restart"


def test_it_is_tried_now_and_then_however_often_somebody_asks(session: OpenLedger) -> None:
    seconds = [0.0]
    probe = writing.WriteProbe(session, lambda: seconds[0])
    assert probe.problem() is None
    with no_room_for_files():
        assert probe.problem() is None
        seconds[0] = writing.TRIED_EVERY
        assert probe.problem() is not None
    assert probe.problem() is not None
    seconds[0] *= 2
    assert probe.problem() is None


def test_a_read_only_ledger_is_found(session: OpenLedger, tmp_path: Path) -> None:
    session.store._connection.execute("PRAGMA query_only = ON")  # type: ignore[attr-defined]
    assert "只读" in str(found(session, tmp_path)["write"].text)
    session.store.only_reads = True
    assert "只能读" in str(found(session, tmp_path)["write"].text)


def test_a_disk_that_is_nearly_full_is_found_before_a_write_fails(
    session: OpenLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for free, name, severity in (
        (3 * 1024**2, "disk_full", Severity.DOWN),
        (50 * 1024**2, "disk", Severity.WARNING),
    ):
        for module in (looks, machine):
            monkeypatch.setattr(module, "free_bytes", lambda _folder, free=free: free)
        assert found(session, tmp_path)[name].severity is severity


def test_a_database_that_is_gone_is_found(session: OpenLedger, tmp_path: Path) -> None:
    session.store.close()
    told = found(session, tmp_path)
    assert {told[name].severity for name in ("write", "store")} == {Severity.DOWN}


def test_a_file_that_was_taken_away_under_the_server_is_found(session: OpenLedger, tmp_path: Path) -> None:
    (tmp_path / "taizhang.db").rename(tmp_path / "elsewhere.db")
    assert "不在了" in str(found(session, tmp_path)["write"].text)


# -- jobs ----------------------------------------------------------------------------------------------------------


def test_jobs_that_stopped_and_jobs_that_fail_are_found(session: OpenLedger, tmp_path: Path) -> None:
    seconds = [0.0]
    session.jobs = JobLog(lambda: seconds[0])
    session.jobs.expect("reminders", timedelta(minutes=5))
    session.jobs.expect("proofs", timedelta(minutes=30))
    assert found(session, tmp_path) == {}
    session.jobs.failed("proofs", Text("没有网"))
    told = found(session, tmp_path)["job_failures"]
    assert (told.severity, "没有网" in str(told.text)) == (Severity.WARNING, True)
    session.jobs.done("proofs")
    assert found(session, tmp_path) == {}
    seconds[0] = 11 * 60
    told = found(session, tmp_path)["jobs"]
    assert (told.severity, "发提醒" in str(told.text), "备份" in str(told.text)) == (
        Severity.DOWN,
        True,
        False,
    )
    session.jobs.begun("reminders")
    assert "jobs" not in found(session, tmp_path), "it is at it"
    seconds[0] += 7 * 3600
    assert "发提醒" in str(found(session, tmp_path)["jobs"].text), "and hangs"


# -- backups, mails, the clock -------------------------------------------------------------------------------------


def test_a_backup_that_is_missing_or_late_is_found(session: OpenLedger, tmp_path: Path) -> None:
    hour, folder = session.clock, tmp_path / "backups"
    checkup = Checkup(session, tmp_path / "evidence")

    def told() -> str:
        return " ".join(
            str(each.text) for each in checkup.findings(Settings(backup=folder)) if each.name == "backup"
        )

    assert told() == "", "the first night is still to come"
    hour.now += timedelta(hours=37)  # type: ignore[attr-defined]
    assert "还没有备份" in told()
    open_shelf(folder, None, create=True)
    (folder / "20170702T000000Z").mkdir()
    assert told() == ""
    hour.now = datetime(2017, 7, 3, 13, tzinfo=UTC)  # type: ignore[attr-defined]
    assert "2017-07-02 08:00 的，已经过了 37 小时" in told()
    session.alarms["backup"] = Text("没有口令")
    assert told() == "没有口令", "the reason says more than the age"


def test_mails_that_did_not_arrive_are_found(session: OpenLedger, tmp_path: Path) -> None:
    def message(state: State, day: str, next_try: str | None = None) -> None:
        with session.store.write() as work:
            work.connection.execute(
                "INSERT INTO reminder_messages (id, person, day, channel, planned_at, state, attempts, next_try, told,"
                " subject, items) VALUES (?, ?, ?, 'email', ?, ?, 1, ?, 0, '', '[]')",
                (f"{day}{state}", f"p{state}", day, f"{day}T00:00:00.000000Z", state.value, next_try),
            )

    message(State.FAILED, "2017-06-01")
    message(State.SENT, "2017-06-30")
    assert found(session, tmp_path) == {}, "what failed weeks ago is told no more"
    message(State.PLANNED, "2017-06-28")
    assert "等了一天" in str(found(session, tmp_path, smtp_url="smtp://mail.example.cn")["mail"].text)
    message(State.FAILED, "2017-06-29")
    message(State.UNKNOWN, "2017-06-29")
    assert "2 封" in str(found(session, tmp_path)["mail"].text)


def test_a_clock_in_doubt_and_a_missing_rubric_are_found(session: OpenLedger, tmp_path: Path) -> None:
    line = orjson.dumps(registration())
    session.store.append([(None, line)], by=Recorder("x"), now=NOW)
    session.clock.now = NOW - timedelta(hours=1)  # type: ignore[attr-defined]
    assert "还早" in str(found(session, tmp_path)["clock"].text)
    session.clock.now = NOW + timedelta(days=900)  # type: ignore[attr-defined]
    assert found(session, tmp_path).keys() >= {"clock", "rubric"}


def test_an_anchor_that_is_late_is_found(session: OpenLedger, tmp_path: Path) -> None:
    checkup = Checkup(session, tmp_path / "evidence")
    session.clock.now += timedelta(hours=51)  # type: ignore[attr-defined]
    assert checkup.findings(Settings()) == [], "nobody is asked to vouch"
    (told,) = checkup.findings(Settings(tsa="https://tsa.example.cn"))
    assert (told.name, told.severity) == ("anchor", Severity.WARNING)


def test_every_job_has_a_name_for_people() -> None:
    made = re.findall(r'Job\(\s*"([^"]+)"', "".join(path.read_text("utf-8") for path in JOBS.glob("*.py")))
    assert len(made) > 5
    assert [name for name in made if name not in looks.JOB_NAMES] == []
