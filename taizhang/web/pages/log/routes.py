"""`/log`: choose what happened; `/log/entry`: its form, looked at before it is recorded; then what it moved."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.events.event import event_unit, unit_of
from ledger.problem import Refused
from taizhang.accounts.entry import Visit
from taizhang.app.ledger import OpenLedger
from taizhang.entry.forms import catalogue, form_for_shortfall, registry
from taizhang.entry.forms.drafting import is_form_id, new_form_id
from taizhang.entry.forms.form import Values
from taizhang.entry.forms.members import MemberJoined
from taizhang.entry.forms.questions import is_answered
from taizhang.entry.forms.situation import Situation, names_in
from taizhang.entry.parsing.cells import Unreadable
from taizhang.entry.parsing.days import read_day
from taizhang.evidence.folder import EvidenceFolder
from taizhang.evidence.kinds import ACCEPT
from taizhang.language.i18n import N_, _, current, spoken
from taizhang.people.person import Person
from taizhang.people.store import put
from taizhang.web.http.auth import Ledger, May, options_of, require
from taizhang.web.http.form_data import Form as PostedForm
from taizhang.web.http.form_data import Posted
from taizhang.web.http.record import keep, looked_at, record_looked_at
from taizhang.web.http.templates import render
from taizhang.web.pages.log.preview import Entry, counted_for, entry_of, moved_by, refused_in_fields
from taizhang.web.pages.log.situation import situation_of, title_of, unit_for

router = APIRouter()
Visitor = Annotated[Visit, Depends(May("log"))]
NEXT_SHOWN = 3
"""So many of the things that are due next stand above the choice."""


@router.get("/log")
def log_page(
    request: Request,
    visit: Visitor,
    session: Ledger,
    unit: str = "",
    q: str = "",
    what: str = "",
    clause: str = "",
    rubric: str = "",
    done: str = "",
) -> Response:
    """Show the choice of what happened, or the form that is asked for."""
    own = unit_for(visit, unit)
    if own is None:
        return _choose_unit(request, visit, session)
    situation = situation_of(session, own, visit.account)
    if what or clause:
        return _empty_form(request, session, situation, what, clause, rubric)
    groups = catalogue.groups(situation)
    known: dict[str, object] = {
        "situation": situation,
        "unit": own,
        "q": q,
        "commonest": [] if q else catalogue.commonest(groups),
        "groups": catalogue.matching(groups, q),
        "other_documents": "other" in dict(situation.options("documents")),
        "since": session.store.size(),
        "names": names_in(situation),
        "next_due": [] if q else _next_due(session, own),
        "offline": _offline(visit, situation, groups),
        "saved": _saved(session, situation, done, request.query_params.get("was", "")) if done else None,
    }
    return render(request, "log/choose.html", known)


def _offline(visit: Visit, situation: Situation, groups: list[catalogue.Group]) -> dict[str, object]:
    """Return what a device keeps to record without a connection: codes, branches and words, nobody's name."""
    entries = [entry for group in groups for entry in group.entries if not entry.given]
    entries.sort(key=lambda entry: -entry.count)
    return {
        "account": visit.account.name,
        "unit": situation.unit,
        "kinds": [
            [each.key, each.name, _(title)]
            for type_, title in _WITHOUT_A_CONNECTION.items()
            for each in entries
            if each.key.startswith(f"{type_}:")
        ],
        "subjects": situation.subjects,
        "lang": spoken().replace("_", "-"),
        "words": {
            "page": _("没有网络 · 台账"),
            "heading": _("没有网络，先记下来"),
            "how": _("写的存在这台设备上，连上网打开“记一笔”时自动记入，只记一次。"),
            "what": _("做了什么"),
            "subject": _("哪个组织"),
            "day": _("日期"),
            "topic": _("主题"),
            "title": _("标题"),
            "hours": _("学时"),
            "hours-help": _("（可不填；填了就按全体参加记，有人没到请连上网再记）"),
            "url": _("网址"),
            "url-help": _("（可不填）"),
            "keep": _("存下"),
            "again": _("再试试连网"),
            "kept": _("已存下：{title}，{topic}", title="{title}", topic="{topic}"),
        },
    }


