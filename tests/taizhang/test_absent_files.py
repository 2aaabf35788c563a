"""A line may attach a file that never came along: at the terminal that is taken, and told."""

from __future__ import annotations

import json
from pathlib import Path

from .conftest import Run

DATA = {
    "record": "lh-0009",
    "sha256": "a" * 64,
    "media_type": "application/pdf",
    "bytes": 9,
    "filename": "纪要.pdf",
}
ATTACHED = {"specversion": "1.0", "id": "file-1", "source": "urn:tests", "type": "evidence.attached",
            "subject": "lh-01", "time": "2017-06-01", "data": DATA}  # fmt: skip


def test_import_and_restore_tell_of_files_that_are_not_here(filled: Run) -> None:
    Path("more.jsonl").write_text(json.dumps(ATTACHED) + "\n", "utf-8")
    done = filled("import", "more.jsonl", "--json")
    assert (done.status, done.document["appended"]) == (0, 1)
    assert "有 1 个附件的文件不在这里" in done.err
    Path("export.jsonl").write_text(filled("export").out, "utf-8")
    restored = filled("restore", "export.jsonl", "--store", "sqlite:///new.db")
    assert restored.status == 0
    assert "有 1 个附件的文件不在这里（new.db.evidence）" in restored.err


def test_a_file_that_is_here_is_not_told_of(filled: Run) -> None:
    place = Path("taizhang.db.evidence", "aa", "a" * 64)
    place.parent.mkdir(parents=True)
    place.write_bytes(b"as it came")
    Path("more.jsonl").write_text(json.dumps(ATTACHED) + "\n", "utf-8")
    assert "不在这里" not in filled("import", "more.jsonl").err
