"""Accounts at the terminal: for who has the machine and not yet, or no longer, a browser."""

from __future__ import annotations

import pytest

from taizhang.accounts import entry
from taizhang.app.clock import Clock
from taizhang.startup.open_ledger import open_ledger

from .conftest import Run

pytestmark = pytest.mark.usefixtures("empty_ledger")
STORE = "sqlite:///taizhang.db"
ADD = (
    "account",
    "add",
    "zhang.wei",
    "--role",
    "secretary",
    "--title",
    "张伟",
    "--unit",
    "wj-01",
    "--unit",
    "wj-02",
)


def test_an_account_is_added_listed_invited_and_disabled(run: Run) -> None:
    added = run(*ADD, "--by", "li")
    assert (added.status, added.err) == (0, "")
    address = added.out.splitlines()[-1]
    assert address.startswith("http://127.0.0.1:8000/welcome/")
    listed = run("account", "list")
    assert all(word in listed.out for word in ("zhang.wei", "张伟", "wj-01 wj-02", "未设密码"))
    renewed = run("account", "link", "zhang.wei", "--json").document
    assert renewed["name"] == "zhang.wei"
    with open_ledger(STORE, new=True) as session:
        former, now = address.rpartition("/")[2], Clock()()
        assert entry.account_of_link(session.store, former, now=now) is None, "the earlier link is void"
        account = entry.account_of_link(session.store, renewed["link"].rpartition("/")[2], now=now)
        assert account is not None
        entry.set_password(session.store, account, "a good long one")
    assert run("account", "disable", "zhang.wei").status == 0
    (line,) = run("account", "list", "--json").document["accounts"]
    assert (line["units"], line["active"], line["has_password"]) == (["wj-01", "wj-02"], False, True)
    assert run("account", "link", "zhang.wei").status == 1


def test_the_link_is_where_people_reach_the_dashboard(run: Run, monkeypatch) -> None:
    monkeypatch.setenv("TAIZHANG_BASE_URL", "https://ledger.example.edu.cn/")
    assert run(*ADD, "--json").document["link"].startswith("https://ledger.example.edu.cn/welcome/")


def test_what_is_wrong_is_told_all_at_once(run: Run) -> None:
    assert run(*ADD).status == 0
    again = run(*ADD, "--json")
    assert (again.status, [each["field"] for each in again.errors]) == (1, ["name"])
    wrong = run("account", "add", "Zhang Wei", "--role", "secretary", "--title", " ", "--json")
    assert [each["field"] for each in wrong.errors] == ["name", "display_name", "units"]
    role = run("account", "add", "x", "--role", "boss", "--title", "x", "--json")
    assert (role.status, role.errors[0]["field"]) == (2, "--role")
    assert run("account", "link", "nobody").status == 1
    assert run("account", "disable", "nobody").status == 1


def test_an_empty_list_says_what_to_do_first(run: Run) -> None:
    assert "taizhang serve" in run("account", "list").out
