"""A unit's appeals: what it may still appeal against, what it filed, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.events.event import ClientEvent
from ledger.json_object import JsonObject
from ledger.problem import Problem
from ledger.text import Text
from projections.appeals import appeals
from projections.results import result_of
from rubric.schema import Rubric
from taizhang.app.ledger import OpenLedger
from taizhang.language.i18n import _, current
from taizhang.language.labels import clause_text
from taizhang.web.http import make_events as making
from taizhang.web.http.templates import Context
from taizhang.web.pages.review.rubric_choice import beside_query, years_of
from taizhang.web.pages.review.unit_view import card_of


@dataclass(frozen=True, slots=True)
class Filing:
    """What was typed."""

    unit: str
    clause: str
    reason: str
    form: str


def page(session: OpenLedger, sent: Filing, rubric: Rubric) -> Context:
    """Return what the page's template shows. Raises NotScored."""
    with session.store.read():
        records = session.projections.records(session.store, sent.unit)
        card = card_of(session, sent.unit, rubric).as_json(current())
        found = appeals(records, rubric.year, rubric=rubric)
        result = result_of(records, rubric.year, session.clock.today(), rubric)
    filed = {appeal.clause for appeal in found}
    clauses = [clause for indicator in card["indicators"] for clause in indicator["clauses"]]
    return {
        "unit": sent.unit,
        "name": card["name"],
        "card": card,
        "signed": result.signing,
        "result": result,
        "objections": result.takes_objections(),
        "year": rubric.year,
        "years": years_of(session.shelf, session.clock.today()),
        "rubric": rubric,
        "beside": beside_query(rubric),
        "appeals": found,
        "options": [
            ("", _("请选条款")),
            *((clause["id"], _option(clause)) for clause in clauses if clause["id"] not in filed),
        ],
        "chosen": next((clause for clause in clauses if clause["id"] == sent.clause), None),
    }


def _option(clause: JsonObject) -> str:
    words = clause_text(clause.get("item"), clause["text"])
    words = words if len(words) <= 36 else words[:35] + "…"
    if clause.get("loss", "0") == "0":
        return f"{clause['id']} {words}"
    return _("{clause} {words}（现扣 {loss} 分）", clause=clause["id"], words=words, loss=clause["loss"])


def problems_of(session: OpenLedger, sent: Filing, rubric: Rubric) -> list[Problem]:
    """Return what is missing, or too late, before the ledger is asked."""
    with session.store.read():
        records = session.projections.records(session.store, sent.unit)
        result = result_of(records, rubric.year, session.clock.today(), rubric)
    if result.ends_on is not None and not result.takes_objections():
        text = Text("公示期到 {day} 为止，已经过了；有新情况请与考核人员联系", day=result.ends_on)
        return [Problem("clause", text)]
    problems = []
    if not any(clause.id == sent.clause for clause in rubric.clauses):
        problems.append(Problem("clause", Text("请选一条考核条款")))
    if not sent.reason:
        problems.append(Problem("reason", Text("请写明申诉的理由和依据")))
    return problems


def event_of(session: OpenLedger, sent: Filing, rubric: Rubric) -> ClientEvent:
    """Return the appeal as an event; its key says year and clause."""
    data = {
        "appeal": f"{rubric.year}-{sent.clause}-{making.event_id(sent.form)[:6]}",
        "clause": sent.clause,
        "reason": sent.reason,
        "for_year": rubric.year,
        **({"rubric": rubric.id} if rubric.is_beside else {}),
    }
    id_ = making.event_id(sent.form)
    return making.made("appeal.filed", sent.unit, data, now=session.clock(), id_=id_)
