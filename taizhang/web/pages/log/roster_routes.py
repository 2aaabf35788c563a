"""`/units/UNIT/roster`: who belongs to the unit today, branch by branch, and what may be done about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.problem import Problem
from ledger.text import Text
from taizhang.accounts.entry import Visit
from taizhang.app.ledger import OpenLedger
from taizhang.entry.forms.situation import Situation
from taizhang.entry.parsing.cells import Unreadable
from taizhang.entry.parsing.days import read_day
from taizhang.people import store as people
from taizhang.people.erasing import erase_person
from taizhang.people.person import Directory, Person
from taizhang.web.http.auth import Ledger, May, NotAllowed
from taizhang.web.http.form_data import Form
from taizhang.web.http.templates import render
from taizhang.web.pages.log.situation import is_his_member, situation_of

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("roster"))]
Keeper = Annotated[Visit, Depends(May("people"))]
NAME_CHARACTERS_MAX = 80
ADDRESS_CHARACTERS_MAX = 200


@router.get("/units/{unit}/roster")
def roster(request: Request, visit: Visitor, session: Ledger, unit: str, q: str = "") -> Response:
    """Show the roster, or those who are found by name, pinyin or id."""
    situation = situation_of(session, unit)
    found: set[str] | None = None
    if q.strip():
        with session.store.read() as work:
            found = {person.member for person in people.search(work.connection, unit, q)}
        found |= {each.member for each in situation.members if q.strip().lower() in each.member.lower()}
    members = [each for each in situation.members if found is None or each.member in found]
    known = {
        "unit": unit,
        "situation": situation,
        "q": q,
        "members": members,
        "count": len(situation.members),
        "branches": [(subject, situation.name(subject)) for subject in situation.branches],
        "secretary": situation.secretary,
        "done": request.query_params.get("done", ""),
    }
    return render(request, "log/roster.html", known)


@router.get("/units/{unit}/roster/name")
def name_form(request: Request, visit: Keeper, session: Ledger, unit: str, member: str = "") -> Response:
    """Show what the directory knows of a member."""
    situation = _of_his_member(session, visit, unit, member)
    person = _directory(session, unit).get(member) or Person(member, "")
    return _name_page(request, situation, member, person, [])


@router.post("/units/{unit}/roster/name")
def keep_name(request: Request, visit: Keeper, session: Ledger, unit: str, sent: Form) -> Response:
    """Keep a member's name and telephone in the directory, or erase them: the ledger is not touched."""
    member = sent.one("member")
    situation = _of_his_member(session, visit, unit, member)
    before = _directory(session, unit).get(member) or Person(member, "")
    if sent.one("step") == "erase":
        erase_person(session.store, unit, member)
        return RedirectResponse(f"/units/{unit}/roster?done=erased", status_code=303)
    name, telephone = sent.one("name").strip(), sent.one("telephone").strip()
    person = replace(before, name=name, telephone=telephone)
    problems = _problems(name, telephone)
    if "address" in sent.values:
        person = replace(person, address=sent.one("address").strip()[:ADDRESS_CHARACTERS_MAX])
    if "born_on" in sent.values:
        born, wrong = _born_on(sent.one("born_on").strip(), situation)
        person, problems = replace(person, born_on=born), problems + wrong
    if problems:
        return _name_page(request, situation, member, person, problems)
    with session.store.write() as work:
        people.put(work.connection, unit, [person])
    return RedirectResponse(f"/units/{unit}/roster?done=name", status_code=303)


def _of_his_member(session: OpenLedger, visit: Visit, unit: str, member: str) -> Situation:
    """Return the unit as it stands. Raises NotAllowed when the member is of a branch that is not the visitor's."""
    situation = situation_of(session, unit, visit.account)
    if not is_his_member(visit.account, situation, member):
        raise NotAllowed
    return situation


def _born_on(text: str, situation: Situation) -> tuple[date | None, list[Problem]]:
    if not text:
        return None, []
    try:
        return read_day(text, situation.today.year), []
    except Unreadable as error:
        return None, [Problem("born_on", error.text)]


def _problems(name: str, telephone: str) -> list[Problem]:
    problems = []
    if not name:
        problems.append(Problem("name", Text("请填写姓名；要去掉就用“抹去”")))
    if len(name) > NAME_CHARACTERS_MAX:
        problems.append(Problem("name", Text("太长；最多 {most} 个字符", most=NAME_CHARACTERS_MAX)))
    if len(telephone) > NAME_CHARACTERS_MAX:
        problems.append(Problem("telephone", Text("太长；最多 {most} 个字符", most=NAME_CHARACTERS_MAX)))
    return problems


def _directory(session: OpenLedger, unit: str) -> Directory:
    with session.store.read() as work:
        return people.directory_of(work.connection, unit)


def _name_page(
    request: Request, situation: Situation, member: str, person: Person, problems: list[Problem]
) -> Response:
    if member not in situation.facts.roster.timelines:
        raise HTTPException(404)
    known = {
        "unit": situation.unit,
        "member": member,
        "person": person,
        "problems": problems,
        "wrong": {problem.field: problem.text for problem in problems},
    }
    return render(request, "log/name.html", known, status_code=422 if problems else 200)
