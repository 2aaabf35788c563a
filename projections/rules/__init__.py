"""The evaluators: one class for each rule kind of `rubric.clauses`, with its losses and its explanation."""

from __future__ import annotations

from rubric.clauses import (
    AllOf,
    Award,
    Clause,
    ClauseBase,
    Condition,
    EachItem,
    Election,
    EveryPeriod,
    Judgement,
    Once,
    Tiers,
    Total,
)
from rubric.format2.measures import Measured, measures
from rubric.schema import Rubric

from .base import Rule
from .condition import ConditionRule
from .each_item import EachItemRule
from .election import ElectionRule
from .every_period import EveryPeriodRule
from .judgement import JudgementRule
from .needs import AllOfRule, AwardRule, OnceRule
from .study_total import StudyTotalRule
from .tiers import TiersRule
from .total import CountTotalRule

__all__ = ["Rule", "rule_for"]

_RULES: dict[type[ClauseBase], type[Rule]] = {
    AllOf: AllOfRule,
    Award: AwardRule,
    Condition: ConditionRule,
    EachItem: EachItemRule,
    Election: ElectionRule,
    EveryPeriod: EveryPeriodRule,
    Judgement: JudgementRule,
    Once: OnceRule,
    Tiers: TiersRule,
}


def rule_for(clause: Clause, rubric: Rubric) -> Rule:
    """Return the evaluator of *clause*."""
    if isinstance(clause, Measured):
        rule: Rule = measures()[clause.rule_key].evaluator(clause, rubric)
        return rule
    if isinstance(clause, Total):
        return (StudyTotalRule if clause.measure == "study_hours" else CountTotalRule)(clause, rubric)
    return _RULES[type(clause)](clause, rubric)
