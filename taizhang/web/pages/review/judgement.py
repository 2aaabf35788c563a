"""A judgement on a clause: its words and how it stands beside the form; the deduction is typed by a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ledger.events.event import ClientEvent
from ledger.problem import Problem
from ledger.text import Text
from rubric.amounts import decimal_text, hundredths
from rubric.schema import Rubric
from taizhang.app.ledger import OpenLedger
from taizhang.language.i18n import _, current
from taizhang.language.labels import clause_text
from taizhang.web.http import make_events as making
from taizhang.web.pages.review.unit_view import card_of, years_of


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was typed."""

    unit: str
    clause: str
    deduct: str
    reason: str
    form: str


def page(session: OpenLedger, sent: Judgement, rubric: Rubric) -> dict[str, Any]:
    """Return what the form's template shows. Raises NotScored."""
    with session.store.read():
        card = card_of(session, sent.unit, rubric).as_json(current())
    clauses = [
        clause for indicator in card["indicators"] for clause in indicator["clauses"] if "loss" in clause
    ]
    titles = {
        clause["id"]: indicator["title"]
        for indicator in card["indicators"]
        for clause in indicator["clauses"]
    }
    chosen = next((clause for clause in clauses if clause["id"] == sent.clause), None)
    suggested = next((each.suggested for each in rubric.clauses if each.id == sent.clause), None)
    return {
        "unit": sent.unit,
        "name": card["name"],
        "year": rubric.year,
        "years": years_of(session.shelf, session.clock.today()),
        "options": [("", _("请选条款")), *((each["id"], _option(each)) for each in clauses)],
        "chosen": chosen,
        "indicator": titles.get(sent.clause, ""),
        "suggested": decimal_text(suggested) if suggested else "",
    }


def _option(clause: dict[str, Any]) -> str:
    words = clause_text(clause.get("item"), clause["text"])
    return f"{clause['id']} {words if len(words) <= 36 else words[:35] + '…'}"


def problems_of(sent: Judgement, rubric: Rubric) -> list[Problem]:
    """Return what is missing before the ledger is asked."""
    problems = []
    if not any(clause.id == sent.clause for clause in rubric.clauses):
        problems.append(Problem("clause", Text("请选一条考核条款")))
    try:
        if len(sent.deduct) > 12 or hundredths(sent.deduct) <= 0:
            raise ValueError
    except ValueError:
        problems.append(Problem("deduct", Text("扣分应是大于 0 的数，最多两位小数，如 0.5")))
    if not sent.reason:
        problems.append(Problem("reason", Text("评定扣分要写明理由；单位和监督检查人员都看得到")))
    return problems


def event_of(session: OpenLedger, sent: Judgement, rubric: Rubric) -> ClientEvent:
    """Return the judgement as an event."""
    now = session.clock()
    data: dict[str, Any] = {
        "clause": sent.clause,
        "deduct": decimal_text(hundredths(sent.deduct)),
        "reason": sent.reason,
        "for_year": rubric.year,
    }
    return making.made("judgement.passed", sent.unit, data, now=now, id_=making.event_id(sent.form))
