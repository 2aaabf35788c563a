"""Known holes by a database that is a file: found, told with what mends them, and told when the file is old."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tools.audit import Unreadable, advisories, find, main
from tools.lock import Locked

NOW = datetime(2026, 11, 28, tzinfo=UTC)
LOCK = "starlette==1.10.0 \\\n    --hash=sha256:00\nlxml==6.1.3 \\\n    --hash=sha256:00\n"


def advisory(package: str, *events: dict[str, str], **more: Any) -> dict[str, Any]:
    return {
        "id": f"TEST-{package}",
        "modified": "2026-11-20T00:00:00Z",
        "summary": "an invented hole",
        "affected": [
            {
                "package": {"ecosystem": "PyPI", "name": package},
                "ranges": [{"type": "ECOSYSTEM", "events": list(events)}],
            }
        ],
    } | more


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.lock"
    path.write_text(LOCK)
    return path


def as_zip(folder: Path, *known: dict[str, Any]) -> Path:
    path = folder / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for each in known:
            archive.writestr(f"{each['id']}.json", json.dumps(each))
    return path


def test_a_known_hole_is_told_with_what_mends_it(
    lock: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = advisory("Starlette", {"introduced": "0"}, {"fixed": "1.10.1"})
    other = advisory("flask", {"introduced": "0"})
    assert main([str(as_zip(tmp_path, bad, other)), str(lock)], NOW) == 1
    assert capsys.readouterr().out == (
        "starlette 1.10.0: TEST-Starlette an invented hole; mended in 1.10.1\n2 pinned packages, 1 known holes\n"
    )


def test_nothing_known_is_0(lock: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mended = advisory("starlette", {"introduced": "0"}, {"fixed": "1.10.0"})
    assert main([str(as_zip(tmp_path, mended)), str(lock)], NOW) == 0
    assert capsys.readouterr() == ("2 pinned packages, 0 known holes\n", "")


@pytest.mark.parametrize(
    ("events", "versions", "hit"),
    [
        ([{"introduced": "0"}], [], True),
        ([{"introduced": "0"}, {"fixed": "1.10.0"}], [], False),
        ([{"introduced": "0"}, {"fixed": "1.9.9"}], [], False),
        ([{"introduced": "1.10.0"}, {"fixed": "1.10.1"}], [], True),
        ([{"introduced": "1.10.1"}], [], False),
        ([{"introduced": "0"}, {"last_affected": "1.10.0"}], [], True),
        ([{"introduced": "0"}, {"last_affected": "1.9.0"}], [], False),
        ([{"fixed": "1.2.0"}, {"introduced": "0"}, {"introduced": "1.9"}, {"fixed": "2.0"}], [], True),
        ([{"introduced": "0"}, {"fixed": "1.2.0"}, {"introduced": "1.11"}], [], False),
        ([], ["1.10.0"], True),
        ([], ["1.1.0"], False),
        ([{"introduced": "0"}, {"fixed": "no version"}], [], True),
    ],
)
def test_which_versions_are_hit(events: list[dict[str, str]], versions: list[str], hit: bool) -> None:
    known = advisory("starlette", *events)
    known["affected"][0]["versions"] = versions
    found, _ = find([Locked("starlette", "1.10.0")], [known])
    assert bool(found) is hit


def test_what_was_withdrawn_or_is_of_another_ecosystem_hits_nothing() -> None:
    withdrawn = advisory("lxml", {"introduced": "0"}, withdrawn="2026-01-01T00:00:00Z")
    elsewhere = advisory("lxml", {"introduced": "0"})
    elsewhere["affected"][0]["package"]["ecosystem"] = "Debian:12"
    assert find([Locked("lxml", "6.1.3")], [withdrawn, elsewhere])[0] == []


def test_an_old_database_is_told_and_is_no_success(
    lock: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = as_zip(tmp_path, advisory("flask", {"introduced": "0"}, modified="2026-09-01T00:00:00Z"))
    assert main([str(old), str(lock)], NOW) == 1
    assert "88 days ago; at most 30 are allowed" in capsys.readouterr().err
    assert main([str(old), str(lock), "--days", "100"], NOW) == 0
    empty = as_zip(tmp_path)
    assert main([str(empty), str(lock)], NOW) == 1
    assert "empty" in capsys.readouterr().err


def test_a_folder_and_a_list_are_databases_too(tmp_path: Path) -> None:
    known = advisory("lxml", {"introduced": "0"})
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a.json").write_text(json.dumps(known))
    (tmp_path / "list.json").write_text(json.dumps([known]))
    assert list(advisories(tmp_path / "one")) == list(advisories(tmp_path / "list.json")) == [known]


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"vulnerabilities": []}'])
def test_what_is_no_database_is_2(lock: Path, tmp_path: Path, content: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content)
    with pytest.raises(Unreadable):
        list(advisories(path))
    assert main([str(path), str(lock)], NOW) == 2
    assert main([str(tmp_path / "absent"), str(lock)], NOW) == 2
