"""`missing`: what is not there. Documents, activities, a number of them; once, or every time that is short."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from ledger.events.types import types_with_topics
from ledger.text import Text
from rubric.amounts import HUNDRED
from rubric.clauses import AllOf, Model, Total
from rubric.format2.curves import Worlds
from rubric.format2.measures import Codes, Common, Measure, Measured
from rubric.format2.terms import NeedTerms
from rubric.mistake import msgid
from rubric.schema import Rubric

from ..facts import Facts
from ..forecast import Outlook
from ..gatherings import count_of
from ..records import Record
from ..requirement import Loss, Requirement
from ..rules.matching import Matcher, WholeUnit
from ..rules.measured import MeasuredRule, TimesRule, by_times
from ..rules.needs import NeedsRule
from ..rules.total import CountTotalRule


class MissingTerms(Model):
    """`as: items` counts the needs that are not satisfied, `as: times` every time that is short."""

    model_config = ConfigDict(populate_by_name=True)

    missing: Annotated[tuple[NeedTerms, ...], Field(min_length=1, strict=False)]
    counts: Literal["items", "times"] = Field(default="items", alias="as")
    any: bool = False
    unearned: bool = False

    @model_validator(mode="after")
    def _one_total(self) -> MissingTerms:
        if len(self.missing) > 1 and any(need.is_total for need in self.missing):
            raise PydanticCustomError("total_alone", "a need with pace, prorate or n by kind stands alone")
        return self

    def needs_at(self) -> list[tuple[tuple[str | int, ...], NeedTerms]]:
        """Return every need with its path."""
        return [((place,), need) for place, need in enumerate(self.missing)]


class MissingClause(Measured, AllOf):
    """Some needs, each with days and a scope of its own."""


class MissingTotalClause(Measured, Total):
    """One need with a line of pace, a share of the year, or a number by kind or by the unit's plan."""


class MissingRule(MeasuredRule, NeedsRule):
    """Needs not satisfied; under `each_branch` the worst branch decides."""

    clause: MissingClause

    def __init__(self, clause: MissingClause, rubric: Rubric) -> None:
        needs = [need.as_need() for need in clause.terms.missing]
        NeedsRule.__init__(self, clause, rubric, needs, "tree")
        self.award = clause.terms.unearned
        self.counts_once = clause.terms.any

    def _subjects(self, matcher: Matcher, facts: Facts, day: date) -> list[str]:
        if matcher.scope == "each_branch":
            branches = facts.standing(min(day, matcher.due, self.rubric.ends_on), matcher.due)
            if branches:
                return [branch.subject for branch in branches]
        return [facts.unit]

    def _found(self, matcher: Matcher, subject: str, facts: Facts) -> list[Record]:
        if matcher.scope == "each_branch" and subject != facts.unit:
            whole_unit = WholeUnit.of(facts, unit_counts=matcher.unit_counts)
            return matcher.records(facts, subject, whole_unit)
        return matcher.records(facts, subject if matcher.scope == "unit" else None)

    def _count(self, found: Sequence[Record]) -> int:
        return count_of(found) if len(found) > 1 else len(found)

    def numbers(self, requirements: Sequence[Requirement]) -> Worlds:
        numbers = super().numbers(requirements)
        return Worlds(*(min(1, each) for each in numbers)) if self.clause.terms.any else numbers

    def weight(self) -> int:
        name = "award" if self.award else "once" if len(self.matchers) == 1 else "all_of"
        return self.rubric.forecast.weight(name, self.clause.id)


class MissingTimesRule(TimesRule, MissingRule):
    """The same, counted by times."""


class MissingTotalRule(MeasuredRule, CountTotalRule):
    """A number for the year: short or not, or by how many."""

    clause: MissingTotalClause

    def numbers(self, requirements: Sequence[Requirement]) -> Worlds:
        if self.clause.terms.counts == "items":
            return MeasuredRule.numbers(self, requirements)
        return TimesRule.numbers(self, requirements)  # type: ignore[arg-type]

    def loss(self, requirements: Sequence[Requirement]) -> Loss:
        return MeasuredRule.loss(self, requirements)

    def outlook(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> Outlook:
        found = super().outlook(requirements, facts, day)
        return by_times(found, self.numbers(requirements)) if self.clause.terms.counts == "times" else found

    @property
    def counted_in(self) -> Text:
        return Text("次")


def _clause(terms: MissingTerms, common: Common) -> Measured:
    first = terms.missing[0]
    if not first.is_total:
        needs = tuple(need.as_need() for need in terms.missing)
        return MissingClause.model_construct(**common, needs=needs, scope="tree")
    own = first.as_need().model_dump(exclude={"n", "scope"})
    return MissingTotalClause.model_construct(
        **common,
        **own,
        measure="count",
        scope=first.scope if first.scope != "each_branch" else "tree",
        threshold=first.n * HUNDRED if isinstance(first.n, int) else first.n,
        target_document=first.target_document,
        per=None,
        pace=first.pace,
        prorate=first.prorate,
    )


def _evaluator(clause: Any, rubric: Rubric) -> MeasuredRule:
    if isinstance(clause, MissingTotalClause):
        return MissingTotalRule(clause, rubric)
    return (MissingTimesRule if clause.terms.counts == "times" else MissingRule)(clause, rubric)


def _codes(terms: MissingTerms) -> Codes:
    for place, need in enumerate(terms.missing):
        yield from (((place, *path), family, code) for path, family, code in need.codes())


MEASURE = Measure(
    key="missing",
    terms=MissingTerms,
    counts=msgid("没有做到的：材料、活动，缺几样（as: items）或缺几次（as: times）"),
    counts_en="what is not there: documents, activities; how many (as: items), or how many times short (as: times)",
    sentence="党政联席会议不少于4次，缺1次扣1分",
    line="{missing: [{activity: joint_meeting, n: 4}], as: times, lose: {each: 1}}",
    events=types_with_topics("activity", "document", "outlet", "honor"),
    clause=_clause,
    evaluator=_evaluator,
    codes=_codes,
    shapes=("flat", "each", "table", "above"),
)
__all__ = ["MEASURE", "Text"]
