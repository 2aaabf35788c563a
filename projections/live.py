"""A unit kept in memory: its records, its facts and its last evaluation, moved on event by event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ledger.events.event import StoredEvent
from rubric.applicants import Applicant

from .compared import Compared
from .evaluation import Evaluation
from .facts import Facts, topics_of
from .records import Records
from .rule_set import RuleSet
from .scorecard import Scorecard

RUBRICS_KEPT = 4
"""A unit's last evaluations under so many rubrics are kept."""


@dataclass(slots=True)
class _Kept:
    evaluation: Evaluation
    moved: set[str]
    """The topics of what has come since."""


class LiveUnit:
    """What an append needs of a unit so that it does not grow with the unit's history.

    An ordinary event is added to the facts and only the clauses that read its topics are evaluated again. A
    correction, a retraction or a review looks back: the facts are made anew from the records in memory.
    """

    __slots__ = ("_facts", "_kept", "cards", "peers", "records")

    def __init__(self, unit: str, records: Records | None = None) -> None:
        """*records*: what is folded already; else it begins with nothing."""
        self.records = Records(unit) if records is None else records
        self._facts: Facts | None = None
        self._kept: dict[str, _Kept] = {}
        """The last evaluation under each rubric, by its basis."""
        self.peers: Mapping[str, Compared] | None = None
        """By clause: where it stands among the others (`projections.peers`); None where nothing compares."""
        self.cards: dict[str, Scorecard] = {}
        """The last card under each rubric, by its basis, for as long as no event comes."""

    @property
    def last_sequence(self) -> int:
        """The sequence of the last event taken in."""
        return self.records.last_sequence

    def catch_up(self, events: Iterable[StoredEvent]) -> None:
        """Take in the stream's next events."""
        for event in events:
            self.cards.clear()
            record = self.records.apply(event)
            if record is None:
                self._facts = None
                self._kept.clear()
            elif self._facts is not None:
                self._facts.add(record)
                topics = topics_of(record)
                for kept in self._kept.values():
                    kept.moved.update(topics)

    def who(self, day: date) -> Applicant:
        """Return what the unit is on *day*: whom a rubric assesses is told by that."""
        organization = self.facts(day, day).organization(self.records.unit)
        tags = organization.value("tags", day) or ()
        return Applicant(self.records.unit, organization.value("kind", day), frozenset(tags))

    def facts(self, day: date, closes_on: date) -> Facts:
        """Return the facts as of *day*: the live ones where nothing lies outside what that day can see."""
        if not self.records.all_count(day, closes_on):
            return Facts(self.records.unit, self.records.counting(day, closes_on))
        if self._facts is None:
            self._facts = Facts(self.records.unit, self.records.counting(day, closes_on))
            self._kept.clear()
        return self._facts

    def evaluate(self, rule_set: RuleSet, day: date) -> tuple[Facts, Evaluation]:
        """Return the facts and the evaluation as of *day*."""
        facts = self.facts(day, rule_set.rubric.closes_on)
        if facts.peers != self.peers:
            facts.peers = self.peers
            for each in self._kept.values():
                each.moved.add("peers")
        if facts is not self._facts:
            return facts, Evaluation(rule_set, facts, day)
        kept = self._kept.get(rule_set.rubric.basis)
        if kept is None or kept.evaluation.rule_set is not rule_set or not kept.evaluation.holds(day):
            if len(self._kept) >= RUBRICS_KEPT:
                self._kept.clear()
            kept = self._kept[rule_set.rubric.basis] = _Kept(Evaluation(rule_set, facts, day), set())
        elif kept.moved:
            kept.evaluation.renew(facts, day, kept.moved)
            kept.moved.clear()
        return facts, kept.evaluation
