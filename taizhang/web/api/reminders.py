"""Who is reminded: contacts and the outbox, for operators; the private calendar address of a unit."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from ledger.problem import Problem, Refused
from ledger.text import Text
from reminders.contacts import Role
from reminders.links import Links
from reminders.outbox import State
from reminders.store import contacts, feeds
from reminders.store import outbox as messages
from taizhang.accounts.entry import Visit
from taizhang.accounts.journal import Deed, note
from taizhang.documents.reminders import contact_document, contacts_document, outbox_document
from taizhang.entry.contact import Entered, keep_contact
from taizhang.web.api.accounts import STRICT
from taizhang.web.api.asking import UNIT, Limit, as_json, problem
from taizhang.web.http.auth import WALL_CLOCK, Ledger, May, options_of
from taizhang.web.http.strict_route import StrictRoute

router = APIRouter(prefix="/api/v1", tags=["reminders"], route_class=StrictRoute)
Operator = Annotated[Visit, Depends(May("admin"))]
Acting = Annotated[Visit, Depends(May("admin.deeds"))]
OfUnit = Annotated[Visit, Depends(May("calendar"))]
Unit = Annotated[str, Path(pattern=UNIT)]
Typed = Annotated[str, Query(min_length=1, max_length=2000)]


class ContactWanted(BaseModel):
    """A contact; what is null stays as it is."""

    model_config = STRICT

    unit: str = Field(max_length=63, description="a unit, or * for the district")
    role: str = Field(default=Role.SECRETARY.value, max_length=40)
    channel: str = Field(default="email", max_length=40)
    address: str = Field(max_length=2000)
    secret: str | None = Field(default=None, max_length=200)
    name: str | None = Field(default=None, max_length=200)
    language: str | None = Field(default=None, max_length=20)
    quiet: list[str] | None = Field(
        default=None, max_length=100, description="days such as 2017-07-10..2017-08-20"
    )
    only_overdue: bool | None = None
    weekly: bool | None = Field(default=None, description="one digest a week (the default), or as it comes")


class Contact(BaseModel):
    """A contact; a robot's address is a password and not shown whole."""

    unit: str
    role: str
    channel: str
    address: str
    name: str
    language: str
    quiet: list[str]
    only_overdue: bool
    weekly: bool


class Contacts(BaseModel):
    """Everybody who is written to."""

    contacts: list[Contact]


class Outbox(BaseModel):
    """Messages with what became of them."""

    messages: list[dict[str, object]]


class Address(BaseModel):
    """A private calendar address; whoever has it reads the unit's due days."""

    address: str


@router.get(
    "/contacts", responses={200: {"model": Contacts}, **problem(401, 403)}, summary="Who is written to"
)
def all_contacts(visit: Operator, session: Ledger) -> Response:
    """By unit."""
    with session.store.read() as work:
        return as_json(contacts_document(contacts.contacts(work.connection)))


@router.put(
    "/contacts",
    responses={200: {"model": Contact}, **problem(401, 403, 422)},
    summary="Add or change a contact",
)
def put_contact(visit: Acting, session: Ledger, wanted: ContactWanted) -> Response:
    """Known again by unit, role, channel and address."""
    said = wanted.model_dump()
    said["quiet"] = tuple(wanted.quiet) if wanted.quiet is not None else None
    try:
        kept = keep_contact(session, Entered(**said), by=visit.account.name)
    except Refused as refused:
        # At the terminal an address goes by its channel's name.
        problems = [
            replace(each, field="address" if each.field == "email" else each.field)
            for each in refused.problems
        ]
        raise Refused(problems) from None
    return as_json(contact_document(kept))


@router.delete("/contacts", status_code=204, responses=problem(401, 403, 422), summary="Remove a contact")
def remove_contact(
    visit: Acting, session: Ledger, unit: Typed, role: Role, channel: Typed, address: Typed
) -> Response:
    """Who has no place left is forgotten."""
    with session.store.write() as work:
        person = contacts.find_person(work.connection, channel, address)
        gone = contacts.remove_contacts(work.connection, unit, person.id, role) if person is not None else 0
        if gone:
            note(
                work.connection,
                WALL_CLOCK(),
                visit.account.name,
                Deed.CONTACT_REMOVED,
                "",
                f"{unit} {role.value}",
            )
    if not gone:
        raise Refused([Problem("address", Text("没有这个联系人；请核对单位、角色和地址"))])
    return Response(status_code=204)


@router.get(
    "/outbox",
    responses={200: {"model": Outbox}, **problem(401, 403, 422)},
    summary="What became of each message",
)
def outbox(visit: Operator, session: Ledger, state: State | None = None, limit: Limit = 100) -> Response:
    """The latest first."""
    with session.store.read() as work:
        found = messages.messages(work.connection, [state] if state else [], limit=limit)
        people = contacts.book(work.connection).people()
        return as_json(outbox_document(found, people))


@router.post(
    "/outbox/{message}/resend",
    status_code=204,
    responses=problem(401, 403, 422),
    summary="Send a message again",
)
def resend(visit: Acting, session: Ledger, message: str) -> Response:
    """The ticker sends it within minutes."""
    with session.store.write() as work:
        planned = messages.resend(work.connection, message)
    if not planned:
        raise Refused([Problem("message", Text("没有这封信，或者它正在发送；请稍后再看"))])
    return Response(status_code=204)


@router.post(
    "/units/{unit}/calendar",
    status_code=201,
    responses=problem(401, 403, 404, 422),
    summary="A new calendar address",
)
def make_calendar(request: Request, visit: OfUnit, session: Ledger, unit: Unit) -> Address:
    """The address before is closed."""
    session.require_unit(unit)
    with session.store.write() as work:
        token = feeds.make_feed(work.connection, unit, session.clock())
    return Address(address=Links(options_of(request).base_url).feed(token))


@router.delete(
    "/units/{unit}/calendar",
    status_code=204,
    responses=problem(401, 403, 404, 422),
    summary="Close that address",
)
def close_calendar(visit: OfUnit, session: Ledger, unit: Unit) -> Response:
    """Nobody reads it any more."""
    session.require_unit(unit)
    with session.store.write() as work:
        feeds.revoke_feed(work.connection, unit)
    return Response(status_code=204)
