"""--store, --json, --lang and --by, wherever they stand."""

from pathlib import Path

import pytest

from taizhang.cli.failures import UsageMistake
from taizhang.cli.global_options import hoist

from .conftest import EXAMPLE, Run


@pytest.mark.parametrize(
    "argv",
    [
        ["--store", "sqlite:///a.db", "--json", "board"],
        ["--store=sqlite:///a.db", "board", "--json"],
        ["board", "--json", "--store", "sqlite:///a.db"],
        ["board", "--store", "sqlite:///b.db", "--store=sqlite:///a.db", "--json"],
    ],
    ids=" ".join,
)
def test_they_stand_before_or_after_the_command(run: Run, argv: list[str]) -> None:
    run("import", str(EXAMPLE), "--store", "sqlite:///a.db")
    assert len(run(*argv).document["units"]) == 1


def test_after_a_subcommand_too(filled: Run) -> None:
    assert filled("rubric", "list", "--json").document["rubrics"][0]["id"] == "wujin-2017"


def test_the_environment_names_the_ledger_and_the_language(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAIZHANG_STORE", "sqlite:///named.db")
    monkeypatch.setenv("TAIZHANG_LANG", "en")
    assert "appended" in run("import", str(EXAMPLE)).out
    assert Path("named.db").exists()
    assert "条" in run("import", str(EXAMPLE), "--lang", "zh-CN").out


def test_an_absolute_path(run: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / '台 账.db'}"
    assert url.startswith("sqlite:////")
    assert run("import", str(EXAMPLE), "--store", url).status == 0
    assert (tmp_path / "台 账.db").exists()


def test_by_is_who_recorded(filled: Run) -> None:
    filled("retract", "lh-0008", "--by", "党政办", "--reason", "--json")
    last = filled("export").out.splitlines()[-1]
    assert '"authid":"党政办"' in last
    assert '"reason":"--json"' in last


@pytest.mark.parametrize(
    ("argv", "front", "rest"),
    [
        (["a", "--json", "b"], ["--json"], ["a", "b"]),
        (["a", "--by", "x", "--by=y"], ["--by=y"], ["a"]),
        (["a", "--reason", "--json"], [], ["a", "--reason", "--json"]),
        (["a", "--", "--json", "--by"], [], ["a", "--", "--json", "--by"]),
        (["a", "--reason=--json", "-"], [], ["a", "--reason=--json", "-"]),
    ],
)
def test_hoisting(argv: list[str], front: list[str], rest: list[str]) -> None:
    hoisted = hoist(argv, {"--reason"})
    assert (hoisted.front, hoisted.rest) == (front, rest)


@pytest.mark.parametrize("argv", [["--by"], ["a", "--store"], ["--lang", "--json"]])
def test_an_option_without_its_value(argv: list[str]) -> None:
    with pytest.raises(UsageMistake):
        hoist(argv, ())
