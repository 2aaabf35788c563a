"""A unit kept in memory: its records, its facts and its last evaluation, moved on event by event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from ledger.events.event import StoredEvent
from rubric.format2.curves import Worlds

from .evaluation import Evaluation, RuleSet
from .facts import Facts, topics_of
from .records import Records
from .scorecard import Scorecard


class LiveUnit:
    """What an append needs of a unit so that it does not grow with the unit's history.

    An ordinary event is added to the facts and only the clauses that read its topics are evaluated again. A
    correction, a retraction or a review looks back: the facts are made anew from the records in memory.
    """

    __slots__ = ("_evaluation", "_facts", "_moved", "card", "peers", "records")

    def __init__(self, unit: str) -> None:
        self.records = Records(unit)
        self._facts: Facts | None = None
        self._evaluation: Evaluation | None = None
        self._moved: set[str] = set()
        self.peers: Mapping[str, Sequence[Worlds]] | None = None
        """By clause: what it is compared with (`projections.peers`); None where nothing compares."""
        self.card: Scorecard | None = None
        """The last card made of it, for as long as no event comes."""

    @property
    def last_sequence(self) -> int:
        """The sequence of the last event taken in."""
        return self.records.last_sequence

    def catch_up(self, events: Iterable[StoredEvent]) -> None:
        """Take in the stream's next events."""
        for event in events:
            self.card = None
            record = self.records.apply(event)
            if record is None:
                self._facts = self._evaluation = None
            elif self._facts is not None:
                self._facts.add(record)
                self._moved.update(topics_of(record))

    def facts(self, day: date, closes_on: date) -> Facts:
        """Return the facts as of *day*: the live ones where nothing lies outside what that day can see."""
        if not self.records.all_count(day, closes_on):
            return Facts(self.records.unit, self.records.counting(day, closes_on))
        if self._facts is None:
            self._facts = Facts(self.records.unit, self.records.counting(day, closes_on))
            self._evaluation = None
        return self._facts

    def evaluate(self, rule_set: RuleSet, day: date) -> tuple[Facts, Evaluation]:
        """Return the facts and the evaluation as of *day*."""
        facts = self.facts(day, rule_set.rubric.closes_on)
        if facts.peers != self.peers:
            facts.peers = self.peers
            self._moved.add("peers")
        if facts is not self._facts:
            return facts, Evaluation(rule_set, facts, day)
        kept = self._evaluation
        if kept is None or kept.rule_set is not rule_set or not kept.holds(day):
            kept = self._evaluation = Evaluation(rule_set, facts, day)
        elif self._moved:
            kept.renew(facts, day, self._moved)
        self._moved.clear()
        return facts, kept
