"""`/admin/rubrics`: the rubrics that scores are made by; a file is looked at, then installed; one is withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ledger.problem import Problem, Refused
from ledger.text import Text
from rubric.catalog import RubricCatalog
from rubric.derive import derive
from rubric.mistake import NoRubric, RubricRefused
from rubric.samples import sample
from rubric.schema import Rubric
from rubric.source import SIZE_MAX_BYTES
from taizhang.accounts.entry import Visit
from taizhang.accounts.recording import recorder_of
from taizhang.app.ledger import OpenLedger
from taizhang.app.rubrics import install_rubric, withdraw_rubric
from taizhang.documents.rubric import rubric_document
from taizhang.language.i18n import N_, _
from taizhang.web.http.auth import Ledger, May
from taizhang.web.http.downloads import download, name_of_file
from taizhang.web.http.form_data import Form
from taizhang.web.http.waiting_files import SentInTurn, Turn, forget, sent_or_waiting
from taizhang.web.pages.admin.rubric_look import Choice, look_at, mistakes_of
from taizhang.web.pages.admin.shown import shown

router = APIRouter()
Operator = Annotated[Visit, Depends(May("admin"))]
Acting = Annotated[Visit, Depends(May("admin.deeds"))]
MISTAKES_SHOWN = 200
RUBRIC_UPLOAD = "*rubric"
"""In place of a unit, with a file that waits."""
REASON_MAX = 500


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
    """Look at a file that was sent, or install the one that was looked at (`step` install)."""
    token, upload = sent_or_waiting(session, visit, RUBRIC_UPLOAD, sent, size_max=SIZE_MAX_BYTES)
    if upload is None:
        gone = bool(sent.one("token"))
        text = Text("文件已经不在了，请重新选择") if gone else Text("请选择一个考核细则文件（.yaml）")
        return _listed(request, session, [Problem("file", text)])
    name = PurePath(upload.filename.replace("\\", "/")).name
    session.read_shelf()
    try:
        look = look_at(upload.content, name, session.shelf)
    except (RubricRefused, Refused) as refused:
        forget(session, visit, token)
        return _listed(request, session, mistakes_of(refused), name)
    reason = sent.one("reason").strip()
    choice = next((each for each in look.choices if each.value == sent.one("way")), None)
    problems: list[Problem] = []
    if sent.one("step") == "install" and not look.is_there:
        problems = _install(session, visit, upload.content, name, choice, reason)
        if not problems:
            forget(session, visit, token)
            return RedirectResponse(f"/admin/rubrics?{urlencode({'done': look.rubric.id})}", status_code=303)
    known = {
        "token": token,
        "filename": name,
        "look": look,
        "reason": reason,
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


@router.get("/admin/new-rubric")
def starter(request: Request, visit: Operator) -> Response:
    """Send the commented file to begin with."""
    return download(request, sample("starter").encode(), name_of_file(_("考核细则样板"), form="yaml"))


@router.get("/admin/rubrics/{rubric_id}")
def rubric(request: Request, visit: Operator, session: Ledger, rubric_id: str) -> Response:
    """Show one whole: what is asked, in the source's words, and how each clause counts."""
    return _one(request, session, rubric_id)


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
