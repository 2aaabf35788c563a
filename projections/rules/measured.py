"""What every clause of format 2 has: numbers now, at worst and at best, and the curve that makes points of them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from ledger.text import Text
from rubric.amounts import HUNDRED, Amount, whole_hundredths
from rubric.format2.curves import Worlds

from ..facts import Facts
from ..forecast import NOTHING_OPEN, Outlook
from ..requirement import LOST_NOW, MAY_BE_LOST, NO_LOSS, Loss, Requirement, Status
from .base import Rule

NOTHING = Worlds(0, 0, 0)


class MeasuredRule(Rule):
    """Counts the things that its requirements ask for; a thing that several subjects lack is one."""

    counts_once = False
    """Whether any number of things counts as one."""

    def numbers(self, requirements: Sequence[Requirement]) -> Worlds:
        """Return how many things are not there now, at best and at worst."""
        lost: set[Hashable] = set()
        endangered: set[Hashable] = set()
        gone: set[Hashable] = set()
        for requirement in requirements:
            status = requirement.status
            if status in MAY_BE_LOST:
                thing = self.thing_of(requirement)
                endangered.add(thing)
                if status in LOST_NOW:
                    lost.add(thing)
                if status is Status.MISSED:
                    gone.add(thing)
        return Worlds(len(lost), len(gone), len(endangered))

    def points(self, requirements: Sequence[Requirement]) -> Worlds:
        """Return the points of the numbers: now, the least, the most; at most the clause's maximum."""
        points = self.clause.curve.over(self.numbers(requirements))
        most = self.clause.max
        return points if points.high <= most else Worlds(*(min(most, each) for each in points))

    def loss(self, requirements: Sequence[Requirement]) -> Loss:
        if self.clause.gains:
            return NO_LOSS
        now, low, high = self.points(requirements)
        return Loss(now, high, low)

    def outlook(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> Outlook:
        return NOTHING_OPEN if self.clause.gains else super().outlook(requirements, facts, day)

    def lost_by(self, number: int) -> Amount:
        """Return what the curve makes of *number* things, at most the clause's maximum."""
        points: Amount = self.clause.curve.points(min(1, number) if self.counts_once else number)
        most: Amount = self.clause.max
        return min(points, most)


def by_times(found: Outlook, numbers: Worlds) -> Outlook:
    """Return *found* with a room for each of the times that *numbers* say are short, not for each thing."""
    if not found.rooms:
        return found
    open_times, first = int(numbers.high - numbers.low), found.rooms[0]
    # Each time that is short has the room of its thing; one room stands for them.
    rooms = tuple(found.rooms[place] if place < len(found.rooms) else first for place in range(open_times))
    return replace(found, gone=int(numbers.low), rooms=rooms)


class TimesRule(MeasuredRule):
    """Counts every time that is short, not the things: `missing` of a requirement, the most of several subjects."""

    def numbers(self, requirements: Sequence[Requirement]) -> Worlds:
        lost: dict[Hashable, int] = {}
        endangered: dict[Hashable, int] = {}
        gone: dict[Hashable, int] = {}
        for requirement in requirements:
            status = requirement.status
            if status not in MAY_BE_LOST:
                continue
            thing, times = self.thing_of(requirement), -(-requirement.missing // 100)
            for known, counts in (
                (endangered, True),
                (lost, status in LOST_NOW),
                (gone, status is Status.MISSED),
            ):
                if counts:
                    known[thing] = max(times, known.get(thing, 0))
        return Worlds(*(sum(known.values()) for known in (lost, gone, endangered)))

    def outlook(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> Outlook:
        return by_times(super().outlook(requirements, facts, day), self.numbers(requirements))

    @property
    def counted_in(self) -> Text:
        return Text("次")


@dataclass(frozen=True, slots=True)
class Counted:
    """The part of a requirement whose measure is a number: the number in each world, and its best.

    best, worst: what it would be were everything done that still can be, or nothing. known: whether there is a
    number at all. expected: what it is expected to come to, where that is not what it is now.
    """

    worlds: Worlds
    best: Amount
    worst: Amount
    known: bool = True
    about: Any = None
    expected: Amount | None = None


class NumberRule(MeasuredRule):
    """A clause that rests on one number: a figure, a rate, a grade, a place, cases."""

    def numbers(self, requirements: Sequence[Requirement]) -> Worlds:
        if not requirements or requirements[0].status is Status.NOT_APPLICABLE:
            return NOTHING
        part: Counted = requirements[0].part
        if not part.known and requirements[0].status is Status.MET:
            return Worlds(part.best, part.best, part.best)  # what `stake` asks: were it satisfied
        if not part.known and requirements[0].status is Status.MISSED:
            return Worlds(part.worst, part.worst, part.worst)  # and what a duty asks: were it missed
        return part.worlds

    def points(self, requirements: Sequence[Requirement]) -> Worlds:
        if not requirements or requirements[0].status is Status.NOT_APPLICABLE:
            return NOTHING
        return super().points(requirements)

    def outlook(self, requirements: Sequence[Requirement], facts: Facts, day: date) -> Outlook:
        return NOTHING_OPEN

    def expected_points(self, requirements: Sequence[Requirement]) -> Amount | None:
        """Return the points expected: of the number at its pace; of one not known yet, what is supposed of it."""
        now, low, high = self.points(requirements)
        if low == high or not requirements:
            return now
        part: Counted = requirements[0].part
        if not part.known:
            share = Fraction(self.rubric.forecast.supposed, HUNDRED)
            return _plain(low + (high - low) * (share if self.clause.gains else 1 - share))
        if part.expected is None:
            return now
        points: Amount = self.clause.curve.points(part.expected)
        return min(max(points, low), high)

    def best_of(self, low: Amount, high: Amount) -> Amount:
        """Return which end of what can still be is the better one for the unit."""
        curve = self.clause.curve
        falls = curve.points(low) >= curve.points(high)
        return low if falls == self.clause.gains else high

    def worst_of(self, low: Amount, high: Amount) -> Amount:
        """Return the other end."""
        return high if self.best_of(low, high) == low else low

    def counted(
        self, worlds: Worlds, *, known: bool = True, about: object = None, expected: Amount | None = None
    ) -> Counted:
        """Return *worlds* with the better of their ends."""
        low, high = worlds.low, worlds.high
        return Counted(worlds, self.best_of(low, high), self.worst_of(low, high), known, about, expected)

    def settled(self, worlds: Worlds) -> Status:
        """Return how a number that is there stands: `judged` where it costs points, `met` where it does not."""
        return Status.JUDGED if not self.clause.gains and self.clause.curve.points(worlds.now) else Status.MET


def _plain(amount: Amount) -> Amount:
    return amount.numerator if amount.denominator == 1 else amount


def number_words(number: Amount) -> str:
    """Return a number as people read it: at most two decimals, rounded half up."""
    from rubric.amounts import decimal_text

    return decimal_text(whole_hundredths(number * 100))


def nested(rule: Rule, terms: Any, measure: Any, key: str) -> Any:
    """Return the evaluator of a measure inside another clause, which counts with the curve "one point each"."""
    from rubric.format2.curves import Curve

    clause = rule.clause
    inner = measure.clause(
        terms,
        {
            "id": clause.id,
            "points": clause.points,
            "max": 10**12,
            "text": "",
            "item": None,
            "reading": None,
            "tied_to_year": None,
            "decide": None,
            "suggested": None,
            "lead_days": None,
            "rule": key,
            "rule_key": key,
            "curve": Curve.model_construct(each=100),
            "gains": True,
            "meant": (),
            "vetoes": False,
            "said": "",
            "terms": terms,
        },
    )
    return measure.evaluator(inner, rule.rubric)


NOT_MEANT = Text("本单位不适用这一项")
