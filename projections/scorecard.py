"""The scorecard of contract §6: an evaluation with its words, its reasons and the records behind each number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import orjson

from ledger.intake.clock_guard import Confirmation
from ledger.json_object import JsonObject
from ledger.text import Text
from rubric.amounts import decimal_text, hundredths
from rubric.clauses import Judgement
from rubric.schema import Rubric

from .advice import Advice, advice_of, evidence_of
from .clause_result import ClauseResult
from .consequences import stake
from .evaluation import Evaluation
from .facts import Facts
from .foreseen import foreseen
from .places import Outcome, shares_out
from .points import IndicatorTotals
from .records import Record, Records, place
from .requirement import MAY_BE_LOST, PENDING, Requirement, Status
from .result import Grade, grade_of
from .rule_set import RuleSet
from .rules.base import sentence
from .rules.measured import NOT_MEANT

Translate = Callable[[str], str]
ANNOUNCED_DAYS = 30
"""An open requirement is a shortfall when it falls due within so many days."""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A unit's score as of a day, as known at an instant."""

    unit: str
    day: date
    known_at: str | None
    events: int
    records: Records
    facts: Facts
    evaluation: Evaluation
    clocks: Sequence[Confirmation] = ()
    """Who answered for the clock: lateness is counted from what is known since."""
    outcome: Outcome | None = None
    """What the points come to among all units, where the rubric shares something out and the others are known."""
    _said: dict[tuple[object, Translate], str] = field(default_factory=dict, repr=False, compare=False)
    _documents: dict[Translate, bytes] = field(default_factory=dict, repr=False, compare=False)

    @property
    def rubric(self) -> Rubric:
        """The rubric it was made with."""
        return self.evaluation.rule_set.rubric

    def answers(self, rule_set: RuleSet, day: date, clocks: Sequence[Confirmation]) -> bool:
        """Whether this is the card of *day* under *rule_set*, with those *clocks*."""
        return self.day == day and self.evaluation.rule_set is rule_set and self.clocks == clocks

    def with_outcome(self, outcome: Outcome | None) -> Scorecard:
        """Return the same card where the unit comes to *outcome* among all."""
        return replace(self, outcome=outcome, _documents={})

    @property
    def closed_on(self) -> date | None:
        """The day on which the unit closed, as of the card's day; None while it stands."""
        return self.records.closed(self.day)

    def as_json(self, translate: Translate) -> JsonObject:
        """Return the scorecard exactly as contract §6 shows it, with texts in the reader's language.

        The caller's own, to change as he likes.
        """
        # Pages and programs ask for the same card again and again: it is worked out once, and kept as text.
        if translate not in self._documents:
            self._documents[translate] = orjson.dumps(self._document(translate))
        document: JsonObject = orjson.loads(self._documents[translate])
        return document

    def _document(self, translate: Translate) -> JsonObject:
        organization = self.facts.organization(self.unit)
        totals = self.evaluation.totals()
        closed_on = self.closed_on
        closed = {"closed_on": closed_on.isoformat()} if closed_on else {}
        return {
            "unit": self.unit,
            "name": organization.value("name", self.day),
            "kind": organization.value("kind", self.day),
            **closed,
            "rubric": self.rubric.id,
            "rubric_version": self.rubric.version,
            **({"provisional": True} if self.rubric.is_provisional else {}),
            "as_of": self.day.isoformat(),
            "known_at": self.known_at,
            "events": self.events,
            "total": {
                "full": decimal_text(self.evaluation.full),
                "score": decimal_text(totals.score),
                "forecast": decimal_text(totals.forecast),
                "floor": decimal_text(totals.floor),
                "ceiling": decimal_text(totals.ceiling),
                "awaiting": decimal_text(totals.awaiting),
                "bonus": decimal_text(totals.bonus),
                "claimed": decimal_text(totals.claimed),
            },
            **({"result": grade.as_json(translate)} if (grade := self.grade()) else {}),
            "indicators": [
                self._indicator(number, results, totals, translate)
                for number, results, totals in self.evaluation.indicators()
            ],
            "shortfalls": [shortfall.as_json(translate) for shortfall in self.shortfalls()],
        }

    def grade(self) -> Grade | None:
        """Return what the points come to, where the rubric has grades."""
        grade = grade_of(self.rubric, self.evaluation, self.facts, self.day)
        if grade is None or not shares_out(self.rubric) or self.closed_on is not None:
            return grade
        return grade.among_others(self.outcome)

    def _indicator(
        self, number: int, results: list[ClauseResult], totals: IndicatorTotals, translate: Translate
    ) -> JsonObject:
        return {
            "no": number,
            "title": self.rubric.words[number].title,
            "points": decimal_text(self.rubric.points_of(number)),
            **({"scored_by": office} if (office := _office(results)) else {}),
            "score": decimal_text(totals.score),
            "forecast": decimal_text(totals.forecast),
            "floor": decimal_text(totals.floor),
            "ceiling": decimal_text(totals.ceiling),
            "awaiting": decimal_text(totals.awaiting),
            "clauses": [self._clause(result, translate) for result in results],
        }

    def _clause(self, result: ClauseResult, translate: Translate) -> JsonObject:
        clause = result.rule.clause
        described: JsonObject = {"id": clause.id, "text": self.rubric.texts[clause.id]}
        if result.is_bonus:
            described |= {
                "max": decimal_text(clause.points),
                "status": result.status.value,
                "points": decimal_text(result.points),
                "claimed": decimal_text(result.claimed),
                "forecast_gain": decimal_text(result.forecast_gain),
                "due": None,
            }
        else:
            due = due_of(result.requirements, self.day)
            described |= {
                "max": decimal_text(clause.max),
                "status": result.status.value,
                "loss": decimal_text(result.loss.score),
                "forecast_loss": decimal_text(result.forecast_loss),
                "floor_loss": decimal_text(result.loss.floor),
                "ceiling_loss": decimal_text(result.loss.ceiling),
                "judged": decimal_text(result.judged),
                "due": due.isoformat() if due else None,
            }
            if result.gains:
                gain = result.gain
                described |= {
                    "gain": decimal_text(gain.score),
                    "forecast_gain": decimal_text(result.forecast_gain),
                    "floor_gain": decimal_text(gain.floor),
                    "ceiling_gain": decimal_text(max(gain.score, min(gain.ceiling, clause.max))),
                }
            if clause.item:
                described["item"] = clause.item
        described["records"] = [record.id for record in self.records_behind(result)]
        described["advice"] = [advice.as_json(translate) for advice in self.advice(result)]
        described["because"] = self.said(result, translate)
        return described

    def records_behind(self, result: ClauseResult) -> Sequence[Record]:
        """Return the records behind a clause's figures, and those laid before whoever judges it."""
        behind, clause = records_behind(result), result.rule.clause
        if not isinstance(clause, Judgement):
            return behind
        laid = {record.id: record for record in evidence_of(clause, self.rubric, self.facts)}
        laid |= {record.id: record for record in behind}
        return sorted(laid.values(), key=place)

    def advice(self, result: ClauseResult) -> list[Advice]:
        """Return what is counted for whoever judges a clause; it moves no point."""
        clause = result.rule.clause
        if not isinstance(clause, Judgement):
            return []
        return advice_of(clause, self.rubric, self.facts, self.day, self.clocks)

    def said(self, result: ClauseResult, translate: Translate) -> str:
        """Return a clause's `because` in the reader's language."""
        return self._say(result.rule.clause.id, translate, lambda: self.because(result))

    def said_of(self, requirement: Requirement, result: ClauseResult, translate: Translate) -> str:
        """Return what one requirement of a clause lacks, in the reader's language."""
        return self._say(
            id(requirement), translate, lambda: result.rule.explain_one(requirement, self.facts, self.day)
        )

    def _say(self, what: object, translate: Translate, text: Callable[[], Text]) -> str:
        # Pages and programs ask for the same card again and again: its sentences are made once.
        key = what, translate
        if key not in self._said:
            self._said[key] = text().render(translate)
        return self._said[key]

    def because(self, result: ClauseResult) -> Text:
        """Return in words what is missing and what was counted."""
        if result.status is Status.NOT_APPLICABLE and not result.requirements:
            return NOT_MEANT
        parts = result.rule.explain(result.requirements, self.facts, self.day)
        parts += [_judged(record) for record in result.judgements]
        if result.judged > result.loss.score:
            parts += [Text("这一条最多扣 {max} 分", max=decimal_text(result.rule.clause.max))]
        if not parts:
            waits = result.status is Status.AWAITING
            parts = [_undecided(getattr(result.rule.clause, "scored_by", ""), waits=waits)]
        if (why := foreseen(result, self.facts, self.day)) is not None:
            parts = [*parts, why]
        return sentence(parts)

    def shortfalls(self, *, everything: bool = False) -> list[Shortfall]:
        """Return what is unearned, behind, overdue, missed, or open and due within 30 days.

        *everything*: whatever is not satisfied and can still be, or was missed. By due date, then clause, then
        subject. A closed unit has none.
        """
        if self.closed_on is not None:
            return []
        found = [
            Shortfall(self, result, requirement)
            for result in self.evaluation.results
            for requirement in result.requirements
            if (everything and requirement.status in MAY_BE_LOST and requirement.due is not None)
            or is_shortfall(requirement, self.day)
        ]
        places = {result.rule.clause.id: place for place, result in enumerate(self.evaluation.results)}
        found.sort(
            key=lambda found: (found.due, places[found.result.rule.clause.id], found.requirement.subject)
        )
        return found


