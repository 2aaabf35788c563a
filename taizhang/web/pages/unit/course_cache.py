"""The courses of units, remembered from visit to visit: an open page asks again whenever somebody records something.

What is new in a unit since the last visit moves its course from the earliest day it is about; only from there on is
the course walked again. A correction may have been about any day, so that after one it is walked whole.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock

from ledger.events.event import StoredEvent, day_of
from ledger.store.protocol import Transaction
from projections.records import CORRECTED, RETRACTED
from projections.rule_set import RuleSet
from projections.score_history import Point, course
from projections.scorecard import Scorecard

UNITS = 512


@dataclass(frozen=True, slots=True)
class _Kept:
    rule_set: RuleSet
    sequence: int
    last: date
    points: list[Point]


class Courses:
    """What a server remembers of courses, the least recently used unit first out."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()
        self._lock = Lock()

    def of(self, card: Scorecard, work: Transaction) -> Sequence[Point]:
        """Return the course up to the card's day; inside the transaction that the card was asked for in."""
        rule_set = card.evaluation.rule_set
        if card.known_at is not None:
            return course(card.records, rule_set, card.day)
        with self._lock:
            kept = self._kept.get((card.unit, rule_set.rubric.label))
        kept = self._brought_up(kept, card, work)
        with self._lock:
            self._kept[card.unit, rule_set.rubric.label] = kept
            self._kept.move_to_end((card.unit, rule_set.rubric.label))
            while len(self._kept) > UNITS:
                self._kept.popitem(last=False)
        return [point for point in kept.points if point.day <= card.day]

    @staticmethod
    def _brought_up(kept: _Kept | None, card: Scorecard, work: Transaction) -> _Kept:
        rule_set, records = card.evaluation.rule_set, card.records
        if kept is None or kept.rule_set is not rule_set or kept.sequence > records.last_sequence:
            points = course(records, rule_set, card.day)
            return _Kept(rule_set, records.last_sequence, card.day, points)
        if kept.sequence == records.last_sequence and card.day <= kept.last:
            return kept
        last = max(card.day, kept.last)
        since = _moved_since(work.stream(card.unit, kept.sequence))
        points = course(records, rule_set, last, kept.points, since)
        return _Kept(rule_set, records.last_sequence, last, points)


def _moved_since(events: Iterable[StoredEvent]) -> date:
    """Return the earliest day that *events* are about."""
    since = date.max
    for event in events:
        if event["type"] in (CORRECTED, RETRACTED):
            return date.min
        since = min(since, day_of(event["time"]))
    return since
