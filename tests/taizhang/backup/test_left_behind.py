"""What a killed backup or restore leaves is in clear on no backup disk, and gone at the next run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from taizhang.backup.working import InUse, locked, working_folder
from tests.taizhang.conftest import ROOT, Run

from .conftest import SECRET, lying_about, secret

KILLED = """
import os, signal, sys
from taizhang.backup import {room} as room
before = room.{function}
def killed(*arguments, **options):
    before(*arguments, **options)
    os.kill(os.getpid(), signal.SIGKILL)
room.{function} = killed
from taizhang.cli import main
sys.exit(main())
"""


def killed(room: str, function: str, *arguments: str) -> None:
    """Run a command that is killed at the end of *function*."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED.format(room=room, function=function), *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TAIZHANG_BACKUP_PASSPHRASE": SECRET},
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


@pytest.mark.parametrize("function", ["take_snapshot", "_one_file", "_store_evidence", "_read_back"])
def test_a_killed_backup(small: Run, tmp_path: Path, function: str) -> None:
    killed("making", function, "backup", "shelf")
    for path, content in lying_about(tmp_path / "shelf").items():
        if content is not None:
            assert b"SQLite" not in content, path
            assert b"PRIVATE" not in content, path
            assert b"study_session" not in content, path
            assert (tmp_path / "shelf" / path).stat().st_mode & 0o077 == 0, path
    left = [path for path in tmp_path.rglob("*") if ".taizhang-working-" in str(path)]
    assert left
    assert all(path.stat().st_mode & 0o077 == 0 for path in left)
    done = small("backup", "shelf", *secret(True))
    assert done.status == 0, done.err
    assert not [path for path in tmp_path.rglob("*") if "working" in path.name or "partial" in path.name]


def test_a_killed_restore(small: Run, tmp_path: Path) -> None:
    small("backup", "shelf", *secret(True))
    killed("restoring", "_fetched_evidence", "restore", "shelf", "--store", "sqlite:///new.db")
    assert list(tmp_path.glob(".restoring-*"))
    assert not (tmp_path / "new.db").exists()
    assert small("restore", "shelf", "--store", "sqlite:///new.db", *secret(True)).status == 0
    assert not list(tmp_path.rglob(".restoring-*"))


def test_an_older_version_left_it_on_the_shelf(small: Run, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    small("backup", "shelf")
    before = lying_about(shelf)
    for name in (".working-x1", ".20170101T000000Z.partial"):
        (shelf / name).mkdir()
        (shelf / name / "ledger.db").write_text("in clear")
    (shelf / "evidence" / "ab").mkdir(exist_ok=True)
    (shelf / "evidence" / "ab" / ".abcd.partial").write_text("half")
    small("backup", "shelf", "--keep", "1")
    after = {name for name in lying_about(shelf) if "T" not in name}
    assert after - {"evidence/ab"} == {name for name in before if "T" not in name}


def test_a_running_one_is_left_alone(small: Run, tmp_path: Path) -> None:
    with working_folder(tmp_path, ".x-") as one, working_folder(tmp_path, ".x-") as other:
        assert one.is_dir()
        assert other.is_dir()
    assert not one.exists()
    assert not other.exists()
    small("backup", "shelf")
    with locked(tmp_path / "shelf" / ".lock"):
        done = small("backup", "shelf")
        assert done.status == 1
        assert "正在做另一份备份" in done.err
        with pytest.raises(InUse), locked(tmp_path / "shelf" / ".lock"):
            pass
    assert small("backup", "shelf").status == 0
