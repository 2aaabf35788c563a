"""The login page, also with a form that was sent after the login had expired."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from ledger.text import Text
from taizhang.accounts.entry import RECENT
from taizhang.app.installation import settings_of
from taizhang.app.settings import DINGTALK, WECOM
from taizhang.demo.accounts import PASSWORD, doors
from taizhang.language.i18n import N_, _
from taizhang.web.http.auth import session_of
from taizhang.web.http.templates import render
from taizhang.web.pages.account.resubmission import Carried

NOTHING = Carried()
_SIGN_ON_NAMES = {WECOM: N_("企业微信"), DINGTALK: N_("钉钉")}
_MINUTES = int(RECENT.total_seconds()) // 60


def login_page(
    request: Request,
    next_address: str,
    name: str = "",
    problem: Text | None = None,
    carried: Carried = NOTHING,
    *,
    expired: bool = False,
) -> Response:
    """Draw the login; *carried* is a form that was sent in vain, which goes along."""
    known: dict[str, object] = {
        "next": next_address,
        "name": name,
        "problem": problem,
        "carried": carried.hidden,
        "expired": expired,
        "doors": [],
        "demo_password": "",
        "sign_on": _sign_on(request),
    }
    if session_of(request).settings.demo_today is not None and not carried.hidden:
        # A demo is for looking around: nobody should have to type.
        known |= {"doors": doors(session_of(request).store.units()), "demo_password": PASSWORD}
    return render(request, "login.html", known, status_code=401 if problem or expired else 200)


def _sign_on(request: Request) -> str:
    """Return what the button to the office's provider says; empty where there is none."""
    settings = settings_of(session_of(request).url)
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return ""
    return settings.oidc_name or _(_SIGN_ON_NAMES.get(settings.oidc_issuer, N_("统一登录")))


def confirm_page(
    request: Request, next_address: str, problem: Text | None = None, carried: Carried = NOTHING
) -> Response:
    """Ask who is logged in for the password once more; *carried* is the form that was sent, which goes along."""
    known = {
        "next": next_address,
        "problem": problem,
        "carried": carried.hidden,
        "minutes": _MINUTES,
        "sign_on": _sign_on(request),
    }
    return render(request, "confirm.html", known, status_code=403)
