"""`/login/sso`: to the office's provider and back (see `accounts.single_sign_on`)."""

from __future__ import annotations

from hmac import compare_digest
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.text import Text
from taizhang.accounts import single_sign_on
from taizhang.accounts.security_log import Happened
from taizhang.accounts.single_sign_on import GOOD_FOR, Provider, SignOnFailed
from taizhang.accounts.sso_dingtalk import DingTalk
from taizhang.accounts.sso_oidc import OpenIdProvider
from taizhang.accounts.sso_wecom import WeCom
from taizhang.app.installation import settings_of
from taizhang.app.ledger import OpenLedger
from taizhang.app.settings import DINGTALK, WECOM, Settings
from taizhang.web.http.auth import WALL_CLOCK, Ledger, options_of
from taizhang.web.http.security import happened
from taizhang.web.pages.account.letting_in import let_in
from taizhang.web.pages.account.login_view import login_page
from taizhang.web.pages.account.resubmission import own_address

router = APIRouter()
COOKIE = "taizhang_sso"
"""Keeps the state between there and back: only the browser that began comes in."""
BACK = "/login/sso/back"
INSIDE_WECOM = "wxwork"
"""The browser of 企业微信's own app says so of itself."""


def provider_of(settings: Settings) -> Provider | None:
    """Return the provider that the settings name, None where they name none."""
    issuer, client = settings.oidc_issuer, settings.oidc_client_id
    if issuer is None or client is None:
        return None
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else ""
    if issuer == WECOM:
        return WeCom(client, settings.oidc_agent, secret)
    if issuer == DINGTALK:
        return DingTalk(client, secret)
    return OpenIdProvider(issuer, client, secret, settings.oidc_claim)


@router.get("/login/sso")
def begin(
    request: Request,
    session: Ledger,
    next: Annotated[str, Query(max_length=2000)] = "/",  # noqa: A002
) -> Response:
    """Lead to the provider."""
    provider = _provider(session)
    back = options_of(request).base_url + BACK
    try:
        address, state = single_sign_on.begin(
            session.store,
            provider,
            back,
            own_address(next),
            is_inside=INSIDE_WECOM in request.headers.get("user-agent", ""),
            now=WALL_CLOCK(),
        )
    except SignOnFailed as failed:
        return login_page(request, own_address(next), problem=failed.text)
    response = RedirectResponse(address, status_code=303)
    response.set_cookie(
        COOKIE,
        state,
        max_age=int(GOOD_FOR.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=options_of(request).secure,
        path="/",
    )
    return response


@router.get(BACK)
def back(
    request: Request,
    session: Ledger,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
    auth_code: Annotated[str, Query(alias="authCode", max_length=4000)] = "",
) -> Response:
    """Take the provider's answer: in, or to the second factor, or back to the login with what is wrong.

    钉钉 calls the code `authCode`.
    """
    provider, kept = _provider(session), request.cookies.get(COOKIE, "")
    code = code or auth_code
    try:
        if not code or not kept or not compare_digest(kept.encode(), state.encode()):
            raise SignOnFailed(Text("统一登录没有完成；请重新登录"))
        account, next_address = single_sign_on.finish(
            session.store, provider, options_of(request).base_url + BACK, state, code, now=WALL_CLOCK()
        )
    except SignOnFailed as failed:
        happened(request, Happened.SIGN_ON_FAILED)
        response = login_page(request, "/", problem=failed.text)
    else:
        response = let_in(request, account, next_address)
    response.delete_cookie(COOKIE, path="/", secure=options_of(request).secure, httponly=True, samesite="lax")
    return response


def _provider(session: OpenLedger) -> Provider:
    provider = provider_of(settings_of(session.url))
    if provider is None:
        raise HTTPException(404)
    return provider
