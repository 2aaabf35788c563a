"""`judge`: what only a person decides; nothing is counted."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from rubric.clauses import Advice, Evidence, Judgement, Model, Points
from rubric.format2.measures import Codes, Common, Measure, Measured
from rubric.mistake import msgid
from rubric.schema import Rubric

from ..rules.judgement import JudgementRule
from ..rules.measured import MeasuredRule


class JudgeTerms(Model):
    """`evidence` and `advice`: what is laid before whoever judges; `suggested`: what one fault usually costs."""

    judge: Literal[True]
    suggested: Points | None = None
    evidence: Evidence = Evidence()
    advice: Annotated[tuple[Advice, ...], Field(strict=False)] = ()


class JudgeClause(Measured, Judgement):
    """An assessor's decision."""


class JudgeRule(MeasuredRule, JudgementRule):
    """Nothing is required."""


def _clause(terms: JudgeTerms, common: Common) -> Measured:
    return JudgeClause.model_construct(**common, evidence=terms.evidence, advice=terms.advice)


def _evaluator(clause: Any, rubric: Rubric) -> MeasuredRule:
    return JudgeRule(clause, rubric)


def _codes(terms: JudgeTerms) -> Codes:
    for place, code in enumerate(terms.evidence.activities):
        yield ("evidence", "activities", place), "activities", code
    for place, code in enumerate(terms.evidence.documents):
        yield ("evidence", "documents", place), "documents", code


MEASURE = Measure(
    key="judge",
    terms=JudgeTerms,
    counts=msgid("由考核人员评定的：酌情扣分，程序只摆出依据"),
    counts_en="what only an assessor decides; the program lays the evidence before him",
    sentence="活动效果不突出酌情扣分",
    line="{judge: true, lose: {flat: 1}}",
    events=("judgement.passed",),
    clause=_clause,
    evaluator=_evaluator,
    codes=_codes,
    shapes=("flat", "each"),
    people=True,
)
