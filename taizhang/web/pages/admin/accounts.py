"""`/admin/accounts`: who may come in, as what, and for which units; one-time links; logins that are open."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.problem import Problem, Refused
from taizhang.accounts import administration, entry, invitation_rows, second_factor, single_sign_on
from taizhang.accounts.account import Account
from taizhang.accounts.administration import Line
from taizhang.accounts.entry import Visit
from taizhang.accounts.roles import ROLE_NAMES, Role
from taizhang.app.installation import settings_of
from taizhang.app.ledger import OpenLedger
from taizhang.entry.district.known import KnownDistrict, known_district
from taizhang.jobs.invitations import ask_for_links, mailboxes
from taizhang.language.i18n import N_, _
from taizhang.language.reminder_labels import hidden_address
from taizhang.web.http.auth import WALL_CLOCK, Ledger, May, options_of
from taizhang.web.pages.admin.shown import shown

router = APIRouter()
Operator = Annotated[Visit, Depends(May("admin"))]
Acting = Annotated[Visit, Depends(May("admin.deeds"))]
Typed = Annotated[str, Form(max_length=500)]
Units = Annotated[str, Form(max_length=100_000)]

PAGE_LINES = 100
INVITATION_STATES = {
    "planned": N_("排着，几分钟内寄出"),
    "sent": N_("已寄出"),
    "failed": N_("没有寄到"),
    "unknown": N_("寄出了，没有回音"),
}
LINKS_MAX = 500
"""So many links are made at once."""


@router.get("/admin/accounts")
def accounts(
    request: Request,
    visit: Operator,
    session: Ledger,
    q: Annotated[str, Query(max_length=80)] = "",
    role: Annotated[str, Query(max_length=20)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """List them, all or those that a word and a role find."""
    lines = administration.all_accounts(session.store, now=WALL_CLOCK())
    found = [line for line in lines if _fits(line, q.strip().lower(), role)]
    first = (page - 1) * PAGE_LINES
    known = {
        "lines": found[first : first + PAGE_LINES],
        "found": len(found),
        "all": len(lines),
        "q": q,
        "role": role,
        "all_roles": [("", _("全部")), *((each.value, _(name)) for each, name in ROLE_NAMES.items())],
        "page": page,
        "waiting": sum(line.account.active and is_waiting(line) for line in lines),
        "pages": max(1, -(-len(found) // PAGE_LINES)),
    }
    return shown(request, "accounts.html", known)


def _fits(line: Line, word: str, role: str) -> bool:
    account = line.account
    words = " ".join((account.name, account.display_name, *account.units)).lower()
    return word in words and role in ("", account.role)


@router.get("/admin/new-account")
def new(request: Request, visit: Operator, session: Ledger) -> Response:
    """Show the empty form."""
    return _form(request, session, Account("", Role.SECRETARY, ""))


@router.post("/admin/new-account")
def create(
    request: Request,
    visit: Acting,
    session: Ledger,
    name: Typed,
    display_name: Typed,
    role: Annotated[Role, Form()],
    units: Units = "",
) -> Response:
    """Make an account and show its one-time link, this once."""
    account = Account(name.strip().lower(), role, display_name.strip(), units_in(session, units))
    try:
        token = entry.create_account(session.store, account, now=WALL_CLOCK(), by=visit.account.name)
    except Refused as refused:
        return _form(request, session, account, refused.problems)
    return _link(request, session, account, token, is_new=True)


def _form(
    request: Request, session: OpenLedger, account: Account, problems: list[Problem] | None = None
) -> Response:
    known = {"wanted": account, "roles": ROLE_NAMES, "some_units": session.store.units()[:3]}
    return shown(request, "new_account.html", known, problems or [])


def _link(request: Request, session: OpenLedger, account: Account, token: str, *, is_new: bool) -> Response:
    known = {
        "owner": account,
        "link": f"{options_of(request).base_url}/welcome/{token}",
        "days": entry.LINK_GOOD_FOR.days,
        "is_new": is_new,
        "unregistered": _unregistered(session, account),
    }
    return shown(request, "link.html", known)


@router.get("/admin/accounts/{name}")
def account(request: Request, visit: Operator, session: Ledger, name: str, done: str = "") -> Response:
    """Show one account with its logins and tokens."""
    return _page(request, session, name, done=done)


def _page(
    request: Request,
    session: OpenLedger,
    name: str,
    wanted: Account | None = None,
    problems: list[Problem] | None = None,
    done: str = "",
) -> Response:
    whole = administration.one_account(session.store, name, now=WALL_CLOCK())
    known = {
        "whole": whole,
        "wanted": wanted or whole.account,
        "roles": ROLE_NAMES,
        "done": done,
        "is_bound": whole.is_bound,
        "second": second_factor.state_of(session.store, name),
        "unregistered": _unregistered(session, whole.account),
    }
    return shown(request, "account.html", known, problems or [])


@router.post("/admin/accounts/{name}")
def change(
    request: Request,
    visit: Acting,
    session: Ledger,
    name: str,
    display_name: Typed,
    role: Annotated[Role, Form()],
    units: Units = "",
    active: Typed = "",
) -> Response:
    """Change what an account is; who is not active any more is thrown out at once."""
    former = administration.one_account(session.store, name, now=WALL_CLOCK()).account
    wanted = Account(
        name, role, display_name.strip(), units_in(session, units), former.language, active == "yes"
    )
    try:
        entry.change_account(session.store, wanted, now=WALL_CLOCK(), by=visit.account.name)
    except Refused as refused:
        return _page(request, session, name, wanted, refused.problems)
    return RedirectResponse(f"/admin/accounts/{name}?done=changed", status_code=303)


@router.post("/admin/accounts/{name}/link")
def invite(request: Request, visit: Acting, session: Ledger, name: str) -> Response:
    """Make a new one-time link, for a first or a forgotten password, and show it this once."""
    token = administration.invite(session.store, name, by=visit.account.name, now=WALL_CLOCK())
    account = administration.one_account(session.store, name, now=WALL_CLOCK()).account
    return _link(request, session, account, token, is_new=False)


@router.get("/admin/links")
def links(request: Request, visit: Operator, session: Ledger, asked: str = "") -> Response:
    """Show who has not come in yet, whom a link can be mailed to, and what became of those that were."""
    waiting = _waiting(session)
    with session.store.read() as work:
        boxes = mailboxes(work, waiting)
        sent = invitation_rows.invitations(work.connection)
    settings = settings_of(session.url)
    known = {
        "waiting": waiting[:LINKS_MAX],
        "boxes": {name: hidden_address(person) for name, person in boxes.items()},
        "sent": sent,
        "states": INVITATION_STATES,
        "mail_is_set": settings.smtp_url is not None and settings.mail_from is not None,
        "asked": asked if asked.isdecimal() else "",
    }
    return shown(request, "invitations.html", known)


@router.post("/admin/links/mail")
def mail_waiting(request: Request, visit: Acting, session: Ledger) -> Response:
    """Have a new link mailed to everybody who waits for a first password and has a mailbox."""
    settings = settings_of(session.url)
    if settings.smtp_url is None or settings.mail_from is None:
        return RedirectResponse("/admin/links", status_code=303)
    asked = ask_for_links(session, _waiting(session)[:LINKS_MAX], by=visit.account.name)
    return RedirectResponse(f"/admin/links?asked={asked}", status_code=303)


def _waiting(session: OpenLedger) -> list[Account]:
    lines = administration.all_accounts(session.store, now=WALL_CLOCK())
    return [line.account for line in lines if line.account.active and is_waiting(line)]


@router.post("/admin/links")
def invite_waiting(request: Request, visit: Acting, session: Ledger) -> Response:
    """Make new one-time links for all accounts that wait for a first password, to be printed; shown this once."""
    waiting = _waiting(session)[:LINKS_MAX]
    base = options_of(request).base_url
    links = [
        (
            each,
            f"{base}/welcome/"
            + administration.invite(session.store, each.name, by=visit.account.name, now=WALL_CLOCK()),
        )
        for each in waiting
    ]
    return shown(request, "all_links.html", {"links": links, "days": entry.LINK_GOOD_FOR.days})


def is_waiting(line: Line) -> bool:
    """Whether nobody has come in by this account yet, neither a person nor a program."""
    return not line.has_password and not line.use.tokens and not line.is_bound


@router.post("/admin/accounts/{name}/sign-on/unbind")
def unbind(visit: Acting, session: Ledger, name: str) -> Response:
    """Let the account be nobody's at the office's provider: somebody else has the login there now."""
    single_sign_on.unbind(session.store, name, by=visit.account.name, now=WALL_CLOCK())
    return RedirectResponse(f"/admin/accounts/{name}?done=unbound", status_code=303)


@router.post("/admin/accounts/{name}/second-factor/off")
def forget_second_factor(visit: Acting, session: Ledger, name: str) -> Response:
    """Ask *name* for no second factor any more: his telephone is lost."""
    second_factor.forget(session.store, name, by=visit.account.name, now=WALL_CLOCK())
    return RedirectResponse(f"/admin/accounts/{name}?done=second", status_code=303)


@router.post("/admin/accounts/{name}/logins/end")
def end_login(visit: Acting, session: Ledger, name: str, key: Typed) -> Response:
    """End one login, or with the key "all" every one."""
    administration.end_login(session.store, name, key, by=visit.account.name, now=WALL_CLOCK())
    return RedirectResponse(f"/admin/accounts/{name}?done=ended", status_code=303)


def split_units(text: str) -> frozenset[str]:
    """Return the units in *text*, however they are set apart."""
    return frozenset(filter(None, re.split(r"[\s,，、;；]+", text)))


def units_in(session: OpenLedger, text: str) -> frozenset[str]:
    """Return the units and branches in *text*, by id or by name.

    What is no name here stays as it was typed: an id may be of a unit that is registered later.
    """
    words = split_units(text)
    if all(each.isascii() for each in words):
        return words
    known = known_district(session, session.clock.today())
    return frozenset(_scope(known, each) for each in words)


def scope_in(session: OpenLedger, text: str) -> str:
    """Return the one unit or branch that *text* is, by id or by name; what is no name here stays as it was typed."""
    word = text.strip()
    return word if word.isascii() else _scope(known_district(session, session.clock.today()), word)


def _scope(known: KnownDistrict, word: str) -> str:
    unit_word, _slash, branch_word = word.partition("/")
    unit = known.unit_named(unit_word)
    branch = unit.branch_named(branch_word) if unit is not None else None
    return branch or word


def _unregistered(session: OpenLedger, account: Account) -> list[str]:
    """Return those of the account's units that the ledger does not know: mistyped, or not registered yet."""
    known = set(session.store.units()) if account.units else set()
    return [unit for unit in account.unit_ids if unit not in known]
