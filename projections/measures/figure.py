"""`figure`: a reported number. Percentages, money, votes, scores from outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from ledger.text import Text
from rubric.amounts import Amount
from rubric.clauses import Code, Model
from rubric.format2.curves import BEYOND, Worlds, exact
from rubric.format2.measures import Codes, Common, Measure, Measured
from rubric.mistake import msgid
from rubric.schema import Rubric

from ..facts import Facts
from ..forecast import next_month, number_at_pace
from ..records import Record
from ..requirement import NEVER, Requirement, Status, next_change, unmet_status
from ..rules.base import NOT_ASKED, by_when, inside_quotes
from ..rules.measured import NumberRule, number_words


class FigureTerms(Model):
    """`take`: which number counts where several were reported; `at`: those of one named period only.

    `until_reported`: what counts as long as there is none: full marks, the least number, or nothing at all.
    """

    figure: Code
    take: Literal["last", "sum", "mean", "max"] = "last"
    until_reported: Literal["full", "zero", "drop"] | None = None
    at: str | None = None


class FigureClause(Measured):
    """A reported number."""


class FigureRule(NumberRule):
    """Until its due day a figure spans its range; then what was reported counts, or its least."""

    clause: FigureClause

    def __init__(self, clause: FigureClause, rubric: Rubric) -> None:
        super().__init__(clause, rubric)
        self.terms: FigureTerms = clause.terms
        figure = rubric.figure(self.terms.figure)  # type: ignore[attr-defined]
        self.figure = figure
        self.due: date = figure.due or rubric.closes_on
        self.low: Amount = figure.min
        self.high: Amount = BEYOND if figure.max is None or self.terms.take == "sum" else figure.max

    @property
    def topics(self) -> frozenset[str]:
        return frozenset({f"figure:{self.terms.figure}"})

    def _found(self, facts: Facts) -> list[Record]:
        return [
            record
            for record in facts.records(f"figure:{self.terms.figure}")
            if self.rubric.opens_on <= record.day <= self.due
            and (self.terms.at is None or record.data.get("at") == self.terms.at)
        ]

    def _taken(self, found: Sequence[Record]) -> Amount:
        numbers = [exact(record.data["value"]) for record in found]
        match self.terms.take:
            case "last":
                return numbers[-1]
            case "sum":
                return sum(numbers, Fraction(0))
            case "mean":
                return sum(numbers, Fraction(0)) / len(numbers)
        return max(numbers)

    def requirements(self, facts: Facts, day: date) -> list[Requirement]:
        found = self._found(facts)
        if not self.applies(facts, facts.unit, self.due):
            part = self.counted(Worlds(0, 0, 0))
            return [Requirement(facts.unit, Status.NOT_APPLICABLE, self.due, 0, found, NEVER, part)]
        waits = day <= self.due
        turns = next_change(day, self.due)
        if found:
            now = self._taken(found)
            worlds = self._spread(now) if waits else Worlds(now, now, now)
            part = self.counted(worlds)
            if waits and self.terms.take == "sum":
                terms, start = self.rubric.forecast, self.rubric.opens_on
                part = self.counted(worlds, expected=number_at_pace(terms, now, day, start, self.due))
                turns = min(turns, next_month(day))
            return [Requirement(facts.unit, self.settled(worlds), self.due, 0, found, turns, part)]
        until = self.terms.until_reported
        if until == "drop" and not waits:
            part = self.counted(Worlds(0, 0, 0), known=False)
            return [Requirement(facts.unit, Status.NOT_APPLICABLE, self.due, 0, found, NEVER, part)]
        low, high = self.low, self.high
        if not waits:
            alone = self.best_of(low, high) if until == "full" else low
            part = self.counted(Worlds(alone, alone, alone), known=False)
            status = Status.MET if until == "full" else Status.MISSED
            return [Requirement(facts.unit, status, self.due, 100, found, NEVER, part)]
        now = self.worst_of(low, high) if until == "zero" else self.best_of(low, high)
        if self.clause.gains and until is None:
            now = low  # what is earned is not there until it is
        part = self.counted(Worlds(now, low, high), known=False)
        status = unmet_status(day, self.due, self.due)
        return [Requirement(facts.unit, status, self.due, 100, found, turns, part)]

    def _spread(self, now: Amount) -> Worlds:
        """Return what the number can still become by reports to come."""
        if self.terms.take in ("sum", "max"):
            least = now if self.terms.take == "max" or self.low >= 0 else -BEYOND
            return Worlds(now, least, max(now, self.high))
        return Worlds(now, min(now, self.low), max(now, self.high))

    def explain(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> list[Text]:
        requirement = requirements[0]
        name, unit = inside_quotes(self.figure.name), self.figure.unit
        if requirement.status is Status.NOT_APPLICABLE:
            return [Text("“{name}”：{why}", name=name, why=NOT_ASKED)]
        if not requirement.records:
            return [Text("“{name}”还没有报告；{deadline}", name=name, deadline=by_when(requirement, day))]
        number = number_words(requirement.part.worlds.now)
        words = Text("“{name}”是 {number}{unit}", name=name, number=number, unit=unit)
        if day <= self.due:
            return [words, Text("{due} 前还可以更新", due=self.due)]
        return [words]


def _clause(terms: FigureTerms, common: Common) -> Measured:
    return FigureClause.model_construct(**common)


def _evaluator(clause: Any, rubric: Rubric) -> NumberRule:
    return FigureRule(clause, rubric)


def _codes(terms: FigureTerms) -> Codes:
    yield (), "figures", terms.figure


MEASURE = Measure(
    key="figure",
    terms=FigureTerms,
    counts=msgid("报告的数：百分比、金额、票数、外来得分；取最后一次、合计、平均或最高"),
    counts_en="a reported number: a percentage, money, votes, a score from outside; the last, sum, mean or greatest",
    sentence="全年预算执行率不低于95%，每低一个百分点扣0.02分，累计不超过0.5分",
    line="{figure: budget_rate, lose: {below: {at: 95, step: 1, points: 0.02, round: up}, cap: 0.5}}",
    events=("figure.reported",),
    clause=_clause,
    evaluator=_evaluator,
    codes=_codes,
)
