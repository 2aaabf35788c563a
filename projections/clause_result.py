"""What one clause came to on a day. Pure, exact, in hundredths of a point."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rubric.amounts import Amount
from rubric.clauses import Judgement
from rubric.format2.curves import BEYOND

from .cost import judged_by
from .facts import Facts
from .forecast import NOTHING_OPEN, Foresight, Odds, Outlook, next_month
from .records import Record
from .requirement import NEVER, NO_LOSS, Loss, Requirement, Status, next_change, worst
from .rules import Rule
from .rules.measured import MeasuredRule
from .rules.tiers import TiersRule


@dataclass(slots=True)
class ClauseResult:
    """One clause on one day. A bonus clause has `points` and `claimed`, any other has a loss."""

    rule: Rule
    requirements: list[Requirement]
    judgements: list[Record]
    status: Status
    judged: int
    loss: Loss
    changes_on: date
    items: list[Record]
    points: Amount
    claimed: Amount
    outlook: Outlook
    forecast_loss: Amount
    """What it is expected to lose by the year's end; filled in when the unit's odds are known."""
    gain: Loss = NO_LOSS
    """What a clause that earns has: in the score, in the floor, in the ceiling."""
    forecast_gain: Amount = 0
    """What a clause that earns is expected to have by the year's end."""
    foresight: Foresight | None = None
    """What the expected loss comes from, where something is open."""
    expected_points: Amount | None = None
    """The points expected of a clause that rests on a number."""

    @property
    def is_bonus(self) -> bool:
        """Whether it is said in points and claims: items reviewed one by one, and whatever earns in a bonus."""
        rule = self.rule
        return isinstance(rule, TiersRule) or (
            isinstance(rule, MeasuredRule)
            and rule.clause.gains
            and rule.clause.indicator in rule.rubric.bonus_indicators
        )

    def forecast_by(self, odds: Odds) -> None:
        """Work out the expected loss; judged deductions count as they stand."""
        if self.outlook.rooms:
            self.foresight = self.rule.foresight(self.outlook, odds)
            self.forecast_loss = min(self.rule.clause.max, self.foresight.lost + self.judged)
        else:
            self.forecast_loss = self.loss_without_chances()

    def loss_without_chances(self) -> Amount:
        """Return the expected loss where nothing is open: that of a number, else what is lost today."""
        if self.expected_points is None or self.gains:
            return self.loss.score
        most: Amount = self.rule.clause.max
        return min(most, self.expected_points + self.judged)

    def expect(self, requirements: list[Requirement]) -> None:
        """Work out what a clause that rests on a number is expected to have or to lose; no chance has a part in it."""
        self.expected_points = self.rule.expected_points(requirements)
        expected = self.expected_points if self.gains else None
        self.forecast_gain = self.gain.score if expected is None else expected

    @property
    def gains(self) -> bool:
        """Whether the clause earns points, and loses none by what it counts."""
        return isinstance(self.rule, MeasuredRule) and self.rule.clause.gains


def evaluate_clause(rule: Rule, facts: Facts, day: date) -> ClauseResult:
    """Return what one clause came to on *day*."""
    if isinstance(rule, TiersRule):
        items = rule.items(facts)
        points = rule.points(rule.accepted(items, day))
        status = Status.MET if points else Status.OPEN
        claimed = rule.points(items)
        last = rule.rubric.closes_on
        # In a base item what may still come is in the ceiling, until nothing can come any more.
        in_base = rule.clause.indicator not in rule.rubric.bonus_indicators
        more = BEYOND if in_base and day <= last else claimed
        gain, turns = Loss(points, points, more), next_change(day, last) if more == BEYOND else NEVER
        expected = rule.expected(points, claimed, day)
        if expected != points:
            turns = min(turns, next_change(day, rule.rubric.judged_until))
        return ClauseResult(
            rule, [], [], status, 0, NO_LOSS, turns, items, points, claimed, NOTHING_OPEN, 0, gain, expected
        )
    return came_to(rule, rule.requirements(facts, day), facts, day)


def came_to(rule: Rule, requirements: list[Requirement], facts: Facts, day: date) -> ClauseResult:
    """Return what a clause comes to by what its *requirements* came to."""
    clause = rule.clause
    loss = rule.loss(requirements)
    judgements, judged = judged_by(rule, facts)
    if judgements:
        loss = with_judged(loss, rule, judged)
    changes_on = min((requirement.changes_on for requirement in requirements), default=NEVER)
    if not isinstance(clause, Judgement):
        status = worst([requirement.status for requirement in requirements])
    elif judgements:
        status = Status.JUDGED
    else:
        judged_until = rule.rubric.judged_until
        status = Status.AWAITING if day <= judged_until else Status.MET
        changes_on = next_change(day, judged_until)
    gain = gain_of(rule, requirements)
    outlook = rule.outlook(requirements, facts, day) if requirements else NOTHING_OPEN
    if outlook.rooms:
        changes_on = min(changes_on, next_month(day))  # then less room is left
    found = ClauseResult(
        rule,
        requirements,
        judgements,
        status,
        judged,
        loss,
        changes_on,
        [],
        gain.score,
        gain.score,
        outlook,
        0,
        gain,
    )
    found.expect(requirements)
    return found


def with_judged(loss: Loss, rule: Rule, judged: int) -> Loss:
    """Return *loss* with what a judgement takes, which counts in all worlds alike."""
    if not judged:
        return loss
    maximum = rule.clause.max
    return Loss(
        min(maximum, loss.score + judged),
        min(maximum, loss.floor + judged),
        min(maximum, loss.ceiling + judged),
    )


def gain_of(rule: Rule, requirements: list[Requirement]) -> Loss:
    """Return what a clause that earns comes to; nothing for one that loses."""
    if not isinstance(rule, MeasuredRule) or not rule.clause.gains:
        return NO_LOSS
    now, low, high = rule.points(requirements)
    return Loss(now, low, high)


def not_meant(rule: Rule) -> ClauseResult:
    """Return what a clause comes to that is not meant for the unit: nothing."""
    return ClauseResult(rule, [], [], Status.NOT_APPLICABLE, 0, NO_LOSS, NEVER, [], 0, 0, NOTHING_OPEN, 0)
