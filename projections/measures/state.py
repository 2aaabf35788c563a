"""`state`: conditions not declared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from rubric.clauses import Code, Condition, Model
from rubric.format2.curves import Worlds
from rubric.format2.measures import Codes, Common, Measure, Measured
from rubric.mistake import msgid
from rubric.schema import Rubric

from ..facts import Facts
from ..forecast import Outlook
from ..requirement import Requirement
from ..rules.condition import ConditionRule
from ..rules.measured import MeasuredRule, TimesRule, by_times


class StateTerms(Model):
    """Conditions that a unit declares; `allow_not_applicable: false` where 不适用 does not do."""

    state: Annotated[tuple[Code, ...], Field(min_length=1, strict=False)]
    allow_not_applicable: bool = True


class StateClause(Measured, Condition):
    """Declared conditions."""


class StateRule(MeasuredRule, ConditionRule):
    """As `condition` of format 1; with `each`, every condition not declared counts."""

    clause: StateClause

    def numbers(self, requirements: Sequence[Requirement]) -> Worlds:
        if self.clause.curve.flat is not None:
            return MeasuredRule.numbers(self, requirements)
        return TimesRule.numbers(self, requirements)  # type: ignore[arg-type]

    def outlook(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> Outlook:
        found = super().outlook(requirements, facts, day)
        return found if self.clause.curve.flat is not None else by_times(found, self.numbers(requirements))

    def weight(self) -> int:
        return self.rubric.forecast.weight("condition", self.clause.id)


def _clause(terms: StateTerms, common: Common) -> Measured:
    return StateClause.model_construct(
        **common, all_of=terms.state, allow_not_applicable=terms.allow_not_applicable
    )


def _evaluator(clause: Any, rubric: Rubric) -> MeasuredRule:
    return StateRule(clause, rubric)


def _codes(terms: StateTerms) -> Codes:
    for place, code in enumerate(terms.state):
        yield (place,), "conditions", code


MEASURE = Measure(
    key="state",
    terms=StateTerms,
    counts=msgid("没有申报做到的状况：组织健全、制度上墙"),
    counts_en="conditions not declared: organisations sound, rules on the wall",
    sentence="工、青、妇组织不健全扣2分",
    line="{state: [union_sound, youth_league_sound, women_sound], lose: {flat: 2}}",
    events=("condition.declared",),
    clause=_clause,
    evaluator=_evaluator,
    codes=_codes,
    shapes=("flat", "each", "table"),
)
