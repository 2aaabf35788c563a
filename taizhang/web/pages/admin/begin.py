"""`/admin/begin`: an operator's first hour as a walk, one stop a page; the one-time link of `serve` leads here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.problem import Problem, Refused
from ledger.text import Text
from reminders.contacts import problems_of
from reminders.delivery import Doubtful, NotDelivered
from reminders.mail import BadMailSetting
from reminders.store import contacts
from taizhang.accounts import administration
from taizhang.accounts.entry import Visit
from taizhang.accounts.roles import Role
from taizhang.app.installation import settings_of
from taizhang.app.ledger import OpenLedger
from taizhang.app.log_lines import told
from taizhang.app.settings import Settings
from taizhang.app.settings_file import settings_path
from taizhang.backup.on_demand import backup_now, backups
from taizhang.health.doctor.address_look import address_look
from taizhang.health.doctor.settings_look import of_the_address
from taizhang.health.finding import Finding, warning
from taizhang.jobs.reminders import send_test
from taizhang.startup.settings_changes import change_settings
from taizhang.web.http.auth import WALL_CLOCK, Ledger, May, options_of
from taizhang.web.pages.admin.accounts import is_waiting
from taizhang.web.pages.admin.first_steps import (
    STOPS,
    Stop,
    leave_for_later,
    mail_was_tried,
    stops_of,
    take_up_again,
)
from taizhang.web.pages.admin.settings import DISTRICT_MAX
from taizhang.web.pages.admin.shown import shown

router = APIRouter()
Operator = Annotated[Visit, Depends(May("admin"))]
Acting = Annotated[Visit, Depends(May("admin.deeds"))]
Typed = Annotated[str, Form(max_length=500)]
KEYS = [key for key, _name in STOPS]


@router.get("/admin/begin")
def begin(request: Request, visit: Operator, session: Ledger) -> Response:
    """Lead to the first stop that waits; to `/admin` where none does."""
    waiting = [stop for stop in _stops(request, session) if stop.waits]
    return RedirectResponse(f"/admin/begin/{waiting[0].key}" if waiting else "/admin", status_code=303)


@router.post("/admin/begin")
def begin_again(visit: Acting, session: Ledger) -> Response:
    """Walk once more past everything that is not done."""
    take_up_again(session)
    return RedirectResponse("/admin/begin", status_code=303)


@router.get("/admin/begin/{key}")
def stop(request: Request, visit: Operator, session: Ledger, key: str) -> Response:
    """Show one stop."""
    return _page(request, session, key)


@router.post("/admin/begin/{key}")
def act(
    request: Request,
    visit: Acting,
    session: Ledger,
    key: str,
    later: Typed = "",
    district: Typed = "",
    to: Typed = "",
) -> Response:
    """Do what the stop is for, or leave it for later and go on."""
    if key not in KEYS:
        raise HTTPException(404)
    if later:
        leave_for_later(session, key)
        return RedirectResponse(_after(_stops(request, session), key), status_code=303)
    settings = settings_of(session.url)
    if key == "name":
        return _name(request, session, visit, district.strip())
    if key == "mail":
        return _try_mail(request, session, visit, settings, to.strip())
    if key == "backup":
        return _back_up(request, session, visit, settings)
    if key == "https":
        found = [*_of_settings(settings), *address_look(settings, WALL_CLOCK())]
        return _page(request, session, key, looked=found)
    return RedirectResponse(_after(_stops(request, session), key), status_code=303)


def _name(request: Request, session: OpenLedger, visit: Visit, district: str) -> Response:
    if not district or len(district) > DISTRICT_MAX:
        text = Text("太长；最多 {most} 个字符", most=DISTRICT_MAX) if district else Text("请写上机关名称")
        return _page(request, session, "name", [Problem("district", text)], typed=district)
    change_settings(session, {"district": district}, by=visit.account, now=WALL_CLOCK())
    return RedirectResponse(_after(_stops(request, session), "name"), status_code=303)


def _try_mail(request: Request, session: OpenLedger, visit: Visit, settings: Settings, to: str) -> Response:
    problems = problems_of("email", to, "")
    if not problems:
        try:
            send_test(settings, to, settings.lang)
        except (BadMailSetting, NotDelivered, Doubtful) as error:
            problems = [Problem("email", error.text)]
    if not problems:
        mail_was_tried(session)
    told("message.test_failed" if problems else "message.test_sent", by=visit.account.name)
    return _page(request, session, "mail", problems, typed=to, done="" if problems else "tested")


def _back_up(request: Request, session: OpenLedger, visit: Visit, settings: Settings) -> Response:
    try:
        backup_now(session, settings, options_of(request).evidence, by=visit.account, now=WALL_CLOCK())
    except Refused as refused:
        return _page(request, session, "backup", refused.problems)
    return _page(request, session, "backup", done="backed-up")


def _of_settings(settings: Settings) -> list[Finding]:
    return [warning("settings", text, mend) for text, mend in of_the_address(settings)]


def _stops(request: Request, session: OpenLedger) -> list[Stop]:
    return stops_of(session, settings_of(session.url), secure=options_of(request).secure)


def _after(stops: Sequence[Stop], key: str) -> str:
    """Return where the walk goes on behind a stop: to the next that waits, round once, then to the overview."""
    at = KEYS.index(key) + 1
    order = [*KEYS[at:], *KEYS[: at - 1]]
    waiting = {each.key for each in stops if each.waits}
    following = next((each for each in order if each in waiting), None)
    return f"/admin/begin/{following}" if following else "/admin"


def _page(
    request: Request,
    session: OpenLedger,
    key: str,
    problems: Sequence[Problem] = (),
    *,
    typed: str = "",
    done: str = "",
    looked: Sequence[Finding] = (),
) -> Response:
    stops = _stops(request, session)
    here = next((each for each in stops if each.key == key), None)
    if here is None:
        # A demo has no walk, and no other has this stop.
        raise HTTPException(404)
    known: dict[str, object] = {
        "stops": stops,
        "here": here,
        "number": KEYS.index(key) + 1,
        "following": _after(stops, key),
        "typed": typed,
        "done": done,
        "looked": looked,
        **_known(request, session, key),
    }
    return shown(request, "begin.html", known, problems)


def _known(request: Request, session: OpenLedger, key: str) -> dict[str, object]:
    """Return what the page of a stop says of how things stand."""
    settings = settings_of(session.url)
    known: dict[str, object] = {"settings_file": str(settings_path() or "/etc/taizhang.env")}
    if key == "accounts":
        lines = [
            each
            for each in administration.all_accounts(session.store, now=WALL_CLOCK())
            if each.account.active
        ]
        known["roles"] = {
            role: sum(each.account.role is role for each in lines) for role in (Role.SECRETARY, Role.ASSESSOR)
        }
        known["waiting"] = sum(map(is_waiting, lines))
    elif key == "units":
        known["units"] = len(session.store.units())
    elif key == "contacts":
        with session.store.read() as work:
            known["contacts"] = len({each.person.id for each in contacts.contacts(work.connection)})
    elif key == "rubric":
        today = session.clock.today()
        known["missing"] = session.shelf.missing_year(today)
        known["this_year"] = today.year
    elif key == "mail":
        known["sends"] = settings.smtp_url is not None and settings.mail_from is not None
    elif key == "backup":
        known["backups"] = backups(settings)
    elif key == "https":
        known |= {"base_url": options_of(request).base_url, "base_is_set": settings.base_url is not None}
    return known
