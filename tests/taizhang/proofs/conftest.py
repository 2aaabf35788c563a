"""A ledger of some hundred events at the command line, and a verifier of another make."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from tests.taizhang.conftest import ROOT, Run

GO_LIBRARY = Path("/usr/share/gocode")
"""Where Debian's golang-golang-x-mod-dev puts golang.org/x/mod."""
Verifier = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    """Run the Go verifier."""
    return build_verifier(tmp_path_factory.mktemp("verifier"))


def build_verifier(folder: Path) -> Verifier:
    """Build the Go verifier from tests/verifier in *folder*, with nothing fetched; return what runs it."""
    program = folder / "verifier"
    subprocess.run(
        ["go", "build", "-o", str(program), str(ROOT / "tests" / "verifier" / "main.go")],
        env={**os.environ, "GO111MODULE": "off", "GOPATH": str(GO_LIBRARY), "GOFLAGS": ""},
        check=True,
        timeout=300,
    )

    def running(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=120)

    return running


def add_events(run: Run, count: int, start: int = 0) -> None:
    """Append *count* activities of a unit that is registered with the first."""
    lines = []
    if start == 0:
        lines.append(
            {
                "type": "organization.registered",
                "data": {"name": "某校党支部", "kind": "branch"},
                "time": "2017-01-03",
            }
        )
    lines += [
        {
            "type": "activity.held",
            "data": {"kinds": ["study_session"], "topic": f"第{n}次学习"},
            "time": "2017-03-15",
        }
        for n in range(start, start + count - len(lines))
    ]
    whole = [
        {"specversion": "1.0", "id": f"r{n}", "source": "test", "subject": "wj-01", **line}
        for n, line in enumerate(lines, start + 1)
    ]
    Path("events.jsonl").write_bytes(b"\n".join(map(orjson.dumps, whole)))
    done = run("import", "events.jsonl")
    assert done.status == 0, done.err


@pytest.fixture
def ledger(run: Run) -> Run:
    """A ledger of 300 events: more than a tile."""
    add_events(run, 300)
    return run


def vkey(run: Run) -> str:
    return run("key").out.strip()


def kept(run: Run, name: str, *arguments: str) -> Path:
    """Write what a command prints to a file, and return it."""
    done = run(*arguments)
    assert done.status == 0, done.err
    path = Path(name).absolute()
    path.write_text(done.out)
    return path
