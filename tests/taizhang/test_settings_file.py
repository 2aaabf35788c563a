"""One file for systemd and for who types a command: read alike, wrong lines named, the environment wins."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from taizhang.app.settings import BadSettings, Settings
from taizhang.app.settings_file import load_settings, read_settings_file

from .conftest import Run

# As systemd 252 reads them: src/basic/env-file.c, and `EnvironmentFile=` in systemd.exec(5).
LINES = [
    ("A=台账 <ledger@example.cn>", "台账 <ledger@example.cn>"),
    ("A=smtp://u:p%40ss@mail.example.cn:587?starttls=1", "smtp://u:p%40ss@mail.example.cn:587?starttls=1"),
    ('A=["vkey+1a+AaBb", "b"]', '["vkey+1a+AaBb", "b"]'),
    ('A="台账 <ledger@example.cn>"', "台账 <ledger@example.cn>"),
    ("A='it is \"so\"'", 'it is "so"'),
    (r'A="a \"b\" \\ \n"', r"a " + '"b"' + r" \ \n"),
    ("A=pass#word ; no comment", "pass#word ; no comment"),
    (r"A=back\\slash\ ", "back\\slash "),
    ("  A =  b c \t", "b c"),
    ("A=", ""),
    ("A=don't", "don't"),
    ("A='one' \"two\"three", "onetwothree"),
    ("A=long\\\n er", "long er"),
    ("\ufeffA=b\r", "b"),
]


@pytest.mark.parametrize(("line", "value"), LINES)
def test_a_line_is_read_as_systemd_reads_it(tmp_path: Path, line: str, value: str) -> None:
    path = tmp_path / "taizhang.env"
    path.write_text(f"{line}\n# A=comment\n; A=comment\n\n", "utf-8", newline="")
    assert read_settings_file(path) == {"A": value}


@pytest.mark.parametrize("line", ["just words", "A='open", "1A=b", "=b", "export A=b"])
def test_a_line_that_says_nothing_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "taizhang.env"
    path.write_text(f"# one\n{line}\n", "utf-8")
    with pytest.raises(BadSettings) as refused:
        read_settings_file(path)
    assert [problem.line for problem in refused.value.problems] == [2]


def test_a_command_works_with_it_and_the_environment_wins(
    filled: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "etc.env"
    path.write_text(
        "TAIZHANG_STORE=sqlite:///taizhang.db\nTAIZHANG_LANG=en\nTAIZHANG_MAIL_FROM=台账 <a@b.cn>\n"
    )
    known = {"TAIZHANG_SETTINGS": str(path), "TAIZHANG_LANG": "zh-CN"}
    assert load_settings(known) == path
    assert known["TAIZHANG_MAIL_FROM"] == "台账 <a@b.cn>"
    assert known["TAIZHANG_LANG"] == "zh-CN"
    monkeypatch.setattr(os, "environ", os.environ | {"TAIZHANG_SETTINGS": str(path)})
    assert filled("board").status == 0
    assert (os.environ["TAIZHANG_MAIL_FROM"], os.environ["TAIZHANG_LANG"]) == ("台账 <a@b.cn>", "en")
    monkeypatch.setattr(os, "environ", os.environ | {"TAIZHANG_SETTINGS": str(tmp_path / "gone.env")})
    done = filled("board")
    assert (done.status, "读不了" in done.err) == (2, True)


def test_the_version_is_told_whatever_the_settings_are(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAIZHANG_BACKUP_KEEP", "many")
    assert run("--version").out.startswith("taizhang 0.")
    assert run("--json", "--version").document["version"].startswith("0.")


def test_without_a_file_nothing_is_read() -> None:
    known = {"TAIZHANG_SETTINGS": ""}
    assert load_settings(known) is None
    assert known == {"TAIZHANG_SETTINGS": ""}
    assert Settings().store is None
