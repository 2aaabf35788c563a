"""A store that is not there is no empty one: no command but those that begin a ledger makes it or calls it sound."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import psycopg
import pytest

from taizhang.cli.app import build
from taizhang.startup.open_ledger import open_ledger
from tests.taizhang.conftest import EXAMPLE, Run

BEGIN = {"import", "restore", "demo", "serve"}
"""What may make a ledger; `copy` makes its target, not its source."""
WITHOUT_A_LEDGER = {"rubric check", "rubric new", "report-templates", "doctor", "ledgers init"}
LINES = {
    "witness": ["http://127.0.0.1:9/witness"],
    "prove": ["r1"],
    "correct": ["r1", "--reason", "写错了", "--time", "2017-03-01"],
    "report": ["bulletin"],
    "account add": ["li", "--role", "assessor", "--title", "李"],
    "calendar notice": ["2018", "notice.txt"],
    "calendar leads": ["2.1", "30,14"],
    "contact bounced": ["a@example.cn"],
    "contact add": ["wj-01", "--email", "a@example.cn"],
    "contact remove": ["wj-01", "--email", "a@example.cn"],
    "people set": ["m1", "--name", "李"],
    "ledgers move": ["wj-01", "--to", "sqlite:///to.db"],
}
"""What to write after commands for which a word for each argument is not enough."""


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


def arguments_for(command: Any) -> list[str]:
    """Return something for each argument and option that has to be there."""
    Path("file.jsonl").write_bytes(EXAMPLE.read_bytes())
    given: list[str] = []
    for parameter in command.params:
        if not parameter.required:
            continue
        options = [] if parameter.param_type_name == "argument" else [parameter.opts[0]]
        value = _value(parameter.name or "")
        given += [*options, value]
    return given


def _value(name: str) -> str:
    match name:
        case "file" | "source" | "path" | "proof" | "checkpoint":
            return "file.jsonl"
        case "to":
            return "sqlite:///to.db"
        case "day":
            return "2017-03-01"
        case "year":
            return "2018"
        case _other:
            return "wj-01"


ALL = [
    pytest.param(path, command, id=" ".join(path))
    for path, command in commands(build())
    if path[0] not in BEGIN and " ".join(path) not in WITHOUT_A_LEDGER
]


@pytest.mark.parametrize(("path", "command"), ALL)
def test_every_command_says_so(
    run: Run, path: tuple[str, ...], command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAIZHANG_SMTP_URL", "smtp://127.0.0.1:9")
    monkeypatch.setenv("TAIZHANG_MAIL_FROM", "a@example.cn")
    Path("notice.txt").write_text("2018-01-01 休\n")
    arguments = LINES.get(" ".join(path)) or arguments_for(command)
    before = sorted(Path().rglob("*"))
    for store in ("sqlite:///taizhang.db", "sqlite:///not/mounted/taizhang.db"):
        done = run(*path, *arguments, "--store", store)
        assert done.status == 1, (done.status, done.out, done.err)
        assert "没有台账" in done.err or "没有文件夹 not/mounted" in done.err
        assert "taizhang serve --new" in done.err
        assert not done.out
        assert sorted(Path().rglob("*")) == before


def test_an_empty_file_is_none_either(run: Run) -> None:
    Path("taizhang.db").touch()
    assert run("verify").status == 1
    assert run("backup", "shelf").status == 1
    assert not Path("shelf").exists()
    assert Path("taizhang.db").read_bytes() == b""
    assert run("import", str(EXAMPLE)).status == 0
    assert run("verify").status == 0


def test_serve_says_how_to_begin(run: Run) -> None:
    done = run("serve", "--port", "0")
    assert done.status == 1
    assert "taizhang serve --new" in done.err
    assert not list(Path().iterdir())


def test_an_empty_schema_on_the_server(run: Run, new_postgres_url: Any) -> None:
    url = new_postgres_url()
    for command in (("verify",), ("board",), ("backup", "shelf"), ("serve", "--port", "0")):
        done = run(*command, "--store", url)
        assert done.status == 1, done.out
        assert "没有台账" in done.err
    assert not Path("shelf").exists()
    assert run("import", str(EXAMPLE), "--store", url).status == 0
    assert run("board", "--store", url).status == 0


@pytest.mark.parametrize(
    "content",
    [b"not json\n", b'{"specversion":"1.0"}\n', EXAMPLE.read_bytes() + b"{}\n", b"\xff\xfe\x00"],
    ids=["no json", "an event that is none", "one bad line at the end", "not text"],
)
@pytest.mark.parametrize("command", ["import", "restore"])
def test_what_was_refused_leaves_no_empty_ledger(run: Run, command: str, content: bytes) -> None:
    Path("bad.jsonl").write_bytes(content)
    for _ in range(2):
        assert run(command, "bad.jsonl").status == 1
        assert [path.name for path in Path().iterdir()] == ["bad.jsonl"]
    assert run("verify").status == 1
    # A ledger that was there before stays, empty as it may be.
    assert run("import", str(EXAMPLE)).status == 0
    assert run(command, "bad.jsonl").status == 1
    assert run("verify").status == 0


def test_an_empty_ledger_that_was_there_stays(run: Run, empty_ledger: None) -> None:
    Path("bad.jsonl").write_bytes(b"not json\n")
    assert run("import", "bad.jsonl").status == 1
    assert Path("taizhang.db").exists()


def test_what_was_refused_leaves_no_table_on_the_server(run: Run, new_postgres_url: Any) -> None:
    url = new_postgres_url()
    Path("bad.jsonl").write_bytes(EXAMPLE.read_bytes() + b"{}\n")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE of_somebody_else (a int)")

        def there() -> list[str]:
            rows = connection.execute(
                "SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace UNION ALL"
                " SELECT proname::text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
            ).fetchall()
            return [name for (name,) in rows]

        for command in ("import", "restore"):
            assert run(command, "bad.jsonl", "--store", url).status == 1
            assert there() == ["of_somebody_else"]
        assert run("import", str(EXAMPLE), "--store", url).status == 0
        assert run("import", "bad.jsonl", "--store", url).status == 1
        assert run("verify", "--store", url).status == 0


@pytest.mark.parametrize("engine", ["a file", "a server"])
def test_what_a_killed_import_leaves_is_none_until_somebody_begins(
    run: Run, new_postgres_url: Any, engine: str
) -> None:
    url = "sqlite:///taizhang.db" if engine == "a file" else new_postgres_url()
    child = os.fork()
    if child == 0:
        with open_ledger(url, new=True, or_nothing=True):
            os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    for command in (("verify",), ("board",), ("serve", "--port", "0"), ("export",)):
        done = run(*command, "--store", url)
        assert (done.status, "没有台账" in done.err) == (1, True), command
    Path("bad.jsonl").write_bytes(b"not json\n")
    assert run("import", "bad.jsonl", "--store", url).status == 1
    assert run("verify", "--store", url).status == 1
    assert run("import", str(EXAMPLE), "--store", url).status == 0
    assert run("verify", "--store", url).status == 0


def test_who_begins_an_empty_one_on_purpose_has_it(run: Run) -> None:
    child = os.fork()
    if child == 0:
        with open_ledger("sqlite:///taizhang.db", new=True, or_nothing=True):
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    with open_ledger("sqlite:///taizhang.db", new=True):
        pass
    assert run("verify").status == 0
    Path("bad.jsonl").write_bytes(b"not json\n")
    assert run("import", "bad.jsonl").status == 1
    assert run("verify").status == 0
