"""`rate`: of two measures, in per cent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Annotated, Any

from pydantic import Field

from ledger.text import Text
from rubric.clauses import Model
from rubric.format2.curves import Worlds
from rubric.format2.measures import Codes, Common, Measure, Measured
from rubric.mistake import msgid
from rubric.schema import Rubric

from ..facts import Facts
from ..records import Record, place
from ..requirement import NEVER, Requirement, Status, next_change, unmet_status
from ..rules.base import NOT_ASKED, by_when
from ..rules.measured import NumberRule, nested, number_words
from .nested import Inner, Nested

FULL = 100


class RateTerms(Model):
    """The first measure as so many per cent of the second."""

    rate: Annotated[tuple[Nested, Nested], Field(strict=False)]


class RateClause(Measured):
    """Of two, in per cent."""


class RateRule(NumberRule):
    """Where there is nothing to be a part of, all of it is done; above 100 counts as 100."""

    clause: RateClause

    def __init__(self, clause: RateClause, rubric: Rubric) -> None:
        super().__init__(clause, rubric)
        self.parts = [
            nested(self, inner.terms, inner.measure, inner.measure.key) for inner in clause.terms.rate
        ]

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(topic for part in self.parts for topic in part.topics)

    def requirements(self, facts: Facts, day: date) -> list[Requirement]:
        both = [part.requirements(facts, day) for part in self.parts]
        records: list[Record] = sorted(
            {record.id: record for each in both for one in each for record in one.records}.values(), key=place
        )
        every = [one for each in both for one in each]
        turns = min((one.changes_on for one in every), default=NEVER)
        due = max((one.due for one in every if one.due is not None), default=None)
        statuses = {one.status for one in every}
        if every and statuses <= {Status.NOT_APPLICABLE}:
            part = self.counted(Worlds(0, 0, 0))
            return [Requirement(facts.unit, Status.NOT_APPLICABLE, due, 0, records, NEVER, part)]
        upper, lower = (part.numbers(each) for part, each in zip(self.parts, both, strict=True))
        waits = due is not None and day <= due
        settled = upper.low == upper.high and lower.low == lower.high and not waits
        known = all(one.records for each in both for one in each)
        now = self._percent(upper.now, lower.now)
        if not settled and not known:
            now = 0 if self.clause.gains else self.best_of(0, FULL)
        worlds = Worlds(now, now, now) if settled else Worlds(now, 0, FULL)
        status = self.settled(worlds) if known or due is None else unmet_status(day, due, due)
        if due is not None and waits:
            turns = min(turns, next_change(day, due))
        return [Requirement(facts.unit, status, due, 100, records, turns, self.counted(worlds, known=known))]

    @staticmethod
    def _percent(upper: Any, lower: Any) -> Any:
        if lower <= 0:
            return FULL
        return min(max(Fraction(upper) * 100 / lower, Fraction(0)), Fraction(FULL))

    def explain(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> list[Text]:
        requirement = requirements[0]
        if requirement.status is Status.NOT_APPLICABLE:
            return [NOT_ASKED]
        if not requirement.part.known:
            return [Text("两个数还没有报全；{deadline}", deadline=by_when(requirement, day))]
        return [Text("比率 {number}%", number=number_words(requirement.part.worlds.now))]


def _clause(terms: RateTerms, common: Common) -> Measured:
    return RateClause.model_construct(**common)


def _evaluator(clause: Any, rubric: Rubric) -> NumberRule:
    return RateRule(clause, rubric)


def _codes(terms: RateTerms) -> Codes:
    inner: Inner
    for place_, inner in enumerate(terms.rate):
        yield from (
            ((place_, inner.measure.key, *path), family, code) for path, family, code in inner.codes()
        )


MEASURE = Measure(
    key="rate",
    terms=RateTerms,
    counts=msgid("两个数之比（百分数）：处理率、到课率、完成比例"),
    counts_en="one of another, in per cent: handled of reported, present of enrolled",
    sentence="事件处理率×15分",
    line="{rate: [{figure: handled, take: sum}, {figure: reported, take: sum}], gain: {share: 15}}",
    events=("figure.reported",),
    clause=_clause,
    evaluator=_evaluator,
    codes=_codes,
    shapes=("share", "below", "above", "table", "flat"),
)
