"""`total` by count: so many records in the year, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.text import Text
from rubric.amounts import HUNDRED, decimal_text, rounded
from rubric.clauses import Total
from rubric.periods import days_elapsed, days_in
from rubric.schema import Rubric

from ..facts import Facts
from ..records import Record
from ..requirement import NEVER, Requirement, Status, next_change, unmet_status
from .base import Rule, by_when
from .matching import Matcher
from .pace import falls_behind_on, lags


class CountTotalRule(Rule):
    """The threshold is a number, one for each kind of unit, or the target that the first plan names."""

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
        """The first plan filed for the year, by day and sequence."""
        plans = facts.records(f"document:{self.clause.target_document}")
        return next(
            (plan for plan in plans if plan.for_year == self.rubric.year and plan.day <= self.matcher.final),
            None,
        )

    def _threshold(self, facts: Facts, day: date) -> int | None:
        threshold = self.clause.threshold
        if isinstance(threshold, int):
            return threshold
        if isinstance(threshold, dict):
            kind = facts.organization(facts.unit).value("kind", day)
            return threshold.get(kind, 0)
        plan = self._plan(facts)
        target = plan.data.get("target_sessions") if plan else None
        return int(target) * HUNDRED if target is not None else None

    def requirements(self, facts: Facts, day: date) -> list[Requirement]:
        matcher = self.matcher
        found = matcher.records(facts, self.clause.scope, facts.unit)
        reached = len(found) * HUNDRED
        threshold = self._threshold(facts, day)
        due, final = matcher.due, matcher.final
        if threshold is not None and reached >= threshold:
            return [Requirement(facts.unit, Status.MET, due, 0, found, NEVER, threshold)]
        paced = self.clause.pace and threshold is not None
        year = self.rubric.year
        status = unmet_status(
            day,
            due,
            final,
            expected_by=self.clause.expected_by,
            lagging=paced and lags(year, day, reached, threshold or 0),
        )
        changes_on = next_change(day, self.clause.expected_by, due, final)
        if paced and status is Status.OPEN:
            changes_on = min(changes_on, falls_behind_on(year, day, reached, threshold or 0))
        missing = threshold - reached if threshold is not None else HUNDRED
        return [Requirement(facts.unit, status, due, missing, found, changes_on, threshold)]

    def final_of(self, requirement: Requirement) -> date | None:
        return self.matcher.final

    def explain(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> list[Text]:
        requirement = requirements[0]
        name = self.name(self.matcher.family, self.matcher.code)
        threshold: int | None = requirement.part
        count = len(requirement.records)
        if threshold is None:
            reason = (
                Text("计划没有写明全年次数，无从对照") if self._plan(facts) else Text("没有计划，无从对照")
            )
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
        year = self.rubric.year
        line = rounded(threshold * days_elapsed(year, day), days_in(year))
        return [words, Text("按进度到今天应有 {line} 条", line=decimal_text(line))]
