"""The second factor: demanded by a setting, made by any telephone, no way around it, no secret in a log."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import pyotp
import pytest

from taizhang.accounts import entry, passwords, second_factor
from taizhang.accounts.second_factor import STEP_SECONDS
from taizhang.web.http.auth import COOKIE, WALL_CLOCK

from .browsing import scrolls_sideways, serious_findings, visiting
from .site import ASSESSOR, OPERATOR, PASSWORD, SECRETARY, Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are compared, not hashed: that they are hashed is tried elsewhere."""
    monkeypatch.setattr(passwords, "matches", lambda given, kept: given == PASSWORD)


def demand(site: Site) -> None:
    site.session.keep_settings(site.session.settings.model_copy(update={"second_factor": True}))


def log_in(client: httpx.Client, name: str) -> httpx.Response:
    return client.post("/login", data={"name": name, "password": PASSWORD, "next": "/account"})


def secret_in(page: str) -> str:
    return "".join(re.findall(r'class="secret">([A-Z2-7 ]+)<', page)[0].split())


def code(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(WALL_CLOCK() + timedelta(seconds=STEP_SECONDS * steps))


def enrolled(site: Site, name: str) -> tuple[str, list[str]]:
    """Turn it on for *name*; return the secret and the recovery codes."""
    secret = second_factor.secret_to_enrol(site.session.store, site.account(name))
    # With the code of the step before: the next one is free for the login.
    codes = second_factor.enrol(site.session.store, site.account(name), code(secret, -1), now=WALL_CLOCK())
    return secret, codes


def test_who_is_demanded_one_sets_it_up_at_the_login(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    demand(site)
    with caplog.at_level(logging.DEBUG), site.visitor() as client:
        page = log_in(client, ASSESSOR)
        assert "先设好两步验证" in page.text
        secret = secret_in(page.text)
        # The login lets nowhere in until the code was shown.
        assert client.get("/board").headers["location"].startswith("/login")
        assert client.get("/api/v1/units").status_code == 401
        assert "验证码不对" in client.post("/login/second", data={"code": "000000"}).text
        shown = client.post("/login/second", data={"code": code(secret), "next": "/account"}).text
        codes = re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", shown)
        assert len(codes) == second_factor.CODES
        assert client.get("/board").status_code == 200
    with site.visitor() as client:
        assert log_in(client, SECRETARY).headers["location"] == "/account", "of nobody else"
    for kept in (secret, secret[:8], codes[0], PASSWORD):
        assert kept not in caplog.text


def test_a_code_is_good_once_and_a_recovery_code_too(site: Site) -> None:
    secret, codes = enrolled(site, OPERATOR)
    now_code = code(secret)
    with site.visitor() as client:
        assert "6 位数字" in log_in(client, OPERATOR).text
        assert client.post("/login/second", data={"code": now_code}).headers["location"] == "/"
        assert client.get("/admin").status_code == 200
    for said, status in ((now_code, 401), (codes[0].upper().replace("-", " "), 303), (codes[0], 401)):
        with site.visitor() as client:
            log_in(client, OPERATOR)
            assert client.post("/login/second", data={"code": said}).status_code == status, said


def test_a_form_sent_in_vain_goes_through_both_steps(site: Site) -> None:
    _secret, codes = enrolled(site, SECRETARY)
    with site.visitor() as client:
        said = {"name": SECRETARY, "password": PASSWORD, "carried-to": "/log/entry", "carried.topic": "学习"}
        page = client.post("/login", data=said).text
        assert 'name="carried.topic" value="学习"' in page
        carried = {"carried-to": "/log/entry", "carried.topic": "学习"}
        back = client.post("/login/second", data={"code": codes[0], **carried}).text
    assert 'action="/log/entry"' in back


def test_wrong_codes_have_to_wait(site: Site) -> None:
    secret, _codes = enrolled(site, OPERATOR)
    with site.visitor() as client:
        log_in(client, OPERATOR)
        for _ in range(entry.FREE_TRIES):
            assert client.post("/login/second", data={"code": "123456"}).status_code == 401
        assert "次数过多" in client.post("/login/second", data={"code": code(secret)}).text
    account, now = site.account(OPERATOR), WALL_CLOCK() + timedelta(minutes=1)
    with pytest.raises(entry.NotAdmitted):
        second_factor.check(site.session.store, account, "1", now=now)


def test_a_link_for_a_new_password_is_no_way_around_it(site: Site) -> None:
    enrolled(site, OPERATOR)
    token = entry.invite(site.session.store, OPERATOR, now=WALL_CLOCK(), by="tests")
    new = "lapis-quern-vole-39"
    with site.visitor() as client:
        page = client.post(f"/welcome/{token}", data={"password": new, "again": new}).text
        assert "6 位数字" in page
        assert client.get("/admin").status_code == 303


def test_an_operator_turns_it_off_for_who_lost_his_telephone(site: Site) -> None:
    enrolled(site, ASSESSOR)
    with site.visitor(OPERATOR) as client:
        assert "关掉他的两步验证" in client.get(f"/admin/accounts/{ASSESSOR}").text
        client.post(f"/admin/accounts/{ASSESSOR}/second-factor/off")
        assert "关掉两步验证" in client.get("/admin/journal").text
    with site.visitor() as client:
        assert log_in(client, ASSESSOR).headers["location"] == "/account"


def test_a_login_waits_ten_minutes_at_most(site: Site) -> None:
    enrolled(site, OPERATOR)
    store, account, now = site.session.store, site.account(OPERATOR), WALL_CLOCK()
    token, awaits = second_factor.start_login(store, account, now=now, agent="", demanded=False)
    assert awaits == "code"
    assert second_factor.half_of(store, token, now=now) is not None
    late = now + second_factor.WAITS_FOR + timedelta(seconds=1)
    assert second_factor.half_of(store, token, now=late) is None
    assert entry.visit_of_session(store, token, now=now) is None


@pytest.mark.browser
def test_its_pages_fit_a_phone(site: Site, browser: Browser) -> None:
    demand(site)
    with site.visitor() as client:
        log_in(client, ASSESSOR)
        half = client.cookies[COOKIE]
    for dark in (False, True):
        with visiting(browser, site, None, viewport={"width": 375, "height": 740}, dark=dark) as page:
            page.context.add_cookies([{"name": COOKIE, "value": half, "url": site.address}])
            page.goto("/login/second")
            page.locator(".qr svg").wait_for()
            assert not scrolls_sideways(page)
            assert serious_findings(page) == []
