"""`late`: by how many days or months something came late, or is late until now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from ledger.events.types import types_with_topics
from ledger.text import Text
from rubric.clauses import Model
from rubric.format2.curves import Worlds
from rubric.format2.measures import Codes, Common, Measure, Measured
from rubric.format2.terms import NeedTerms
from rubric.mistake import msgid
from rubric.schema import Rubric

from ..facts import Facts
from ..requirement import NEVER, Requirement, Status, next_change
from ..rules.base import NOT_ASKED, by_when, inside_quotes, listed
from ..rules.matching import Matcher
from ..rules.measured import NumberRule


class LateTerms(Model):
    """`free`: so many days or months late cost nothing."""

    late: NeedTerms
    step: Literal["day", "month"] = "day"
    free: Annotated[int, Field(ge=0)] = 0

    def needs_at(self) -> list[tuple[tuple[str | int, ...], NeedTerms]]:
        """Return the need with its path."""
        return [((), self.late)]


class LateClause(Measured):
    """How late."""


class LateRule(NumberRule):
    """From the due day to the day on which there were enough; a month begun is a month."""

    clause: LateClause

    def __init__(self, clause: LateClause, rubric: Rubric) -> None:
        super().__init__(clause, rubric)
        self.matcher = Matcher(clause.terms.late.as_need(), rubric)
        self.due = self.matcher.due
        self.last = max(self.matcher.need.final or rubric.closes_on, self.due)

    @property
    def topics(self) -> frozenset[str]:
        return frozenset({self.matcher.topic})

    def _steps(self, day: date) -> int:
        free: int = self.clause.terms.free
        if day <= self.due:
            return 0
        if self.clause.terms.step == "day":
            late = (day - self.due).days
        else:
            months = (day.year - self.due.year) * 12 + day.month - self.due.month
            late = months + (day.day > self.due.day)
        return max(late - free, 0)

    def requirements(self, facts: Facts, day: date) -> list[Requirement]:
        need = self.matcher.need
        found = [
            record
            for record in self.matcher.alike(facts, facts.unit if self.matcher.scope == "unit" else None)
            if record.for_year == self.rubric.year and record.day <= self.last
        ]
        if not self.applies(facts, facts.unit, self.due):
            part = self.counted(Worlds(0, 0, 0))
            return [Requirement(facts.unit, Status.NOT_APPLICABLE, self.due, 0, found, NEVER, part)]
        if len(found) >= need.n:
            done = self._steps(found[need.n - 1].day)
            worlds = Worlds(done, done, done)
            return [
                Requirement(facts.unit, self.settled(worlds), self.due, 0, found, NEVER, self.counted(worlds))
            ]
        now, most = self._steps(min(day, self.last)), self._steps(self.last) + 1
        if day > self.last:
            worlds = Worlds(most, most, most)
            return [
                Requirement(
                    facts.unit, Status.MISSED, self.due, 100, found, NEVER, self.counted(worlds, known=False)
                )
            ]
        status = Status.OVERDUE if day > self.due else Status.OPEN
        turns = next_change(day, max(self.due, day), self.last)
        part = self.counted(Worlds(now, now, most), known=False)
        return [Requirement(facts.unit, status, self.due, 100, found, turns, part)]

    def final_of(self, requirement: Requirement) -> date | None:
        return self.last

    def explain(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> list[Text]:
        requirement = requirements[0]
        name = inside_quotes(
            self.rubric.code_names[self.matcher.family].get(self.matcher.code, self.matcher.code)
        )
        if requirement.status is Status.NOT_APPLICABLE:
            return [Text("“{name}”：{why}", name=name, why=NOT_ASKED)]
        steps = int(requirement.part.worlds.now)
        if requirement.part.known:
            if not steps:
                return [Text("“{name}”按时完成：{days}", name=name, days=listed(requirement.records))]
            if self.clause.terms.step == "day":
                return [
                    Text(
                        "“{name}”迟了 {count} 天：{days}",
                        name=name,
                        count=steps,
                        days=listed(requirement.records),
                    )
                ]
            return [
                Text(
                    "“{name}”迟了 {count} 个月：{days}",
                    name=name,
                    count=steps,
                    days=listed(requirement.records),
                )
            ]
        return [Text("“{name}”还没有记录；{deadline}", name=name, deadline=by_when(requirement, day))]


def _clause(terms: LateTerms, common: Common) -> Measured:
    return LateClause.model_construct(**common)


def _evaluator(clause: Any, rubric: Rubric) -> NumberRule:
    return LateRule(clause, rubric)


def _codes(terms: LateTerms) -> Codes:
    yield from terms.late.codes()


MEASURE = Measure(
    key="late",
    terms=LateTerms,
    counts=msgid("迟了多久：按天（step: day）或按月（step: month），free 以内的不算"),
    counts_en="how late: by days (step: day) or months (step: month); up to `free` of them cost nothing",
    sentence="年报逾期报送的，每逾期一个月扣1分",
    line="{late: {document: yearbook, due: 2024-03-31}, step: month, lose: {each: 1}}",
    events=types_with_topics("document", "activity"),
    clause=_clause,
    evaluator=_evaluator,
    codes=_codes,
    shapes=("flat", "each", "table", "above"),
)
