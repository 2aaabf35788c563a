"""`/admin/rubrics`: the rubrics that scores are made by; a file is looked at, then installed; one is withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from time import monotonic
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.problem import Problem, Refused
from ledger.text import Text
from rubric.catalog import RubricCatalog
from rubric.derive import derive
from rubric.mistake import NoRubric, RubricRefused
from rubric.samples import sample as sample_text
from rubric.samples import sample_names
from rubric.schema import Rubric
from rubric.source import SIZE_MAX_BYTES
from taizhang.accounts.entry import Visit
from taizhang.accounts.recording import recorder_of
from taizhang.app.ledger import OpenLedger
from taizhang.app.rubrics import install_rubric, withdraw_rubric
from taizhang.documents.rubric import rubric_document
from taizhang.documents.rubric_try import Tried, tried
from taizhang.entry.workbooks import uploads
from taizhang.language.i18n import N_, _
from taizhang.web.http.auth import WALL_CLOCK, Ledger, May
from taizhang.web.http.downloads import download, name_of_file
from taizhang.web.http.form_data import Form, Posted
from taizhang.web.http.waiting_files import SentInTurn, Turn, forget
from taizhang.web.pages.admin.rubric_drafts import (
    CHANGES_SHOWN,
    RUBRIC_UPLOAD,
    SAMPLES,
    Drafted,
    compared_with,
    draft_of,
    handed_in,
    next_version,
    sample_of_year,
    typed_text,
    what_changed,
)
from taizhang.web.pages.admin.rubric_look import Choice, look_at, mistakes_of
from taizhang.web.pages.admin.shown import shown

router = APIRouter()
Operator = Annotated[Visit, Depends(May("admin"))]
Acting = Annotated[Visit, Depends(May("admin.deeds"))]
MISTAKES_SHOWN = 200
REASON_MAX = 500
TRIED_SECONDS = 15.0
"""So long a file is tried on the ledger; the units that are left then are counted."""


@dataclass(frozen=True, slots=True)
class Line:
    """A rubric that is at hand, and what it is for now; `word` is to be translated."""

    rubric: Rubric
    word: str


@router.get("/admin/rubrics")
def rubrics(request: Request, visit: Operator, session: Ledger, done: str = "") -> Response:
    """List them by year, and who installed or withdrew which, when and why; ask for a file."""
    return _listed(request, session, done=done)


@router.post("/admin/rubrics")
def look_or_install(request: Request, visit: Acting, session: Ledger, sent: SentInTurn) -> Response:
    """Look at a file, a sample, a draft or a text (by `step`); `try` it, or `install` what was looked at."""
    session.read_shelf()
    try:
        token, upload = handed_in(session, visit, sent)
    except (RubricRefused, Refused) as refused:
        return _listed(request, session, mistakes_of(refused))
    except NoRubric:
        raise HTTPException(404) from None
    if upload is None:
        gone = bool(sent.one("token"))
        text = Text("文件已经不在了，请重新选择") if gone else Text("请选择一个考核细则文件（.yaml）")
        return _listed(request, session, [Problem("file", text)])
    name = PurePath(upload.filename.replace("\\", "/")).name
    try:
        look = look_at(upload.content, name, session.shelf)
    except (RubricRefused, Refused) as refused:
        forget(session, visit, token)
        drafted = typed_text(upload.content, name) if len(upload.content) <= SIZE_MAX_BYTES else None
        if drafted is None:
            return _listed(request, session, mistakes_of(refused), name)
        return _edited(request, drafted, mistakes_of(refused))
    reason = sent.one("reason").strip()
    choice = next((each for each in look.choices if each.value == sent.one("way")), None)
    problems: list[Problem] = []
    if sent.one("step") == "install" and not look.is_there:
        problems = _install(session, visit, upload.content, name, choice, reason)
        if not problems:
            forget(session, visit, token)
            return RedirectResponse(f"/admin/rubrics?{urlencode({'done': look.rubric.id})}", status_code=303)
    against = compared_with(session.shelf, look.rubric, sent.one("against"))
    known = {
        "token": token,
        "filename": name,
        "tried": _tried(session, upload.content, name, sent) if sent.one("step") == "try" else None,
        "try_year": sent.one("year") or _year_to_try(session, look.rubric),
        "against": against,
        "changes": what_changed(against, look.rubric) if against is not None else [],
        "changes_shown": CHANGES_SHOWN,
        "look": look,
        "reason": reason or _usual_reason(sent, look.rubric),
        "chosen": choice.value if choice else _likeliest(look.choices),
        "standing_in": _standing_in(session),
        "reason_max": REASON_MAX,
    }
    return shown(request, "rubric_look.html", known, problems)


def _standing_in(session: OpenLedger) -> Rubric | None:
    """Return what stands in for a rubric of today's year, for some unit or all; None where there is no need."""
    with session.store.read() as work:
        found = session.projections.missing_years(work, session.clock.today())
    return found[0].rubric if found else None


