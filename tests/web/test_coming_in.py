"""Logging in and out: by password, by one-time link; what is refused and what is kept out."""

import httpx
import pytest
from playwright.sync_api import expect

from taizhang.accounts import entry
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.web.http.auth import COOKIE, WALL_CLOCK
from taizhang.web.pages.account.login_routes import own_address

from .browsing import DESKTOP, PHONE, scrolls_sideways, serious_findings, visiting
from .site import PASSWORD, SECRETARY, Site


def log_in(client: httpx.Client, name: str, password: str, next_: str = "/") -> httpx.Response:
    return client.post("/login", data={"name": name, "password": password, "next": next_})


def test_a_password_lets_in_and_logging_out_ends_it(site: Site) -> None:
    with site.visitor() as client:
        assert client.get("/").headers["location"] == "/login?next=/"
        entered = log_in(client, SECRETARY, PASSWORD, "/account")
        assert (entered.status_code, entered.headers["location"]) == (303, "/account")
        cookie = entered.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "wj-01" in client.get("/account").text
        token = client.cookies[COOKIE]
        assert client.post("/logout").status_code == 303
        client.cookies.set(COOKIE, token)
        assert client.get("/account").status_code == 303, "a session that was ended lets nobody in again"


def test_a_wrong_name_and_a_wrong_password_say_the_same(site: Site) -> None:
    with site.visitor() as client:
        wrong = [log_in(client, *pair) for pair in ((SECRETARY, "not this one"), ("nobody", PASSWORD))]
    assert [each.status_code for each in wrong] == [401, 401]
    assert "账号或密码不对" in wrong[0].text
    assert (
        wrong[0].text.replace(f'type="text" value="{SECRETARY}"', 'type="text" value="nobody"')
        == wrong[1].text
    )


def test_many_wrong_passwords_have_to_wait_also_with_the_right_one(site: Site) -> None:
    with site.visitor() as client:
        for _ in range(entry.FREE_TRIES):
            assert log_in(client, SECRETARY, "not this one").status_code == 401
        refused = log_in(client, SECRETARY, PASSWORD)
    assert refused.status_code == 401
    assert "秒后再试" in refused.text


def test_a_one_time_link_sets_a_password_once(site: Site) -> None:
    account = Account("xin-01", Role.AUDITOR, "新来的")
    link = f"/welcome/{entry.create_account(site.session.store, account, now=WALL_CLOCK(), by='operator')}"
    with site.visitor() as client:
        assert "xin-01" in client.get(link).text
        short = client.post(link, data={"password": "short", "again": "short"})
        assert (short.status_code, "至少 10 个字符" in short.text) == (422, True)
        other = client.post(link, data={"password": "long enough 1", "again": "long enough 2"})
        assert (other.status_code, "两次输入的密码不一样" in other.text) == (422, True)
        set_ = client.post(link, data={"password": "long enough 1", "again": "long enough 1"})
        assert set_.status_code == 303
        assert client.get("/account").status_code == 200
        assert client.get(link).status_code == 404
        assert (
            client.post(link, data={"password": "again long 2", "again": "again long 2"}).status_code == 404
        )
    with site.visitor() as client:
        assert log_in(client, "xin-01", "long enough 1").status_code == 303


def test_a_changed_password_ends_every_other_login(site: Site) -> None:
    with site.visitor(SECRETARY) as here, site.visitor(SECRETARY) as there:
        form = {"old": PASSWORD, "password": "another one 22", "again": "another one 22"}
        assert here.post("/account/password", data=form | {"old": "wrong"}).status_code == 422
        assert here.post("/account/password", data=form).status_code == 303
        assert here.get("/account").status_code == 200
        assert there.get("/account").status_code == 303


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:alert(1)",
        "units",
        "",
    ],
)
def test_nobody_is_led_to_another_site(address: str) -> None:
    assert own_address(address) == "/"


def test_writes_from_other_sites_are_refused(site: Site) -> None:
    with site.visitor(SECRETARY) as client:
        for headers in (
            {"origin": "https://elsewhere.example"},
            {"sec-fetch-site": "cross-site", "origin": site.address},
            {"sec-fetch-site": "same-site"},
        ):
            assert client.post("/logout", headers=headers).status_code == 403
        del client.headers["origin"]
        assert client.post("/logout").status_code == 403, "a cookie without a word of where it comes from"
        assert client.get("/account").status_code == 200


def test_every_answer_carries_the_strict_headers(site: Site) -> None:
    with site.visitor() as client:
        for address in ("/login", "/static/base.css", "/nowhere", "/healthz"):
            headers = client.get(address).headers
            assert "script-src 'self'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert "server" not in headers


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_person_logs_in(site: Site, browser, viewport: dict[str, int], scripts: bool) -> None:
    with visiting(browser, site, None, viewport=viewport, scripts=scripts) as page:
        page.goto("/account")
        page.get_by_label("账号").fill(SECRETARY)
        page.get_by_label("密码").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site.address}/account")
        expect(page.get_by_role("heading", name="我的账号")).to_be_visible()
        assert not scrolls_sideways(page)
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("heading", name="My account")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_pages_can_be_used_by_everybody(shared_site: Site, browser, dark: bool) -> None:
    with visiting(browser, shared_site, None, dark=dark) as page:
        page.goto("/login")
        assert serious_findings(page) == []
    with visiting(browser, shared_site, SECRETARY, dark=dark) as page:
        page.goto("/account")
        assert serious_findings(page) == []
