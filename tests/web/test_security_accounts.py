"""Nothing tries passwords without end, tells who has an account, or outlives what it was given; logs hold no keys."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from time import process_time
from typing import Any

import pytest
from starlette.responses import Response
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from taizhang.accounts import entry, own, passwords
from taizhang.accounts import store as accounts
from taizhang.web.http import queues as door
from taizhang.web.http.auth import COOKIE, WALL_CLOCK
from taizhang.web.pages.account import login_routes as coming_in

from .site import OPERATOR, PASSWORD, SECRETARY, Site

# -- passwords -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/account/password", "/api/v1/account/password"])
def test_changing_a_password_waits_in_line_with_the_logins(
    site: Site, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """Each takes 64 MB: in as many threads as there are, one login took the memory and the pages of all."""
    monkeypatch.setattr(passwords, "PASSWORD_MAX", 0)  # nothing is hashed here
    said = {"old": "wrong", "password": "another-long-one", "again": "another-long-one"}
    with site.visitor(SECRETARY) as client:
        here = (
            {"json": {name: said[name] for name in ("old", "password")}}
            if "api" in address
            else {"data": said}
        )
        assert client.post(address, **here).status_code in (405, 422)
        method = "PUT" if "api" in address else "POST"
        assert client.request(method, address, **here).status_code == 422
        monkeypatch.setattr(door.Door, "through", _full)
        assert client.request(method, address, **here).status_code == 503


async def _full(*_: object) -> Response:
    raise door.too_busy()


def test_an_open_page_is_no_way_to_try_passwords(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "matches", lambda given, kept: given == PASSWORD)
    account, now = site.account(SECRETARY), WALL_CLOCK()
    for _ in range(entry.FREE_TRIES):
        with pytest.raises(entry.Refused):
            own.change_password(site.session.store, account, "wrong", "another-long-one", now=now)
    with pytest.raises(entry.Refused, match="次数过多"):
        own.change_password(site.session.store, account, PASSWORD, "another-long-one", now=now)
    with pytest.raises(entry.NotAdmitted, match="次数过多"):
        entry.log_in(site.session.store, SECRETARY, PASSWORD, now=now)


def test_nothing_tells_which_names_there_are(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """That a name had to wait told that there is such an account."""
    monkeypatch.setattr(passwords, "matches", lambda *_: False)

    def told(name: str) -> list[str]:
        answers = []
        for _ in range(entry.FREE_TRIES + 2):
            with pytest.raises(entry.NotAdmitted) as refused:
                entry.log_in(site.session.store, name, "wrong", now=WALL_CLOCK())
            answers.append(refused.value.text.message)
        return answers

    assert told(SECRETARY) == told("nobody-of-that-name")


def test_no_name_waits_for_the_tries_of_another(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names that nobody has shared 4,096 counters: a name that waited for another's tries was nobody's."""
    monkeypatch.setattr(passwords, "matches", lambda *_: False)
    alike = (f"nobody-{number}" for number in range(100_000))
    shared = next(each for each in alike if accounts.digest(each)[:3] == accounts.digest("nobody-x")[:3])
    for _ in range(entry.FREE_TRIES):
        with pytest.raises(entry.NotAdmitted):
            entry.log_in(site.session.store, shared, "wrong", now=WALL_CLOCK())
    for name in ("nobody-x", SECRETARY):
        with pytest.raises(entry.NotAdmitted, match="账号或密码不对"):
            entry.log_in(site.session.store, name, "wrong", now=WALL_CLOCK())