_WITHOUT_A_CONNECTION = {"activity.held": N_("活动"), "publication.made": N_("信息报道")}
"""What the small form without a connection takes: what has few fields, and asks nothing of the ledger."""


def _choose_unit(request: Request, visit: Visit, session: OpenLedger) -> Response:
    today = session.clock.today()
    rows = [
        row for row in session.projections.board(session.store, today).rows if visit.account.reaches(row.unit)
    ]
    return render(request, "log/units.html", {"rows": rows})


def _next_due(session: OpenLedger, unit: str) -> list[dict[str, object]]:
    with session.store.read():
        found = session.projections.shortfalls(session.store, unit, session.clock.today()).found
        mendable = [
            each for each in found if each.requirement.status.value != "missed" and not each.by_office
        ]
        several = any(each.card.rubric.is_beside for each in found)
        return [
            {
                **each.as_json(current()),
                "rubric": each.card.rubric.id if each.card.rubric.is_beside else "",
                "title": each.card.rubric.title if several else "",
            }
            for each in mendable[:NEXT_SHOWN]
        ]


def _empty_form(
    request: Request, session: OpenLedger, situation: Situation, what: str, clause: str, rubric: str
) -> Response:
    asked = request.query_params
    given: Values = {}
    days = None
    if clause:
        led = _led(session, situation, clause, asked.getlist("subject"), asked.get("due", ""), rubric)
        if led is None:
            return render(
                request,
                "log/judged.html",
                {"unit": situation.unit, "clause": clause, "text": _clause_words(situation, clause, rubric)},
                status_code=200 if _clause_words(situation, clause, rubric) else 404,
            )
        what, given, days = what or led.key, led.given, led.days
    form = registry.form_of(what, situation)
    if form is None:
        raise HTTPException(404)
    names = {field.name for field in form.fields()}
    given = {name: texts for name, texts in given.items() if name in names}
    given |= {name: asked.getlist(name) for name in asked if name in names and not clause}
    entry = Entry(form, {field.name: field.default for field in form.fields(given)}, days=days)
    return _form_page(request, session, entry, what, new_form_id(), looked=False)


def _led(
    session: OpenLedger, situation: Situation, clause: str, wanted: list[str], due: str, rubric_id: str
) -> form_for_shortfall.Lead | None:
    try:
        day = read_day(due, situation.today.year) if due else None
    except Unreadable:
        day = None
    known = dict(situation.subjects)
    subjects = [subject for subject in dict.fromkeys(wanted) if subject in known]
    with session.store.read():
        # The rubric that has the clause open on the day it is due: in January that is last year's.
        for rubric in sorted(situation.rubrics, key=lambda each: each.year):
            meant = rubric.id == rubric_id if rubric_id else not rubric.is_beside
            if not meant or clause not in rubric.texts:
                continue
            if day is None or rubric.opens_on <= day <= rubric.closes_on:
                card = session.projections.score(
                    session.store, situation.unit, situation.today, rubric_id=rubric.id
                )
                return form_for_shortfall.lead(card, clause, subjects, day)
    return None


def _clause_words(situation: Situation, clause: str, rubric_id: str) -> str:
    named = [each for each in situation.rubrics if each.id == rubric_id] if rubric_id else [situation.rubric]
    return next((each.texts[clause] for each in named if clause in each.texts), "")


