"""Judging: a unit's clauses with what is laid before their judge; the deduction is typed by a person, or none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.events.event import ClientEvent
from ledger.problem import Problem
from ledger.text import Text
from projections.clause_result import ClauseResult
from projections.consequences import points_taken
from projections.scorecard import Scorecard
from rubric.amounts import decimal_text, hundredths
from rubric.schema import Rubric
from taizhang.app.ledger import OpenLedger
from taizhang.language.i18n import _
from taizhang.language.labels import clause_text
from taizhang.web.http import make_events as making
from taizhang.web.http.templates import Context
from taizhang.web.pages.review.laid import Laying, result_of
from taizhang.web.pages.review.rubric_choice import beside_query, rubric_query, years_of
from taizhang.web.pages.review.unit_view import card_of

DEDUCT_LONGEST = 12


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was typed; `sure` is the deduction that was asked about and is meant."""

    unit: str
    clause: str
    deduct: str
    reason: str
    form: str
    sure: str = ""

    @property
    def takes_nothing(self) -> bool:
        """Whether it says: looked at, nothing is deducted."""
        return amount_of(self.deduct) == 0


def page(session: OpenLedger, sent: Judgement, rubric: Rubric) -> Context:
    """Return what the template shows: every clause that only people decide, and the one chosen. Raises NotScored."""
    with session.store.read() as work:
        card = card_of(session, sent.unit, rubric)
        laying = Laying(session, work, card)
        result = result_of(card, sent.clause)
        return {
            "unit": sent.unit,
            "name": card.facts.organization(sent.unit).value("name", card.day),
            "year": rubric.year,
            "rubric": rubric,
            "beside": beside_query(rubric),
            "query": rubric_query(session.shelf, rubric),
            "years": years_of(session.shelf, session.clock.today()),
            "options": [("", _("请选条款")), *_options(card)],
            "chosen": laying.clause(result) if result else None,
            "laid_clauses": [] if result else laying.clauses(),
            "nothing": _("看过，没有要扣分的"),
        }


def _options(card: Scorecard) -> Iterator[tuple[str, str]]:
    for result in card.evaluation.results:
        clause = result.rule.clause
        if result_of(card, clause.id):
            words = clause_text(clause.item, card.rubric.texts[clause.id])
            yield clause.id, f"{clause.id} {words if len(words) <= 36 else words[:35] + '…'}"


def amount_of(deduct: str) -> int | None:
    """Return a typed deduction in hundredths of a point, None for what is none."""
    try:
        found = hundredths(deduct) if len(deduct) <= DEDUCT_LONGEST else -1
    except ValueError:
        return None
    return found if found >= 0 else None


def problems_of(session: OpenLedger, sent: Judgement, rubric: Rubric) -> list[Problem]:
    """Return what is missing, or to be asked, before the ledger is."""
    problems = []
    amount = amount_of(sent.deduct)
    if not any(clause.id == sent.clause for clause in rubric.clauses):
        problems.append(Problem("clause", Text("请选一条考核条款")))
    if amount is None:
        problems.append(
            Problem("deduct", Text("扣分应是 0（看过，不扣分）或大于 0 的数，最多两位小数，如 0.5"))
        )
    if not sent.reason:
        problems.append(Problem("reason", Text("评定扣分要写明理由；单位和监督检查人员都看得到")))
    if not problems and amount:
        with session.store.read():
            card = card_of(session, sent.unit, rubric)
        result = result_of(card, sent.clause)
        if result and sent.sure != sent.deduct and (asked := exceeding(card, result, amount)):
            problems.append(Problem("sure", asked))
    return problems


def exceeding(card: Scorecard, result: ClauseResult, amount: int) -> Text | None:
    """Return what to ask where a deduction is more than it can take; None where it is not."""
    takes = points_taken(card.evaluation, result, amount)
    if amount <= takes:
        return None
    return Text(
        "填的是扣 {deduct} 分；{clause} 满扣 {max} 分，现已扣 {loss} 分，所以实际只会再扣 {takes} 分",
        deduct=decimal_text(amount),
        clause=result.rule.clause.id,
        max=decimal_text(result.rule.clause.max),
        loss=decimal_text(result.loss.score),
        takes=decimal_text(takes),
    )


def event_of(session: OpenLedger, sent: Judgement, rubric: Rubric, number: int = 0) -> ClientEvent:
    """Return the judgement as an event, the *number*-th of its form."""
    now = session.clock()
    data: dict[str, object] = {
        "clause": sent.clause,
        "deduct": decimal_text(amount_of(sent.deduct) or 0),
        "reason": sent.reason,
        "for_year": rubric.year,
        **({"rubric": rubric.id} if rubric.is_beside else {}),
    }
    return making.made("judgement.passed", sent.unit, data, now=now, id_=making.event_id(sent.form, number))
