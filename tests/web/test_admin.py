"""Administration: an operator without a terminal does everything on the page; others do not come in."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from ledger.text import Text
from reminders.contacts import Role as Part
from reminders.store import contacts
from reminders.store.failing import mark_failing
from taizhang.accounts import entry
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.web.http.auth import WALL_CLOCK
from taizhang.web.pages.admin.accounts import split_units

from .browsing import DESKTOP, NARROWEST, PHONE, scrolls_sideways, serious_findings, visiting
from .site import AUDITOR, OPERATOR, SECRETARY, Site

PAGES = (
    "/admin",
    "/admin/accounts",
    "/admin/new-account",
    "/admin/accounts/wj-01",
    "/admin/tokens",
    "/admin/settings",
    "/admin/backups",
    "/admin/rubrics",
    "/admin/rubrics/wujin-2017",
    "/admin/journal",
    "/account",
)
ways = pytest.mark.parametrize(
    ("viewport", "scripts"),
    [(DESKTOP, True), (PHONE, False), (PHONE, True), (DESKTOP, False)],
    ids=["desktop", "phone, no scripts", "phone", "desktop, no scripts"],
)


@ways
def test_an_operator_lets_a_secretary_in_and_keeps_him_out_again(
    site: Site, browser: Browser, viewport: dict[str, int], scripts: bool
) -> None:
    with visiting(browser, site, OPERATOR, viewport=viewport, scripts=scripts) as page:
        page.goto("/")
        page.get_by_role("link", name="账号", exact=True).click()
        page.get_by_role("link", name="建账号").click()
        page.get_by_label("账号", exact=True).fill("zhang-01")
        page.get_by_label("称呼").fill("张书记")
        page.get_by_role("button", name="建账号").click()
        expect(page.get_by_role("alert")).to_contain_text("请写明负责哪些单位")
        expect(page.get_by_label("称呼")).to_have_value("张书记")
        page.get_by_label("负责单位").fill("wj-01，wj-99")
        page.get_by_role("button", name="建账号").click()
        expect(page.get_by_text("wj-99 还没有在台账里登记")).to_be_visible()
        link = page.get_by_label("链接", exact=True).input_value()
        assert link.startswith(f"{site.address}/welcome/")
        come_in(browser, site, link)
        page.get_by_role("link", name="看这个账号").click()
        expect(page.get_by_role("button", name="让它退出")).to_have_count(1)
        page.get_by_label("可以使用").uncheck()
        page.get_by_role("button", name="保存改动").click()
        expect(page.get_by_role("status")).to_contain_text("已改好")
        expect(page.get_by_text("现在没有登录")).to_be_visible()
        page.get_by_role("link", name="管理日志").click()
        expect(page.get_by_role("row").nth(1)).to_contain_text("改账号")
        assert not scrolls_sideways(page)
    account = site.account("zhang-01")
    assert (account.role, account.units, account.active) == (
        Role.SECRETARY,
        frozenset({"wj-01", "wj-99"}),
        False,
    )


def come_in(browser: Browser, site: Site, link: str) -> None:
    """Set a password by a one-time link, as its owner."""
    with visiting(browser, site, None) as page:
        page.goto(link)
        page.get_by_label("密码").fill("a good long one")
        page.get_by_label("再输一次").fill("a good long one")
        page.get_by_role("button", name="设置密码并登录").click()
        expect(page.get_by_text("张书记").first).to_be_visible()


def test_a_forgotten_password_is_set_anew(site: Site) -> None:
    with site.visitor(OPERATOR) as operator, site.visitor() as owner:
        page = operator.post("/admin/accounts/wj-01/link")
        link = re.search(r"/welcome/[\w-]+", page.text)
        assert link is not None
        assert page.headers["cache-control"] == "no-store"
        assert link[0] not in operator.get("/admin/accounts/wj-01").text, "it is shown once"
        form = {"password": "a good long one", "again": "a good long one"}
        assert owner.post(link[0], data=form).status_code == 303
        assert owner.post(link[0], data=form).status_code == 404
        assert owner.get("/account").status_code == 200
        assert operator.post("/admin/accounts/nobody/link").status_code == 422


def test_an_operator_sees_and_ends_logins(site: Site) -> None:
    with site.visitor(OPERATOR) as operator, site.visitor(SECRETARY) as one, site.visitor(SECRETARY) as other:
        assert other.get("/account").status_code == 200
        keys = re.findall(r'name="key" value="(\w+)"', operator.get("/admin/accounts/wj-01").text)
        assert len(keys) == 3, "two logins, and all of them"
        assert keys.pop() == "all"
        operator.post("/admin/accounts/wj-01/logins/end", data={"key": keys[0]})
        assert sorted(each.get("/account").status_code for each in (one, other)) == [200, 303]
        operator.post("/admin/accounts/wj-01/logins/end", data={"key": "all"})
        assert [each.get("/account").status_code for each in (one, other)] == [303, 303]


def test_the_last_operator_cannot_lock_everybody_out(site: Site) -> None:
    form = {"display_name": "系统管理员", "role": "auditor", "active": "yes"}
    with site.visitor(OPERATOR) as operator:
        refused = operator.post("/admin/accounts/operator", data=form)
        assert (refused.status_code, "至少要留一个" in refused.text) == (422, True)
        assert operator.post("/admin/accounts/operator", data=form | {"role": "king"}).status_code == 422
    assert site.account(OPERATOR).role is Role.OPERATOR


def test_a_token_is_shown_once_works_and_is_revoked(site: Site) -> None:
    entry.create_account(
        site.session.store,
        Account("oa-wj-01", Role.SECRETARY, "教务系统", frozenset({"wj-01"})),
        now=WALL_CLOCK(),
        by=OPERATOR,
    )
    with site.visitor(OPERATOR) as operator:
        form = {"owner": "oa-wj-01", "label": "每晚同步", "days": "30"}
        shown = operator.post("/admin/tokens", data=form).text
        found = re.search(r"tz_[\w-]+", shown)
        assert found is not None
        listed = operator.get("/admin/tokens").text
        assert found[0] not in listed
        bearer = {"authorization": f"Bearer {found[0]}"}
        assert httpx.get(f"{site.address}/api/v1/account", headers=bearer).json()["name"] == "oa-wj-01"
        token_id = re.search(r'name="token_id" value="([\w-]+)"', listed)
        assert token_id is not None
        assert operator.post("/admin/tokens/revoke", data={"token_id": token_id[1]}).status_code == 303
        assert httpx.get(f"{site.address}/api/v1/account", headers=bearer).status_code == 401
        assert operator.post("/admin/tokens/revoke", data={"token_id": token_id[1]}).status_code == 422
        for wrong in (
            {"days": "0"},
            {"days": "many"},
            {"days": "99999"},
            {"label": " "},
            {"owner": "nobody"},
        ):
            assert operator.post("/admin/tokens", data=form | wrong).status_code == 422


def test_nobody_gets_a_key_to_an_account_that_a_person_uses(site: Site) -> None:
    with site.visitor(OPERATOR) as operator:
        refused = operator.post("/admin/tokens", data={"owner": SECRETARY, "label": "替他记", "days": ""})
        assert (refused.status_code, "有人在用" in refused.text) == (422, True)
    token = entry.create_account(
        site.session.store, Account("li-01", Role.AUDITOR, "李"), now=WALL_CLOCK(), by=OPERATOR
    )
    early = entry.create_api_token(site.session.store, site.account("li-01"), "早建的", now=WALL_CLOCK())
    with site.visitor() as owner:
        owner.post(f"/welcome/{token}", data={"password": "a good long one", "again": "a good long one"})
    bearer = {"authorization": f"Bearer {early}"}
    assert httpx.get(f"{site.address}/api/v1/account", headers=bearer).status_code == 401


def test_everybody_makes_tokens_of_his_own(site: Site) -> None:
    with site.visitor(SECRETARY) as client:
        shown = client.post("/account/tokens", data={"label": "校务系统", "days": "90"}).text
        token = re.search(r"tz_[\w-]+", shown)
        assert token is not None
        bearer = {"authorization": f"Bearer {token[0]}"}
        assert httpx.get(f"{site.address}/api/v1/account", headers=bearer).json()["name"] == SECRETARY
        token_id = re.search(r'name="token_id" value="([\w-]+)"', client.get("/account").text)
        assert token_id is not None
        assert client.post("/account/tokens", data={"label": "", "days": ""}).status_code == 422
        with site.visitor(OPERATOR) as other:
            assert other.post("/account/tokens/revoke", data={"token_id": token_id[1]}).status_code == 422
        assert client.post("/account/tokens/revoke", data={"token_id": token_id[1]}).status_code == 303
        assert httpx.get(f"{site.address}/api/v1/account", headers=bearer).status_code == 401


def test_settings_hold_at_once_and_are_written_down(site: Site, browser: Browser) -> None:
    with visiting(browser, site, OPERATOR, viewport=PHONE) as page:
        page.goto("/admin/settings")
        page.get_by_label("机关名称").fill("武进区教育局")
        page.get_by_label("多少天算补录").fill("20")
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_role("status")).to_contain_text("已改好")
        expect(page.get_by_role("banner")).to_contain_text("武进区教育局")
    assert (site.session.settings.late_days, site.session.settings.ranking) == (20, False)
    assert site.session.settings.demo_today is not None, "the demo's day is none of them"
    with site.visitor(OPERATOR) as operator:
        numbers = {
            "late_days": "20", "grace_days": "10", "forecast_line": "80",
            "day_events": "20000", "day_megabytes": "2000",
        }  # fmt: skip
        for wrong in (
            {"late_days": "-1"},
            {"late_days": "9999"},
            {"late_days": "soon"},
            {"grace_days": "soon"},
            {"forecast_line": "1001"},
            {"day_events": "99"},
            {"day_megabytes": "9" * 5000},
            {"district": "长" * 81},
        ):
            assert operator.post("/admin/settings", data=numbers | wrong).status_code == 422
        api = operator.patch("/api/v1/settings", json={"ranking": True}).json()
        assert api == {
            "district": "武进区教育局",
            "ranking": True,
            "second_signature": False,
            "separate_appeals": False,
            "second_factor": False,
            **{name: int(value) for name, value in numbers.items()},
        }
        assert operator.patch("/api/v1/settings", json={"demo_today": None}).status_code == 422
        journal = operator.get("/api/v1/journal").json()["journal"]
    assert [(each["deed"], each["detail"]) for each in journal] == [
        ("settings.changed", "ranking=True"),
        ("settings.changed", "district=武进区教育局 late_days=20"),
    ]


def test_an_operator_backs_up_without_a_terminal(
    site: Site, browser: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with site.visitor(OPERATOR) as operator:
        assert "TAIZHANG_BACKUP" in operator.get("/admin/backups").text, "it says what to set"
        assert operator.post("/admin/backups").status_code == 422
    monkeypatch.setenv("TAIZHANG_BACKUP", str(tmp_path / "backups"))
    with visiting(browser, site, OPERATOR, viewport=PHONE, scripts=False) as page:
        page.goto("/admin/backups")
        page.get_by_role("button", name="现在备份").click()
        expect(page.get_by_role("status")).to_contain_text(f"{site.session.store.size()} 条事件")
        expect(page.locator("tbody tr")).to_have_count(1)
        page.get_by_role("link", name="概况").click()
        expect(page.get_by_text("最近备份")).to_be_visible()
        page.get_by_role("link", name="管理日志").click()
        expect(page.get_by_role("row").nth(1)).to_contain_text("备份")
    with site.visitor(OPERATOR) as operator:
        made = operator.post("/api/v1/backups").json()
        listed = operator.get("/api/v1/backups").json()
        assert (made["root"], len(listed["backups"])) == (site.session.store.root(), 2)
        assert listed["backups"][0]["name"] == made["name"]
        # A passphrase that came later does not fit a folder that has none.
        monkeypatch.setenv("TAIZHANG_BACKUP_PASSPHRASE", "a passphrase")
        refused = operator.post("/admin/backups")
        assert (refused.status_code, "没有加密" in refused.text) == (422, True)


def test_accounts_are_found_by_word_and_role(shared_site: Site) -> None:
    with shared_site.visitor(OPERATOR) as operator:
        found = operator.get("/admin/accounts", params={"q": "WJ-02"}).text
        auditors = operator.get("/admin/accounts", params={"role": "auditor"}).text
        nothing = operator.get("/admin/accounts", params={"q": "<b>"}).text
    assert ("/admin/accounts/wj-02" in found, "/admin/accounts/wj-01" in found) == (True, False)
    assert ("/admin/accounts/auditor" in auditors, "/admin/accounts/wj-01" in auditors) == (True, False)
    assert "没有符合的账号" in nothing
    assert "<b>" not in nothing


def test_the_journal_is_the_auditors_too_and_nothing_else_is(shared_site: Site) -> None:
    with shared_site.visitor(AUDITOR) as auditor:
        journal = auditor.get("/admin/journal")
        assert (journal.status_code, "/admin/tokens" in journal.text) == (200, False)
        assert 'href="/admin/journal"' in auditor.get("/account").text
        assert auditor.get("/admin/accounts").status_code == 403


def test_what_has_to_be_looked_into_is_told_in_words_to_operators_and_named_to_monitors(site: Site) -> None:
    with site.visitor(OPERATOR) as client:
        assert client.get("/healthz").json()["status"] == "ok"
        site.session.alarms["checkpoint"] = Text("台账只有 {there} 条事件", there=7)
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json()["status"]) == (200, "warning")
        assert answer.json()["reasons"] == ["checkpoint"]
        assert "台账只有" not in answer.text
        assert "台账只有 7 条事件" in client.get("/admin").text


def test_that_nobody_can_work_is_told_to_everybody_with_the_reason(site: Site) -> None:
    with site.visitor() as stranger, site.visitor(OPERATOR) as reader:
        site.session.store._connection.execute("PRAGMA query_only = ON")  # type: ignore[attr-defined]
        answer = stranger.get("/healthz")
        assert (answer.status_code, answer.json()) == (503, {"status": "down", "reasons": ["write"]})
        page = reader.get("/admin")
        assert page.status_code == 200, "who would mend it is not kept out"
        assert page.text.index("只读") < page.text.index("<h2>"), "the first thing on the page"
    site.session.store.close()
    with site.visitor(None) as stranger:
        answer = stranger.get("/healthz", headers={"authorization": "Bearer tz_x"})
        assert (answer.status_code, "store" in answer.json()["reasons"]) == (503, True)


def test_an_address_that_takes_nothing_is_shown_to_its_owner_and_to_operators(site: Site) -> None:
    with site.session.store.write() as work:
        person = contacts.new_person("email", "shuji@example.invalid")
        contacts.keep_person(work.connection, person)
        contacts.keep_contact(work.connection, SECRETARY, person.id, Part.SECRETARY)
        mark_failing(work.connection, person.id, Text("550 查无此人"), site.session.clock())
    with site.visitor(SECRETARY) as owner, site.visitor(OPERATOR) as operator:
        assert "这个地址收不到提醒（550 查无此人）" in owner.get("/account").text
        assert "收不到：550 查无此人" in operator.get("/admin/contacts").text
        assert "1 个联系人的地址收不到提醒" in operator.get("/admin").text
        with site.session.store.write() as work:
            contacts.remove_contacts(work.connection, SECRETARY, person.id)
            rows = work.connection.execute("SELECT count(*) FROM reminder_failing").fetchone()
        assert rows == (0,), "what the server said may name the address: it goes with it"


def test_units_are_read_however_they_are_set_apart() -> None:
    assert split_units(" wj-01，wj-02、wj-03;wj-04\nwj-05 ") == {"wj-01", "wj-02", "wj-03", "wj-04", "wj-05"}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_pages_can_be_used_by_everybody(shared_site: Site, browser: Browser, dark: bool) -> None:
    with visiting(browser, shared_site, OPERATOR, dark=dark, viewport=NARROWEST if dark else DESKTOP) as page:
        for address in PAGES:
            assert look(page, address) == [], address


def look(page: Page, address: str) -> list[str]:
    """Return what is wrong with a page for somebody who sees or moves differently."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200
    return serious_findings(page) + (["scrolls sideways"] if scrolls_sideways(page) else [])
