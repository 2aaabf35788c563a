"""Who is at the door, and may he? Every route that is not open to anybody carries `Depends(May("page"))`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from ledger.errors import ErrorKind, TaizhangError
from ledger.problem import StoreError
from ledger.text import Text
from taizhang.accounts import entry, second_factor
from taizhang.accounts.entry import Visit
from taizhang.accounts.permissions import CONFIRMED, IN_PERSON, PAGES, may_open
from taizhang.accounts.roles import Role
from taizhang.accounts.second_factor import Half
from taizhang.app.clock import Clock
from taizhang.app.ledger import OpenLedger

if TYPE_CHECKING:
    from taizhang.web.http.options import Options

COOKIE = "taizhang_session"
SECURE_COOKIE = f"__Host-{COOKIE}"
"""Over https: no other host of the domain, and no answer over http, can give a browser a cookie of this name."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""They change nothing, and carry no body."""
WALL_CLOCK = Clock()
"""Logins expire by the real time, also where a demo ledger lives on a day of its own."""


GUEST_ROLES = {Role.LEADER: Role.LEADER, Role.ASSESSOR: Role.LEADER, Role.AUDITOR: Role.AUDITOR}
"""Who is let in to read in the ledgers below, by his role in the first, and as what."""
GUEST_PAGES = frozenset(
    {
        "home",
        "changes",
        "board",
        "unit",
        "record",
        "evidence",
        "roster",
        "reports",
        "bulletin",
        "appeals",
        "result",
    }
    | {"audit", "tlog", "api.units", "api.unit"}
)


class LoginNeeded(TaizhangError):
    """Nobody is logged in, or not any more."""

    kind = ErrorKind.DENIED

    def __init__(self) -> None:
        super().__init__(Text("请先登录，或在 Authorization 里带上令牌"))


class NotAllowed(TaizhangError):
    """Somebody is logged in, and this is not theirs to do."""

    kind = ErrorKind.DENIED

    def __init__(self) -> None:
        super().__init__(Text("您的账号没有这项权限；需要的话请联系系统管理员"))


class OnlyInPerson(NotAllowed):
    """An API token came along, and this is for its owner to do."""


class PasswordNeeded(NotAllowed):
    """Somebody is logged in, and has not typed the password lately enough for this."""


def session_of(request: Request) -> OpenLedger:
    """Return the ledger's session that the app was made with."""
    return cast("OpenLedger", request.app.state.session)


def options_of(request: Request) -> Options:
    """Return the server's options."""
    return cast("Options", request.app.state.options)


Ledger = Annotated[OpenLedger, Depends(session_of)]
"""A route's parameter of this type is the ledger's session."""


class May:
    """A route's dependency: returns the Visit, or raises LoginNeeded, NotAllowed or one of its kinds.

    The unit is the path's ``{unit}``, where it has one; a route that takes its unit from elsewhere calls
    `require` itself.
    """

    def __init__(self, page: str) -> None:
        if page not in PAGES:
            raise KeyError(page)
        self.page = page

    def __call__(self, request: Request) -> Visit:
        """Return who is there."""
        visit = visit_of(request)
        if visit is None:
            raise LoginNeeded
        require(visit, self.page, request.path_params.get("unit"))
        return visit


def require(visit: Visit, page: str, unit: str | None) -> None:
    """Raise NotAllowed or one of its kinds unless the visitor may open *page* of *unit*, by what he came with."""
    if not lets_in(visit, page, unit) or visit.scope not in (None, page):
        raise NotAllowed
    if page in IN_PERSON and not visit.session_key:
        raise OnlyInPerson
    if page in CONFIRMED and not visit.is_confirmed(WALL_CLOCK()):
        raise PasswordNeeded


def lets_in(visit: Visit, page: str, unit: str | None = None) -> bool:
    """Whether the visitor's role opens *page* of *unit*; who comes from the ledger above only reads."""
    return may_open(visit.account, page, unit) and (not visit.is_guest or page in GUEST_PAGES)


def visit_of(request: Request) -> Visit | None:
    """Return who comes with this request, by API token or cookie; None when nobody is logged in."""
    if not hasattr(request.state, "visit"):
        request.state.visit = _visit_of(request)
    return cast("Visit | None", request.state.visit)


def half_of(request: Request) -> Half | None:
    """Return the login of this browser that waits for its second factor; None when none does."""
    cookie = request.cookies.get(cookie_name(options_of(request)))
    if not cookie:
        return None
    return second_factor.half_of(session_of(request).store, cookie, now=WALL_CLOCK())


def _visit_of(request: Request) -> Visit | None:
    return _own_visit(request) or _guest(request)


def _guest(request: Request) -> Visit | None:
    """Return who comes from the first ledger of the installation, where he is logged in, to look: never to change."""
    first = getattr(request.app.state, "first", None)
    if first is None or request.method not in SAFE_METHODS or "authorization" in request.headers:
        return None
    cookie = request.cookies.get(SECURE_COOKIE if options_of(request).secure else COOKIE)
    try:
        visit = entry.visit_of_session(first.store, cookie, now=WALL_CLOCK()) if cookie else None
    except StoreError:
        # The first ledger is away: who would come from there is nobody here meanwhile.
        return None
    if visit is None or visit.account.role not in GUEST_ROLES:
        return None
    # A name that no account here can have: nothing of somebody else's is taken for his.
    account = replace(visit.account, name=f"{visit.account.name}@", role=GUEST_ROLES[visit.account.role])
    return Visit(account, is_guest=True)


def _own_visit(request: Request) -> Visit | None:
    store, now = session_of(request).store, WALL_CLOCK()
    scheme, _space, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return entry.visit_of_api_token(store, token.strip(), now=now)
    secure = options_of(request).secure
    cookie = request.cookies.get(cookie_name(options_of(request)))
    if cookie:
        return entry.visit_of_session(store, cookie, now=now)
    former = request.cookies.get(COOKIE) if secure and not options_of(request).ledger else None
    if not former:
        return None
    # Whoever was logged in when the program that knew one name only was replaced stays so; seven days later nobody is.
    visit = entry.visit_of_session(store, former, now=now)
    return visit if visit is not None and not visit.is_named else None


def cookie_name(options: Options) -> str:
    """Return under which name a browser keeps a login."""
    name = SECURE_COOKIE if options.secure else COOKIE
    # A browser comes to all ledgers of an installation with the same cookies; each looks for its own.
    return f"{name}-{options.ledger}" if options.ledger else name


def remember(response: Response, token: str, options: Options) -> None:
    """Give the browser the cookie of a session."""
    response.set_cookie(
        cookie_name(options),
        token,
        max_age=int(entry.LONGEST.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=options.secure,
        path="/",
    )


def rename(request: Request, response: Response) -> None:
    """Give a login that an earlier version began the name that cookies of https have now."""
    token, options = request.cookies.get(COOKIE), options_of(request)
    if options.secure and token and not options.ledger and SECURE_COOKIE not in request.cookies:
        remember(response, token, options)


def forget(response: Response, options: Options) -> None:
    """Take the cookie back, of either name."""
    for name in {cookie_name(options)} if options.ledger else {COOKIE, cookie_name(options)}:
        response.delete_cookie(name, path="/", secure=options.secure, httponly=True, samesite="lax")
