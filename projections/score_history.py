"""The score's course through the year: on which days it moved, and what moved it. Pure.

Walks the days on which something can move: those on which a record occurred or a review fell, and those on which a
clause says that its status may turn (`changes_on`). Only what a day touches is evaluated, so that a year costs little
more than its events. The last point is the scorecard of the last day, to the letter.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from .clause_result import ClauseResult
from .evaluation import Evaluation
from .facts import EVERYTHING, Facts, topics_of
from .points import Totals
from .records import Record, Records
from .requirement import NO_LOSS, Loss, Status
from .rule_set import RuleSet
from .rules.tiers import TiersRule


@dataclass(frozen=True, slots=True)
class Move:
    """A clause that moved on a day, by how much, and the records of that day that it reads (none: a day went by).

    `gain` in hundredths of a point, negative for what is lost: in the score, in the floor and in the ceiling.
    """

    clause: str
    status: Status
    gain: Loss
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """The totals from a day on until the next point, and what moved on that day."""

    day: date
    totals: Totals
    moves: list[Move] = field(default_factory=list)


class _Walk:
    """One unit under one rubric, moved on from day to day."""

    def __init__(self, records: Records, rule_set: RuleSet, first: date, last: date) -> None:
        self._records = records
        self._rule_set = rule_set
        self._closes_on = rule_set.rubric.closes_on
        self._arriving: dict[date, list[Record]] = defaultdict(list)
        for record in records.arriving(first, last, self._closes_on):
            self._arriving[record.day].append(record)
        self._reviews = {day for day in records.review_days() if first < day <= last}
        self._stops = sorted({*self._arriving, *self._reviews})
        self._last = last
        self._start(first)

    def _start(self, day: date) -> None:
        self._facts = Facts(self._records.unit, self._records.counting(day, self._closes_on))
        self.evaluation = Evaluation(self._rule_set, self._facts, day)

    def next_day(self, day: date) -> date | None:
        """Return the first day after *day* on which something may move, None when there is none left."""
        place = bisect_right(self._stops, day)
        ahead = self._stops[place] if place < len(self._stops) else date.max
        following = min(ahead, self.evaluation.changes_on)
        return following if following <= self._last else None

    def move_to(self, day: date) -> list[Move]:
        """Go on to *day*; return what moved."""
        before = self.evaluation.results.copy()
        arrived = self._arriving.get(day, [])
        if day in self._reviews:
            # What is returned no longer counts, what is accepted again does: the facts are made anew.
            self._start(day)
        else:
            for record in arrived:
                self._facts.add(record)
            touched = set(
                self._rule_set.readers({topic for record in arrived for topic in topics_of(record)})
            )
            touched.update(
                place for place, result in enumerate(self.evaluation.results) if result.changes_on <= day
            )
            self.evaluation.renew_at(touched, self._facts, day)
        return list(_moves(before, self.evaluation.results, arrived))


def course(
    records: Records, rule_set: RuleSet, last: date, known: Sequence[Point] = (), since: date = date.min
) -> list[Point]:
    """Return the points of the rubric year up to *last*: every day on which a figure moved.

    The first is the year's first day, or the day of registration; there is none when the unit was not registered by
    *last*, or the year had not begun. *known* are points of an earlier call that still stand before the day *since*.
    """
    registered = records.registered()
    first = max(rule_set.rubric.opens_on, registered or date.max)
    if first > last:
        return []
    points = [point for point in known if point.day < since]
    day: date | None = points[-1].day if points else first
    assert day is not None
    walk = _Walk(records, rule_set, day, last)
    if not points:
        points.append(Point(day, walk.evaluation.totals()))
    while (day := walk.next_day(day)) is not None:
        moves = walk.move_to(day)
        totals = walk.evaluation.totals()
        if moves or totals != points[-1].totals:
            points.append(Point(day, totals, moves))
    return points


def _moves(
    before: Sequence[ClauseResult], after: Sequence[ClauseResult], arrived: Sequence[Record]
) -> Iterator[Move]:
    for was, now in zip(before, after, strict=True):
        if was is now:
            continue
        gain = _gain(was, now)
        if gain != NO_LOSS:
            yield Move(now.rule.clause.id, now.status, gain, tuple(_read_by(now, arrived)))


def _gain(was: ClauseResult, now: ClauseResult) -> Loss:
    if isinstance(now.rule, TiersRule):
        accepted = now.points - was.points
        return Loss(accepted, accepted, now.claimed - was.claimed)
    return Loss(
        was.loss.score - now.loss.score + now.gain.score - was.gain.score,
        was.loss.floor - now.loss.floor + now.gain.floor - was.gain.floor,
        was.loss.ceiling - now.loss.ceiling + now.gain.ceiling - was.gain.ceiling,
    )


def _read_by(result: ClauseResult, arrived: Sequence[Record]) -> Iterator[str]:
    topics = {EVERYTHING, f"judgement:{result.rule.clause.id}", *result.rule.topics}
    for record in arrived:
        if not topics.isdisjoint(topics_of(record)):
            yield record.id
