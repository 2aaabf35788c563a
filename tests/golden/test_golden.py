"""A store that an earlier release wrote is opened, verified and scored by this one; its events are the same bytes.

A new release adds its own: `python -m tests.golden.make RELEASE` (see there), and commits the folder that it writes.
"""

from __future__ import annotations

import gzip
import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.golden.make import CONTENT, LEDGER, STORES
from tests.taizhang.conftest import Run, run

__all__ = ["run"]
RELEASES = sorted(folder.name for folder in STORES.iterdir())
INSTALLED = 1
"""So many rubrics are installed in the stores."""
SCORED_ON = ("2017-06-30", "2017-12-31", "2018-01-31", "2018-06-30")
STORE = f"sqlite:///{LEDGER}"


@pytest.fixture(params=RELEASES)
def told(run: Run, request: pytest.FixtureRequest) -> dict[str, Any]:
    """What that release said of its store, which lies in the working folder."""
    folder = STORES / str(request.param)
    Path(LEDGER).write_bytes(gzip.decompress((folder / f"{LEDGER}.gz").read_bytes()))
    shutil.copyfile(folder / f"{LEDGER}.checkpoint", f"{LEDGER}.checkpoint")
    shutil.copytree(folder / f"{LEDGER}.evidence", f"{LEDGER}.evidence")
    said: dict[str, Any] = json.loads((folder / "told.json").read_text())
    return said


def test_it_is_small_enough_to_be_kept() -> None:
    assert RELEASES
    for release in RELEASES:
        assert sum(path.stat().st_size for path in (STORES / release).rglob("*")) < 300_000


def test_every_event_is_what_it_was(run: Run, told: dict[str, Any]) -> None:
    lines = run("export", "--store", STORE).out.encode().splitlines(keepends=True)
    export, since = lines[: told["events"]], lines[told["events"] :]
    assert (len(export), sha256(b"".join(export)).hexdigest()) == (told["events"], told["export_sha256"])
    # What the release kept of rubrics in a table became events when the store was opened.
    assert [json.loads(line)["type"] for line in since] == ["rubric.installed"] * INSTALLED


def test_it_is_verified(run: Run, told: dict[str, Any]) -> None:
    done = run("verify", "--json", "--store", STORE)
    assert done.status == 0, done.err
    verified = done.document
    assert verified["events"] == told["events"] + INSTALLED
    assert verified["checkpoints"] >= 2
    results = {look["look"]: look["result"] for look in verified["looks"]}
    assert "broken" not in results.values()
    assert results["checkpoints"] == "ok"
    assert sha256(CONTENT).hexdigest() in "".join(path.name for path in Path(f"{LEDGER}.evidence").rglob("*"))


def test_it_is_scored_as_a_ledger_of_today_with_the_same_events(run: Run, told: dict[str, Any]) -> None:
    """Whatever the release kept beside the events is brought forward, or made anew: no figure is of its time."""
    Path("export.jsonl").write_bytes(run("export", "--store", STORE).out.encode())
    assert run("restore", "export.jsonl", "--store", "sqlite:///fresh.db").status == 0
    # The rubric of 2018 is installed in the old one only.
    for day in SCORED_ON[:2]:
        old = run("board", "--as-of", day, "--json", "--store", STORE).document
        assert len(old["units"]) == 3
        assert old == run("board", "--as-of", day, "--json", "--store", "sqlite:///fresh.db").document
    for unit in (each["unit"] for each in old["units"]):
        for day in SCORED_ON:
            done = run("score", unit, "--as-of", day, "--json", "--store", STORE)
            assert done.status == 0, done.err


def test_work_goes_on_in_it(run: Run, told: dict[str, Any]) -> None:
    unit = run("board", "--as-of", "2017-12-31", "--json", "--store", STORE).document["units"][0]["unit"]
    event = {
        "specversion": "1.0", "id": "golden-more", "source": "golden", "type": "activity.held", "subject": unit,
        "time": "2018-03-01", "data": {"kinds": ["study_session"], "topic": "第一次学习"},
    }  # fmt: skip
    Path("more.jsonl").write_text(json.dumps(event), "utf-8")
    assert run("import", "more.jsonl", "--store", STORE).status == 0
    verified = run("verify", "--json", "--store", STORE)
    assert verified.status == 0, verified.err
    assert verified.document["events"] == told["events"] + INSTALLED + 1
    assert run("rebuild", "--store", STORE).status == 0
