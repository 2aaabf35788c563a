"""`grade`: what raters give: the mean of each group of raters, weighted over the groups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Annotated, Any

from pydantic import Field

from ledger.text import Text
from rubric.amounts import Amount
from rubric.clauses import Code, Model
from rubric.format2.curves import Number, Worlds, exact
from rubric.format2.measures import Codes, Common, Measure, Measured
from rubric.mistake import msgid
from rubric.schema import Rubric

from ..facts import Facts
from ..records import Record, place
from ..requirement import NEVER, Requirement, Status, next_change, unmet_status
from ..rules.base import NOT_ASKED, by_when, inside_quotes
from ..rules.measured import NumberRule, number_words


class Group(Model):
    """One group of raters, and how much it weighs beside the others."""

    rating: Code
    weight: Number = 1


class GradeTerms(Model):
    """Groups that have given nothing by the due day count as the least of their scale."""

    grade: Annotated[tuple[Group, ...], Field(min_length=1, strict=False)]


class GradeClause(Measured):
    """Raters' grades."""


class GradeRule(NumberRule):
    """Of one rater the last grade counts; until the due day a group spans its scale."""

    clause: GradeClause

    def __init__(self, clause: GradeClause, rubric: Rubric) -> None:
        super().__init__(clause, rubric)
        self.groups: tuple[Group, ...] = clause.terms.grade
        ratings = rubric.head.ratings  # type: ignore[attr-defined]
        self.ratings = {group.rating: ratings[group.rating] for group in self.groups}
        self.due: date = max(rating.due or rubric.closes_on for rating in self.ratings.values())

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(f"rating:{code}" for code in self.ratings)

    def _given(self, code: str, facts: Facts) -> dict[str, Record]:
        due = self.ratings[code].due or self.rubric.closes_on
        return {
            record.data.get("rater", record.id): record
            for record in facts.records(f"rating:{code}")
            if (
                record.for_year == self.rubric.year
                if "for_year" in record.data
                else self.rubric.opens_on <= record.day
            )
            and record.day <= due
        }

    def _value(self, code: str, record: Record) -> Fraction:
        scale = self.ratings[code].scale
        grade = record.data.get("grade")
        low, high = self.ratings[code].bounds
        if grade is not None and isinstance(scale, dict):
            return Fraction(scale.get(grade, low))
        number = exact(record.data.get("value", low))
        return min(max(number, Fraction(low)), Fraction(high))

    def requirements(self, facts: Facts, day: date) -> list[Requirement]:
        given = {group.rating: self._given(group.rating, facts) for group in self.groups}
        records = sorted((record for each in given.values() for record in each.values()), key=place)
        if not self.applies(facts, facts.unit, self.due):
            part = self.counted(Worlds(0, 0, 0))
            return [Requirement(facts.unit, Status.NOT_APPLICABLE, self.due, 0, records, NEVER, part)]
        whole = sum((Fraction(group.weight) for group in self.groups), Fraction(0)) or Fraction(1)
        now = low = high = Fraction(0)
        for group in self.groups:
            least, most = self.ratings[group.rating].bounds
            values = [self._value(group.rating, record) for record in given[group.rating].values()]
            mean: Amount = sum(values, Fraction(0)) / len(values) if values else least
            waits = day <= (self.ratings[group.rating].due or self.rubric.closes_on)
            share = Fraction(group.weight) / whole
            now += share * (mean if values or self.clause.gains or not waits else most)
            low += share * (least if waits else mean)
            high += share * (most if waits else mean)
        worlds = Worlds(now, low, high)
        known = all(given.values())
        status = self.settled(worlds) if known else Status.AWAITING if day <= self.due else Status.MISSED
        if status is Status.AWAITING and self.clause.gains:
            status = unmet_status(day, self.due, self.due)
        dues = [rating.due or self.rubric.closes_on for rating in self.ratings.values()]
        part = self.counted(worlds, known=known)
        return [Requirement(facts.unit, status, self.due, 100, records, next_change(day, *dues), part)]

    def explain(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> list[Text]:
        requirement = requirements[0]
        if requirement.status is Status.NOT_APPLICABLE:
            return [NOT_ASKED]
        words = []
        for group in self.groups:
            name, given = inside_quotes(self.ratings[group.rating].name), self._given(group.rating, facts)
            if given:
                values = [self._value(group.rating, record) for record in given.values()]
                mean = number_words(sum(values, Fraction(0)) / len(values))
                words.append(
                    Text("“{name}”{count} 人评，平均 {mean}", name=name, count=len(given), mean=mean)
                )
            else:
                words.append(Text("“{name}”还没有人评", name=name))
        if day <= self.due:
            words.append(
                by_when(requirement, day)
                if not requirement.part.known
                else Text("{due} 前还可以评", due=self.due)
            )
        return words


def _clause(terms: GradeTerms, common: Common) -> Measured:
    return GradeClause.model_construct(**common)


def _evaluator(clause: Any, rubric: Rubric) -> NumberRule:
    return GradeRule(clause, rubric)


def _codes(terms: GradeTerms) -> Codes:
    for place_, group in enumerate(terms.grade):
        yield (place_, "rating"), "ratings", group.rating


MEASURE = Measure(
    key="grade",
    terms=GradeTerms,
    counts=msgid("评议人给的等次或分数：每组取平均，各组加权（上级、同级、服务对象）"),
    counts_en="raters' grades: the mean of a group, weighted over the groups",
    sentence="满意度 A90 B80 C70 D50，上级、同级、服务对象加权",
    line="{grade: [{rating: superior, weight: 0.4}, {rating: served, weight: 0.6}], gain: {share: 15}}",
    events=("rating.given",),
    clause=_clause,
    evaluator=_evaluator,
    codes=_codes,
    shapes=("share", "below", "above", "table"),
)
