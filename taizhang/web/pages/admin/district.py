"""`/admin/district`: one workbook for the whole district, looked at row by row and mended before it is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ledger.events.event import unit_of
from ledger.problem import NotPermitted, Problem, Refused
from ledger.text import Text
from taizhang.accounts import entry
from taizhang.accounts.entry import Visit
from taizhang.app.errors import FileRefused
from taizhang.app.installation import settings_of
from taizhang.app.ledger import OpenLedger
from taizhang.entry.district.known import KnownDistrict, known_district
from taizhang.entry.district.reading import DistrictList, Fault, read_district
from taizhang.entry.district.recording import Recorded, record_district, source_of
from taizhang.entry.district.template import write_template
from taizhang.entry.parsing.cells import Unreadable
from taizhang.entry.parsing.days import read_day
from taizhang.entry.workbooks.read import read_workbook
from taizhang.entry.workbooks.uploads import Upload
from taizhang.jobs.invitations import mailboxes
from taizhang.language.i18n import _
from taizhang.web.http.auth import WALL_CLOCK, Ledger, May, options_of
from taizhang.web.http.downloads import download
from taizhang.web.http.form_data import Posted
from taizhang.web.http.make_events import event_id, new_form
from taizhang.web.http.templates import Context
from taizhang.web.http.waiting_files import SentInTurn, forget, sent_or_waiting
from taizhang.web.pages.admin.shown import shown

router = APIRouter()
Operator = Annotated[Visit, Depends(May("admin"))]
Acting = Annotated[Visit, Depends(May("admin.deeds"))]
FAULTS_SHOWN = 200
EVERY_UNIT_UPLOAD = "*"
"""In place of a unit, with a file that waits."""
_FIX = "fix."


@dataclass(frozen=True, slots=True)
class Looked:
    """A workbook that was looked at."""

    filename: str
    found: DistrictList
    known: KnownDistrict
    since: date


@router.get("/admin/district")
def district(request: Request, visit: Operator, session: Ledger) -> Response:
    """Ask for the file."""
    return _ask(request, session)


@router.get("/admin/district/template.xlsx")
def template(request: Request, visit: Operator) -> Response:
    """Send the empty workbook."""
    content = BytesIO()
    write_template(content)
    return download(request, content.getvalue(), f"{_('全区工作簿')}.xlsx")


@router.post("/admin/district")
def look_or_record(request: Request, visit: Acting, session: Ledger, sent: SentInTurn) -> Response:
    """Look at a file that was sent, or record the one that was looked at (`step` save): all of it or nothing."""
    token, upload = sent_or_waiting(session, visit, EVERY_UNIT_UPLOAD, sent)
    if upload is None:
        gone = bool(sent.one("token"))
        text = Text("文件已经不在了，请重新选择") if gone else Text("请选择一个工作簿文件")
        return _ask(request, session, [Problem("file", text)])
    try:
        looked = _look(session, upload, sent)
    except FileRefused as refused:
        forget(session, visit, token)
        return _ask(request, session, [Problem("file", refused.text)])
    except Unreadable as wrong:
        return _ask(request, session, [Problem("since", wrong.text)])
    found = looked.found
    if sent.one("step") == "save" and not found.faults and not found.is_empty:
        form = event_id(sent.one("id")).rpartition(".")[0]
        try:
            recorded = record_district(
                session, found, since=looked.since, form=form, by=visit.account, now=WALL_CLOCK()
            )
        except (Refused, NotPermitted) as refused:
            found.faults += [_fault_of(found, problem) for problem in refused.problems]
        else:
            forget(session, visit, token)
            return _done(request, session, found, recorded)
    return _looked(request, token, looked, sent)


def _look(session: OpenLedger, upload: Upload, sent: Posted) -> Looked:
    today = session.clock.today()
    since = read_day(sent.one("since"), today.year) if sent.one("since").strip() else _new_year(today)
    if since > today:
        raise Unreadable(Text("登记日期不能在今天以后"))
    book = read_workbook(upload.content, upload.filename.rpartition(".")[0])
    known = known_district(session, today)
    fixes = {}
    for name, texts in sent.values.items():
        place, row, column = (*name.removeprefix(_FIX).split("."), "", "")[:3]
        if name.startswith(_FIX) and place.isdecimal() and row.isdecimal():
            fixes[int(place), int(row), column] = texts[0]
    found = read_district(book.grids, known, since=since, today=today, fixes=fixes)
    if not found.tables:
        raise FileRefused(
            Text("没有认出一张表；每张表要有一行列名，如“单位名称、组织类型”或“姓名、单位、支部”")
        )
    return Looked(upload.filename, found, known, since)


def _new_year(today: date) -> date:
    return date(today.year, 1, 1)


def _fault_of(found: DistrictList, problem: Problem) -> Fault:
    place, row = source_of(found, problem.line) if problem.line is not None else (-1, 0)
    sheet = next((table.name for table in found.tables if table.place == place), "")
    return Fault(place, sheet, row, "", "", problem.text)


def _looked(request: Request, token: str, looked: Looked, sent: Posted) -> Response:
    found = looked.found
    faulty = {(fault.place, fault.row, fault.column) for fault in found.faults[:FAULTS_SHOWN]}
    kept = [
        (name, texts[0])
        for name, texts in sent.values.items()
        if name.startswith(_FIX) and name not in {_field(*each) for each in faulty}
    ]
    known = {
        "token": token,
        "filename": looked.filename,
        "since": looked.since.isoformat(),
        "form_id": sent.one("id") or new_form(),
        "found": found,
        "ready": not found.faults and not found.is_empty,
        "faults": [(fault, _field(fault.place, fault.row, fault.column)) for fault in found.faults[:FAULTS_SHOWN]],
        "kept": kept,
        "units": _by_unit(looked),
        "counts": {
            "units": sum("/" not in each.subject for each in found.organizations),
            "branches": sum("/" in each.subject for each in found.organizations),
        },
        "there": sum(found.there.values()),
        "names": _names(looked.known),
    }  # fmt: skip
    return shown(request, "district_look.html", known, status=422 if found.faults else 200)


def _names(known: KnownDistrict) -> dict[str, str]:
    """Return what every unit is called, and every branch behind its unit."""
    names = {unit.code: unit.name for unit in known.units.values()}
    for unit in known.units.values():
        names |= {subject: f"{unit.name} {branch}" for subject, branch in unit.branches.items()}
    return names


def _field(place: int, row: int, column: str) -> str:
    return f"{_FIX}{place}.{row}.{column}"


def _by_unit(looked: Looked) -> list[dict[str, object]]:
    """Return for each unit that something is new of: the unit, its new branches and its new members."""
    found, units = looked.found, looked.known.units
    of_units: dict[str, dict[str, Any]] = {}

    def of(subject: str) -> Context:
        unit = units[unit_of(subject)]
        return of_units.setdefault(unit.code, {"unit": unit, "branches": [], "members": []})

    for organization in found.organizations:
        lines = of(organization.subject)
        if "/" in organization.subject:
            lines["branches"].append(organization)
    for member in found.members:
        of(member.subject)["members"].append(member)
    return list(of_units.values())


def _done(request: Request, session: OpenLedger, found: DistrictList, recorded: Recorded) -> Response:
    base = options_of(request).base_url
    settings = settings_of(session.url)
    mail_is_set = settings.smtp_url is not None and settings.mail_from is not None
    with session.store.read() as work:
        boxes = mailboxes(work, [account for account, _token in recorded.links])
    known = {
        "mail_is_set": mail_is_set,
        "mailed": len(boxes) if mail_is_set else 0,
        "appended": recorded.appended.appended,
        "found": found,
        "links": [(account, f"{base}/welcome/{token}") for account, token in recorded.links],
        "days": entry.LINK_GOOD_FOR.days,
    }
    return shown(request, "district_done.html", known)


def _ask(request: Request, session: OpenLedger, problems: list[Problem] | None = None) -> Response:
    since = _new_year(session.clock.today()).isoformat()
    return shown(request, "district.html", {"since": since}, problems or [])
