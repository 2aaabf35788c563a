"""The operator's page is true: it names every setting and no other, and its commands do what it says."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from taizhang.accounts import entry
from taizhang.accounts import store as accounts
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.app.clock import Clock
from taizhang.app.settings import Settings
from taizhang.health.doctor import time_look
from taizhang.startup.open_ledger import open_ledger
from tools import bundle

from .conftest import EXAMPLE, ROOT, Run

PAGE = (ROOT / "docs" / "operating.md").read_text("utf-8")
PROGRAM = "sudo -u taizhang /opt/taizhang/bin/taizhang "
OF_THE_MACHINE = {
    "git checkout", "make bundle", "tar -xzf", "cd taizhang-", "sudo ./install.sh", "sudo systemctl",
    "sudo /opt/taizhang/current/install.sh rollback", "cp dist/taizhang-", "openssl rand", "docker compose",
}  # fmt: skip
"""What begins a command that is no command of the program: `make bundle-trial` runs those of the bundle."""


def blocks(heading: str) -> str:
    """Return the commands under a heading of the page."""
    part = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return "\n".join(re.findall(r"```sh\n(.*?)```", part, re.DOTALL))


def test_every_setting_is_documented() -> None:
    rows = re.findall(r"^\| (`TAIZHANG_.*?) \|", PAGE, re.MULTILINE)
    documented = {name for row in rows for name in re.findall(r"`(TAIZHANG_\w+)`", row)}
    assert documented == {f"TAIZHANG_{name.upper()}" for name in Settings.model_fields}


@pytest.fixture
def server(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """A server with the page's settings file, its folders lying in *tmp_path*; takes a line of the page."""
    here = {"/var/lib/taizhang": tmp_path / "lib", "/mnt/disk": tmp_path / "disk"}
    for folder in here.values():
        folder.mkdir()

    def placed(text: str) -> str:
        for there, folder in here.items():
            text = text.replace(there, str(folder))
        return text

    (settings,) = re.findall(r"```sh\n(TAIZHANG_STORE=.*?)```", PAGE, re.DOTALL)
    file = tmp_path / "taizhang.env"
    # Nobody is asked over the network in a test.
    file.write_text(placed(re.sub(r"(?m)^TAIZHANG_(SMTP_URL|BASE_URL)=.*\n", "", settings)))
    file.chmod(0o600)
    monkeypatch.setattr(time_look, "_said", lambda _program: "")
    monkeypatch.setattr(os, "environ", os.environ | {"TAIZHANG_SETTINGS": str(file)})

    def running(line: str, *more: str):  # type: ignore[no-untyped-def]
        assert line.startswith(PROGRAM), line
        return run(*shlex.split(placed(line.removeprefix(PROGRAM))), *more)

    return running


def begin(run: Run, tmp_path: Path) -> None:
    """Have a ledger with events, an operator, and a first backup, as a server in use."""
    with open_ledger(f"sqlite:///{tmp_path}/lib/taizhang.db", new=True) as session:
        entry.create_account(
            session.store, Account("operator", Role.OPERATOR, "管理员"), now=Clock()(), by="tests"
        )
    assert run(f"{PROGRAM}import {EXAMPLE}").status == 0


def test_a_rehearsal_and_the_way_to_another_machine(server: Run, tmp_path: Path) -> None:
    begin(server, tmp_path)
    for line in blocks("A rehearsal, once a year").splitlines():
        assert server(line).status == 0, line
    _, commands = blocks("To another machine").split("sudo systemctl disable --now taizhang\n")
    old, new = commands.split("/mnt/disk/move\n", 1)
    assert server(f"{old}/mnt/disk/move").status == 0
    before = server(f"{PROGRAM}export").out
    shutil.rmtree(tmp_path / "lib")
    (tmp_path / "lib").mkdir()
    lines = [line for line in new.splitlines() if line]
    assert [line.split()[-2:] for line in lines if not line.startswith(PROGRAM)] == [["--now", "taizhang"]]
    for line in lines:
        if line.startswith(PROGRAM):
            assert server(line).status == 0, line
    assert server(f"{PROGRAM}export").out == before
    with open_ledger(f"sqlite:///{tmp_path}/lib/taizhang.db") as session, session.store.read() as work:
        assert [each.name for each in accounts.everybody(work.connection)] == ["operator"]
    assert stat.S_IMODE((tmp_path / "lib" / "taizhang.db").stat().st_mode) == 0o600


def first_start(command: str, place: Path) -> str:
    """Run `serve --new` of the page until it prints its link, end it as Ctrl-C does, and return the link."""
    arguments = shlex.split(command.removeprefix(PROGRAM))
    server = subprocess.Popen(
        [sys.executable, "-m", "taizhang", *arguments, "--port", "0"],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=place, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stderr is not None
    link = next(line for line in server.stderr if "/welcome/" in line)
    server.send_signal(signal.SIGINT)
    server.communicate(timeout=60)
    assert server.returncode == 0
    return link


def test_the_page_is_followed_from_the_first_start_on(
    server: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path / "lib")
    (start,) = [line for line in blocks("As a service").splitlines() if "serve --new" in line]
    assert "/welcome/" in first_start(start, tmp_path / "lib")
    assert server(f"{PROGRAM}import {EXAMPLE}").status == 0
    followed = 0
    for heading in ("As a service", "Several ledgers: a city and its districts", "Upgrade, and back"):
        for line in blocks(heading).splitlines():
            said = line.partition("  #")[0].strip()
            command = f"{PROGRAM}{said.removeprefix('taizhang ')}" if said.startswith("taizhang ") else said
            if command.startswith(PROGRAM) and "serve" not in command:
                done = server(command)
                assert done.status == 0, (line, done.err)
                followed += 1
    assert followed == 6


def test_every_command_of_the_page_is_one_that_there_is(server: Run) -> None:
    lines = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
    unknown = [
        line
        for line in lines
        if not line.startswith(("TAIZHANG_", "taizhang ", PROGRAM))
        and not any(map(line.startswith, OF_THE_MACHINE))
    ]
    assert unknown == []
    for line in lines:
        if line.startswith(PROGRAM):
            command = line.removeprefix(PROGRAM).split()[0]
            assert server(f"{PROGRAM}{command}", "--help").status == 0
    for name in re.findall(r"`taizhang ([a-z][a-z-]*)", PAGE):
        assert server(f"{PROGRAM}{name}", "--help").status == 0, name


def test_the_containers_follow_the_same_steps() -> None:
    image = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
    assert "/tmp/bundle/install.sh" in image
    services = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))["services"]
    known = {f"TAIZHANG_{name.upper()}" for name in Settings.model_fields}
    assert {name for name in services["taizhang"]["environment"] if name.startswith("TAIZHANG_")} <= known
    assert services["taizhang"]["environment"]["TAIZHANG_STORE"] == "postgresql://ledger@db/taizhang"
    assert bundle.BLOCKS.keys() == {"ini", "nginx"}