def _tried(session: OpenLedger, content: bytes, name: str, sent: Posted) -> Tried | None:
    """Score the ledger with the file, for some seconds; None where its days cannot be moved to that year."""
    year = sent.one("year")
    if not (year.isascii() and year.isdecimal() and len(year) == 4):
        return None
    try:
        return tried(session.store, content, name, int(year), until=monotonic() + TRIED_SECONDS)
    except RubricRefused:
        return None


def _year_to_try(session: OpenLedger, rubric: Rubric) -> int:
    """Return the last year that is over, of which the ledger has the whole."""
    today = session.clock.today()
    return rubric.year if rubric.closes_on < today else min(rubric.year, today.year) - 1


def _usual_reason(sent: Posted, rubric: Rubric) -> str:
    """Return what an installation is usually for; whoever installs may say it otherwise."""
    match sent.one("step"):
        case "sample":
            return _("先用样板《{title}》，等正式文件下来再换", title=rubric.title)
        case "as-it-was":
            return _("照 {id} 各条继续用", id=sent.one("from"))
    return ""


def _install(
    session: OpenLedger, visit: Visit, content: bytes, name: str, choice: Choice | None, reason: str
) -> list[Problem]:
    """Install the file; return what stands in the way, and then nothing is installed."""
    problems = _unsaid_reason(reason)
    if choice is None:
        return [*problems, Problem("way", Text("请选一种：替换哪一份，还是并列"))]
    if problems:
        return problems
    way, by = choice.way, recorder_of(session, visit.account)
    try:
        install_rubric(session, content, name, way.replaces, beside=way.beside, reason=reason, by=by)
    except (RubricRefused, Refused) as refused:
        return mistakes_of(refused)
    return []


