"""Rubrics from the command line: list, show, check, install, derive."""

import re
from pathlib import Path

import pytest

from rubric.catalog import builtin_texts
from rubric.samples import sample

from .conftest import Run

pytestmark = pytest.mark.usefixtures("empty_ledger")


@pytest.fixture
def own_rubric() -> str:
    """The 2017 rubric as another district's, with one clause less strict."""
    return builtin_texts()[0].replace("id: wujin-2017", "id: own-2017", 1)


def test_show_gives_points_as_text(run: Run) -> None:
    document = run("rubric", "show", "wujin-2017", "--json").document
    assert [section["points"] for section in document["sections"]] == ["18", "45", "30", "7", "15"]
    indicators = [indicator for section in document["sections"] for indicator in section["indicators"]]
    assert len(indicators) == 28
    assert all(indicator["content"] and indicator["criteria"] for indicator in indicators)
    clauses = {clause["id"]: clause for indicator in indicators for clause in indicator["clauses"]}
    assert len(clauses) == 59
    assert clauses["27.2"]["outlet"] == {"wujin_education_wechat": "0.2"}
    assert clauses["6.5"]["threshold"] == "32"
    assert clauses["14.2"]["threshold"] == {"committee": "12", "general_branch": "8", "branch": "6"}


def test_install_and_score_with_it(filled: Run, own_rubric: str) -> None:
    Path("own.yaml").write_text(own_rubric, "utf-8")
    assert filled("rubric", "check", "own.yaml", "--json").document["id"] == "own-2017"
    listed = filled("rubric", "list", "--json").document["rubrics"]
    assert [(each["id"], each["version"]) for each in listed] == [("wujin-2017", 1), ("wujin-2017", 2)]
    assert filled("rubric", "install", "own.yaml", "--json").document["version"] == 1
    assert {each["id"] for each in filled("rubric", "list", "--json").document["rubrics"]} == {
        "wujin-2017",
        "own-2017",
    }
    day = ("--as-of", "2017-06-20", "--json")
    assert filled("score", "lh-01", *day).document["rubric"] == "own-2017"
    assert filled("score", "lh-01", "--rubric", "wujin-2017", *day).document["rubric"] == "wujin-2017"
    assert filled("rubric", "show", "own-2017", "--json").document["id"] == "own-2017"


def test_mistakes_are_told_with_line_and_key(run: Run, own_rubric: str) -> None:
    broken = re.sub(r"closes_on: \S+", "closes_on: someday", own_rubric, count=1)
    Path("broken.yaml").write_text(broken, "utf-8")
    line = broken.splitlines().index("closes_on: someday") + 1
    error = run("rubric", "check", "broken.yaml", "--json").errors[0]
    assert (error["line"], error["field"]) == (line, "closes_on")
    told = run("rubric", "install", "broken.yaml", "--lang", "en")
    assert told.status == 1
    assert told.err.startswith(f"line {line} closes_on: ")


def test_a_draft_waits_for_a_person(run: Run) -> None:
    draft = run("rubric", "derive", "wujin-2017", "--year", "2018").out
    assert "year: 2018" in draft
    assert run("rubric", "derive", "wujin-2017", "--year", "2018", "--json").document["draft"] == draft
    Path("draft.yaml").write_text(draft, "utf-8")
    assert run("rubric", "install", "draft.yaml").status == 1


def test_two_files_are_compared_without_a_ledger(run: Run) -> None:
    before = sample("starter")
    Path("old.yaml").write_text(before, "utf-8")
    Path("new.yaml").write_text(before.replace("closes_on: 2028-01-31", "closes_on: 2028-02-15"), "utf-8")
    done = run("rubric", "diff", "old.yaml", "new.yaml")
    assert (done.status, done.out) == (0, "关账日：原来 2028-01-31，现在 2028-02-15\n")
