"""`each_item`: every request or finding on its own."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date

from ledger.text import Text
from rubric.amounts import HUNDRED, Amount
from rubric.clauses import EachItem

from ..facts import Facts
from ..forecast import FULL_ROOM, HALF_ROOM, Ratio
from ..records import Record
from ..requirement import (
    LOST_NOW,
    MAY_BE_LOST,
    NEVER,
    Loss,
    Requirement,
    Status,
    next_change,
    unmet_status,
)
from .base import Rule, by_when, inside_quotes


class EachItemRule(Rule):
    """Items of the rubric year, to the unit or a branch; each one not satisfied loses `per_miss`."""

    clause: EachItem

    @property
    def topics(self) -> frozenset[str]:
        return frozenset({self.clause.item})

    def requirements(self, facts: Facts, day: date) -> list[Requirement]:
        return [
            self._requirement(item, facts, day)
            for item in facts.records(self.clause.item)
            if self.rubric.covers(item.day)
        ]

    def _requirement(self, item: Record, facts: Facts, day: date) -> Requirement:
        due = date.fromisoformat(item.data["due_on"])
        final = self._final(item)
        answers = facts.answers.get((self.clause.item, item.data[self.clause.item]), [])
        answer = next((answer for answer in answers if answer.day <= final), None)
        if answer is not None:
            return Requirement(item.subject, Status.MET, due, 0, (item, answer), NEVER, item)
        status = unmet_status(day, due, final)
        return Requirement(item.subject, status, due, HUNDRED, (item,), next_change(day, due, final), item)

    def final_of(self, requirement: Requirement) -> date | None:
        return self._final(requirement.part)

    def key_of(self, requirement: Requirement) -> str:
        return str(requirement.part.data[self.clause.item])

    def _final(self, item: Record) -> date:
        due = date.fromisoformat(item.data["due_on"])
        return max(due, self.rubric.closes_on) if self.clause.final == "closing" else due

    def loss(self, requirements: Sequence[Requirement]) -> Loss:
        statuses = [requirement.status for requirement in requirements]
        each, maximum = self.clause.per_miss, self.clause.max
        return Loss(
            min(maximum, each * sum(status in LOST_NOW for status in statuses)),
            min(maximum, each * sum(status in MAY_BE_LOST for status in statuses)),
            min(maximum, each * sum(status is Status.MISSED for status in statuses)),
        )

    def thing_of(self, requirement: Requirement) -> Hashable:
        item: Record = requirement.part
        return item.id

    def room(self, requirement: Requirement, facts: Facts, day: date) -> Ratio:
        return HALF_ROOM if requirement.status is Status.OVERDUE else FULL_ROOM

    def lost_by(self, number: int) -> Amount:
        return min(self.clause.max, self.clause.per_miss * number)

    @property
    def counted_in(self) -> Text:
        return Text("件")

    def prospect(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> Text:
        late = sum(each.status is Status.OVERDUE for each in requirements)
        if late:
            return Text("其中 {late} 件已逾期，照本单位至今的情况，", late=late)
        return super().prospect(requirements, facts, day)

    def part_words(self, requirement: Requirement) -> Text | None:
        item: Record = requirement.part
        said = item.data["title" if self.clause.item == "request" else "text"]
        return Text("“{title}”", title=inside_quotes(said))

    def explain(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> list[Text]:
        request = self.clause.item == "request"
        if not requirements:
            return [Text("没有要求报送的材料") if request else Text("没有指出的问题")]
        words = []
        for requirement in requirements:
            item: Record = requirement.part
            title = Text("“{title}”", title=inside_quotes(item.data["title" if request else "text"]))
            if requirement.status is Status.MET:
                done = requirement.records[1].day
                words.append(
                    Text("{title}已于 {day} 报送", title=title, day=done)
                    if request
                    else Text("{title}已于 {day} 整改", title=title, day=done)
                    if requirement.records[1].verdict(day) == "accepted"
                    else Text("{title}已于 {day} 整改，待复查", title=title, day=done)
                )
            else:
                deadline = by_when(requirement, day)
                words.append(
                    Text("{title}未报送，{deadline}", title=title, deadline=deadline)
                    if request
                    else Text("{title}未整改，{deadline}", title=title, deadline=deadline)
                )
        return words
