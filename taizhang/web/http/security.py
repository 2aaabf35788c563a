"""What a request has to do with security, told to the log: from where it came, and which route it asked for."""

from __future__ import annotations

from typing import cast

from starlette.requests import Request

from taizhang.accounts.security_log import Happened, Kind, SecurityLog
from taizhang.accounts.throttle import place_of
from taizhang.web.http.auth import WALL_CLOCK


def happened(request: Request, event: Happened, account: str = "") -> None:
    """Tell of *event*. *account*: whose it is; never a name that nobody has."""
    security = cast("SecurityLog", request.app.state.security)
    client = request.client.host if request.client else ""
    # The route, not the address: what stands in that may let in.
    route = getattr(request.scope.get("route"), "path", None)
    what = f"{request.method} {route}" if route and event in _OF_A_ROUTE else ""
    security.note(Kind(event, account, place_of(client), what), WALL_CLOCK())


_OF_A_ROUTE = frozenset({Happened.REFUSED, Happened.TOKEN_REFUSED})
