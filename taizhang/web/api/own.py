"""One's own account: who one is, the password, the logins, the API tokens, the language."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from ledger.problem import Problem, Refused
from taizhang.accounts import entry, own
from taizhang.accounts import store as rows
from taizhang.accounts.entry import Visit
from taizhang.accounts.roles import Role
from taizhang.accounts.security_log import Happened
from taizhang.web.api.accounts import STRICT, Login, Logins, Token, Tokens, TokenState, TokenWanted
from taizhang.web.api.asking import problem
from taizhang.web.http.auth import WALL_CLOCK, Ledger, May, rename
from taizhang.web.http.queues import Door
from taizhang.web.http.security import happened
from taizhang.web.http.strict_route import StrictRoute

router = APIRouter(prefix="/api/v1/account", tags=["own account"], route_class=StrictRoute)
Visitor = Annotated[Visit, Depends(May("account"))]
Owner = Annotated[Visit, Depends(May("account.own"))]
Maker = Annotated[Visit, Depends(May("account.tokens"))]


class OwnAccount(BaseModel):
    """Who one is here."""

    name: str
    role: Role
    display_name: str
    units: list[str]
    language: str


class PasswordWanted(BaseModel):
    """The old password and the new one."""

    model_config = STRICT

    old: str = Field(max_length=500)
    password: str = Field(max_length=500)


class PasswordAgain(BaseModel):
    """The password once more."""

    model_config = STRICT

    password: str = Field(max_length=500)


class LanguageWanted(BaseModel):
    """The language of what is sent to one."""

    model_config = STRICT

    language: Literal["zh_CN", "en"]


@router.get("", responses=problem(401, 403), summary="Who one is")
def account(visit: Visitor) -> OwnAccount:
    """By the token or the cookie that came along."""
    mine = visit.account
    return OwnAccount(
        name=mine.name,
        role=mine.role,
        display_name=mine.display_name,
        units=sorted(mine.units),
        language=mine.language,
    )


@router.put("/language", status_code=204, responses=problem(401, 403, 422), summary="Choose the language")
def change_language(visit: Owner, session: Ledger, wanted: LanguageWanted) -> Response:
    """For reminders; a page speaks what its browser was switched to."""
    entry.change_language(session.store, visit.account, wanted.language)
    return Response(status_code=204)


@router.put("/password", status_code=204, responses=problem(401, 403, 422), summary="Change the password")
async def change_password(
    request: Request, visit: Owner, session: Ledger, wanted: PasswordWanted
) -> Response:
    """Every login ends, this one too."""

    def change() -> Response:
        own.change_password(session.store, visit.account, wanted.old, wanted.password, now=WALL_CLOCK())
        return Response(status_code=204)

    door: Door = request.app.state.door
    return await door.through(change)


@router.post("/confirm", status_code=204, responses=problem(401, 403, 422), summary="Type the password again")
async def confirm(request: Request, visit: Owner, session: Ledger, wanted: PasswordAgain) -> Response:
    """For an hour after it, accounts, tokens, contacts, settings and backups can be changed by this login."""

    def take() -> Response:
        try:
            entry.confirm(session.store, visit, wanted.password, now=WALL_CLOCK())
        except entry.NotAdmitted as refused:
            happened(request, Happened.CONFIRM_FAILED, visit.account.name)
            raise Refused([Problem("password", refused.text)]) from None
        response = Response(status_code=204)
        rename(request, response)
        return response

    door: Door = request.app.state.door
    return await door.through(take)


@router.get("/logins", responses=problem(401, 403), summary="Where one is logged in")
def logins(visit: Visitor, session: Ledger) -> Logins:
    """The last used first."""
    with session.store.read() as work:
        found = rows.sessions_of(work.connection, visit.account.name)
    return Logins(logins=[Login.model_validate(each, from_attributes=True) for each in found])


@router.delete("/logins/{key}", status_code=204, responses=problem(401, 403), summary="End a login")
def end_login(visit: Owner, session: Ledger, key: str) -> Response:
    """With the key `others` every one but that of this call."""
    own.end_login(session.store, visit, key)
    return Response(status_code=204)


@router.get("/tokens", responses=problem(401, 403), summary="One's API tokens")
def tokens(visit: Visitor, session: Ledger) -> Tokens:
    """Without their secrets."""
    with session.store.read() as work:
        found = rows.api_tokens(work.connection, visit.account.name)
    return Tokens(tokens=[TokenState.model_validate(each, from_attributes=True) for each in found])


@router.post("/tokens", status_code=201, responses=problem(401, 403, 422), summary="Make an API token")
def create_token(visit: Maker, session: Ledger, wanted: TokenWanted) -> Token:
    """It may do what the account may do. For who is logged in: a token makes no token."""
    good_for = timedelta(days=wanted.days) if wanted.days is not None else None
    token = entry.create_api_token(
        session.store, visit.account, wanted.label, now=WALL_CLOCK(), good_for=good_for
    )
    return Token(token=token)


@router.delete(
    "/tokens/{id}", status_code=204, responses=problem(401, 403, 422), summary="Revoke an API token"
)
def revoke_token(visit: Visitor, session: Ledger, id: str) -> Response:  # noqa: A002
    """At once."""
    own.revoke_token(session.store, visit.account, id, now=WALL_CLOCK())
    return Response(status_code=204)
