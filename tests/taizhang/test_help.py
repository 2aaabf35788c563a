"""Help in both languages, whole at 80 columns; every command is documented; completion is there."""

import re

import pytest
from rich.cells import cell_len

from taizhang.cli.app import build
from taizhang.cli.sections import SECTIONS
from taizhang.language.i18n import _

from .conftest import ROOT, Run

GROUPS = build().commands
FAMILIES = [name for name, command in GROUPS.items() if hasattr(command, "commands")]
COMMANDS = [[name] for name in GROUPS if name not in FAMILIES] + [
    [family, name] for family in FAMILIES for name in GROUPS[family].commands
]


def test_the_commands_of_the_contract_are_there() -> None:
    assert {" ".join(command) for command in COMMANDS} == {
        "import", "export", "restore", "score", "board", "shortfalls", "members", "calibration", "history", "correct",
        "retract", "rebuild", "verify", "demo", "serve", "doctor",
        "rubric list", "rubric show", "rubric check", "rubric install", "rubric withdraw", "rubric derive",
        "rubric new", "rubric revise", "rubric diff", "rubric try",
        "remind", "outbox", "scheduler", "contact add", "contact list", "contact remove",
        "calendar export", "calendar feed", "calendar notice", "calendar leads",
        "excel template", "excel import", "people list", "people set", "people erase",
        "report", "report-templates",
        "account add", "account list", "account link", "account disable",
        "key", "checkpoint", "prove", "tiles", "witness", "anchor", "anchors", "backup", "copy", "archive", "audit",
        "leftovers", "witnessed", "ledgers add", "ledgers list", "ledgers board", "ledgers move", "ledgers witness",
        "ledgers close", "ledgers init", "ledgers distribute", "contact bounced",
    }  # fmt: skip


@pytest.mark.parametrize("command", [[], *[[family] for family in FAMILIES], *COMMANDS], ids=" ".join)
def test_help_speaks_both_languages(run: Run, command: list[str]) -> None:
    chinese = run(*command, "--help")
    english = run("--lang", "en", *command, "--help")
    assert (chinese.status, english.status) == (0, 0)
    assert "用法：" in chinese.out
    assert "例：taizhang" in chinese.out
    assert "Usage:" in english.out
    assert "Example: taizhang" in english.out
    assert re.search("[\u4e00-\u9fff]", english.out) is None
    for page in (chinese.out, english.out):
        assert max(map(cell_len, page.splitlines())) <= 80
        assert "…" not in page.replace("命令 …", "").replace("COMMAND …", "")


def test_every_command_stands_in_one_section() -> None:
    assert sorted(name for names in SECTIONS.values() for name in names) == sorted(GROUPS)


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_contents_have_a_line_a_command(run: Run, lang: str) -> None:
    lines = run("--lang", lang, "--help").out.splitlines()
    places = [lines.index(title) for title in map(_, SECTIONS)]
    assert places == sorted(places)
    for place, names in zip(places, SECTIONS.values(), strict=True):
        assert [line.split()[0] for line in lines[place + 1 : place + 1 + len(names)]] == list(names)
        assert lines[place + 1 + len(names)].strip() == ""


def test_the_reference_has_the_order_of_the_help() -> None:
    reference = (ROOT / "docs" / "commands.md").read_text("utf-8")
    rows = re.findall(r"^\| `taizhang (\S+?)[ `]", reference, re.MULTILINE)
    assert list(dict.fromkeys(rows)) == [name for names in SECTIONS.values() for name in names]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_and_option_is_documented(command: list[str]) -> None:
    reference = (ROOT / "docs" / "commands.md").read_text("utf-8")
    name = " ".join(command)
    lines = [line for line in reference.splitlines() if f"`taizhang {name}" in line]
    assert lines, f"docs/commands.md does not mention taizhang {name}"
    built = GROUPS[command[0]] if len(command) == 1 else GROUPS[command[0]].commands[command[1]]
    for parameter in built.params:
        if parameter.param_type_name == "option":
            assert any(parameter.opts[0] in line for line in lines), f"{name} {parameter.opts[0]}"


def test_global_options_are_in_the_help_and_the_reference(run: Run) -> None:
    reference = (ROOT / "docs" / "commands.md").read_text("utf-8")
    page = run("--help").out
    for option in ("--store", "--json", "--lang", "--by"):
        assert option in page
        assert option in reference


def test_completion(shell) -> None:
    script = shell("taizhang --show-completion bash || _TAIZHANG_COMPLETE=source_bash taizhang")
    assert "_TAIZHANG_COMPLETE" in script.stdout
    offered = shell("COMP_WORDS='taizhang sho' COMP_CWORD=1 _TAIZHANG_COMPLETE=complete_bash taizhang")
    assert "shortfalls" in offered.stdout
    offered = shell("COMP_WORDS='taizhang ' COMP_CWORD=1 _TAIZHANG_COMPLETE=complete_bash taizhang")
    assert offered.stdout.split() == [name for names in SECTIONS.values() for name in names]
