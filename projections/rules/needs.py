"""`once`, `award` and `all_of`: at least n matching records, with one loss."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date

from ledger.text import Text
from rubric.amounts import HUNDRED
from rubric.clauses import AllOf, Award, ClauseBase, Need, Once, Scope
from rubric.schema import Rubric

from ..facts import Facts
from ..forecast import Ratio, largest, months_left
from ..records import Record
from ..requirement import MAY_BE_LOST, NEVER, Requirement, Status, next_change, unmet_status
from .base import NOT_ASKED, Rule, by_when, listed
from .matching import Matcher, WholeUnit


class NeedsRule(Rule):
    """Shared by the three: a list of needs, evaluated one by one."""

    award = False

    def __init__(self, clause: ClauseBase, rubric: Rubric, needs: Sequence[Need], scope: Scope) -> None:
        super().__init__(clause, rubric)
        self.matchers = [Matcher(need, rubric) for need in needs]
        self.scope = scope

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(matcher.topic for matcher in self.matchers)

    def requirements(self, facts: Facts, day: date) -> list[Requirement]:
        return [
            self._requirement(matcher, subject, facts, day)
            for matcher in self.matchers
            for subject in self._subjects(matcher, facts, day)
        ]

    def _subjects(self, matcher: Matcher, facts: Facts, day: date) -> list[str]:
        if self.scope == "each_branch":
            branches = facts.standing(min(day, matcher.due, self.rubric.ends_on), matcher.due)
            if branches:
                return [branch.subject for branch in branches]
        return [facts.unit]

    def _found(self, matcher: Matcher, subject: str, facts: Facts) -> list[Record]:
        if self.scope == "each_branch" and subject != facts.unit:
            whole_unit = WholeUnit.of(facts, unit_counts=self.clause.unit_counts)
            return matcher.records(facts, subject, whole_unit)
        return matcher.records(facts, subject if self.scope == "unit" else None)

    def _count(self, found: Sequence[Record]) -> int:
        return len(found)

    def _requirement(self, matcher: Matcher, subject: str, facts: Facts, day: date) -> Requirement:
        found = self._found(matcher, subject, facts)
        need = matcher.need
        due, final = matcher.due, matcher.final
        if not self.applies(facts, subject, due):
            return Requirement(subject, Status.NOT_APPLICABLE, due, 0, found, NEVER, matcher)
        count = self._count(found)
        if count >= need.n:
            return Requirement(subject, Status.MET, due, 0, found, NEVER, matcher)
        status = unmet_status(day, due, final, expected_by=need.expected_by, award=self.award)
        return Requirement(
            subject,
            status,
            due,
            (need.n - count) * HUNDRED,
            found,
            next_change(day, need.expected_by, due, final),
            matcher,
        )

    def part_words(self, requirement: Requirement) -> Text | None:
        matcher: Matcher = requirement.part
        return (
            Text("{name}", name=self.name(matcher.family, matcher.code)) if len(self.matchers) > 1 else None
        )

    def thing_of(self, requirement: Requirement) -> Hashable:
        matcher: Matcher = requirement.part
        return id(matcher)

    def room(self, requirement: Requirement, facts: Facts, day: date) -> Ratio:
        matcher: Matcher = requirement.part
        first, last = self._usual(matcher)
        usual = months_left(day, first, last)
        whole = months_left(day, max(matcher.start, self.rubric.opens_on), matcher.final)
        return largest(usual, Ratio(whole.over * self.rubric.forecast.late, whole.under * HUNDRED))

    def _usual(self, matcher: Matcher) -> tuple[date, date]:
        """Return the months in which it is usually done, each by a day of it."""
        rubric = self.rubric
        named = rubric.forecast.usual.get(self.clause.id)
        if named is not None:
            first, last = (date(rubric.year + (month - 1) // 12, (month - 1) % 12 + 1, 1) for month in named)
            return first, last
        if matcher.final > rubric.ends_on:
            return rubric.ends_on, matcher.final
        return max(matcher.start, rubric.opens_on), matcher.need.expected_by or matcher.final

    def prospect(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> Text:
        wanting = [each for each in requirements if each.status in MAY_BE_LOST - {Status.MISSED}]
        usual = {self._usual(each.part) for each in wanting}
        if len(usual) != 1:
            return super().prospect(requirements, facts, day)
        first, last = usual.pop()
        left = months_left(day, first, last)
        if not left.over:
            return Text("往常最晚 {month} 办，已经过了，", month=f"{last:%Y-%m}")
        if left.under == 12:
            return Text("全年还剩 {left} 个月，照本单位至今的情况，", left=left.over)
        return Text(
            "往常办理的 {months} 个月还剩 {left} 个月，照本单位至今的情况，",
            months=left.under,
            left=left.over,
        )

    def final_of(self, requirement: Requirement) -> date | None:
        matcher: Matcher = requirement.part
        return matcher.final

    def expected_by(self, requirement: Requirement) -> date | None:
        matcher: Matcher = requirement.part
        return matcher.need.expected_by

    def key_of(self, requirement: Requirement) -> str:
        matcher: Matcher = requirement.part
        return matcher.code

    def explain(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> list[Text]:
        several = len({requirement.subject for requirement in requirements}) > 1
        return [self._words(requirement, facts, day, several) for requirement in requirements]

    def _words(self, requirement: Requirement, facts: Facts, day: date, several: bool) -> Text:
        matcher: Matcher = requirement.part
        thing = Text("“{name}”", name=self.name(matcher.family, matcher.code))
        if matcher.need.lecturer == "secretary":
            thing = Text("党组织书记所讲的{thing}", thing=thing)
        if several or requirement.subject != facts.unit:
            thing = Text("{subject} 的{thing}", subject=requirement.subject, thing=thing)
        if requirement.status is Status.NOT_APPLICABLE:
            return Text("{thing}：{why}", thing=thing, why=NOT_ASKED)
        if requirement.status is Status.MET:
            return Text("{thing}已有记录：{days}", thing=thing, days=listed(requirement.records))
        deadline = by_when(requirement, day)
        expected = matcher.need.expected_by
        if requirement.records:
            return Text(
                "{thing}还差 {count} 次，{deadline}",
                thing=thing,
                count=requirement.missing // HUNDRED,
                deadline=deadline,
            )
        if self.award:
            return Text("{thing}尚无记录，这一项的分还没有得到；{deadline}", thing=thing, deadline=deadline)
        if requirement.status is Status.BEHIND and expected is not None:
            return Text(
                "{thing}尚无记录，本应在 {expected} 前完成；{deadline}",
                thing=thing,
                expected=expected,
                deadline=deadline,
            )
        return Text("{thing}尚无记录，{deadline}", thing=thing, deadline=deadline)


class OnceRule(NeedsRule):
    """At least n matching records in the window."""

    def __init__(self, clause: Once, rubric: Rubric) -> None:
        super().__init__(clause, rubric, [clause], clause.scope)


class AwardRule(NeedsRule):
    """Points inside the base that are earned: not there until the record is."""

    award = True

    def __init__(self, clause: Award, rubric: Rubric) -> None:
        super().__init__(clause, rubric, [clause], clause.scope)


class AllOfRule(NeedsRule):
    """Several needs, each with its own days; any of them missing costs the whole maximum once."""

    def __init__(self, clause: AllOf, rubric: Rubric) -> None:
        super().__init__(clause, rubric, clause.needs, clause.scope)
