"""An attached file that was altered on disk: the next backup says so, and keeps the true one from an earlier one."""

from __future__ import annotations

from pathlib import Path

from tests.taizhang.conftest import Run

from .conftest import DIGEST, PHOTO

FILE = Path("taizhang.db.evidence") / DIGEST[:2] / DIGEST


def alter() -> None:
    FILE.chmod(0o600)
    FILE.write_bytes(b"forged")


def test_the_true_one_stays_in_the_backup(small: Run) -> None:
    assert small("backup", "shelf").status == 0
    alter()
    done = small("backup", "shelf", "--json")
    assert (done.status, done.document["evidence"]) == (0, 1)
    assert "与它的哈希不符" in "".join(done.document["warnings"])
    assert small("restore", "shelf", "--store", "sqlite:///new.db").status == 0
    assert (Path("new.db.evidence") / DIGEST[:2] / DIGEST).read_bytes() == PHOTO


def test_a_forged_one_gets_into_no_backup(small: Run) -> None:
    alter()
    done = small("backup", "shelf", "--json")
    assert (done.status, done.document["evidence"]) == (0, 0)
    assert any("与它的哈希不符" in warning for warning in done.document["warnings"])
    assert small("verify").status == 1


def test_a_file_that_the_backup_does_not_have_is_told_of_when_it_is_brought_back(small: Run) -> None:
    FILE.unlink()
    assert small("backup", "shelf").status == 0
    done = small("restore", "shelf", "--store", "sqlite:///new.db", "--json")
    assert done.status == 0
    assert "有 1 个附件的文件不在这里（new.db.evidence）" in done.err
