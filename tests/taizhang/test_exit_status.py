"""0 done; 1 refused or a check failed; 2 wrong usage; errors on standard error, as JSON with --json."""

import json
from pathlib import Path

import pytest

from .conftest import EXAMPLE, Run, Shell

USAGE = [
    ["nonsense"],
    ["scor"],
    ["score"],
    ["score", "lh-01", "more"],
    ["score", "lh-01", "--as-of", "yesterday"],
    ["score", "lh-01", "--as-of", "2017-02-30"],
    ["score", "lh-01", "--as-of", "20170630"],
    ["score", "lh-01", "--as-of"],
    ["score", "lh-01", "--asof", "2017-06-30"],
    ["score", "lh-01", "--known-at", "2017-06-30"],
    ["score", "lh-01", "--known-at", "2017-06-30T12:00:00"],
    ["board", "--store"],
    ["board", "--store", "mysql://here"],
    ["board", "--store", "sqlite:///"],
    ["board", "--store", "sqlite://file.db"],
    ["board", "--store=postgresql://server/ledger?color=red"],
    ["board", "--lang", "fr"],
    ["board", "--json=yes"],
    ["rubric"],
    ["rubric", "derive", "wujin-2017"],
    ["rubric", "derive", "wujin-2017", "--year", "next"],
    ["correct", "lh-0009", "--reason", "why"],
    ["correct", "lh-0009", "--time", "2017-03-01"],
    ["correct", "lh-0009", "--reason", "why", "--data", "{"],
    ["correct", "lh-0009", "--reason", "why", "--data", "[1]"],
    ["correct", "lh-0009", "--reason", "why", "--set", "no-equals-sign"],
    ["correct", "lh-0009", "--reason", "why", "--data", "{}", "--set", "topic=x"],
    ["retract", "lh-0009"],
    ["demo", "--units", "many"],
    ["demo", "--units", "0"],
]
REFUSED = [
    ["import", "missing.jsonl"],
    ["import", "."],
    ["restore", "missing.jsonl"],
    ["restore", str(EXAMPLE)],
    ["score", "nobody"],
    ["score", "lh-01", "--as-of", "2016-12-31"],
    ["score", "lh-01", "--rubric", "none-such"],
    ["board", "--rubric", "none-such"],
    ["members", "nobody"],
    ["shortfalls", "nobody"],
    ["export", "nobody"],
    ["history", "nothing"],
    ["retract", "nothing", "--reason", "why"],
    ["correct", "nothing", "--reason", "why", "--time", "2017-03-01"],
    ["correct", "lh-0009", "--reason", "why", "--time", "someday"],
    ["correct", "lh-0009", "--reason", "why", "--set", "kinds=party"],
    ["correct", "lh-0009", "--reason", "why", "--data", "@missing.json"],
    ["rubric", "show", "none-such"],
    ["rubric", "check", "missing.yaml"],
    ["rubric", "check", str(EXAMPLE)],
    ["rubric", "install", "missing.yaml"],
    ["rubric", "derive", "wujin-2017", "--year", "2017"],
    ["board", "--store", "sqlite:///no/such/folder/ledger.db"],
    ["board", "--store", "postgresql://127.0.0.1:9/ledger"],
    ["demo"],
]


@pytest.mark.parametrize("argv", USAGE, ids=" ".join)
def test_wrong_usage_is_2(filled: Run, argv: list[str]) -> None:
    result = filled(*argv)
    assert (result.status, result.out) == (2, "")
    assert len(result.err.splitlines()) == 1
    as_json = filled(*argv, "--json")
    assert (as_json.status, as_json.out) == (2, "")
    assert as_json.errors[0]["problem"]


@pytest.mark.parametrize("argv", REFUSED, ids=" ".join)
def test_what_cannot_be_done_is_1_and_changes_nothing(
    filled: Run, argv: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A named ledger that holds something is not the demo's to fill.
    monkeypatch.setenv("TAIZHANG_STORE", "sqlite:///taizhang.db")
    before = filled("export").out
    result = filled(*argv)
    assert (result.status, result.out) == (1, "")
    assert result.err
    assert "Traceback" not in result.err
    as_json = filled(*argv, "--json")
    assert (as_json.status, as_json.out) == (1, "")
    assert all(set(error) == {"line", "field", "problem"} for error in as_json.errors)
    assert filled("export").out == before


def test_every_bad_line_is_told_and_nothing_is_appended(run: Run) -> None:
    good = EXAMPLE.read_text("utf-8").splitlines()
    bad = '{"specversion":"1.0","id":"x","source":"s","type":"activity.held","subject":"lh-01","time":"2017-03-01",'
    bad += '"data":{"kinds":["party_lectur"],"topic":"t"}}'
    Path("bad.jsonl").write_text("\n".join([good[0], bad, "", "not json", *good[1:]]), "utf-8")
    result = run("import", "bad.jsonl", "--json")
    assert result.status == 1
    assert [(error["line"], error["field"]) for error in result.errors] == [(2, "data.kinds[0]"), (4, "")]
    assert run("export").out == ""
    told = run("import", "bad.jsonl", "--lang", "en").err.splitlines()
    assert told[0].startswith("line 2 data.kinds[0]: ")
    assert told[1].startswith("line 4: ")


def test_a_file_that_is_no_ledger(run: Run) -> None:
    Path("notes.db").write_text("shopping list, long enough to be looked at " * 40)
    result = run("board", "--store", "sqlite:///notes.db")
    assert result.status == 1
    assert len(result.err.splitlines()) == 1
    assert Path("notes.db").read_text().startswith("shopping")


def test_nothing_at_all_shows_the_help(run: Run) -> None:
    result = run()
    assert result.status == 2
    assert "taizhang" in result.out
    assert run("--json").errors[0]["problem"]


def test_interrupted_is_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_arguments: object, **_named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("taizhang.cli.invocation.Invocation.ledger", interrupted)
    assert run("verify").status == 130


def test_a_broken_ledger_is_told_with_its_place(filled: Run) -> None:
    import sqlite3

    with sqlite3.connect("taizhang.db") as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute(
            "UPDATE events SET body = replace(body, '专题学习', '专题研讨') WHERE sequence = 9"
        )
    connection.close()
    result = filled("verify", "--json")
    assert result.status == 1
    assert result.errors[0]["problem"]


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_written_nowhere(shell: Shell, closed: str) -> None:
    """As some services start programs; the ledger's files do not take the stream's place."""
    assert shell(f"taizhang import {EXAMPLE} {closed}").returncode == 0
    done = shell(f"taizhang export {closed}; echo $?; taizhang verify --json")
    assert done.stderr == ""
    status, document = done.stdout.splitlines()
    assert status == "0"
    assert json.loads(document)["events"] == 10


@pytest.mark.usefixtures("empty_ledger")
def test_an_output_that_takes_nothing_is_1(shell: Shell) -> None:
    done = shell("taizhang board --json > /dev/full")
    assert done.returncode == 1
    assert "空间" in json.loads(done.stderr)["errors"][0]["problem"]
    assert "“”" not in done.stderr
