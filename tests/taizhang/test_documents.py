"""What --json prints: one document, of the shape the contract shows, and nothing else."""

import json
from pathlib import Path

import pytest

from .conftest import EXAMPLE, Run


def test_import_counts_and_skips(run: Run) -> None:
    assert run("import", str(EXAMPLE), "--json").document == {"appended": 10, "skipped": 0}
    assert run("import", str(EXAMPLE), "--json").document == {"appended": 0, "skipped": 10}


def test_import_reads_files_from_windows(run: Run) -> None:
    text = EXAMPLE.read_text("utf-8").replace("\n", "\r\n")
    Path("windows.jsonl").write_bytes(b"\xef\xbb\xbf" + text.encode() + b"\r\n\r\n")
    assert run("import", "windows.jsonl", "--json").document["appended"] == 10


def test_import_warns_of_doubles(filled: Run) -> None:
    double = EXAMPLE.read_text("utf-8").splitlines()[7].replace("lh-0008", "lh-0099")
    Path("double.jsonl").write_text(double, "utf-8")
    document = filled("import", "double.jsonl", "--json").document
    assert (document["appended"], document["skipped"]) == (1, 0)
    assert set(document["warnings"][0]) == {"line", "field", "problem"}
    assert document["warnings"][0]["line"] == 1


def test_import_from_standard_input(shell) -> None:
    done = shell(f"taizhang import - --json < '{EXAMPLE}'")
    assert (done.returncode, done.stdout) == (0, '{"appended":10,"skipped":0}\n')


def test_score_has_the_shape_of_the_contract(filled: Run) -> None:
    card = filled("score", "lh-01", "--as-of", "2017-06-20", "--json").document
    assert list(card) == [
        "unit", "name", "kind", "rubric", "rubric_version", "as_of", "known_at", "events", "total", "indicators",
        "shortfalls",
    ]  # fmt: skip
    assert (card["unit"], card["rubric"], card["known_at"], card["events"]) == (
        "lh-01",
        "wujin-2017",
        None,
        10,
    )
    assert card["total"]["full"] == "100"
    assert len(card["indicators"]) == 28
    assert sum(len(indicator["clauses"]) for indicator in card["indicators"]) == 59


def test_known_at_is_shown_as_it_was_asked(filled: Run) -> None:
    instant = "2099-01-01T00:00:00+08:00"
    assert filled("score", "lh-01", "--known-at", instant, "--json").document["known_at"] == instant
    early = filled("score", "lh-01", "--known-at", "2017-01-01T00:00:00Z", "--json")
    assert early.status == 1


def test_board_shortfalls_members(filled: Run) -> None:
    day = ("--as-of", "2017-06-20", "--json")
    board = filled("board", *day).document
    assert board["as_of"] == "2017-06-20"
    assert list(board["units"][0]) == [
        "unit", "name", "kind", "rubric", "score", "forecast", "floor", "ceiling", "awaiting", "bonus", "overdue",
        "missed",
    ]  # fmt: skip
    found = filled("shortfalls", *day).document["shortfalls"]
    assert found == filled("shortfalls", "lh-01", *day).document["shortfalls"]
    assert [each["due"] for each in found] == sorted(each["due"] for each in found)
    assert list(found[0]) == [
        "unit", "clause", "subject", "status", "due", "expected_by", "days_left", "missing", "stake", "because"
    ]  # fmt: skip
    members = filled("members", "lh-01", *day).document["members"]
    assert list(members[0]) == ["member", "subject", "hours", "required", "expected", "exempt"]


def test_because_speaks_the_reader_s_language(filled: Run) -> None:
    chinese = filled("shortfalls", "--as-of", "2017-06-20", "--json").document["shortfalls"][0]["because"]
    english = filled("shortfalls", "--as-of", "2017-06-20", "--json", "--lang=en").document["shortfalls"][0]
    assert "一月" in chinese
    assert "January" in english["because"]


def test_export_restore_verify_agree(filled: Run) -> None:
    exported = filled("export").out
    assert len(exported.splitlines()) == 10
    assert filled("export", "lh-01").out == exported
    Path("copy.jsonl").write_text(exported, "utf-8")
    verified = filled("verify", "--json").document
    root = {name: verified[name] for name in ("events", "root")}
    assert filled("restore", "copy.jsonl", "--store", "sqlite:///copy.db", "--json").document == root
    assert filled("export", "--store", "sqlite:///copy.db").out == exported
    assert filled("score", "lh-01", "--store", "sqlite:///copy.db").out == filled("score", "lh-01").out
    assert filled("restore", "copy.jsonl", "--json").status == 1


def test_rebuild_changes_no_figure(filled: Run) -> None:
    before = filled("board", "--json").out
    assert filled("rebuild", "--json").document == {"units": 1, "events": 10}
    assert filled("board", "--json").out == before


@pytest.mark.parametrize("command", ["board", "shortfalls", "verify", "rebuild", "export"])
@pytest.mark.usefixtures("empty_ledger")
def test_an_empty_ledger_is_answered_for(run: Run, command: str) -> None:
    assert run(command).status == 0


def test_what_a_score_would_be_and_nothing_is_stored(filled: Run) -> None:
    day = ("--as-of", "2017-06-20", "--json")
    before = filled("score", "lh-01", *day).document
    line = {
        "specversion": "1.0", "id": "if-1", "source": "/if", "type": "document.filed", "subject": "lh-01",
        "time": "2017-06-20", "data": {"document": "two_responsibilities", "title": "两个责任"},
    }  # fmt: skip
    Path("if.jsonl").write_text(json.dumps(line), "utf-8")
    supposed = filled("score", "lh-01", "--if", "if.jsonl", *day).document
    assert supposed["events"] == before["events"] + 1
    assert float(supposed["total"]["floor"]) == float(before["total"]["floor"]) + 2
    assert float(supposed["total"]["forecast"]) > float(before["total"]["forecast"])
    assert filled("score", "lh-01", *day).document == before
    line["data"] = {"document": "no_such_paper", "title": "两个责任"}
    Path("if.jsonl").write_text(json.dumps(line), "utf-8")
    refused = filled("score", "lh-01", "--if", "if.jsonl", *day)
    assert (refused.status, refused.errors[0]["field"]) == (1, "data.document")


def test_all_that_is_not_done_yet_with_what_it_is_worth(filled: Run) -> None:
    day = ("--as-of", "2017-02-20", "--json")
    soon = filled("shortfalls", "lh-01", *day).document["shortfalls"]
    everything = filled("shortfalls", "lh-01", "--all", *day).document["shortfalls"]
    assert [each for each in everything if each in soon] == soon
    plan = next(each for each in everything if each["clause"] == "4.2")
    assert (plan["due"], plan["expected_by"], plan["stake"]) == ("2017-12-31", "2017-03-31", "2")
    assert {each["stake"] for each in everything if each["clause"] == "8.1"} == {
        "0"
    }  # one of ten saves nothing
