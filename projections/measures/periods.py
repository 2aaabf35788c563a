"""`periods`: months, quarters, halves or periods with names in which something was not done."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from ledger.events.types import types_with_topics
from ledger.text import Text
from rubric.amounts import HUNDRED
from rubric.clauses import Code, EveryPeriod, Model
from rubric.format2.measures import Codes, Common, Measure, Measured
from rubric.format2.terms import NeedTerms
from rubric.mistake import msgid
from rubric.periods import periods_of
from rubric.schema import Rubric

from ..facts import Facts
from ..forecast import Ratio, months_left
from ..gatherings import count_of
from ..records import Record
from ..requirement import MAY_BE_LOST, NEVER, Requirement, Status, next_change, unmet_status
from ..rules.base import NOT_ASKED, inside_quotes, period_name
from ..rules.every_period import EveryPeriodRule
from ..rules.matching import Matcher, WholeUnit
from ..rules.measured import MeasuredRule

BUILT_IN = ("month", "quarter", "half")


class PeriodsTerms(Model):
    """`needs`: what each period asks for. `applies_if`, `attended_by`: as clauses of format 1 have them."""

    periods: Code
    needs: Annotated[tuple[NeedTerms, ...], Field(min_length=1, strict=False)]
    applies_if: Literal["has_committee", "has_groups"] | None = None
    attended_by: Literal["every_leader"] | None = None

    def needs_at(self) -> list[tuple[tuple[str | int, ...], NeedTerms]]:
        """Return every need with its path."""
        return [(("needs", place), need) for place, need in enumerate(self.needs)]


class PeriodsOfOne(Measured, EveryPeriod):
    """One activity in each month, quarter or half of a calendar year."""


class PeriodsClause(Measured):
    """Several needs, or periods with names of their own."""


@dataclass(frozen=True, slots=True)
class Span:
    """A period of a rubric: its number from 1, its name where it has one of its own, its days."""

    number: int
    name: Text
    start: date
    end: date


class PeriodsOfOneRule(MeasuredRule, EveryPeriodRule):
    """As `every_period` of format 1, with any curve."""

    def weight(self) -> int:
        return self.rubric.forecast.weight("every_period", self.clause.id)


class PeriodsRule(MeasuredRule):
    """A period in which any need is short is one period without."""

    clause: PeriodsClause

    def __init__(self, clause: PeriodsClause, rubric: Rubric) -> None:
        super().__init__(clause, rubric)
        terms: PeriodsTerms = clause.terms
        self.matchers = [Matcher(need.as_need(), rubric) for need in terms.needs]
        self.spans = list(_spans(terms.periods, rubric))

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(matcher.topic for matcher in self.matchers)

    def requirements(self, facts: Facts, day: date) -> list[Requirement]:
        return [
            self._requirement(subject, span, matcher, facts, day)
            for span in self.spans
            for matcher in self.matchers
            for subject in self._subjects(matcher, span, facts, day)
        ]

    def _subjects(self, matcher: Matcher, span: Span, facts: Facts, day: date) -> list[str]:
        if matcher.scope == "each_branch":
            branches = facts.standing(min(span.end, day), span.end)
            if branches:
                return [branch.subject for branch in branches]
        return [facts.unit]

    def _requirement(
        self, subject: str, span: Span, matcher: Matcher, facts: Facts, day: date
    ) -> Requirement:
        found = self._found(subject, span, matcher, facts)
        part = (span, matcher)
        if not self._asked(subject, span, facts, day):
            return Requirement(subject, Status.NOT_APPLICABLE, span.end, 0, found, NEVER, part)
        short = matcher.need.n - count_of(found)
        if short <= 0:
            return Requirement(subject, Status.MET, span.end, 0, found, NEVER, part)
        status = unmet_status(day, span.end, span.end)
        return Requirement(
            subject, status, span.end, short * HUNDRED, found, next_change(day, span.end), part
        )

    def _asked(self, subject: str, span: Span, facts: Facts, day: date) -> bool:
        if not self.applies(facts, subject, span.end):
            return False
        condition = self.clause.terms.applies_if
        return condition is None or bool(
            facts.organization(subject).value(condition, min(span.end, day), True)
        )

    def _found(self, subject: str, span: Span, matcher: Matcher, facts: Facts) -> list[Record]:
        whole = (
            WholeUnit.of(facts, unit_counts=matcher.unit_counts) if matcher.scope == "each_branch" else None
        )
        own = (
            None
            if matcher.scope == "tree" or (matcher.scope == "each_branch" and subject == facts.unit)
            else subject
        )
        return [record for record in matcher.alike(facts, own, whole) if span.start <= record.day <= span.end]

    def thing_of(self, requirement: Requirement) -> Hashable:
        number: int = requirement.part[0].number
        return number

    def room(self, requirement: Requirement, facts: Facts, day: date) -> Ratio:
        span: Span = requirement.part[0]
        return months_left(day, span.start, span.end)

    def weight(self) -> int:
        return self.rubric.forecast.weight("every_period", self.clause.id)

    def part_words(self, requirement: Requirement) -> Text | None:
        span: Span = requirement.part[0]
        return span.name

    def key_of(self, requirement: Requirement) -> str:
        matcher: Matcher = requirement.part[1]
        return matcher.code

    def explain(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> list[Text]:
        words = [
            Text("{thing}台账里没有记录；当时做过的，现在补录照样算", thing=self._thing(each, facts))
            for each in requirements
            if each.status is Status.MISSED
        ]
        pending = [
            each for each in requirements if each.status in MAY_BE_LOST and each.status is not Status.MISSED
        ]
        due = min((each.due for each in pending if each.due), default=day)
        words += [
            Text(
                "{thing}，{due} 前完成，还有 {days} 天",
                thing=self._thing(each, facts),
                due=due,
                days=(due - day).days,
            )
            for each in pending
            if each.due == due
        ]
        met = dict.fromkeys(each.part[0].name for each in requirements if each.status is Status.MET)
        if met:
            words.append(Text("已计入：{periods}", periods=list(met)))
        return words or [NOT_ASKED]

    def _thing(self, requirement: Requirement, facts: Facts) -> Text:
        span, matcher = requirement.part
        name = inside_quotes(self.rubric.code_names[matcher.family].get(matcher.code, matcher.code))
        if requirement.subject != facts.unit:
            return Text("{period}（{who}）“{name}”", period=span.name, who=requirement.subject, name=name)
        return Text("{period}“{name}”", period=span.name, name=name)


def _spans(kind: str, rubric: Rubric) -> Iterator[Span]:
    head = getattr(rubric, "head", None)
    if kind not in BUILT_IN:
        for number, period in enumerate(head.periods[kind] if head else (), 1):
            yield Span(number, Text("{name}", name=period.name), period.first, period.last)
        return
    number = 0
    for year in range(rubric.opens_on.year, rubric.ends_on.year + 1):
        for period in periods_of(year, kind):
            if rubric.opens_on <= period.start and period.end <= rubric.ends_on:
                number += 1
                yield Span(number, period_name(period.kind, period.number), period.start, period.end)


def _clause(terms: PeriodsTerms, common: Common) -> Measured:
    need = terms.needs[0]
    # One activity a period is what clauses of format 1 ask for: they are evaluated, and offered in forms, as those are.
    if (
        len(terms.needs) == 1
        and terms.periods in BUILT_IN
        and need.activity
        and need.n == 1
        and need.where.lecturer is None
        and need.window is None
        and common.get("calendar")
    ):
        own = {key: value for key, value in common.items() if key != "calendar"}
        return PeriodsOfOne.model_construct(
            **own,
            period=terms.periods,
            activity=need.activity,
            per_miss=own["curve"].each or 0,
            scope=need.scope,
            applies_if=terms.applies_if,
            attended_by=terms.attended_by,
            unit_counts=need.unit_counts,
        )
    return PeriodsClause.model_construct(**{key: value for key, value in common.items() if key != "calendar"})


def _evaluator(clause: Any, rubric: Rubric) -> MeasuredRule:
    return (
        PeriodsOfOneRule(clause, rubric) if isinstance(clause, PeriodsOfOne) else PeriodsRule(clause, rubric)
    )


def _codes(terms: PeriodsTerms) -> Codes:
    if terms.periods not in BUILT_IN:
        yield (), "periods", terms.periods
    for place, need in enumerate(terms.needs):
        yield from ((("needs", place, *path), family, code) for path, family, code in need.codes())


MEASURE = Measure(
    key="periods",
    terms=PeriodsTerms,
    counts=msgid("没有做到的时段：每月、每季度、每半年，或细则自己命名的时段（学期、报送窗口）"),
    counts_en="periods without: months, quarters, halves, or periods that the file names (semesters, report windows)",
    sentence="每学期一次以上党课教育，缺一次扣0.5分",
    line="{periods: semester, needs: [{activity: lecture}], lose: {each: 0.5}}",
    events=types_with_topics("activity", "document", "outlet"),
    clause=_clause,
    evaluator=_evaluator,
    codes=_codes,
    shapes=("flat", "each", "table", "above"),
)