def test_tries_do_not_fill_the_store_and_are_forgotten_alike(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether somebody has the name or not: else what is still counted told it."""
    monkeypatch.setattr(passwords, "matches", lambda *_: False)
    monkeypatch.setattr(accounts, "NAMES_MAX", 20)
    now = WALL_CLOCK()

    def tries(name: str) -> int:
        with site.session.store.read() as work:
            return accounts.failures(work.connection, name)[0]

    def fail(name: str, later: timedelta = timedelta()) -> None:
        with pytest.raises(entry.NotAdmitted):
            entry.log_in(site.session.store, name, "wrong", now=now + later)

    for name in (SECRETARY, "nobody-at-all"):
        fail(name)
        fail(name)
    assert [tries(name) for name in (SECRETARY, "nobody-at-all")] == [2, 2]
    for number in range(30):
        fail(f"nobody-{number}", timedelta(seconds=number + 1))
    assert [tries(name) for name in (SECRETARY, "nobody-at-all")] == [0, 0]
    with site.session.store.read() as work:
        assert work.connection.execute("SELECT count(*) FROM failed_logins").fetchone()[0] == 20
    fail("another", entry.FORGOTTEN_AFTER + timedelta(minutes=5))
    with site.session.store.read() as work:
        assert work.connection.execute("SELECT count(*) FROM failed_logins").fetchone()[0] == 1


# -- what is done in person ------------------------------------------------------------------------------------


def test_an_operators_token_lets_nobody_in(site: Site) -> None:
    """It stood in a monitor's settings, and made operators and links that set anybody's password."""
    token = entry.create_api_token(site.session.store, site.account(OPERATOR), "monitor", now=WALL_CLOCK())
    wanted = {"name": "mallory", "role": "operator", "display_name": "x"}
    deeds: list[tuple[str, str, Any]] = [
        ("POST", "/api/v1/accounts", wanted),
        ("PUT", f"/api/v1/accounts/{SECRETARY}", {"role": "operator", "display_name": "x"}),
        ("POST", "/api/v1/accounts/assessor-1/link", None),
        ("DELETE", "/api/v1/accounts/assessor-1/logins/all", None),
        ("PUT", "/api/v1/contacts", {"unit": "*", "address": "m@example.cn"}),
        ("PATCH", "/api/v1/settings", {"district": "x"}),
        ("POST", "/api/v1/backups", None),
    ]
    with site.visitor() as program:
        program.headers["authorization"] = f"Bearer {token}"
        for method, address, said in deeds:
            refused = program.request(method, address, json=said)
            assert refused.status_code == 403, address
            assert "本人登录" in refused.text
        assert program.get("/api/v1/accounts").status_code == 200, "looking is no deed"


def test_a_password_typed_long_ago_is_asked_for_again_and_the_form_goes_along(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "matches", lambda given, kept: given == PASSWORD)
    long_ago = WALL_CLOCK() - entry.RECENT - timedelta(minutes=5)
    stale = entry.start_session(site.session.store, site.account(OPERATOR), now=long_ago)
    form = {"name": "li-09", "display_name": "李九", "role": "auditor", "units": ""}
    with site.visitor() as operator:
        operator.cookies.set(COOKIE, stale)
        asked = operator.post(
            "/admin/new-account", data=form, headers={"referer": f"{site.address}/admin/new-account"}
        )
        assert (asked.status_code, "请再输入一次密码" in asked.text) == (403, True)
        hidden = {
            "carried-to": "/admin/new-account",
            **{f"carried.{name}": value for name, value in form.items()},
        }
        for name, value in hidden.items():
            assert f'name="{name}" value="{value}"' in asked.text
        assert 'name="next" value="/admin/new-account"' in asked.text
        wrong = operator.post("/account/confirm", data={"password": "wrong", **hidden})
        assert (wrong.status_code, "密码不对" in wrong.text) == (403, True)
        right = operator.post("/account/confirm", data={"password": PASSWORD, **hidden})
        assert (right.status_code, 'action="/admin/new-account"' in right.text) == (200, True)
        assert operator.post("/admin/new-account", data=form).status_code == 200
        assert operator.patch("/api/v1/settings", json={"late_days": 9}).status_code == 200


def test_the_api_is_told_how_to_go_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "matches", lambda given, kept: given == PASSWORD)
    long_ago = WALL_CLOCK() - entry.RECENT - timedelta(minutes=5)
    with site.visitor() as operator:
        operator.cookies.set(
            COOKIE, entry.start_session(site.session.store, site.account(OPERATOR), now=long_ago)
        )
        refused = operator.patch("/api/v1/settings", json={"late_days": 9})
        assert (refused.status_code, "/api/v1/account/confirm" in refused.json()["title"]) == (403, True)
        assert operator.post("/api/v1/account/confirm", json={"password": "wrong"}).status_code == 422
        assert operator.post("/api/v1/account/confirm", json={"password": PASSWORD}).status_code == 204
        assert operator.patch("/api/v1/settings", json={"late_days": 9}).status_code == 200


def test_what_a_disabled_account_held_stays_void(site: Site) -> None:
    now, store = WALL_CLOCK(), site.session.store
    account = site.account(SECRETARY)
    token = entry.create_api_token(store, account, "校务系统", now=now)
    link = entry.invite(store, SECRETARY, now=now, by="tests")
    login = entry.start_session(store, account, now=now)
    entry.change_account(store, replace(account, active=False), now=now, by="tests")
    entry.change_account(store, account, now=now, by="tests")
    assert entry.visit_of_api_token(store, token, now=now) is None
    assert entry.account_of_link(store, link, now=now) is None
    assert entry.visit_of_session(store, login, now=now) is None


def test_tries_at_the_same_moment_are_all_counted(site: Site) -> None:
    with site.session.store.write() as work:
        for _ in range(3):
            accounts.count_failure(work.connection, SECRETARY, "2017-09-20T00:00:00.000000Z")
    with site.session.store.read() as work:
        assert accounts.failures(work.connection, SECRETARY)[0] == 3


def test_the_log_of_a_failure_holds_no_key(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The path of a one-time link lets in; a line feed in it began a line of an attacker's."""

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(coming_in.entry, "account_of_link", fails)
    with caplog.at_level(logging.ERROR), site.visitor() as client:
        assert client.get("/welcome/a-secret-key%0aERROR%20forged").status_code == 500
    assert "a-secret-key" not in caplog.text
    assert "GET /welcome/{token}" in caplog.text


def test_a_link_lets_in_one_of_two_at_the_same_moment(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both were looked at before either was used up, and the second took the account over."""
    token = entry.invite(site.session.store, SECRETARY, now=WALL_CLOCK(), by="tests")
    quicker = []

    def slowly(password: str) -> str:
        if not quicker:
            quicker.append("one")
            chosen = {"password": "the-quicker-one", "again": "the-quicker-one"}
            with site.visitor() as client:
                quicker.append(str(client.post(f"/welcome/{token}", data=chosen).status_code))
        return f"hash of {password}"

    monkeypatch.setattr(passwords, "hashed", slowly)
    with site.visitor() as client:
        late = client.post(
            f"/welcome/{token}", data={"password": "the-slower-one", "again": "the-slower-one"}
        )
    assert (quicker, late.status_code) == (["one", "303"], 404)
    assert "set-cookie" not in late.headers
    with site.session.store.read() as work:
        assert accounts.password(work.connection, SECRETARY) == "hash of the-quicker-one"


# -- API tokens ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "address", "said"),
    [
        ("POST", "/api/v1/account/tokens", {"label": "for ever", "days": None}),
        ("PUT", "/api/v1/account/password", {"old": PASSWORD, "password": "another-long-one"}),
        ("POST", "/api/v1/tokens", {"account": OPERATOR, "label": "for ever", "days": None}),
        ("POST", "/account/tokens", {"label": "for ever"}),
        ("POST", "/account/password", {"old": PASSWORD, "password": "another-long-one", "again": "another-long-one"}),
        ("POST", "/admin/tokens", {"account": OPERATOR, "label": "for ever"}),
    ],
)  # fmt: skip
def test_a_token_that_ends_makes_none_without_end(
    site: Site, method: str, address: str, said: dict[str, Any]
) -> None:
    token = entry.create_api_token(site.session.store, site.account(OPERATOR), "short", now=WALL_CLOCK())
    here = {"json": said} if "/api/" in address else {"data": said}
    with site.visitor() as program:
        refused = program.request(method, address, headers={"authorization": f"Bearer {token}"}, **here)
        assert refused.status_code == 403
        assert "本人登录" in refused.text
    with site.session.store.read() as work:
        assert [each.label for each in accounts.api_tokens(work.connection, OPERATOR)] == ["short"]


# -- weak passwords --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    ["1234567890", "0987654321", "password12", "Passw0rd2017", "qwertyuiop", "1qaz2wsx3edc", "admin12345",
     "abcdefgh12345", "woaini1314520", "1111222233334444555566667777", "Taizhang2017", "P@ssw0rd2026", "Admin@2026!",
     "dangjian2026", "Huawei@123456", "qazwsxedcrfv", "a1b2c3d4e5", "1qaz@WSX3edc", "Dangyuan@123", "zhibushuji2026",
     "wujinjiaoyu2026", "1234qwer!@#$", "Qwer1234!@", "asdfghjkl;", "dj@20260701!", "党建2026党建工作", "13861234567"],
)  # fmt: skip
def test_what_everybody_tries_first_is_no_password(password: str) -> None:
    assert passwords.weakness(password, "wj-01") is not None


def test_the_commonest_passwords_of_the_world_are_none_here() -> None:
    """Of a list that others keep: every one of its 30,000 that is long enough."""
    commonest = [each for each in FREQUENCY_LISTS["passwords"] if len(each) >= passwords.PASSWORD_MIN]
    assert len(commonest) > 1000
    assert [each for each in commonest if passwords.weakness(each, "wj-01") is None] == []


def test_what_is_known_of_the_owner_is_no_password() -> None:
    """His name and a year, his unit and a number."""
    known = ("欧阳晓梅", "xinqiao-zx")
    for guess in ("ouyangxiaomei", "OuyangXiaomei@1988", "xinqiao-zx.123", "欧阳晓梅2026欧阳晓梅"):
        assert passwords.weakness(guess, "wj-01", known) is not None
    assert passwords.weakness("ouyangxiaomei", "wj-01") is None


def test_judging_a_password_takes_no_time() -> None:
    """Lists of such as make others' judges slow; what is beyond the first 72 characters costs nothing."""
    for slow in ("P@ssw0rd" * 25, "qwer" * 50, "@$!1l0o5" * 25, "aA1!" * 50, "春" * 200):
        begun = process_time()
        passwords.weakness(slow[: passwords.PASSWORD_MAX], "wj-01")
        assert process_time() - begun < 5, slow[:8]


@pytest.mark.parametrize(
    "password", ["taizhang-demo", "another-long-one", "correct horse", "春风又绿江南岸明月何时"]
)
def test_others_are(password: str) -> None:
    assert passwords.weakness(password, "wj-01") is None
