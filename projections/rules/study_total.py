"""`total` of study hours: every counted member must reach what he needs (contract §5, *Study hours*)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.text import Text
from rubric.amounts import decimal_text, rounded
from rubric.clauses import Total
from rubric.periods import month_end
from rubric.schema import Rubric

from ..facts import Facts
from ..forecast import Outlook, Ratio, months_left, pace_of, room_at_pace, smallest, with_pace
from ..records import Record
from ..requirement import NEVER, Requirement, Status, next_change, unmet_status
from ..roster import Presence
from ..study import StudyHours
from .base import NOT_ASKED, SHOWN_AT_MOST, Rule, by_when
from .matching import Matcher
from .pace import PaceLine

_TWELVE = 12


@dataclass(frozen=True, slots=True)
class MemberHours:
    """A member's hours, in hundredths; `required_twelfths` is exact, the required hours times twelve.

    Who is exempt, or came too late in the year, is not `counted` and owes nothing; `line` is what he is expected by.
    """

    presence: Presence
    hours: int
    required_twelfths: int
    counted: bool
    line: PaceLine

    def lags(self, day: date) -> bool:
        """Whether he is below his line on *day*."""
        return self.line.lags(day, self.hours * _TWELVE, self.required_twelfths)

    @property
    def reached(self) -> bool:
        """Whether the hours suffice."""
        return self.hours * _TWELVE >= self.required_twelfths

    @property
    def missing(self) -> int:
        """What is missing, in hundredths of an hour, rounded half up."""
        return rounded(max(self.required_twelfths - self.hours * _TWELVE, 0), _TWELVE)


class StudyTotalRule(Rule):
    """Members present in the tree on the earlier of the day and the year's last day, not exempt, no newcomers."""

    clause: Total

    def __init__(self, clause: Total, rubric: Rubric) -> None:
        super().__init__(clause, rubric)
        self.due = clause.due or rubric.ends_on
        self.final = clause.final or self.due
        # A rubric may count the hours of one kind of activity only; then they are summed when asked for.
        self.matcher = Matcher(clause, rubric) if clause.activity else None

    @property
    def topics(self) -> frozenset[str]:
        topics = {"study", "members"}
        return frozenset(topics | {self.matcher.topic} if self.matcher else topics)

    @property
    def threshold(self) -> int:
        """The hours a whole year needs, in hundredths."""
        threshold = self.clause.threshold
        return threshold if isinstance(threshold, int) else 0

    def _records(self, facts: Facts) -> list[Record]:
        if self.matcher is None:
            return facts.study_activities[self.rubric.year]
        found = self.matcher.records(facts, None)
        return [activity for activity in found if "study_hours" in activity.data]

    def _study(self, facts: Facts) -> StudyHours:
        if self.matcher is None:
            return facts.study(self.rubric.year)
        return StudyHours(self.rubric.year, facts.unit, self._records(facts), facts.roster)

    def members(self, facts: Facts, day: date) -> list[MemberHours]:
        """Return everybody present, counted or not, with hours and what is required of him."""
        hours, start = self._study(facts).hours, self._start(facts)
        return [
            self._member(presence, hours.get(presence.member, 0), start, facts)
            for presence in facts.roster.present(min(day, self.rubric.ends_on))
        ]

    def listed(self, facts: Facts, day: date) -> list[MemberHours]:
        """Return the same as lists show them: by subject, the secretary and leaders first (`Facts.listed`)."""
        order = {each.member: place for place, each in enumerate(facts.listed(min(day, self.rubric.ends_on)))}
        return sorted(self.members(facts, day), key=lambda each: order[each.presence.member])

    def _start(self, facts: Facts) -> date:
        return max(self.rubric.opens_on, facts.organization(facts.unit).registered or self.rubric.opens_on)

    def _member(self, presence: Presence, hours: int, start: date, facts: Facts) -> MemberHours:
        learner_since, end = presence.learner_since, self.rubric.ends_on
        counted = learner_since is not None and (end - presence.since).days + 1 >= self.rubric.newcomer_days
        months = self._months(presence, learner_since, facts) if counted and learner_since else 0
        line = PaceLine(min(max(start, learner_since or start), end), end)
        return MemberHours(presence, hours, self.threshold * months, counted, line)

    def _months(self, presence: Presence, learner_since: date, facts: Facts) -> int:
        """Return on how many last days of months he is, or will be, in the tree and not exempt."""
        year = self.rubric.year
        if learner_since <= date(year, 1, 31):
            return _TWELVE
        before = sum(
            (then := facts.roster.presence(presence.member, month_end(year, month))) is not None
            and not then.exempt
            for month in range(1, learner_since.month)
        )
        return before + 13 - learner_since.month

    def below_pace(self, facts: Facts, day: date) -> list[MemberHours]:
        """Return who lies below his pace line on *day*, who has most to do first."""
        behind = [member for member in self.members(facts, day) if not member.reached and member.lags(day)]
        return sorted(behind, key=lambda member: (-member.missing, member.presence.member))

    def expected(self, member: MemberHours, day: date) -> int:
        """Return the member's pace line on *day*, in hundredths of an hour, rounded half up."""
        return member.line.expected(day, member.required_twelfths, _TWELVE)

    def requirements(self, facts: Facts, day: date) -> list[Requirement]:
        records = self._records(facts)
        due, final, unit = self.due, self.final, facts.unit
        part: list[MemberHours] | None = None
        if not (facts.roster.empty or self.clause.per is None):
            part = [member for member in self.members(facts, day) if member.counted]
        if part == [] or not self.applies(facts, unit, due):
            return [Requirement(unit, Status.NOT_APPLICABLE, due, 0, records, NEVER, part)]
        if part is None:
            reached, line = self._study(facts).unit_sum, PaceLine(self._start(facts), self.rubric.ends_on)
            below = [] if reached >= self.threshold else [(line, reached, self.threshold)]
            missing = max(self.threshold - reached, 0)
        else:
            below = [
                (member.line, member.hours * _TWELVE, member.required_twelfths)
                for member in part
                if not member.reached
            ]
            missing = max((member.missing for member in part), default=0)
        if not below:
            return [Requirement(unit, Status.MET, due, 0, records, NEVER, part)]
        lagging = self.clause.pace and any(line.lags(day, reached, needed) for line, reached, needed in below)
        status = unmet_status(day, due, final, expected_by=self.clause.expected_by, lagging=lagging)
        changes_on = next_change(day, self.clause.expected_by, due, final)
        if self.clause.pace and status is Status.OPEN:
            turns = (line.falls_behind_on(day, reached, needed) for line, reached, needed in below)
            changes_on = min(changes_on, *turns)
        return [Requirement(unit, status, due, missing, records, changes_on, part)]

    def weight(self) -> int:
        return self.rubric.forecast.weight("study_hours", self.clause.id)

    def room(self, requirement: Requirement, facts: Facts, day: date) -> Ratio:
        return room_at_pace(self.rubric.forecast, smallest(self._paces(requirement, facts, day)))

    def outlook(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> Outlook:
        outlook = super().outlook(requirements, facts, day)
        status = requirements[0].status
        if status is Status.NOT_APPLICABLE:
            return outlook
        pace = None if status is Status.MET else smallest(self._paces(requirements[0], facts, day))
        return with_pace(outlook, self.rubric.forecast, pace)

    def rooms(self, requirement: Requirement, facts: Facts, day: date) -> Iterator[Ratio]:
        """Yield the room of each member who has not reached his hours; of the unit's sum where nobody is registered."""
        for pace in self._paces(requirement, facts, day):
            yield room_at_pace(self.rubric.forecast, pace)

    def _paces(self, requirement: Requirement, facts: Facts, day: date) -> Iterator[Ratio]:
        for reached, needed, line in self._below(requirement, facts):
            yield pace_of(self.rubric.forecast, reached, needed, day, line.start, line.end)

    def _below(self, requirement: Requirement, facts: Facts) -> Iterator[tuple[int, int, PaceLine]]:
        """Yield what is reached and needed, in one unit of hours, with the line, of each who is short."""
        members: list[MemberHours] | None = requirement.part
        if members is None:
            yield (
                self._study(facts).unit_sum,
                self.threshold,
                PaceLine(self._start(facts), self.rubric.ends_on),
            )
            return
        for member in members:
            if not member.reached:
                yield member.hours * _TWELVE, member.required_twelfths, member.line

    def prospect(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> Text:
        every = list(self._below(requirements[0], facts))
        paces = list(self._paces(requirements[0], facts, day))
        reached, needed, line = every[paces.index(smallest(paces))]
        left = months_left(day, line.start, line.end)
        over = 1 if requirements[0].part is None else _TWELVE
        return Text(
            "{months} 个月已过 {gone} 个月，最少的完成 {reached}/{needed} 学时，照此进度，",
            months=left.under,
            gone=left.under - left.over,
            reached=decimal_text(rounded(reached, over)),
            needed=decimal_text(rounded(needed, over)),
        )

    def final_of(self, requirement: Requirement) -> date | None:
        return self.final

    def explain(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> list[Text]:
        requirement = requirements[0]
        counted: list[MemberHours] | None = requirement.part
        if requirement.status is Status.NOT_APPLICABLE:
            return [Text("没有应参加集中学习的党员，不适用") if counted == [] else NOT_ASKED]
        if counted is None:
            total = self._study(facts).unit_sum
            hours, needed = decimal_text(total), decimal_text(self.threshold)
            words = (
                Text(
                    "未登记党员，按全年集中学习计 {hours} 学时，应有 {needed} 学时",
                    hours=hours,
                    needed=needed,
                )
                if self.clause.per
                else Text("全年集中学习共计 {hours} 学时，应有 {needed} 学时", hours=hours, needed=needed)
            )
            return [words] if requirement.status is Status.MET else [words, by_when(requirement, day)]
        if requirement.status is Status.MET:
            return [Text("{count} 名党员全部达到所需学时", count=len(counted))]
        short = sorted(
            (member for member in counted if not member.reached),
            key=lambda member: (-member.missing, member.presence.member),
        )
        named = [
            Text("{member} 差 {hours}", member=member.presence.member, hours=decimal_text(member.missing))
            for member in short[:SHOWN_AT_MOST]
        ]
        words = Text(
            "{count} 名党员中 {short} 名未达到所需学时：{named}{more}；{deadline}",
            count=len(counted),
            short=len(short),
            named=named,
            more=Text("等") if len(short) > SHOWN_AT_MOST else "",
            deadline=by_when(requirement, day),
        )
        if requirement.status is not Status.BEHIND:
            return [words]
        behind = sum(member.lags(day) for member in short)
        return [words, Text("其中 {count} 名低于今天的进度线", count=behind)]