def _office(results: Sequence[ClauseResult]) -> str:
    """Return which office scores an indicator; empty where the rubric names none."""
    return str(getattr(results[0].rule.clause, "scored_by", "")) if results else ""


def _undecided(office: str, *, waits: bool) -> Text:
    """Return that nobody has judged, and who does; *waits*: somebody still may."""
    if office:
        return (
            Text("由{office}评定，尚未评定，预计里不扣分", office=office)
            if waits
            else Text("由{office}评定，没有扣分", office=office)
        )
    return Text("由考核人员评定，尚未评定，预计里不扣分") if waits else Text("由考核人员评定，没有扣分")


def _judged(record: Record) -> Text:
    points, reason = record.data["deduct"], record.data["reason"]
    if not hundredths(points):
        return Text("{day} 评定，不扣分：{reason}", day=record.day, reason=reason)
    return Text("{day} 评定扣 {points} 分：{reason}", day=record.day, points=points, reason=reason)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A requirement that someone should look at."""

    card: Scorecard
    result: ClauseResult
    requirement: Requirement

    @property
    def due(self) -> date:
        """The last day to do it in time."""
        assert self.requirement.due is not None, "only what has a due date can be a shortfall"
        return self.requirement.due

    @property
    def expected_by(self) -> date | None:
        """The day by which it is usually done, where the rubric names one."""
        return self.result.rule.expected_by(self.requirement)

    @property
    def stake(self) -> int:
        """By how much the unit's floor would rise if exactly this were satisfied, in hundredths of a point."""
        return stake(self.card.evaluation, self.result, self.requirement)

    @property
    def by_office(self) -> bool:
        """Whether only the office can mend it: by reporting a number, or a rating."""
        return self.card.rubric.is_by_office(self.result.rule.clause)

    @property
    def order(self) -> tuple[date, str]:
        """Shortfalls of several units stand by due date, then unit."""
        return self.due, self.card.unit

    def as_json(self, translate: Translate) -> JsonObject:
        """Return the shortfall as contract §6 shows it inside a scorecard."""
        requirement, card = self.requirement, self.card
        return {
            "clause": self.result.rule.clause.id,
            "subject": requirement.subject,
            "status": requirement.status.value,
            "due": self.due.isoformat(),
            "expected_by": expected_by.isoformat() if (expected_by := self.expected_by) else None,
            "days_left": (self.due - card.day).days,
            "missing": decimal_text(requirement.missing),
            "stake": decimal_text(self.stake),
            "because": card.said_of(requirement, self.result, translate),
        }


def is_shortfall(requirement: Requirement, day: date) -> bool:
    """Whether a requirement belongs among the shortfalls of *day*."""
    status = requirement.status
    if status is Status.OPEN:
        return requirement.due is not None and (requirement.due - day).days <= ANNOUNCED_DAYS
    return status in (Status.UNEARNED, Status.BEHIND, Status.OVERDUE, Status.MISSED)


def due_of(requirements: list[Requirement], day: date) -> date | None:
    """Return a clause's due day: the earliest on or after *day* not satisfied yet, else its last one."""
    dues = [requirement.due for requirement in requirements if requirement.due is not None]
    ahead = [
        requirement.due
        for requirement in requirements
        if requirement.due is not None and requirement.due >= day and requirement.status in PENDING
    ]
    return min(ahead, default=max(dues, default=None))


def records_behind(result: ClauseResult) -> Sequence[Record]:
    """Return the records that a clause's figures rest on, each once, by day and sequence."""
    requirements = result.requirements
    if len(requirements) == 1 and not result.judgements:
        return requirements[0].records
    found = {record.id: record for requirement in requirements for record in requirement.records}
    for record in (*result.items, *result.judgements):
        found[record.id] = record
    return sorted(found.values(), key=place)
