"""Nothing tries passwords without end, tells who has an account, or outlives what it was given; logs hold no keys."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from starlette.responses import Response

from taizhang.accounts import entry, own, passwords
from taizhang.accounts import store as accounts
from taizhang.web.http import queues as door
from taizhang.web.http.auth import WALL_CLOCK
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


def test_tries_of_names_that_nobody_has_do_not_fill_the_store() -> None:
    assert len({entry._nobodys(f"nobody-{number}") for number in range(20_000)}) <= 4096


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
     "abcdefgh12345", "woaini1314520", "1111222233334444555566667777", "Taizhang2017"],
)  # fmt: skip
def test_what_everybody_tries_first_is_no_password(password: str) -> None:
    assert passwords.weakness(password, "wj-01") is not None


@pytest.mark.parametrize(
    "password", ["taizhang-demo", "another-long-one", "correct horse", "春风又绿江南岸明月何时"]
)
def test_others_are(password: str) -> None:
    assert passwords.weakness(password, "wj-01") is None
