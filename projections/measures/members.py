"""`members`: people who have not done their part, or by how much they are short."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from ledger.text import Text
from rubric.amounts import HUNDRED
from rubric.clauses import Code, Day, Model, Points, Total
from rubric.format2.curves import BEYOND, Worlds
from rubric.format2.measures import Codes, Common, Measure, Measured
from rubric.format2.terms import NeedTerms
from rubric.mistake import msgid
from rubric.schema import Rubric

from ..facts import Facts
from ..forecast import NOTHING_OPEN, Outlook, Ratio, months_left
from ..gatherings import count_of
from ..records import Record
from ..requirement import MAY_BE_LOST, NEVER, Requirement, Status, next_change, unmet_status
from ..roster import Presence
from ..rules.base import NOT_ASKED, SHOWN_AT_MOST, by_when, inside_quotes
from ..rules.matching import Matcher
from ..rules.measured import MeasuredRule
from ..rules.study_total import StudyTotalRule
from ..study import attended

LEADER = "leader"


class Each(Model):
    """What each of them needs: records in which he lectured or was present, or hours of study."""

    need: NeedTerms | None = None
    hours: Points | None = None
    per: Literal["member"] | None = "member"
    pace: bool = False
    activity: Code | None = None
    """Of hours: only those of such activities."""
    due: Day | None = None
    final: Day | None = None

    @model_validator(mode="before")
    @classmethod
    def _either(cls, value: object) -> object:
        if isinstance(value, dict) and "hours" not in value:
            return {"need": value}
        return value


class Members(Model):
    """`role`: only those with it (`leader`: who leads); `by`: whether each lectures or attends."""

    role: Code | None = None
    each: Each
    by: Literal["lectured", "attended"] = "lectured"


class MembersTerms(Model):
    """`as: people` counts people, `as: times` what all of them are short together."""

    model_config = ConfigDict(populate_by_name=True)

    members: Members
    counts: Literal["people", "times"] = Field(default="people", alias="as")

    @model_validator(mode="after")
    def _hours_of_all(self) -> MembersTerms:
        if self.members.each.hours is not None and (self.members.role or self.counts == "times"):
            raise PydanticCustomError("hours_alone", "hours are those of every member, by people")
        return self

    def needs_at(self) -> list[tuple[tuple[str | int, ...], NeedTerms]]:
        """Return the need with its path."""
        need = self.members.each.need
        return [(("each",), need)] if need is not None else []


class HoursClause(Measured, Total):
    """Study hours: what format 1 calls a total of study hours."""


class MembersClause(Measured):
    """People and their records."""


class HoursRule(MeasuredRule, StudyTotalRule):
    """Members who have not reached their hours."""

    clause: HoursClause

    def numbers(self, requirements: Sequence[Requirement]) -> Worlds:
        numbers = super().numbers(requirements)
        if self.clause.curve.flat is not None or not requirements or not requirements[0].part:
            return numbers
        short = sum(not member.reached for member in requirements[0].part)
        status = requirements[0].status
        if status is Status.MISSED:
            return Worlds(short, short, short)
        return Worlds(0, 0, BEYOND) if status in MAY_BE_LOST else numbers

    def outlook(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> Outlook:
        found = super().outlook(requirements, facts, day)
        if self.clause.curve.flat is not None or not found.rooms or not requirements[0].part:
            return found
        # Whoever is short costs points of his own.
        return replace(found, rooms=tuple(self.rooms(requirements[0], facts, day)))

    @property
    def counted_in(self) -> Text:
        return Text("人")


class MembersRule(MeasuredRule):
    """Who is in the tree on the earlier of the day and the year's last, no newcomer, and has the role."""

    clause: MembersClause

    def __init__(self, clause: MembersClause, rubric: Rubric) -> None:
        super().__init__(clause, rubric)
        members: Members = clause.terms.members
        assert members.each.need is not None, "hours have a clause of their own"
        self.members = members
        self.matcher = Matcher(members.each.need.as_need(), rubric)

    @property
    def topics(self) -> frozenset[str]:
        return frozenset({self.matcher.topic, "members"})

    def _asked(self, facts: Facts, day: date) -> list[Presence]:
        role, end = self.members.role, self.rubric.ends_on
        return [
            each
            for each in facts.roster.present(min(day, end))
            if (role is None or (each.leader if role == LEADER else role in each.roles))
            and (end - each.since).days + 1 >= max(1, self.rubric.newcomer_days)
        ]

    def _did(self, member: str, records: Sequence[Record], facts: Facts) -> list[Record]:
        if self.members.by == "lectured":
            return [record for record in records if record.data.get("lecturer") == member]
        return [record for record in records if attended(record, member, facts.roster, facts.unit)]

    def requirements(self, facts: Facts, day: date) -> list[Requirement]:
        records = self.matcher.records(facts, None)
        due, need = self.matcher.due, self.matcher.need
        found = []
        asked = self._asked(facts, day) if self.applies(facts, facts.unit, due) else []
        for presence in asked:
            did = self._did(presence.member, records, facts)
            short = need.n - count_of(did)
            if short <= 0:
                found.append(Requirement(facts.unit, Status.MET, due, 0, did, NEVER, presence.member))
            else:
                status = unmet_status(day, due, self.matcher.final, expected_by=need.expected_by)
                turns = next_change(day, need.expected_by, due, self.matcher.final)
                found.append(
                    Requirement(facts.unit, status, due, short * HUNDRED, did, turns, presence.member)
                )
        if not found:
            found.append(
                Requirement(facts.unit, Status.NOT_APPLICABLE, due, 0, (), next_change(day, due), None)
            )
        return found

    def numbers(self, requirements: Sequence[Requirement]) -> Worlds:
        times = self.clause.terms.counts == "times"

        def of(statuses: frozenset[Status]) -> int:
            return sum(
                -(-each.missing // HUNDRED) if times else 1
                for each in requirements
                if each.status in statuses
            )

        lost = frozenset({Status.OVERDUE, Status.MISSED})
        gone = of(frozenset({Status.MISSED}))
        if any(each.status is Status.MISSED for each in requirements):
            return Worlds(gone, gone, gone)
        waits = any(each.changes_on != NEVER or each.status is Status.MET for each in requirements)
        # People come and go until the day: who is short then may be anybody, or nobody.
        return Worlds(of(lost), 0, BEYOND if waits else of(lost))

    def outlook(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> Outlook:
        """Return a room for everybody who is short; how many people a unit has says nothing of its odds."""
        if self.clause.gains or any(each.status is Status.MISSED for each in requirements):
            return NOTHING_OPEN
        first = max(self.matcher.start, self.rubric.opens_on)
        room = months_left(day, first, self.matcher.need.expected_by or self.matcher.final)
        if not room.over:
            late = months_left(day, first, self.matcher.final)
            room = Ratio(late.over * self.rubric.forecast.late, late.under * HUNDRED)
        short = [each for each in requirements if each.status in MAY_BE_LOST]
        times = sum(-(-each.missing // HUNDRED) for each in short)
        return Outlook(rooms=(room,) * (times if self.clause.terms.counts == "times" else len(short)))

    def weight(self) -> int:
        return self.rubric.forecast.weight("once", self.clause.id)

    @property
    def counted_in(self) -> Text:
        return Text("人次") if self.clause.terms.counts == "times" else Text("人")

    def prospect(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> Text:
        short = sum(each.status in MAY_BE_LOST for each in requirements)
        return Text(
            "{count} 人里还有 {short} 人没有做到，照本单位至今的情况，", count=len(requirements), short=short
        )

    def thing_of(self, requirement: Requirement) -> Hashable:
        member: str | None = requirement.part
        return member

    def final_of(self, requirement: Requirement) -> date | None:
        return self.matcher.final

    def key_of(self, requirement: Requirement) -> str:
        return str(requirement.part or "")

    def explain(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> list[Text]:
        name = inside_quotes(
            self.rubric.code_names[self.matcher.family].get(self.matcher.code, self.matcher.code)
        )
        if requirements[0].status is Status.NOT_APPLICABLE:
            return [Text("“{name}”：{why}", name=name, why=NOT_ASKED)]
        short = [each for each in requirements if each.status in MAY_BE_LOST]
        if not short:
            return [Text("“{name}”：{count} 人全部做到", name=name, count=len(requirements))]
        who = [each.part for each in short[:SHOWN_AT_MOST]]
        return [
            Text(
                "“{name}”：{count} 人中 {short} 人还没有做到（{who}{more}）；{deadline}",
                name=name,
                count=len(requirements),
                short=len(short),
                who=who,
                more=Text("等") if len(short) > SHOWN_AT_MOST else "",
                deadline=by_when(short[0], day),
            )
        ]


def _clause(terms: MembersTerms, common: Common) -> Measured:
    each = terms.members.each
    if each.hours is None:
        return MembersClause.model_construct(**common)
    return HoursClause.model_construct(
        **common,
        measure="study_hours",
        threshold=each.hours,
        per=each.per,
        pace=each.pace,
        activity=each.activity,
        due=each.due,
        final=each.final,
    )


def _evaluator(clause: Any, rubric: Rubric) -> MeasuredRule:
    return HoursRule(clause, rubric) if isinstance(clause, HoursClause) else MembersRule(clause, rubric)


def _codes(terms: MembersTerms) -> Codes:
    role = terms.members.role
    if role is not None and role != LEADER:
        yield ("role",), "roles", role
    need = terms.members.each.need
    if terms.members.each.activity is not None:
        yield ("each", "activity"), "activities", terms.members.each.activity
    if need is not None:
        yield from ((("each", *path), family, code) for path, family, code in need.codes())


MEASURE = Measure(
    key="members",
    terms=MembersTerms,
    counts=msgid("没有做到的人：每名党员、有某职务的每个人；按人（as: people）或按次（as: times）"),
    counts_en="people short: every member, or each with a role; by people (as: people) or by times (as: times)",
    sentence="总支委员未宣讲或讲党课，扣0.5分/人次",
    line="{members: {role: committee_member, each: {activity: lecture}}, lose: {each: 0.5}}",
    events=("activity.held",),
    clause=_clause,
    evaluator=_evaluator,
    codes=_codes,
    shapes=("flat", "each", "table", "above"),
)
