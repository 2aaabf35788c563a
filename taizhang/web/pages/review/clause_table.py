"""One judged clause over all units: how each stands, the evidence and advice beside it, several judged at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from ledger.events.event import ClientEvent
from ledger.problem import Problem
from ledger.store.protocol import Transaction
from ledger.text import Text
from projections import totals
from projections.not_scored import NotScored
from projections.requirement import Status
from projections.scorecard import Scorecard
from projections.status_codes import LETTERS
from projections.totals import TotalsRow
from rubric.amounts import decimal_text
from rubric.clauses import Judgement as JudgementClause
from rubric.schema import Rubric
from taizhang.app.ledger import OpenLedger
from taizhang.entry.facts.deductions import ROWS_MAX
from taizhang.language.i18n import _, say
from taizhang.language.labels import clause_text
from taizhang.web.http.templates import Context
from taizhang.web.pages.review.judgement import Judgement, amount_of, event_of, exceeding
from taizhang.web.pages.review.laid import result_of
from taizhang.web.pages.review.rubric_choice import (
    beside_query,
    rows_meant,
    rubric_of,
    rubric_query,
    rubric_tabs,
    years_of,
)
from taizhang.web.pages.review.unit_view import card_of

UNITS_A_PAGE = 100
JUDGED_MAX = ROWS_MAX


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    clause: str
    year: int
    page: int
    rubric: str = ""
    """The id of the rubric where it is not the year's own."""

    def address(self, **changes: object) -> str:
        """Return the address of the same table with *changes*."""
        said = {"clause": self.clause, "year": self.year, "page": self.page, "rubric": self.rubric} | changes
        return f"/review/clauses?{urlencode({name: value for name, value in said.items() if value})}"


@dataclass(frozen=True, slots=True)
class Line:
    """One unit under the clause; amounts as decimal text."""

    unit: str
    name: str
    status: str
    evidence: int
    advice: list[tuple[str, bool]]
    """What was counted, in words, and whether there is anything to look at."""
    judged: str
    """What is judged so far; "" where nobody has."""
    loss: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A clause to choose; `waiting`: how many units wait for its judgement, None where the rows do not say."""

    id: str
    words: str
    waiting: int | None


@dataclass(slots=True)
class Sent:
    """What was sent: the units ticked, a deduction typed beside some, one reason for all."""

    ticked: Sequence[str] = ()
    deducts: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    seen: int = 0
    sure: bool = False
    form: str = ""
    reasons: dict[str, str] = field(default_factory=dict)
    """A unit's own reason, where it was pasted with one."""

    @property
    def chosen(self) -> list[str]:
        """Who is judged: whoever is ticked, or has a deduction typed beside it."""
        return list(dict.fromkeys([*self.ticked, *(unit for unit, typed in self.deducts.items() if typed)]))


