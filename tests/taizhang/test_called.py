"""One person has one name, wherever somebody reads who did it; programs are told the login."""

from __future__ import annotations

from pathlib import Path

from taizhang.accounts.called import people_called
from taizhang.startup.open_ledger import open_ledger

from .conftest import Run


def test_the_login_stands_only_where_two_have_the_same_name(run: Run) -> None:
    with open_ledger("sqlite:///taizhang.db", new=True):
        pass
    for login, name in (("wang", "王芳"), ("wang2", "王 芳"), ("wang3", "王芳"), ("mckay", "McKay")):
        assert run("account", "add", login, "--role", "auditor", "--title", name).status == 0
    with open_ledger("sqlite:///taizhang.db") as session, session.store.read() as work:
        called = people_called(work.connection)
    assert called["wang"] == "王芳（wang）"
    assert called["wang3"] == "王芳（wang3）"
    assert called["mckay"] == "McKay"


def test_the_terminal_says_names(filled: Run) -> None:
    assert filled("account", "add", "wang", "--role", "auditor", "--title", "王芳").status == 0
    record = (
        next(line for line in filled("export").out.splitlines() if '"activity.held"' in line)
        .partition('"id":"')[2]
        .partition('"')[0]
    )
    assert filled("--by", "wang", "correct", record, "--reason", "写错", "--time", "2017-03-16").status == 0
    told = filled("history", record)
    assert "由 王芳 录入" in told.out
    assert '"authid": "wang"' in filled("history", record, "--json").out.replace('":"', '": "')
    assert filled("audit", "--html", "audit.html").status == 0
    report = Path("audit.html").read_text("utf-8")
    assert "<td>王芳</td>" in report
    assert "<td>wang</td>" not in report
