"""For operators: accounts, their logins and API tokens, and the journal of what was done with them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from taizhang.accounts import administration, entry, journal
from taizhang.accounts import store as rows
from taizhang.accounts.account import Account
from taizhang.accounts.entry import Visit
from taizhang.accounts.roles import Role
from taizhang.accounts.security_log import latest_security
from taizhang.web.api.asking import problem
from taizhang.web.http.auth import WALL_CLOCK, Ledger, May, options_of
from taizhang.web.http.strict_route import StrictRoute

router = APIRouter(prefix="/api/v1", tags=["accounts"], route_class=StrictRoute)
Operator = Annotated[Visit, Depends(May("admin"))]
Acting = Annotated[Visit, Depends(May("admin.deeds"))]
Reader = Annotated[Visit, Depends(May("journal"))]
STRICT = ConfigDict(extra="forbid", strict=True)


class AccountWanted(BaseModel):
    """What an account is to be.

    `role` is secretary, assessor, auditor, leader or operator; `units` are a secretary's.
    """

    model_config = STRICT

    role: Annotated[Role, Field(strict=False)]
    display_name: str = Field(max_length=60)
    units: list[str] = Field(default=[], max_length=2000)
    active: bool = True


class NewAccount(AccountWanted):
    """The same with its name, which is for ever: it stands in events as `authid`."""

    name: str = Field(max_length=63)


class AccountState(BaseModel):
    """An account, and whether and when it is used."""

    name: str
    role: Role
    display_name: str
    units: list[str]
    active: bool
    has_password: bool
    logins: int
    tokens: int
    seen_at: str | None


class Accounts(BaseModel):
    """All accounts by name."""

    accounts: list[AccountState]


class Link(BaseModel):
    """The one-time link with which the account's owner sets a password; it is told once."""

    name: str
    link: str


class Login(BaseModel):
    """A login that is still good."""

    key: str
    created_at: str
    seen_at: str
    expires_at: str
    agent: str


class Logins(BaseModel):
    """An account's logins, the last used first."""

    logins: list[Login]


class TokenWanted(BaseModel):
    """A new API token: what for, and for how many days (null: until it is revoked)."""

    model_config = STRICT

    label: str = Field(max_length=80)
    days: int | None = Field(default=90, ge=1, le=administration.DAYS_MAX)


class TokenFor(TokenWanted):
    """The same for an account that no person uses, or one's own; with scope `metrics` good for GET /metrics only."""

    account: str = Field(max_length=63)
    scope: Literal["metrics"] | None = None


class Token(BaseModel):
    """An API token's secret, told once."""

    token: str


class TokenState(BaseModel):
    """An API token; nobody can be told its secret any more."""

    id: str
    account: str
    label: str
    created_at: str
    seen_at: str | None
    expires_at: str | None
    scope: str | None


class Tokens(BaseModel):
    """API tokens by account."""

    tokens: list[TokenState]


class JournalEntry(BaseModel):
    """A deed of administration."""

    at: str
    by: str
    deed: str
    about: str
    detail: str


class SecurityEntry(BaseModel):
    """Logins, failures and refusals of one kind within an hour."""

    first_at: str
    last_at: str
    event: str
    account: str
    address: str
    what: str
    count: int


class Journal(BaseModel):
    """The last deeds, the latest first; and who came in, who did not, and what was refused."""

    journal: list[JournalEntry]
    security: list[SecurityEntry]


@router.get("/accounts", responses=problem(401, 403), summary="All accounts")
def accounts(visit: Operator, session: Ledger) -> Accounts:
    """By name."""
    found = administration.all_accounts(session.store, now=WALL_CLOCK())
    return Accounts(accounts=[_state(line.account, line.has_password, line.use) for line in found])


def _state(account: Account, has_password: bool, use: rows.Use) -> AccountState:
    return AccountState(
        name=account.name,
        role=account.role,
        display_name=account.display_name,
        units=sorted(account.units),
        active=account.active,
        has_password=has_password,
        logins=use.logins,
        tokens=use.tokens,
        seen_at=use.seen_at,
    )


