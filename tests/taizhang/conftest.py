"""A command line to run in a folder of its own, and a small ledger in it."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from taizhang.cli import main

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "2017.jsonl"


@dataclass(frozen=True)
class Result:
    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document of standard output."""
        return json.loads(self.out)

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The errors in the last line of standard error."""
        return json.loads(self.err.splitlines()[-1])["errors"]


Run = Callable[..., Result]
Shell = Callable[[str], subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run one command line in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("TAIZHANG_STORE", "TAIZHANG_LANG", "TAIZHANG_KEY", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)

    def running(*argv: str) -> Result:
        capsys.readouterr()
        status = main(argv)
        captured = capsys.readouterr()
        return Result(status, captured.out, captured.err)

    return running


@pytest.fixture
def empty_ledger(run: Run) -> None:
    """An empty ledger where the command line looks for one, as `serve --new` makes it."""
    from taizhang.startup.open_ledger import open_ledger

    with open_ledger("sqlite:///taizhang.db", new=True):
        pass


@pytest.fixture
def filled(run: Run) -> Run:
    """The same, over a ledger that holds the example year."""
    assert run("import", str(EXAMPLE)).status == 0
    return run


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Run a line in a real shell in which `taizhang` is the program, in an empty folder."""
    program = tmp_path / "bin" / "taizhang"
    program.parent.mkdir()
    code = "import sys; from taizhang.cli import main; sys.exit(main())"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{code}" "$@"\n')
    program.chmod(0o755)

    def running(line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", line],
            cwd=tmp_path,
            env={"PATH": f"{program.parent}:/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return running
