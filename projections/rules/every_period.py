"""`every_period`: something in each month, quarter or half, without carry-over."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date

from ledger.text import Text
from rubric.amounts import HUNDRED, Amount
from rubric.clauses import EveryPeriod
from rubric.periods import Period, PeriodKind, periods_of
from rubric.schema import Rubric

from ..facts import Facts
from ..forecast import Ratio, months_left
from ..records import Record, place
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
from ..study import attended
from .base import NOT_ASKED, Rule, period_name
from .matching import WholeUnit

_COUNTED_IN: dict[PeriodKind, Text] = {
    "month": Text("个月"),
    "quarter": Text("个季度"),
    "half": Text("个半年"),
}


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
        held = _Held(self, facts)
        if self.clause.attended_by:
            return [self._leaders_requirement(period, held, facts, day) for period in self.periods]
        return [
            self._requirement(subject, period, held, facts, day)
            for period in self.periods
            for subject in self._subjects(period, facts, day)
        ]

    @property
    def counted_in(self) -> Text:
        """What its periods are counted in: 个月, 个季度, 个半年."""
        return _COUNTED_IN[self.clause.period]

    def decided(self, requirements: Sequence[Requirement]) -> int:
        """Return of how many periods it is known what became of them: held by all who are asked, or missed."""
        numbers: dict[int, set[Status]] = {}
        for requirement in requirements:
            if requirement.status is not Status.NOT_APPLICABLE:
                numbers.setdefault(requirement.part[0].number, set()).add(requirement.status)
        return sum(Status.MISSED in found or found == {Status.MET} for found in numbers.values())

    def number_of(self, record: Record) -> int:
        """Return the number of the period in which *record* lies."""
        return (record.day.month - 1) // (12 // len(self.periods)) + 1

    def _subjects(self, period: Period, facts: Facts, day: date) -> list[str]:
        if self.clause.scope == "each_branch":
            branches = facts.standing(min(period.end, day), period.end)
            if branches:
                return [branch.subject for branch in branches]
        return [facts.unit]

    def _asked(self, subject: str, period: Period, facts: Facts, day: date) -> bool:
        if not self.applies(facts, subject, period.end):
            return False
        condition = self.clause.applies_if
        organization = facts.organization(subject)
        return condition is None or bool(organization.value(condition, min(period.end, day), True))

    def _requirement(self, subject: str, period: Period, held: _Held, facts: Facts, day: date) -> Requirement:
        found = held.of(subject, period.number)
        if not self._asked(subject, period, facts, day):
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

    def _leaders_requirement(self, period: Period, held: _Held, facts: Facts, day: date) -> Requirement:
        found = held.in_tree(period.number)
        leaders = self._leaders(period, facts, day)
        if not leaders or not self._asked(facts.unit, period, facts, day):
            # Who leads is read on the period's last day, or on the day itself until then: no day alone changes it.
            return Requirement(facts.unit, Status.NOT_APPLICABLE, period.end, 0, found, NEVER, (period, ()))
        absent = tuple(leader for leader in leaders if not _was_at_his_own(leader, found, facts))
        return self._judge(facts.unit, period, found, not absent, absent, day)

    def _leaders(self, period: Period, facts: Facts, day: date) -> list[str]:
        """Return who leads, and by the period's end will have led without a break for long enough to be asked."""
        days = max(1, self.rubric.newcomer_days)
        return [
            presence.member
            for presence in facts.roster.present(min(period.end, day))
            if presence.leader_since is not None and (period.end - presence.leader_since).days + 1 >= days
        ]

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

    def thing_of(self, requirement: Requirement) -> Hashable:
        number: int = requirement.part[0].number
        return number

    def room(self, requirement: Requirement, facts: Facts, day: date) -> Ratio:
        period: Period = requirement.part[0]
        return months_left(day, period.start, period.end)

    def lost_by(self, number: int) -> Amount:
        return min(self.clause.max, self.clause.per_miss * number)

    def prospect(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> Text:
        over, what = self.decided(requirements), self.counted_in
        if not over:
            return super().prospect(requirements, facts, day)
        gone = len({each.part[0].number for each in requirements if each.status is Status.MISSED})
        if not gone:
            return Text("已过的 {over} {what}都有记录，照此", over=over, what=what)
        return Text("已过的 {over} {what}里有 {gone} {what}没有记录，照此", over=over, what=what, gone=gone)

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
                    Text("台账里领导干部没有全部参加“{name}”的记录", name=name)
                    if self.clause.attended_by
                    else Text("台账里没有“{name}”的记录", name=name)
                )
                words.append(
                    Text(
                        "{periods}{what}；当时开展过的，现在补录照样算",
                        periods=self._periods(chosen, facts),
                        what=what,
                    )
                )
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
        return Text("“{name}”：{why}", name=name, why=NOT_ASKED)

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


def _was_at_his_own(leader: str, found: Sequence[Record], facts: Facts) -> bool:
    """Whether a leader attended a meeting of the branch that was his on its day, or, in the unit itself, any."""
    for record in found:
        presence = facts.roster.presence(leader, record.day)
        if presence is None or presence.subject not in (facts.unit, record.subject):
            continue
        if attended(record, leader, facts.roster, facts.unit):
            return True
    return False


class _Held:
    """The matching records of the year, by period, for each subject that they count for."""

    def __init__(self, rule: EveryPeriodRule, facts: Facts) -> None:
        self._scope = rule.clause.scope
        self._unit = facts.unit
        self._tree: dict[int, list[Record]] = {}
        self._own: dict[tuple[str, int], list[Record]] = {}
        self._shared: dict[int, list[Record]] = {}
        """What the unit itself did that counts for every branch."""
        whole_unit = None
        if self._scope == "each_branch":
            whole_unit = WholeUnit.of(facts, unit_counts=rule.clause.unit_counts)
        for record in facts.records(rule.topic):
            if record.day.year != rule.rubric.year:
                continue
            number = rule.number_of(record)
            self._tree.setdefault(number, []).append(record)
            self._own.setdefault((record.subject, number), []).append(record)
            if whole_unit is not None and whole_unit.covers(record):
                self._shared.setdefault(number, []).append(record)

    def in_tree(self, number: int) -> list[Record]:
        """Return what was held in a period anywhere in the tree."""
        return self._tree.get(number, [])

    def of(self, subject: str, number: int) -> list[Record]:
        """Return what counts for *subject* in a period; a unit that stands for itself has any record of its tree."""
        if self._scope == "unit":
            return self._own.get((subject, number), [])
        if self._scope == "tree" or subject == self._unit:
            return self.in_tree(number)
        own, shared = self._own.get((subject, number), []), self._shared.get(number)
        return sorted([*own, *shared], key=place) if shared else own
