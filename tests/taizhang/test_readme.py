"""The README's commands do what it says: each console block is run in order, and shows the lines it promises.

Here in this process, for it is about fifty commands; that a shell finds the program is another test's.
"""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from .conftest import ROOT, Result, Run

READMES = ("README.md", "README.zh-CN.md")


def console_lines(name: str) -> list[tuple[str, list[str]]]:
    """Return each command of the console blocks with the lines that are shown after it."""
    blocks = re.findall(r"```console\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL)
    commands: list[tuple[str, list[str]]] = []
    for line in "".join(blocks).splitlines():
        if line.startswith("$ "):
            commands.append((line[2:], []))
        else:
            commands[-1][1].append(line)
    return commands


def run_line(run: Run, line: str) -> Result:
    """Run a line as a shell would: `taizhang`, words, and perhaps `> FILE`."""
    program, *words = shlex.split(line)
    assert program == "taizhang"
    target = None
    if ">" in words:
        words, (target,) = words[: words.index(">")], words[words.index(">") + 1 :]
    done = run(*words)
    if target is not None:
        Path(target).write_text(done.out, "utf-8")
        return Result(done.status, "", done.err)
    return done


@pytest.mark.parametrize("name", READMES)
def test_the_console_blocks_run(name: str, run: Run, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    commands = console_lines(name)
    assert len(commands) >= 10
    for command, shown in commands:
        done = run_line(run, command)
        assert done.status == 0, f"{command}\n{done.err}"
        printed = [line.rstrip() for line in done.out.splitlines()]
        assert [line for line in shown if line not in printed] == [], command


@pytest.mark.parametrize("name", READMES)
def test_the_picture_is_what_is_printed(name: str, filled: Run) -> None:
    picture = re.findall(r"```text\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL)[0].splitlines()
    printed = filled("score", "lh-01", "--as-of", "2017-06-20").out.splitlines()
    assert [line for line in picture if line not in [each.rstrip() for each in printed]] == []


def test_both_readmes_run_the_same_commands() -> None:
    english, chinese = ([line.split()[:2] for line, _shown in console_lines(name)] for name in READMES)
    assert english == chinese


@pytest.mark.parametrize("name", READMES)
def test_the_make_targets_are_there(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"^make (\w+)", (ROOT / name).read_text("utf-8"), re.MULTILINE):
        assert f"\n{target}:" in makefile
