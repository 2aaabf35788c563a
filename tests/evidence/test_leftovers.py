"""Attached files that no record points to are listed, and removed when asked and old; no other file ever is."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from taizhang.evidence.folder import EvidenceFolder
from taizhang.evidence.leftovers import leftovers, remove
from tests.taizhang.conftest import Run, filled, run

__all__ = ["filled", "run"]

FOLDER = Path("taizhang.db.evidence")
Keep = Callable[..., Path]


@pytest.fixture
def keep(filled: Run) -> Keep:
    """Keep a file, some days ago."""

    def keeping(content: bytes, days: int = 100) -> Path:
        digest = EvidenceFolder(FOLDER).keep(content)
        path = FOLDER / digest[:2] / digest
        then = time.time() - days * 86_400
        os.utime(path, (then, then))
        return path

    return keeping


def attach(run: Run, content: bytes, record: str = "lh-0009") -> None:
    data = {
        "record": record, "sha256": sha256(content).hexdigest(), "media_type": "text/plain", "bytes": len(content),
        "filename": "a.txt",
    }  # fmt: skip
    _add(run, f"at-{content.decode()}", "evidence.attached", data)


def _add(run: Run, event_id: str, kind: str, data: dict[str, object]) -> None:
    event = {
        "specversion": "1.0", "id": event_id, "source": "test", "type": kind, "subject": "lh-01",
        "time": "2018-03-01T08:00:00+08:00", "data": data,
    }  # fmt: skip
    Path("one.jsonl").write_text(json.dumps(event) + "\n")
    done = run("import", "one.jsonl")
    assert done.status == 0, done.err


def test_what_is_old_and_named_nowhere_goes_when_asked(filled: Run, keep: Keep) -> None:
    used, old, young = keep(b"used"), keep(b"old"), keep(b"young", days=20)
    half = old.with_name(".0123456789abcdef.part")
    half.write_bytes(b"ha")
    os.utime(half, (1_500_000_000, 1_500_000_000))
    attach(filled, b"used")
    listed = filled("leftovers", "--json").document
    assert [each["file"] for each in listed["leftovers"]] == [
        str(path.relative_to(FOLDER)) for path in (half, old, young)
    ]
    assert listed["leftovers"][1]["bytes"] == 3
    assert listed["removed"] == []
    assert old.exists(), "listing removes nothing"
    done = filled("leftovers", "--remove", "--json").document
    assert [each["file"] for each in done["removed"]] == [
        str(path.relative_to(FOLDER)) for path in (half, old)
    ]
    assert [path.exists() for path in (used, old, half, young)] == [True, False, False, True]
    assert filled("leftovers", "--remove", "--days", "10").status == 0
    assert not young.exists()
    assert "都有记录用到" in filled("leftovers").out
    assert used.read_bytes() == b"used"


def test_what_a_record_named_once_stays(filled: Run, keep: Keep) -> None:
    """Of a record that was retracted, of an attachment that was retracted, and before and after a correction."""
    paths = [keep(content) for content in (b"a", b"b", b"c", b"d")]
    for content in (b"a", b"b", b"c"):
        attach(filled, content)
    assert filled("retract", "at-a", "--reason", "错").status == 0
    digest = sha256(b"d").hexdigest()
    assert filled("correct", "at-b", "--reason", "错", "--set", f"sha256={digest}").status == 0
    assert filled("retract", "lh-0009", "--reason", "错").status == 0
    assert filled("leftovers", "--remove", "--json").document == {"leftovers": [], "removed": []}
    assert all(path.exists() for path in paths)


def test_the_folder_of_another_ledger_is_left_alone(filled: Run, keep: Keep) -> None:
    path = keep(b"somebody else's")
    done = filled("leftovers", "--remove", "--json")
    assert done.status == 1
    assert "TAIZHANG_EVIDENCE" in done.errors[0]["problem"]
    assert path.exists()


def test_a_file_that_is_attached_again_meanwhile_is_not_lost(filled: Run, keep: Keep) -> None:
    path = keep(b"again")
    (found,) = leftovers(FOLDER, set())
    EvidenceFolder(FOLDER).keep(b"again")
    assert not remove(found)
    assert path.read_bytes() == b"again"
    (found,) = leftovers(FOLDER, set())
    assert remove(found)
    assert not remove(found), "it is gone"
    EvidenceFolder(FOLDER).keep(b"again")
    assert path.read_bytes() == b"again"
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_no_folder_yet(filled: Run) -> None:
    assert filled("leftovers", "--json").document == {"leftovers": [], "removed": []}
