"""After the first factor: in, or first to the page of the second one. A form that was sent in vain goes along."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.text import Text
from reminders.colours import PAPER
from taizhang.accounts import second_factor
from taizhang.accounts.account import Account
from taizhang.accounts.second_factor import Awaits, Half
from taizhang.accounts.security_log import Happened
from taizhang.web.http.auth import WALL_CLOCK, options_of, remember, session_of
from taizhang.web.http.security import happened
from taizhang.web.http.templates import render
from taizhang.web.pages.account.resubmission import Carried

NOTHING = Carried()


def let_in(request: Request, account: Account, next_address: str, carried: Carried = NOTHING) -> Response:
    """Begin the login of who has shown the first factor."""
    session = session_of(request)
    agent, demanded = request.headers.get("user-agent", ""), session.settings.second_factor
    token, awaits = second_factor.start_login(
        session.store, account, now=WALL_CLOCK(), agent=agent, demanded=demanded
    )
    if awaits is Awaits.NOTHING:
        return arrived(request, account, token, next_address, carried)
    response = second_page(request, Half(account, "", awaits), next_address, carried=carried)
    remember(response, token, options_of(request))
    return response


def arrived(
    request: Request, account: Account, token: str, next_address: str, carried: Carried = NOTHING
) -> Response:
    """Lead on who is in, by the session of *token*; or give him back the form that came along."""
    happened(request, Happened.LOGIN, account.name)
    response: Response = RedirectResponse(next_address, status_code=303)
    if carried.address:
        response = render(request, "carried.html", {"carried": carried, "confirmed": False})
    remember(response, token, options_of(request))
    return response


def second_page(
    request: Request,
    half: Half,
    next_address: str,
    problem: Text | None = None,
    carried: Carried = NOTHING,
) -> Response:
    """Ask for the code; of somebody who needs a second factor and has none, show first how it is made."""
    known: dict[str, object] = {
        "owner": half.account,
        "next": next_address,
        "problem": problem,
        "carried": carried.hidden,
        "enrols": half.awaits is Awaits.ENROLMENT,
    }
    if half.awaits is Awaits.ENROLMENT:
        known |= to_scan(request, half.account)
    return render(request, "second_factor/login.html", known, status_code=401 if problem else 200)


def to_scan(request: Request, account: Account) -> dict[str, object]:
    """Return the picture and the letters from which a telephone makes the codes of *account*."""
    import segno
    from pyotp.totp import TOTP

    session = session_of(request)
    secret = second_factor.secret_to_enrol(session.store, account)
    issuer = session.settings.district or "taizhang"
    address = TOTP(secret).provisioning_uri(name=account.name, issuer_name=issuer)
    # The dark modules are black on white in both colour schemes: a camera reads no other way.
    picture = segno.make(address, error="m").svg_inline(
        scale=5, border=3, dark=PAPER["black"], light=PAPER["white"]
    )
    return {"picture": picture, "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}