@router.get("/admin/rubric-draft")
def drafted(
    request: Request,
    visit: Operator,
    session: Ledger,
    _place: Turn,
    source: Annotated[str, Query(alias="from", max_length=80)] = "",
    year: Annotated[str, Query(max_length=4)] = "",
    revise: Annotated[str, Query(max_length=80)] = "",
    sample: Annotated[str, Query(max_length=80)] = "",
    token: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Show a text to be mended in place: a sample, a draft of another year, the next version, or what waits."""
    try:
        if revise:
            found = next_version(session, revise)
        elif source:
            found = draft_of(session, source, year)
        elif sample:
            found = Drafted(sample_of_year(session, sample), f"{sample}.yaml", [])
        else:
            found = _waiting(session, visit, token)
    except NoRubric:
        raise HTTPException(404) from None
    except (RubricRefused, Refused) as refused:
        return _listed(request, session, mistakes_of(refused))
    return _edited(request, found)


def _waiting(session: OpenLedger, visit: Visit, token: str) -> Drafted:
    with session.store.read() as work:
        upload = uploads.get(work.connection, token, visit.account.name, RUBRIC_UPLOAD, WALL_CLOCK())
    found = typed_text(upload.content, upload.filename) if upload is not None else None
    if found is None:
        raise HTTPException(404)
    return found


def _edited(request: Request, found: Drafted, problems: Sequence[Problem] = ()) -> Response:
    known = {"drafted": found, "mistakes": len(problems), "lines": found.text.split("\n")}
    return shown(request, "rubric_draft.html", known, list(problems)[:MISTAKES_SHOWN])


@router.get("/admin/new-rubric")
def starter(request: Request, visit: Operator) -> Response:
    """Send the commented file to begin with."""
    return download(request, sample_text("starter").encode(), name_of_file(_("考核细则样板"), form="yaml"))


@router.get("/admin/rubrics/{rubric_id}")
def rubric(request: Request, visit: Operator, session: Ledger, rubric_id: str) -> Response:
    """Show one whole: what is asked, in the source's words, and how each clause counts."""
    return _one(request, session, rubric_id)


@router.get("/admin/rubrics/{rubric_id}/changes")
def changed(
    request: Request,
    visit: Operator,
    session: Ledger,
    rubric_id: str,
    against: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """Show what is another in it than in one before, clause by clause."""
    try:
        found = session.shelf.get(rubric_id)
    except NoRubric:
        raise HTTPException(404) from None
    others = {each.id: each for each in session.shelf.all if each.id != rubric_id}
    before = others.get(against) or _before(others.values(), found)
    known = {
        "rubric": found,
        "before": before,
        "others": [(each.id, each.title) for each in others.values()],
        "changes": what_changed(before, found) if before is not None else [],
    }
    return shown(request, "rubric_changes.html", known)


def _before(others: Iterable[Rubric], rubric: Rubric) -> Rubric | None:
    """Return the one nearest before *rubric* by year, else any."""
    return max(
        others, key=lambda each: (each.year <= rubric.year, -abs(rubric.year - each.year)), default=None
    )


@router.get("/admin/rubrics/{rubric_id}/file")
def file(request: Request, visit: Operator, session: Ledger, rubric_id: str) -> Response:
    """Send the file as it was installed, to the letter."""
    text = session.rubric_text(rubric_id)
    found = session.shelf.get(rubric_id)
    return download(request, text.encode(), name_of_file(found.id, f"v{found.version}", form="yaml"))


@router.get("/admin/rubrics/{rubric_id}/draft")
def draft(
    request: Request, visit: Operator, session: Ledger, rubric_id: str, year: int, _place: Turn
) -> Response:
    """Send another year's draft, made from this one: dates moved, questions marked for a person to decide."""
    text = derive(session.rubric_text(rubric_id), year)
    return download(request, text.encode(), name_of_file(_("{year} 年考核细则草案", year=year), form="yaml"))


@router.post("/admin/rubrics/{rubric_id}/withdraw")
def withdraw(request: Request, visit: Acting, session: Ledger, rubric_id: str, sent: Form) -> Response:
    """Withdraw one that was installed, in all its versions."""
    reason = sent.one("reason").strip()
    problems = _unsaid_reason(reason)
    if not problems:
        try:
            withdraw_rubric(session, rubric_id, None, reason, by=recorder_of(session, visit.account))
        except Refused as refused:
            problems = list(refused.problems)
        else:
            return RedirectResponse("/admin/rubrics?done=-", status_code=303)
    return _one(request, session, rubric_id, problems, reason)


def _listed(
    request: Request, session: OpenLedger, problems: Sequence[Problem] = (), name: str = "", done: str = ""
) -> Response:
    shelf = session.shelf
    found = sorted(shelf.all, key=lambda rubric: (rubric.year, rubric.id, rubric.version))
    with session.store.read() as work:
        installations = session.projections.rubrics.installations(work)[::-1]
    installed = next((each for each in found if each.id == done), None)
    known = {
        "lines": [Line(rubric, _word(shelf, rubric)) for rubric in found],
        "installations": installations,
        "standing_in": _standing_in(session),
        "samples": [(name, SAMPLES.get(name, name)) for name in sample_names()],
        "today": session.clock.today(),
        "filename": name,
        "mistakes": len(problems),
        "installed": installed,
        "withdrawn": done == "-",
        "size_max": SIZE_MAX_BYTES // 1024,
    }
    return shown(request, "rubrics.html", known, list(problems)[:MISTAKES_SHOWN])


def _one(
    request: Request,
    session: OpenLedger,
    rubric_id: str,
    problems: Sequence[Problem] = (),
    reason: str = "",
) -> Response:
    shelf = session.shelf
    try:
        found = shelf.get(rubric_id)
    except NoRubric:
        raise HTTPException(404) from None
    known: dict[str, Any] = {
        "rubric": rubric_document(found),
        "is_provisional": found.is_provisional,
        "next_year": max(found.year, session.clock.today().year - 1) + 1,
        "others": any(each.id != rubric_id for each in shelf.all),
        "is_installed": any(entry.rubric.id == rubric_id for entry in shelf.installed),
        "reason": reason,
        "reason_max": REASON_MAX,
    }
    return shown(request, "rubric.html", known, problems)


def _unsaid_reason(reason: str) -> list[Problem]:
    if not reason:
        return [Problem("reason", Text("请写明原因，如文件名称和文号"))]
    if len(reason) > REASON_MAX:
        return [Problem("reason", Text("原因最多 {most} 个字", most=REASON_MAX))]
    return []


def _likeliest(choices: Sequence[Choice]) -> str:
    """Return what stands chosen at first: nothing where another rubric would be put out of its place."""
    first = choices[0] if choices else None
    return first.value if first is not None and not first.way.replaces else ""


def _word(shelf: RubricCatalog, rubric: Rubric) -> str:
    if shelf.get(rubric.id) is not rubric:
        return N_("有更新的版本")
    if rubric.is_beside:
        return N_("并列，另外单算")
    if any(each is rubric for each in shelf.mains_of(rubric.year)):
        return N_("按它考核")
    if shelf.mains_of(rubric.year):
        return N_("已被替换")
    return N_("程序自带，没有装别的时用")
