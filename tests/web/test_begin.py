"""The operator's walk: each stop opens, may be left for later, and stands in the list until it is done."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from taizhang.accounts import entry
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.web.http.auth import WALL_CLOCK
from taizhang.web.pages.admin.first_steps import STOPS

from .site import OPERATOR, Site, site_over

SECRET = "lapis-quern-vole-39"


def test_the_one_time_link_leads_from_stop_to_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    with site_over(tmp_path / "ledger.db") as site, site.visitor() as client:
        account = Account("op", Role.OPERATOR, "管理员")
        token = entry.create_account(site.session.store, account, now=WALL_CLOCK(), by="tests")
        said = {"password": SECRET, "again": SECRET}
        arrived = client.post(f"/welcome/{token}", data=said)
        assert arrived.headers["location"] == "/admin/begin"
        assert client.get("/admin/begin").headers["location"] == "/admin/begin/name"
        for key, name in STOPS:
            page = client.get(f"/admin/begin/{key}")
            assert page.status_code == 200, key
            assert f"<h1>{name}</h1>" in page.text
            for address in re.findall(r'href="(/(?:admin|register)[^"#]*)', page.text):
                assert client.get(address, follow_redirects=True).status_code == 200, address
        assert client.post("/admin/begin/name", data={"district": " "}).status_code == 422
        done = client.post("/admin/begin/name", data={"district": "某区"})
        assert done.headers["location"] == "/admin/begin/rubric"
        assert site.session.settings.district == "某区"
        # What is left for later is not come to again by itself, from wherever one goes on.
        after = client.post("/admin/begin/mail", data={"later": "yes"}).headers["location"]
        assert after == "/admin/begin/backup"
        monkeypatch.setenv("TAIZHANG_BACKUP", str(folder))
        assert "现在备份" in client.get("/admin/begin/backup").text
        assert "备份好了" in client.post("/admin/begin/backup").text
        assert len(list(folder.iterdir())) > 0
        assert "还有 5 步没有走到" in client.get("/admin/settings").text
        for key in ("https", "rubric", "units", "accounts", "contacts"):
            client.post(f"/admin/begin/{key}", data={"later": "yes"})
        assert client.get("/admin/begin").headers["location"] == "/admin"
        assert "没有走到" not in client.get("/admin/settings").text
        overview = client.get("/admin").text
        assert "开始使用：还有" in overview
        client.post("/admin/begin")
        assert client.get("/admin/begin").headers["location"] == "/admin/begin/rubric"


def test_the_address_is_looked_at_as_a_browser_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with site_over(tmp_path / "ledger.db") as site:
        account = Account("op", Role.OPERATOR, "管理员")
        entry.create_account(site.session.store, account, now=WALL_CLOCK(), by="tests")
        with site.visitor("op") as client:
            assert "检查一下" not in client.get("/admin/begin/https").text
            monkeypatch.setenv("TAIZHANG_BASE_URL", site.address)
            assert "打得开，代理传来的网址是对的" in client.post("/admin/begin/https").text
            monkeypatch.setenv("TAIZHANG_BASE_URL", "http://127.0.0.1:9")
            assert "打不开" in client.post("/admin/begin/https").text


def test_a_demo_is_not_set_up(shared_site: Site) -> None:
    with shared_site.visitor(OPERATOR) as client:
        assert client.get("/admin/begin").headers["location"] == "/admin"
        assert client.get("/admin/begin/name").status_code == 404
        assert client.get("/admin/begin/nowhere").status_code == 404
