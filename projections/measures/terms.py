"""`terms`: terms of office that ran out and were not renewed."""

from __future__ import annotations

from typing import Any, Literal

from ledger.events.types import types_with_topics
from rubric.clauses import Election, Model
from rubric.format2.measures import Common, Measure, Measured, no_codes
from rubric.mistake import msgid
from rubric.schema import Rubric

from ..facts import Facts
from ..requirement import Requirement
from ..rules.election import ElectionRule
from ..rules.measured import MeasuredRule


class TermsTerms(Model):
    """Of the unit itself, or of each of its branches."""

    terms: Literal["unit", "branch"]


class TermsClause(Measured, Election):
    """Each term that runs out in the year."""


class TermsRule(MeasuredRule, ElectionRule):
    """As `election` of format 1; with `branch`, the terms of every branch."""

    clause: TermsClause

    def requirements(self, facts: Facts, day: Any) -> list[Requirement]:
        if self.clause.terms.terms == "unit":
            return super().requirements(facts, day)
        branches = facts.branches(min(day, self.rubric.ends_on))
        return [each for branch in branches for each in self.of_subject(branch.subject, facts, day)]

    def thing_of(self, requirement: Requirement) -> object:
        own = super().thing_of(requirement)
        return own if self.clause.terms.terms == "unit" else (requirement.subject, own)

    def weight(self) -> int:
        return self.rubric.forecast.weight("election", self.clause.id)


def _clause(terms: TermsTerms, common: Common) -> Measured:
    return TermsClause.model_construct(**common, scope="unit")


def _evaluator(clause: Any, rubric: Rubric) -> MeasuredRule:
    return TermsRule(clause, rubric)


MEASURE = Measure(
    key="terms",
    terms=TermsTerms,
    counts=msgid("届满没有换届、也没有经同意延期的任期"),
    counts_en="terms of office that ran out and were neither renewed nor, with approval, put off",
    sentence="未按期换届选举扣2分",
    line="{terms: unit, lose: {flat: 2}}",
    events=types_with_topics("election"),
    clause=_clause,
    evaluator=_evaluator,
    codes=no_codes,
    shapes=("flat", "each", "table"),
)
