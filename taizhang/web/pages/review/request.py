"""A request or a finding, put to one unit, to several, to a kind of unit or to all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.events.event import SHANGHAI, ClientEvent, unit_of
from ledger.problem import Problem
from ledger.text import Text
from projections import totals
from projections.totals import TotalsRow
from rubric.named import names_in
from taizhang.app.ledger import OpenLedger
from taizhang.language.code_words import UNIT_KINDS
from taizhang.language.i18n import _
from taizhang.language.labels import kind_word
from taizhang.web.http import make_events as making
from taizhang.web.http.templates import Context
from taizhang.web.pages.review.unit_view import branches_of


@dataclass(frozen=True, slots=True)
class Asking:
    """What was typed. `to` is "all", "chosen" or a kind of unit; `subject` a branch of the only unit chosen."""

    what: str
    to: str
    units: Sequence[str]
    subject: str
    words: str
    due_on: str
    form: str
    category: str = ""

    @property
    def is_finding(self) -> bool:
        """Whether it is a finding."""
        return self.what == "finding"


def page(session: OpenLedger, sent: Asking) -> Context:
    """Return what the form's template shows."""
    subjects: list[str] = []
    with session.store.read() as work:
        rows = list(totals.rows(work.connection))
        if len(sent.units) == 1 and any(row.unit == sent.units[0] for row in rows):
            subjects = branches_of(session.projections.records(session.store, sent.units[0]))
    return {
        "rows": rows,
        "kinds": [(each, kind_word(each), sum(row.kind == each for row in rows)) for each in UNIT_KINDS],
        "categories": [("", _("不分类")), *_categories(session)],
        "subjects": [(each, each) for each in subjects] if len(subjects) > 1 else [],
        "title": _("指出问题") if sent.is_finding else _("提报送要求"),
    }


def _categories(session: OpenLedger) -> list[tuple[str, str]]:
    """Return the categories that the rubrics open today name."""
    found: dict[str, str] = {}
    for rubric in session.shelf.open_at(session.clock.today()):
        found = {**names_in(rubric).get("categories", {}), **found}
    return list(found.items())


def meant(rows: Sequence[TotalsRow], sent: Asking) -> list[str]:
    """Return the subjects it is put to, by unit."""
    if sent.to == "chosen":
        known = {row.unit for row in rows}
        units = [unit for unit in dict.fromkeys(sent.units) if unit in known]
        if len(units) == 1 and unit_of(sent.subject) == units[0]:
            return [sent.subject]
        return units
    return [row.unit for row in rows if sent.to in ("all", row.kind)]


def problems_of(session: OpenLedger, sent: Asking) -> list[Problem]:
    """Return what is missing before the ledger is asked."""
    problems = []
    if sent.what not in ("request", "finding"):
        problems.append(Problem("what", Text("请选提要求还是指出问题")))
    if not meant(_rows(session), sent):
        problems.append(Problem("to", Text("请选要向哪些单位提出")))
    if sent.category and sent.category not in dict(_categories(session)):
        problems.append(Problem("category", Text("细则里没有这个类别；请重新选择")))
    if not sent.words:
        problems.append(
            Problem("words", Text("请写清楚问题") if sent.is_finding else Text("请写清楚要报送什么"))
        )
    try:
        due = date.fromisoformat(sent.due_on)
    except ValueError:
        problems.append(Problem("due_on", Text("请写期限，如 2017-10-15")))
    else:
        if due < session.clock.today():
            problems.append(Problem("due_on", Text("期限 {day} 已经过了；请写今天或以后的日子", day=due)))
    return problems


def _rows(session: OpenLedger) -> list[TotalsRow]:
    with session.store.read() as work:
        return list(totals.rows(work.connection))


def events_of(session: OpenLedger, sent: Asking) -> list[ClientEvent]:
    """Return an event for each unit, all under one key."""
    now = session.clock()
    key = f"{now.astimezone(SHANGHAI):%Y%m%d}-{making.event_id(sent.form)[:6]}"
    if sent.is_finding:
        kind, data = "finding.raised", {"finding": key, "text": sent.words, "due_on": sent.due_on}
    else:
        kind, data = "request.issued", {"request": key, "title": sent.words, "due_on": sent.due_on}
    if sent.category:
        data["category"] = sent.category
    return [
        making.made(kind, subject, data, now=now, id_=making.event_id(sent.form, number))
        for number, subject in enumerate(meant(_rows(session), sent))
    ]