@router.get("/log/entry")
def entry_address(request: Request, visit: Visitor) -> Response:
    """Lead back whoever comes to the form's own address without a form."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/log{query}", status_code=303)


@router.post("/log/entry")
def enter(request: Request, visit: Visitor, session: Ledger, sent: PostedForm) -> Response:
    """Look at what was typed (`step` preview or show), or record it (`step` save)."""
    unit = sent.one("unit")
    require(visit, "log", unit)
    situation = situation_of(session, unit, visit.account)
    form = registry.form_of(sent.one("what"), situation)
    if form is None:
        raise HTTPException(404)
    form_id = sent.one("id") if is_form_id(sent.one("id")) else new_form_id()
    entry = entry_of(session, visit.account, form, sent.values, form_id)
    if entry.recorded_already:
        return _recorded(entry, sent.one("what"))
    saving = sent.one("step") == "save"
    if saving and not entry.problems and not entry.unanswered:
        _save(request, visit, session, entry, sent)
        if not entry.problems:
            return _recorded(entry, sent.one("what"))
    return _form_page(
        request, session, entry, sent.one("what"), form_id, looked=True, sent=sent, saving=saving
    )


def _save(request: Request, visit: Visit, session: OpenLedger, entry: Entry, sent: Posted) -> None:
    """Record the entry with its files; what stands in the way is noted, and then nothing is recorded."""
    attachments, entry.problems = looked_at(sent.files)
    if entry.problems:
        return
    event = entry.events[0]
    different = {each.sha256: each for each in attachments}.values()
    evidence = [each.event(event, session.clock()) for each in different]
    folder = EvidenceFolder(options_of(request).evidence)
    try:
        keep(session, visit.account, unit_of(event["subject"]), folder, attachments)
        record_looked_at(
            session, visit.account, entry.lines, entry.form.situation, evidence=evidence, files=attachments
        )
    except Refused as refused:
        entry.problems = refused_in_fields(entry.form, refused)
        return
    _note_name(session, entry)


def _note_name(session: OpenLedger, entry: Entry) -> None:
    """Keep the name of somebody who joined in the directory: no name is in the ledger."""
    name = (entry.values.get("name") or [""])[0].strip()
    if isinstance(entry.form, MemberJoined) and name:
        person = Person(entry.events[0]["data"]["member"], name[:80])
        with session.store.write() as work:
            put(work.connection, entry.form.situation.unit, [person])


def _recorded(entry: Entry, what: str) -> Response:
    unit, event_id = entry.form.situation.unit, entry.events[0]["id"]
    query = urlencode({"unit": unit, "done": event_id, "was": what})
    return RedirectResponse(f"/log?{query}", status_code=303)


def _form_page(
    request: Request,
    session: OpenLedger,
    entry: Entry,
    what: str,
    form_id: str,
    *,
    looked: bool,
    sent: Posted | None = None,
    saving: bool = False,
) -> Response:
    """Draw a form; *looked*: its preview is there, so that it can be recorded without scripts."""
    refused = saving and bool(entry.problems)
    known = {
        "form": entry.form,
        "situation": entry.form.situation,
        "unit": entry.form.situation.unit,
        "what": what,
        "form_id": form_id,
        "entry": entry,
        "fields": entry.fields,
        "problems": entry.problems if looked else [],
        "alike": [(each, title_of(entry.form.situation, each.type, each.data)) for each in entry.alike],
        "asked": [(each, is_answered(each, entry.values)) for each in entry.questions],
        "another": sent is not None and sent.one("another") == "yes",
        "looked": looked and not entry.problems,
        "returned": looked,
        "files_again": bool(sent is not None and sent.files),
        "accept": ACCEPT,
        "upload_max": options_of(request).upload_max,
        "counted": counted_for(session, entry),
        "again": f"/log?{urlencode({'unit': entry.form.situation.unit})}",
    }
    return render(request, "log/entry.html", known, status_code=422 if refused else 200)


def _saved(session: OpenLedger, situation: Situation, event_id: str, was: str) -> dict[str, object] | None:
    """Return what was recorded just now and what it moved; None when that is no event of the unit."""
    unit = situation.unit
    event = session.store.find(event_id)
    if event is None or event_unit(event) != unit:
        return None
    brought = [each for each in situation.events if each["recordedtime"] == event["recordedtime"]]
    return {
        "records": [
            (each, title_of(situation, each["type"], each["data"]))
            for each in brought
            if each["type"] != "evidence.attached"
        ],
        "files": [each["data"]["filename"] for each in brought if each["type"] == "evidence.attached"],
        "counted": moved_by(session, situation, event),
        "was": was,
        "undo": _("刚才记错了，撤回"),
    }
