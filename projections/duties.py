"""Duties: what a unit has not done yet, in a form that holds while the days pass and no event comes.

A requirement says what was so on one day. Its unmet ones, taken together with the days on which they turn, say what
will be so on every later day until the unit's next event: this is what reminders are planned from, and it is small
enough to be kept. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ledger.intake.clock_guard import Confirmation
from rubric.amounts import Amount
from rubric.clauses import Award, ClauseBase, Total

from .cost import cost_of, judged_by, lost_for_good
from .delays import recorded_day
from .facts import Facts
from .live import LiveUnit
from .records import Record
from .requirement import MAY_BE_LOST, NEVER, Requirement, Status, unmet_status
from .rule_set import RuleSet
from .rules.base import Rule


class Duty(NamedTuple):
    """One thing not done, for every subject that has not done it. A tuple: a district has a million of them."""

    rubric: str
    """Label of the rubric that asks for it: `id@version`."""
    clause: str
    key: str
    """Tells it from other duties of its clause and day: a request's or finding's key, a need's code."""
    due: date
    final: date
    award: bool
    behind_from: date | None
    """The first day on which it is behind (expected by then, or below the pace line); None when it never is."""
    subjects: tuple[str, ...]
    stake: int
    """What missing it costs, in hundredths of a point (`cost.cost_of`); 0: its points are lost already."""
    expected: date | None = None
    """The day by which it is usually done, where the rubric names one."""
    pace: bool = False
    """It grows over the year and cannot be done in a day: hours, publications."""
    raised: tuple[date, ...] = ()
    """Of a request or finding: the day it was raised, and the day the ledger heard of it."""
    turned: date | None = None
    """When it was found past its due day without having been open before: a claim was returned, a record retracted."""

    @property
    def place(self) -> tuple[str, str, str, date]:
        """What stays the same as long as it is the same duty."""
        return self.rubric, self.clause, self.key, self.due

    def status(self, day: date) -> Status:
        """Return the status on *day*, no event having come since the duty was found."""
        lagging = self.behind_from is not None and day >= self.behind_from
        return unmet_status(day, self.due, self.final, lagging=lagging, award=self.award)


@dataclass(frozen=True, slots=True)
class UnitDuties:
    """What a unit has not done, after its event numbered `sequence`."""

    sequence: int
    lasting: bool
    """Whether it stays so on later days while no event comes: no event is dated later than the day asked for."""
    found: list[Duty]


def duties_of_unit(
    live: LiveUnit, rule_sets: Iterable[RuleSet], day: date, clocks: Sequence[Confirmation] = ()
) -> UnitDuties | None:
    """Return what a unit has not done on *day* by several rubrics; None when it is not registered by then.

    *clocks*: who answered for the clock; when the ledger heard of something is told by what is known since.
    """
    found: list[Duty] = []
    if live.records.closed(day) is not None:
        rule_sets = ()  # nobody is reminded for a unit that is no more
    for rule_set in rule_sets:
        facts = live.facts(day, rule_set.rubric.closes_on)
        if facts.organization(live.records.unit).registered is None:
            return None
        found += duties_of(facts, rule_set, day, clocks)
    lasting = max(live.records.last_day, live.records.last_review_day) <= day
    return UnitDuties(live.records.last_sequence, lasting, found)


def duties_of(facts: Facts, rule_set: RuleSet, day: date, clocks: Sequence[Confirmation] = ()) -> list[Duty]:
    """Return what *facts* leave undone on *day*: by clause in the rubric's order, then by period or item.

    What the office alone records is nobody's duty in the unit.

    Neither forecast nor reasons are asked for here, which makes it half the work of an evaluation.
    """
    found: list[Duty] = []
    for number, place in rule_set.indicators:
        clauses = [_Clause(rule, facts, day) for rule in rule_set.rules[place] if rule.clause.max]
        lost = sum(each.lost for each in clauses)
        points = rule_set.rubric.points_of(number)
        for each in clauses:
            if rule_set.rubric.is_by_office(each.clause):
                continue
            found += each.duties(rule_set.rubric.label, day, points - lost + each.lost, clocks)
    return found


def unmet(requirements: Iterable[Requirement]) -> list[Requirement]:
    """Return the requirements that are not satisfied and have a day."""
    return [each for each in requirements if each.status in MAY_BE_LOST and each.due is not None]


class _Clause:
    """One clause's requirements on a day, and what it has lost for good by then."""

    def __init__(self, rule: Rule, facts: Facts, day: date) -> None:
        self._rule = rule
        self._requirements = rule.requirements(facts, day)
        self._judged = judged_by(rule, facts)[1]
        loss = lost_for_good(rule, self._requirements)
        self.lost: Amount = min(rule.clause.max, loss + self._judged)

    @property
    def clause(self) -> ClauseBase:
        """The clause itself."""
        clause: ClauseBase = self._rule.clause
        return clause

    def duties(self, rubric: str, day: date, room: Amount, clocks: Sequence[Confirmation]) -> Iterator[Duty]:
        """Yield what is not done; *room* is what its indicator can still lose through it."""
        rule = self._rule
        grouped: dict[tuple[date | None, str, Status], list[Requirement]] = {}
        for requirement in unmet(self._requirements):
            place = (requirement.due, rule.key_of(requirement), requirement.status)
            if place in grouped:
                grouped[place].append(requirement)
            else:
                grouped[place] = [requirement]
        for (_, key, _), group in grouped.items():
            stake = cost_of(rule, self._requirements, group, self._judged, room)
            yield _duty(rule, rubric, key, group, day, stake, clocks)


def _duty(
    rule: Rule,
    rubric: str,
    key: str,
    group: Sequence[Requirement],
    day: date,
    stake: int,
    clocks: Sequence[Confirmation],
) -> Duty:
    first, clause = group[0], rule.clause
    assert first.due is not None, "unmet requirements have a due day"
    return Duty(
        rubric,
        clause.id,
        key,
        first.due,
        rule.final_of(first) or first.due,
        isinstance(clause, Award),
        _behind_from(first, first.due, day),
        (first.subject,) if len(group) == 1 else tuple(dict.fromkeys(each.subject for each in group)),
        stake,
        rule.expected_by(first),
        isinstance(clause, Total) and clause.pace,
        _raised(first.part, clocks) if clause.rule == "each_item" else (),
    )


def _behind_from(requirement: Requirement, due: date, day: date) -> date | None:
    if requirement.status is Status.BEHIND:
        return day
    turns = requirement.changes_on
    # What is open and turns by the day it is due has only that to turn into.
    return turns if requirement.status is Status.OPEN and turns != NEVER and turns <= due else None


def _raised(item: Record, clocks: Sequence[Confirmation]) -> tuple[date, ...]:
    return tuple(sorted({item.day, recorded_day(item, clocks)}))
