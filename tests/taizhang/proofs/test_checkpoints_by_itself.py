"""What a server signs by itself, and what is told when the ledger is no longer what was signed."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from ledger.signing.checkpoint import read_checkpoint
from taizhang.jobs.checkpoints import ALARM, sign, signing
from taizhang.startup.open_ledger import open_ledger
from tests.taizhang.conftest import ROOT, Run

from .conftest import add_events

URL = "sqlite:///taizhang.db"
BESIDE = Path("taizhang.db.checkpoint")


def signed_size() -> int:
    return read_checkpoint(BESIDE.read_bytes())[0].size


def test_what_was_recorded_is_signed_and_an_empty_ledger_gets_no_key(run: Run) -> None:
    run("import", "/dev/null")
    with open_ledger(URL) as session:
        sign(session)
    assert not Path("taizhang.db.key").exists()
    add_events(run, 30)
    assert not BESIDE.exists(), "who merely tries the program out has no key to keep"
    with open_ledger(URL) as session, signing(session) as job:
        assert signed_size() == 30
        add_events(run, 5, start=30)
        job.run()
        assert signed_size() == 35
        add_events(run, 5, start=35)
    assert signed_size() == 40, "signed at a clean stop"
    add_events(run, 5, start=40)
    assert signed_size() == 45, "from now on at the terminal too"
    assert run("verify").status == 0


def test_of_a_day_only_the_last_stays_and_what_somebody_asked_for(run: Run) -> None:
    """A year of writing leaves no half million signatures to be checked."""
    add_events(run, 10)
    run("checkpoint")
    for start in range(10, 50, 10):
        add_events(run, 10, start=start)
    with closing(sqlite3.connect("taizhang.db")) as connection:
        kept = [size for (size,) in connection.execute("SELECT size FROM checkpoints ORDER BY size")]
    assert kept == [10, 50]


def test_a_shorter_ledger_is_told_until_it_is_whole_again(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    add_events(run, 30)
    shutil.copy("taizhang.db", "old.db")
    run("checkpoint")
    add_events(run, 12, start=30)
    shutil.copy("taizhang.db", "new.db")
    shutil.copy("old.db", "taizhang.db")
    with open_ledger(URL) as session, caplog.at_level(logging.ERROR):
        for _again in range(3):
            sign(session)
        told = str(session.alarms[ALARM])
        assert "30" in told
        assert "42" in told
        assert "至少缺少 12 条" in told
        assert [record.getMessage() for record in caplog.records] == [told], "told once, not every minute"
    assert signed_size() == 42, "nothing is signed that contradicts"
    shutil.copy("new.db", "taizhang.db")
    with open_ledger(URL) as session:
        sign(session)
        assert session.alarms == {}


_KILLED = """
import os, signal, sys
from taizhang.jobs.checkpoints import sign
from taizhang.startup.open_ledger import open_ledger
from tests.taizhang.proofs.conftest import add_events
from taizhang.cli import main
class Done: pass
def run(*argv):
    done = Done(); done.status = main(argv); done.err = ""; return done
with open_ledger("sqlite:///taizhang.db") as session:
    add_events(run, 40, start=20)
    sign(session)
    add_events(run, 7, start=60)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("left", [0, 0.5])
def test_a_server_killed_and_its_write_ahead_log_lost(run: Run, left: float) -> None:
    """Attack 20: what was acknowledged since is gone, and `verify` says how much of it at least."""
    add_events(run, 20)
    with open_ledger(URL) as session:
        sign(session)
    done = subprocess.run(
        [sys.executable, "-c", _KILLED], env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}, check=False,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == -9, done.stderr
    assert signed_size() == 67, "the terminal signs too, where there is a key"
    log = Path("taizhang.db-wal")
    assert log.stat().st_size > 0
    with log.open("r+b") as file:
        file.truncate(int(log.stat().st_size * left))
    with open_ledger(URL) as session:
        there = session.store.size()
    assert there < 67
    verified = run("verify", "--json")
    assert verified.status == 1
    assert {"sequence": there + 1} == {"sequence": int(verified.errors[0]["field"].split()[1])}
    assert f"至少 {67 - there} 条" in verified.errors[0]["problem"]


def test_verify_says_since_when_nothing_could_be_seen(run: Run) -> None:
    add_events(run, 300)
    looks = {look["look"]: look for look in run("verify", "--json").document["looks"]}
    assert looks["tail"]["result"] == "noted"
    assert "第 257 至 300 号" in looks["tail"]["text"]
    run("checkpoint")
    looks = {look["look"]: look for look in run("verify", "--json").document["looks"]}
    assert looks["tail"]["result"] == "ok"