@router.post("/accounts", status_code=201, responses=problem(401, 403, 422), summary="Make an account")
def create(request: Request, visit: Acting, session: Ledger, wanted: NewAccount) -> Link:
    """Its owner sets the password with the link."""
    account = _account(wanted.name, wanted)
    token = entry.create_account(session.store, account, now=WALL_CLOCK(), by=visit.account.name)
    return Link(name=account.name, link=link_of(request, token))


def _account(name: str, wanted: AccountWanted) -> Account:
    return Account(name, wanted.role, wanted.display_name, frozenset(wanted.units), active=wanted.active)


def link_of(request: Request, token: str) -> str:
    """Return the address with which the owner of an account sets a password."""
    return f"{options_of(request).base_url}/welcome/{token}"


@router.put(
    "/accounts/{name}", status_code=204, responses=problem(401, 403, 422), summary="Change an account"
)
def change(visit: Acting, session: Ledger, name: str, wanted: AccountWanted) -> Response:
    """Role, name, units, and whether it may come in; who is not active any more is thrown out at once."""
    former = administration.one_account(session.store, name, now=WALL_CLOCK()).account
    account = Account(
        name, wanted.role, wanted.display_name, frozenset(wanted.units), former.language, wanted.active
    )
    entry.change_account(session.store, account, now=WALL_CLOCK(), by=visit.account.name)
    return Response(status_code=204)


@router.post(
    "/accounts/{name}/link", status_code=201, responses=problem(401, 403, 422), summary="A new one-time link"
)
def invite(request: Request, visit: Acting, session: Ledger, name: str) -> Link:
    """For a first or a forgotten password; the link before is void."""
    token = administration.invite(session.store, name, by=visit.account.name, now=WALL_CLOCK())
    return Link(name=name, link=link_of(request, token))


@router.get(
    "/accounts/{name}/logins", responses=problem(401, 403, 422), summary="Where an account is logged in"
)
def logins(visit: Operator, session: Ledger, name: str) -> Logins:
    """The last used first."""
    found = administration.one_account(session.store, name, now=WALL_CLOCK()).logins
    return Logins(logins=[Login.model_validate(each, from_attributes=True) for each in found])


@router.delete(
    "/accounts/{name}/logins/{key}", status_code=204, responses=problem(401, 403, 422), summary="End a login"
)
def end_login(visit: Acting, session: Ledger, name: str, key: str) -> Response:
    """With the key `all` every one."""
    administration.end_login(session.store, name, key, by=visit.account.name, now=WALL_CLOCK())
    return Response(status_code=204)


@router.get("/tokens", responses=problem(401, 403), summary="All API tokens")
def tokens(visit: Operator, session: Ledger) -> Tokens:
    """By account."""
    with session.store.read() as work:
        found = rows.api_tokens(work.connection)
    return Tokens(tokens=[TokenState.model_validate(each, from_attributes=True) for each in found])


@router.post("/tokens", status_code=201, responses=problem(401, 403, 422), summary="Make an API token")
def create_token(visit: Acting, session: Ledger, wanted: TokenFor) -> Token:
    """For one's own account, or for one that no person uses."""
    token = administration.create_token(
        session.store,
        visit.account,
        wanted.account,
        wanted.label,
        wanted.days,
        now=WALL_CLOCK(),
        scope=wanted.scope,
    )
    return Token(token=token)


@router.delete(
    "/tokens/{id}", status_code=204, responses=problem(401, 403, 422), summary="Revoke an API token"
)
def revoke_token(visit: Acting, session: Ledger, id: str) -> Response:  # noqa: A002
    """At once."""
    administration.revoke_token(session.store, id, by=visit.account.name, now=WALL_CLOCK())
    return Response(status_code=204)


@router.get("/journal", responses=problem(401, 403), summary="The journal of administration")
def read_journal(visit: Reader, session: Ledger) -> Journal:
    """Who gave whom access, and took it."""
    with session.store.read() as work:
        found = journal.latest(work.connection)
        security = latest_security(work.connection)
    return Journal(
        journal=[JournalEntry.model_validate(each, from_attributes=True) for each in found],
        security=[SecurityEntry.model_validate(each, from_attributes=True) for each in security],
    )
