"""`cases`: confirmed faults or merits, by number or by the points that each was given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from ledger.text import Text
from rubric.clauses import Code, Model
from rubric.format2.curves import Worlds, exact
from rubric.format2.measures import Codes, Common, Measure, Measured
from rubric.mistake import msgid
from rubric.schema import Rubric

from ..facts import Facts
from ..records import Record, place
from ..requirement import NEVER, Requirement, Status
from ..rules.base import SHOWN_AT_MOST
from ..rules.measured import NumberRule, number_words


class CasesTerms(Model):
    """`as: count` counts cases (or persons, where a case says how many), `as: points` sums their points."""

    model_config = ConfigDict(populate_by_name=True)

    cases: Code | Annotated[tuple[Code, ...], Field(min_length=1, strict=False)]
    counts: Literal["count", "points"] = Field(default="count", alias="as")

    @property
    def named(self) -> tuple[str, ...]:
        """The codes."""
        return (self.cases,) if isinstance(self.cases, str) else self.cases


class CasesClause(Measured):
    """What people confirmed; what they still will is in no bound."""


class CasesRule(NumberRule):
    """The year's cases of the tree, but those returned."""

    clause: CasesClause

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(f"case:{code}" for code in self.clause.terms.named)

    def requirements(self, facts: Facts, day: date) -> list[Requirement]:
        found: list[Record] = sorted(
            (
                record
                for topic in self.topics
                for record in facts.records(topic)
                if (
                    record.for_year == self.rubric.year
                    if "for_year" in record.data
                    else self.rubric.covers(record.day)
                )
            ),
            key=place,
        )
        number = sum((self._of(record) for record in found), Fraction(0))
        worlds = Worlds(number, number, number)
        status = (Status.MET if self.clause.gains else Status.JUDGED) if number else Status.MET
        return [Requirement(facts.unit, status, None, 0, found, NEVER, self.counted(worlds))]

    def _of(self, record: Record) -> Fraction:
        if self.clause.terms.counts == "points":
            return exact(record.data.get("points", 0))
        return exact(record.data.get("count", 1))

    def explain(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> list[Text]:
        found = requirements[0].records
        if not found:
            return [Text("没有认定的情形")]
        named = [
            Text("{day}：{reason}", day=record.day, reason=record.data.get("reason", ""))
            for record in found[:SHOWN_AT_MOST]
        ]
        return [
            Text(
                "已认定 {number}：{named}", number=number_words(requirements[0].part.worlds.now), named=named
            )
        ]


def _clause(terms: CasesTerms, common: Common) -> Measured:
    return CasesClause.model_construct(**common)


def _evaluator(clause: Any, rubric: Rubric) -> NumberRule:
    return CasesRule(clause, rubric)


def _codes(terms: CasesTerms) -> Codes:
    for code in terms.named:
        yield (), "cases", code


MEASURE = Measure(
    key="cases",
    terms=CasesTerms,
    counts=msgid("经认定的情形：有一起算一起（as: count），或按每起认定的分值合计（as: points）"),
    counts_en="confirmed cases: one by one (as: count), or the points that each was given (as: points)",
    sentence="情节轻微的每例扣2分，情节严重的出现一例本项不得分",
    line="{cases: minor, lose: {each: 2}}",
    events=("case.confirmed",),
    clause=_clause,
    evaluator=_evaluator,
    codes=_codes,
    shapes=("flat", "each", "table", "above"),
    people=True,
)
