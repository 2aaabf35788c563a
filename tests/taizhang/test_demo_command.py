"""The demonstration from the command line, small."""

import json
from pathlib import Path

import pytest

from .conftest import Run


def test_it_fills_a_fresh_ledger_and_shows_it(run: Run) -> None:
    first = run("demo", "--units", "2")
    assert first.status == 0
    assert "2017-09-20" in first.out
    assert "wj-01" in first.out
    assert Path("taizhang-demo.db").exists()
    again = run("demo", "--units", "1", "--json")
    assert (again.status, again.err) == (0, "")
    board = run("board", "--as-of", "2017-09-20", "--store", "sqlite:///taizhang-demo.db", "--json").document
    assert [unit["unit"] for unit in board["units"]] == ["wj-01"]
    assert again.document["unit"] == "wj-01"


def test_it_goes_where_the_ledger_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAIZHANG_STORE", "sqlite:///trial.db")
    assert run("demo", "--units", "1", "--json").document["store"] == "sqlite:///trial.db"
    assert run("demo", "--units", "1").status == 1


def test_it_replaces_nothing_but_a_demo(filled: Run) -> None:
    Path("taizhang.db").rename("taizhang-demo.db")
    assert filled("demo", "--units", "1").status == 1
    assert filled("export", "--store", "sqlite:///taizhang-demo.db").out


def test_a_demo_that_somebody_has_added_to_is_not_replaced(run: Run) -> None:
    demo = "sqlite:///taizhang-demo.db"
    assert run("demo", "--units", "1").status == 0
    first = json.loads(run("export", "--store", demo).out.splitlines()[-1])["id"]
    assert run("retract", first, "--reason", "试一试", "--store", demo).status == 0
    again = run("demo", "--units", "1", "--json")
    assert (again.status, again.document["kept"]) == (0, True)
    assert "试一试" in run("export", "--store", demo).out


def test_its_events_can_be_imported(run: Run) -> None:
    written = run("demo", "--units", "2", "--seed", "5", "--jsonl", "d.jsonl", "--json").document
    assert written["events"] == len(Path("d.jsonl").read_text("utf-8").splitlines())
    assert run("import", "d.jsonl", "--json").document["appended"] == written["events"]
    assert run("demo", "--units", "2", "--seed", "5", "--jsonl", "-").out == Path("d.jsonl").read_text(
        "utf-8"
    )
