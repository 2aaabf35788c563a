"""`every_period`: something in each month, quarter or half, without carry-over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.text import Text
from rubric.amounts import HUNDRED
from rubric.clauses import EveryPeriod
from rubric.periods import Period, periods_of
from rubric.schema import Rubric

from ..facts import Facts
from ..organization import Organization
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
from ..roster import Presence
from ..study import attended
from .base import Rule, period_name


class EveryPeriodRule(Rule):
    """A period missed by two branches is one missed period; each loses `per_miss`, up to the maximum."""

    clause: EveryPeriod

    def __init__(self, clause: EveryPeriod, rubric: Rubric) -> None:
        super().__init__(clause, rubric)
        self.topic = f"activity:{clause.activity}"
        self.periods = periods_of(rubric.year, clause.period)

    @property
    def topics(self) -> frozenset[str]:
        return frozenset({self.topic, "members"} if self.clause.attended_by else {self.topic})

    def requirements(self, facts: Facts, day: date) -> list[Requirement]:
        held = self._held(facts)
        if self.clause.attended_by:
            return [self._leaders_requirement(period, held, facts, day) for period in self.periods]
        return [
            self._requirement(organization, period, held, day)
            for period in self.periods
            for organization in self._organizations(period, facts, day)
        ]

    def _held(self, facts: Facts) -> dict[tuple[str, int], list[Record]]:
        """The matching records by subject ("" for the whole tree) and number of their period."""
        held: dict[tuple[str, int], list[Record]] = {}
        length = 12 // len(self.periods)
        whole_tree = self.clause.scope == "tree"
        for record in facts.records(self.topic):
            if record.day.year == self.rubric.year:
                number = (record.day.month - 1) // length + 1
                held.setdefault(("" if whole_tree else record.subject, number), []).append(record)
        return held

    def _organizations(self, period: Period, facts: Facts, day: date) -> list[Organization]:
        if self.clause.scope == "each_branch":
            branches = facts.branches(min(period.end, day, self.rubric.closes_on))
            if branches:
                return branches
        return [facts.organization(facts.unit)]

    def _applies(self, organization: Organization, period: Period, day: date) -> bool:
        if organization.registered is None or period.end < organization.registered:
            return False
        if organization.closed_by(period.end):
            return False
        condition = self.clause.applies_if
        return condition is None or bool(organization.value(condition, min(period.end, day), True))

    def _requirement(
        self, organization: Organization, period: Period, held: dict[tuple[str, int], list[Record]], day: date
    ) -> Requirement:
        subject = organization.subject
        key = "" if self.clause.scope == "tree" else subject
        found = held.get((key, period.number), [])
        if not self._applies(organization, period, day):
            return Requirement(subject, Status.NOT_APPLICABLE, period.end, 0, found, NEVER, (period, ()))
        return self._judge(subject, period, found, bool(found), (), day)

    def _judge(
        self,
        subject: str,
        period: Period,
        found: Sequence[Record],
        satisfied: bool,
        absent: tuple[str, ...],
        day: date,
    ) -> Requirement:
        end = period.end
        if satisfied:
            return Requirement(subject, Status.MET, end, 0, found, NEVER, (period, ()))
        status = unmet_status(day, end, end)
        return Requirement(
            subject,
            status,
            end,
            max(1, len(absent)) * HUNDRED,
            found,
            next_change(day, end),
            (period, absent),
        )

    def _leaders_requirement(
        self, period: Period, held: dict[tuple[str, int], list[Record]], facts: Facts, day: date
    ) -> Requirement:
        organization = facts.organization(facts.unit)
        found = [
            record for (_, number), records in held.items() if number == period.number for record in records
        ]
        reading_day = min(period.end, day)
        leaders = [presence for presence in facts.roster.present(reading_day) if presence.leader]
        if not leaders or not self._applies(organization, period, day):
            # Who leads is read on the period's last day, or on the day itself until then: no day alone changes it.
            return Requirement(facts.unit, Status.NOT_APPLICABLE, period.end, 0, found, NEVER, (period, ()))
        absent = tuple(leader.member for leader in leaders if not _was_at_one(leader, found, facts))
        return self._judge(facts.unit, period, found, not absent, absent, day)

    def loss(self, requirements: Sequence[Requirement]) -> Loss:
        lost: set[int] = set()
        endangered: set[int] = set()
        gone: set[int] = set()
        for requirement in requirements:
            status = requirement.status
            if status in MAY_BE_LOST:
                number = requirement.part[0].number
                endangered.add(number)
                if status in LOST_NOW:
                    lost.add(number)
                if status is Status.MISSED:
                    gone.add(number)
        each, maximum = self.clause.per_miss, self.clause.max
        return Loss(
            min(maximum, each * len(lost)),
            min(maximum, each * len(endangered)),
            min(maximum, each * len(gone)),
        )

    def part_words(self, requirement: Requirement) -> Text | None:
        return self._name(requirement.part[0].number)

    def explain(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> list[Text]:
        name = self.name("activities", self.clause.activity)
        words: list[Text] = []
        for status in (Status.MISSED, Status.OPEN):
            chosen = [requirement for requirement in requirements if requirement.status is status]
            if not chosen:
                continue
            if status is Status.MISSED:
                what = (
                    Text("领导干部未全部参加“{name}”", name=name)
                    if self.clause.attended_by
                    else Text("未开展“{name}”", name=name)
                )
                words.append(Text("{periods}{what}", periods=self._periods(chosen, facts), what=what))
            else:
                # Later periods come in their turn: what is due next is what there is to do.
                due = min(requirement.due for requirement in chosen if requirement.due)
                upcoming = [requirement for requirement in chosen if requirement.due == due]
                words.append(
                    Text(
                        "{periods}待开展“{name}”，{due} 前完成，还有 {days} 天",
                        periods=self._periods(upcoming, facts),
                        name=name,
                        due=due,
                        days=(due - day).days,
                    )
                )
        met = dict.fromkeys(
            requirement.part[0].number for requirement in requirements if requirement.status is Status.MET
        )
        pending = {
            requirement.part[0].number for requirement in requirements if requirement.status in MAY_BE_LOST
        }
        done = [number for number in met if number not in pending]
        if done:
            words.append(Text("已计入：{periods}", periods=self._ranges(done)))
        return words or [self._not_applicable(name)]

    def _not_applicable(self, name: str) -> Text:
        if self.clause.applies_if == "has_groups":
            return Text("未设党小组，“{name}”不适用", name=name)
        if self.clause.applies_if == "has_committee":
            return Text("未设支部委员会，“{name}”不适用", name=name)
        if self.clause.attended_by:
            return Text("没有登记领导干部，“{name}”不适用", name=name)
        return Text("登记之前或撤销之后，“{name}”不适用", name=name)

    def _periods(self, requirements: Sequence[Requirement], facts: Facts) -> list[Text]:
        """Name the periods of *requirements*: with the branches or members they concern, else as ranges."""
        by_period: dict[int, list[str]] = {}
        for requirement in requirements:
            period, absent = requirement.part
            who = by_period.setdefault(period.number, [])
            if requirement.subject != facts.unit:
                who.append(requirement.subject)
            who.extend(absent)
        if not any(by_period.values()):
            return self._ranges(list(by_period))
        return [
            Text("{period}（{who}）", period=self._name(number), who=who) if who else self._name(number)
            for number, who in by_period.items()
        ]

    def _ranges(self, numbers: Sequence[int]) -> list[Text]:
        """Name periods, three or more in a row as 三月至六月."""
        words: list[Text] = []
        run: list[int] = []
        for number in [*sorted(numbers), 0]:
            if run and number != run[-1] + 1:
                if len(run) > 2:
                    words.append(Text("{first}至{last}", first=self._name(run[0]), last=self._name(run[-1])))
                else:
                    words += [self._name(each) for each in run]
                run = []
            run.append(number)
        return words

    def _name(self, number: int) -> Text:
        return period_name(self.clause.period, number)


def _was_at_one(leader: Presence, found: Sequence[Record], facts: Facts) -> bool:
    return any(attended(record, leader.member, facts.roster, facts.unit) for record in found)
