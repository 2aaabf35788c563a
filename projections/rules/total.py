"""`total` by count: so many records in the year, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from ledger.text import Text
from rubric.amounts import HUNDRED, decimal_text
from rubric.clauses import Total
from rubric.schema import Rubric

from ..facts import Facts
from ..forecast import Outlook, Ratio, months_left, pace_of, room_at_pace, with_pace
from ..gatherings import count_of
from ..records import Record
from ..requirement import NEVER, Requirement, Status, next_change, unmet_status
from .base import NOT_ASKED, Rule, by_when
from .matching import Matcher
from .pace import PaceLine


@dataclass(frozen=True, slots=True)
class CountPart:
    """How many there are, and how many there must be, in hundredths; None while no plan says it."""

    count: int
    threshold: int | None


class CountTotalRule(Rule):
    """The threshold is a number, one for each kind of unit, or the target of the unit's plan."""

    clause: Total

    def __init__(self, clause: Total, rubric: Rubric) -> None:
        super().__init__(clause, rubric)
        self.matcher = Matcher(clause, rubric)

    @property
    def topics(self) -> frozenset[str]:
        topics = {self.matcher.topic}
        if self.clause.threshold == "target_sessions":
            topics.add(f"document:{self.clause.target_document}")
        return frozenset(topics)

    def _plan(self, facts: Facts) -> Record | None:
        """The plan that counts: the unit's own latest filed by the half year, else its first, else a branch's first."""
        rubric = self.rubric
        plans = [
            plan
            for plan in facts.records(f"document:{self.clause.target_document}")
            if plan.for_year == rubric.year and plan.day <= rubric.ends_on
        ]
        own = [plan for plan in plans if plan.subject == facts.unit]
        early = [plan for plan in own if plan.day <= rubric.half_on]
        return next(iter([*early[-1:], *own[:1], *plans[:1]]), None)

    def _threshold(self, facts: Facts, day: date) -> int | None:
        threshold = self.clause.threshold
        if isinstance(threshold, dict):
            kind = facts.organization(facts.unit).value("kind", min(day, self.rubric.ends_on))
            threshold = threshold.get(kind, 0)
        if isinstance(threshold, int):
            return self._share(threshold, facts) if self.clause.prorate else threshold
        plan = self._plan(facts)
        return int(plan.data.get("target_sessions", 1)) * HUNDRED if plan else None

    def _share(self, threshold: int, facts: Facts) -> int:
        """Return what a unit registered in the year owes of *threshold*: its months' share, in whole things."""
        registered = facts.organization(facts.unit).registered
        if registered is None or registered.year != self.rubric.year:
            return threshold
        return -(threshold * (13 - registered.month) // (-12 * HUNDRED)) * HUNDRED

    def line(self, facts: Facts) -> PaceLine:
        """Return the days over which the threshold grows: from the unit's registration, in its first year."""
        registered = facts.organization(facts.unit).registered or self.rubric.opens_on
        return PaceLine(max(registered, self.rubric.opens_on), self.rubric.ends_on)

    def requirements(self, facts: Facts, day: date) -> list[Requirement]:
        matcher = self.matcher
        found = matcher.records(facts, facts.unit if self.clause.scope == "unit" else None)
        due, final = matcher.due, matcher.final
        threshold = self._threshold(facts, day)
        part = CountPart(count_of(found), threshold)
        if not self.applies(facts, facts.unit, due):
            return [Requirement(facts.unit, Status.NOT_APPLICABLE, due, 0, found, NEVER, part)]
        if threshold is not None and part.count * HUNDRED >= threshold:
            return [Requirement(facts.unit, Status.MET, due, 0, found, NEVER, part)]
        lagging, turns = False, NEVER
        if self.clause.pace and threshold is not None:
            line = self.line(facts)
            lagging = part.count < line.whole(day, threshold)
            turns = line.count_falls_behind_on(day, part.count, threshold)
        status = unmet_status(day, due, final, expected_by=self.clause.expected_by, lagging=lagging)
        changes_on = next_change(day, self.clause.expected_by, due, final)
        if status is Status.OPEN:
            changes_on = min(changes_on, turns)
        missing = threshold - part.count * HUNDRED if threshold is not None else HUNDRED
        return [Requirement(facts.unit, status, due, missing, found, changes_on, part)]

    def outlook(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> Outlook:
        outlook = super().outlook(requirements, facts, day)
        if requirements[0].status is Status.NOT_APPLICABLE:
            return outlook
        part: CountPart = requirements[0].part
        pace = None if requirements[0].status is Status.MET else self._pace(part, facts, day)
        outlook = with_pace(outlook, self.rubric.forecast, pace)
        # A plan draws the line that one may fall behind: to file it must not count against the unit.
        return replace(outlook, lagging=0, short=0) if self.clause.threshold == "target_sessions" else outlook

    def weight(self) -> int:
        return self.rubric.forecast.weight("count", self.clause.id)

    def _pace(self, part: CountPart, facts: Facts, day: date) -> Ratio:
        line = self.line(facts)
        # With a plan there is never less room than without one.
        reached, needed = (0, 1) if part.threshold is None else (part.count * HUNDRED, part.threshold)
        return pace_of(self.rubric.forecast, reached, needed, day, line.start, line.end)

    def room(self, requirement: Requirement, facts: Facts, day: date) -> Ratio:
        return room_at_pace(self.rubric.forecast, self._pace(requirement.part, facts, day))

    def prospect(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> Text:
        part: CountPart = requirements[0].part
        if part.threshold is None:
            return super().prospect(requirements, facts, day)
        line = self.line(facts)
        left = months_left(day, line.start, line.end)
        return Text(
            "{months} 个月已过 {gone} 个月，完成 {count}/{needed}，照此进度，",
            months=left.under,
            gone=left.under - left.over,
            count=part.count,
            needed=decimal_text(part.threshold),
        )

    def final_of(self, requirement: Requirement) -> date | None:
        return self.matcher.final

    def explain(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> list[Text]:
        requirement = requirements[0]
        name = self.name(self.matcher.family, self.matcher.code)
        part: CountPart = requirement.part
        threshold, count = part.threshold, part.count
        if requirement.status is Status.NOT_APPLICABLE:
            return [Text("“{name}”：{why}", name=name, why=NOT_ASKED)]
        if threshold is None:
            reason = Text("没有计划，无从对照")
            return [
                Text(
                    "“{name}”已有 {count} 条，{reason}；{deadline}",
                    name=name,
                    count=count,
                    reason=reason,
                    deadline=by_when(requirement, day),
                )
            ]
        needed = decimal_text(threshold)
        if requirement.status is Status.MET:
            return [Text("“{name}”已有 {count} 条，达到 {needed} 条", name=name, count=count, needed=needed)]
        words = Text(
            "“{name}”已有 {count} 条，应有 {needed} 条，还差 {missing} 条；{deadline}",
            name=name,
            count=count,
            needed=needed,
            missing=decimal_text(requirement.missing),
            deadline=by_when(requirement, day),
        )
        if requirement.status is not Status.BEHIND:
            return [words]
        line = self.line(facts).whole(day, threshold)
        return [words, Text("按进度到今天应有 {line} 条", line=line)]
