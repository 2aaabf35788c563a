"""`items`: requests not answered, findings not rectified; those of one category where the rule names one."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from ledger.events.types import types_with_topics
from rubric.clauses import Code, EachItem, Model
from rubric.format2.measures import Codes, Common, Measure, Measured
from rubric.mistake import msgid
from rubric.schema import Rubric

from ..facts import Facts
from ..requirement import Requirement
from ..rules.each_item import EachItemRule
from ..rules.measured import MeasuredRule


class ItemsTerms(Model):
    """`final: closing`: what is late may be made good until the closing day."""

    items: Literal["request", "finding"]
    category: Code | None = None
    final: Literal["closing", "due_on"] = "due_on"


class ItemsClause(Measured, EachItem):
    """Each request or finding on its own."""


class ItemsRule(MeasuredRule, EachItemRule):
    """As `each_item` of format 1, with any curve and a category."""

    clause: ItemsClause

    def requirements(self, facts: Facts, day: date) -> list[Requirement]:
        found = super().requirements(facts, day)
        category = self.clause.terms.category
        return (
            found
            if category is None
            else [each for each in found if each.part.data.get("category") == category]
        )

    def weight(self) -> int:
        return self.rubric.forecast.weight("each_item", self.clause.id)


def _clause(terms: ItemsTerms, common: Common) -> Measured:
    own = {key: value for key, value in common.items() if key != "item"}
    return ItemsClause.model_construct(
        **own, item=terms.items, per_miss=own["curve"].each or 0, due="due_on", final=terms.final
    )


def _evaluator(clause: Any, rubric: Rubric) -> MeasuredRule:
    return ItemsRule(clause, rubric)


def _codes(terms: ItemsTerms) -> Codes:
    if terms.category:
        yield ("category",), "categories", terms.category


MEASURE = Measure(
    key="items",
    terms=ItemsTerms,
    counts=msgid("没有报送的材料（request）、没有整改的问题（finding），可以只计一类"),
    counts_en="requests not answered (request), findings not rectified (finding); of one category where named",
    sentence="对督查中指出的问题未及时整改的，有1项扣1分",
    line="{items: finding, lose: {each: 1}}",
    events=types_with_topics("request", "finding"),
    clause=_clause,
    evaluator=_evaluator,
    codes=_codes,
    shapes=("flat", "each", "table", "above"),
)
