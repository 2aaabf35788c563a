"""The directory of a unit's people, which is kept beside the ledger and can be corrected and erased."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from ledger.problem import Problem, Refused
from ledger.text import Text
from taizhang.accounts.entry import Visit
from taizhang.people import store as people
from taizhang.people.erasing import erase_person
from taizhang.people.person import Person
from taizhang.web.api.accounts import STRICT
from taizhang.web.api.asking import UNIT, problem
from taizhang.web.http.auth import Ledger, May, NotAllowed
from taizhang.web.http.strict_route import StrictRoute
from taizhang.web.pages.log.situation import is_his_member, situation_of

router = APIRouter(prefix="/api/v1/units/{unit}/people", tags=["people"], route_class=StrictRoute)
Keeper = Annotated[Visit, Depends(May("people"))]
Unit = Annotated[str, Path(pattern=UNIT)]
Member = Annotated[str, Path(min_length=1, max_length=200)]
NAME_MAX = 80


class Known(BaseModel):
    """What the directory knows of a member."""

    member: str
    name: str
    telephone: str


class Directory(BaseModel):
    """The people of a unit, in the roster's order."""

    people: list[Known]


class PersonWanted(BaseModel):
    """A member's name, and how to reach him."""

    model_config = STRICT

    name: str = Field(min_length=1, max_length=NAME_MAX)
    telephone: str = Field(default="", max_length=NAME_MAX)


@router.get("", responses=problem(401, 403, 404, 422), summary="The people of a unit")
def directory(
    visit: Keeper, session: Ledger, unit: Unit, search: Annotated[str, Query(max_length=NAME_MAX)] = ""
) -> Directory:
    """All, or those whom a name, its pinyin or initials, or a telephone finds."""
    session.require_unit(unit)
    with session.store.read() as work:
        order = session.roster_order(unit)
        found = sorted(people.search(work.connection, unit, search), key=lambda each: order(each.member))
    return Directory(people=[Known.model_validate(each, from_attributes=True) for each in found])


@router.put(
    "/{member:path}", status_code=204, responses=problem(401, 403, 404, 422), summary="Keep a person's name"
)
def put(visit: Keeper, session: Ledger, unit: Unit, member: Member, wanted: PersonWanted) -> Response:
    """Of somebody who is or was a member of the unit."""
    session.require_unit(unit)
    situation = situation_of(session, unit, visit.account)
    if not is_his_member(visit.account, situation, member):
        raise NotAllowed
    if member not in situation.facts.roster.timelines:
        text = Text("“{unit}”没有编号为“{member}”的党员；请先记入他加入", unit=unit, member=member)
        raise Refused([Problem("member", text)])
    with session.store.write() as work:
        before = next(
            (each for each in people.directory_of(work.connection, unit) if each.member == member), None
        )
        person = replace(
            before or Person(member, ""), name=wanted.name.strip(), telephone=wanted.telephone.strip()
        )
        people.put(work.connection, unit, [person])
    return Response(status_code=204)


@router.delete(
    "/{member:path}", status_code=204, responses=problem(401, 403, 404, 422), summary="Erase a person"
)
def erase(visit: Keeper, session: Ledger, unit: Unit, member: Member) -> Response:
    """From then on the id is shown; the ledger is not touched."""
    session.require_unit(unit)
    if visit.account.only_branches(unit) and not is_his_member(
        visit.account, situation_of(session, unit), member
    ):
        raise NotAllowed
    erase_person(session.store, unit, member)
    return Response(status_code=204)
