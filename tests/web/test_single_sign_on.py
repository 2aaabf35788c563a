"""Single sign-on against an OpenID Connect server that really runs: who it says one is, and what does not let in."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from taizhang.accounts import entry, second_factor, single_sign_on
from taizhang.accounts.account import Account
from taizhang.accounts.roles import Role
from taizhang.web.http.auth import WALL_CLOCK

from .site import ASSESSOR, OPERATOR, SECRETARY, Site

with warnings.catch_warnings():
    # The package is told by its own libraries to use newer ones.
    warnings.simplefilter("ignore")
    from oidc_provider_mock import User, run_server_in_thread

PEOPLE = {"u-1": SECRETARY, "u-2": "nobody-here", "u-3": SECRETARY, "u-4": ASSESSOR}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    users = [User(sub=sub, claims={"preferred_username": login.upper()}) for sub, login in PEOPLE.items()]
    with run_server_in_thread(user_claims=users, require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def sso(site: Site, issuer: str, monkeypatch: pytest.MonkeyPatch) -> Site:
    for name, value in (
        ("ISSUER", issuer),
        ("CLIENT_ID", "taizhang"),
        ("CLIENT_SECRET", "s3cret"),
        ("NAME", "教育云"),
    ):
        monkeypatch.setenv(f"TAIZHANG_OIDC_{name}", value)
    return site


def at_provider(client: httpx.Client, subject: str, next_address: str = "/") -> str:
    """Go to the provider as a browser does and log in there; return the address that it leads back to."""
    there = client.get("/login/sso", params={"next": next_address}).headers["location"]
    asked = parse_qs(urlsplit(there).query)
    assert asked["code_challenge_method"] == ["S256"]
    answer = httpx.post(there, data={"sub": subject})
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"])


def test_who_has_an_account_comes_in_and_is_known_from_then_on(
    sso: Site, caplog: pytest.LogCaptureFixture
) -> None:
    with sso.visitor() as client:
        assert "用教育云登录" in client.get("/login").text
        back = at_provider(client, "u-1", f"/units/{SECRETARY}/roster")
        arrived = client.get(back)
        assert arrived.headers["location"] == f"/units/{SECRETARY}/roster"
        assert client.get(f"/units/{SECRETARY}").status_code == 200
        # Neither the answer nor the address is good twice.
        assert client.get(back).status_code == 401
    with sso.visitor() as client:
        # Another person whose login there is the same now is not the one who was here.
        answer = client.get(at_provider(client, "u-3"))
        assert (answer.status_code, "还没有您能用的账号" in answer.text) == (401, True)
    with sso.visitor(OPERATOR) as client:
        client.post(f"/admin/accounts/{SECRETARY}/sign-on/unbind")
    with sso.visitor() as client:
        assert client.get(at_provider(client, "u-3")).status_code == 303
    assert "s3cret" not in caplog.text


def test_who_has_none_is_told_whom_to_ask(sso: Site) -> None:
    with sso.visitor() as client:
        answer = client.get(at_provider(client, "u-2"))
        assert (answer.status_code, "nobody-here" in answer.text) == (401, True)
        assert client.get("/board").status_code == 303
    account = Account(ASSESSOR, Role.ASSESSOR, "考核", active=False)
    entry.change_account(sso.session.store, account, now=WALL_CLOCK(), by="tests")
    with sso.visitor() as client:
        assert client.get(at_provider(client, "u-4")).status_code == 401


def test_only_the_browser_that_began_comes_in(sso: Site) -> None:
    with sso.visitor() as began, sso.visitor() as other:
        back = at_provider(began, "u-1")
        assert other.get(back).status_code == 401
        assert began.get(back).status_code == 303


@pytest.mark.parametrize("wrong", ["nonce", "client_id", "issuer"])
def test_an_answer_that_does_not_fit_lets_nobody_in(
    sso: Site, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    with sso.visitor() as client:
        back = at_provider(client, "u-1")
        taken = single_sign_on.sso_rows.take_pending

        def tampered(*said: Any) -> Any:
            found = taken(*said)
            assert found is not None
            return replace(found, nonce="another")

        if wrong == "nonce":
            monkeypatch.setattr(single_sign_on.sso_rows, "take_pending", tampered)
        else:
            monkeypatch.setenv(f"TAIZHANG_OIDC_{wrong.upper()}", "http://localhost:9/x")
        assert client.get(back).status_code == 401
        assert client.get("/board").status_code == 303


def test_the_second_factor_is_asked_for_after_it(sso: Site) -> None:
    sso.session.keep_settings(sso.session.settings.model_copy(update={"second_factor": True}))
    with sso.visitor() as client:
        answer = client.get(at_provider(client, "u-4"))
        assert "先设好两步验证" in answer.text
        assert client.get("/board").status_code == 303
    assert not second_factor.state_of(sso.session.store, ASSESSOR).is_on


def test_without_a_provider_there_is_no_button(shared_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with shared_site.visitor() as client:
        assert client.get("/login/sso").status_code == 404
        assert "/login/sso" not in client.get("/login").text
        monkeypatch.setenv("TAIZHANG_OIDC_ISSUER", "http://127.0.0.1:9")
        monkeypatch.setenv("TAIZHANG_OIDC_CLIENT_ID", "taizhang")
        answer = client.get("/login/sso")
        assert (answer.status_code, "没有给出能用的回答" in answer.text) == (401, True)