def table(session: OpenLedger, clause: str, year: int | None, page: int, rubric_id: str = "") -> Context:
    """Return what the template shows; what is not there is as if it were not asked for. Raises NotScored."""
    today = session.clock.today()
    rubric = rubric_of(session.shelf, year, today, rubric_id)
    query = rubric_query(session.shelf, rubric)
    judged = [each for each in rubric.clauses if isinstance(each, JudgementClause)]
    with session.store.read() as work:
        standing = (row for row in totals.rows(work.connection) if not row.is_closed(today.isoformat()))
        rows = rows_meant(session, work, rubric, standing)
        choices = list(_choices(rubric, judged, rows, today.isoformat()))
        ids = [each.id for each in judged]
        chosen = clause if clause in ids else next(iter(ids), "")
        pages = max(-(-len(rows) // UNITS_A_PAGE), 1)
        asked = Asked(chosen, rubric.year, min(page, pages), rubric.id if query else "")
        start = (asked.page - 1) * UNITS_A_PAGE
        lines = list(_lines(session, work, rubric, chosen, rows[start : start + UNITS_A_PAGE]))
        seen = session.store.size()
    found = next((each for each in judged if each.id == chosen), None)
    return {
        "asked": asked,
        "rubric": rubric,
        "clause": found,
        "words": clause_text(found.item, rubric.texts[chosen]) if found else "",
        "max": decimal_text(found.max) if found else "",
        "suggested": decimal_text(found.suggested) if found and found.suggested else "",
        "choices": choices,
        "lines": lines,
        "waiting": sum(line.status == Status.AWAITING.value for line in lines),
        "pages": pages,
        "total": len(rows),
        "seen": seen,
        "years": years_of(session.shelf, today),
        "query": query,
        "beside": beside_query(rubric),
        "tabs": rubric_tabs(session.shelf, rubric, f"/review/clauses?year={rubric.year}"),
        "nothing": _("看过，没有要扣分的"),
    }


def _choices(
    rubric: Rubric, judged: Sequence[JudgementClause], rows: Sequence[TotalsRow], today: str
) -> Iterator[Choice]:
    order = [each.id for group in rubric.indicator_clauses.values() for each in group]
    basis = totals.basis_of(rubric)
    known = all(row.holds({basis}, today) for row in rows)
    for clause in judged:
        place = order.index(clause.id)
        waiting = sum(row.standing[place] == LETTERS[Status.AWAITING] for row in rows) if known else None
        yield Choice(clause.id, clause_text(clause.item, rubric.texts[clause.id]), waiting)


def _lines(
    session: OpenLedger, work: Transaction, rubric: Rubric, clause: str, rows: Sequence[TotalsRow]
) -> Iterator[Line]:
    for row in rows:
        try:
            card = card_of(session, row.unit, rubric)
        except NotScored:
            continue  # it was not there in that year
        result = result_of(card, clause)
        if result is None:
            return
        evidence = [each for each in card.records_behind(result) if each.type != "judgement.passed"]
        yield Line(
            row.unit,
            row.name,
            result.status.value,
            len(evidence),
            [(say(each.said), each.count > 0 and not each.months) for each in card.advice(result)],
            decimal_text(result.judged) if result.judgements else "",
            decimal_text(result.loss.score),
        )


def looked_over(
    session: OpenLedger, rubric: Rubric, clause: str, sent: Sent
) -> tuple[list[ClientEvent], list[Problem]]:
    """Return the judgements that *sent* asks for, and everything that is wrong with it or to be asked."""
    problems: list[Problem] = []
    chosen = sent.chosen
    amounts = {unit: amount_of(sent.deducts.get(unit, "") or "0") for unit in chosen}
    if not chosen:
        problems.append(Problem("unit", Text("还没有选中任何一个单位；请先勾选，或填扣几分")))
    if len(chosen) > JUDGED_MAX:
        problems.append(Problem("unit", Text("一次最多评定 {most} 个单位；请分几次", most=JUDGED_MAX)))
        return [], problems
    if any(amount and not (sent.reasons.get(unit) or sent.reason) for unit, amount in amounts.items()):
        problems.append(Problem("reason", Text("评定扣分要写明理由；单位和监督检查人员都看得到")))
    reason = sent.reason or _("看过，没有要扣分的")
    events: list[ClientEvent] = []
    with session.store.read():
        for number, unit in enumerate(chosen):
            amount = amounts[unit]
            if amount is None:
                text = Text(
                    "{unit}：扣分应是 0（看过，不扣分）或大于 0 的数，最多两位小数，如 0.5", unit=unit
                )
                problems.append(Problem("deduct", text))
                continue
            card = card_of(session, unit, rubric)
            problem = _problem_with(card, clause, amount, sent)
            if problem:
                problems.append(problem)
            why = sent.reasons.get(unit) or reason
            judgement = Judgement(unit, clause, decimal_text(amount), why, sent.form)
            events.append(event_of(session, judgement, rubric, number))
    return events, problems


def _problem_with(card: Scorecard, clause: str, amount: int, sent: Sent) -> Problem | None:
    result = result_of(card, clause)
    if result is None:
        return Problem("clause", Text("请选一条考核条款"))
    if any(int(each.sequence) > sent.seen for each in result.judgements):
        return Problem("unit", Text("{unit} 刚有人评定过；请看过它现在的样子再评", unit=card.unit))
    asked = exceeding(card, result, amount) if amount and not sent.sure else None
    return Problem("sure", Text("{unit}：{asked}", unit=card.unit, asked=asked)) if asked else None
