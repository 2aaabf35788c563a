"""Units as they are now, kept in memory between two questions, with their scorecards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from ledger.intake.clock_guard import Confirmation, confirmations
from ledger.store.protocol import Transaction
from ledger.text import Text
from rubric.applicants import fits

from .compared import Compared
from .comparisons import Comparisons, shared_out
from .compiled_rubrics import CompiledRubrics
from .live import LiveUnit
from .memory import UnitsInMemory
from .not_scored import NotScored
from .peers import Comparison, first_stage
from .places import Outcome, shares_out
from .result import entrant_of
from .rule_set import RuleSet
from .scorecard import Scorecard


class ScoredUnits:
    """What a question needs of a unit so that it does not grow with the unit's history."""

    def __init__(self, rubrics: CompiledRubrics) -> None:
        self.rubrics = rubrics
        self.memory = UnitsInMemory()
        self._clocks: tuple[int, Sequence[Confirmation]] = (0, ())
        """Who answered for the clock, up to the event about the ledger that is named first."""
        self.comparisons = Comparisons()

    def forget(self, units: Iterable[str] | None) -> None:
        """Drop what is in memory of *units* (None: all)."""
        self._clocks = (0, ())
        self.comparisons.forget()
        self.memory.forget(units)

    def caught_up(self, unit: str, work: Transaction) -> LiveUnit:
        """Return a unit as it is now, and keep it in memory."""
        live = self.memory.unit(unit)
        live.catch_up(work.stream(unit, live.last_sequence))
        return live

    def clocks(self, work: Transaction) -> Sequence[Confirmation]:
        """Return who answered for the clock, in ledger order."""
        last = work.last_sequence("")
        known = self._clocks
        if known[0] != last:
            # One assignment: threads that meet here read the same events.
            known = self._clocks = last, tuple(confirmations(work.stream("")))
        return known[1]

    def card(self, work: Transaction, live: LiveUnit, rule_set: RuleSet, as_of: date) -> Scorecard:
        """Return the scorecard of *live*, as it is now, under a rubric. Raises NotScored."""
        self.compare(work, live, rule_set, as_of)
        unit = live.records.unit
        card = self.card_of(live, unit, rule_set, as_of, None, self.clocks(work))
        if not shares_out(rule_set.rubric):
            return card
        outcome = self.comparisons.outcomes(work, self.rubrics.choice(), rule_set, as_of).get(unit)
        if card.outcome != outcome:
            card = live.cards[rule_set.rubric.basis] = card.with_outcome(outcome)
        return card

    def card_of(
        self,
        live: LiveUnit,
        unit: str,
        rule_set: RuleSet,
        as_of: date,
        known_at: str | None,
        clocks: Sequence[Confirmation],
    ) -> Scorecard:
        """Return the same where *live* was folded from what was known at an instant, or knows its peers already."""
        kept = live.cards.get(rule_set.rubric.basis)
        if kept is not None and known_at is None and kept.answers(rule_set, as_of, clocks):
            return kept
        facts, evaluation = live.evaluate(rule_set, as_of)
        registered = facts.organization(unit).registered
        if registered is None:
            self.memory.forget([unit])
            raise NotScored(Text("到 {day} 为止没有登记过“{unit}”这个党组织", day=as_of, unit=unit))
        if registered > rule_set.rubric.ends_on:
            raise NotScored(
                Text(
                    "“{unit}”是 {day} 登记的，不参加 {year} 年度的考核",
                    unit=unit,
                    day=registered,
                    year=rule_set.rubric.year,
                )
            )
        events = live.records.events_by(as_of)
        card = Scorecard(unit, as_of, known_at, events, live.records, facts, evaluation, clocks)
        live.cards[rule_set.rubric.basis] = card
        return card

    def compare(self, work: Transaction, live: LiveUnit, rule_set: RuleSet, day: date) -> None:
        """Tell *live* where it stands, where the rubric compares units."""
        if rule_set.compares:
            stage = self.comparisons.stage(work, self.rubrics.choice(), rule_set, day)
            self._stands(live, stage.comparison.of(live.records.unit))

    @staticmethod
    def _stands(live: LiveUnit, peers: dict[str, Compared]) -> None:
        if peers != live.peers:
            live.peers = peers
            live.cards.clear()

    def card_if(self, work: Transaction, live: LiveUnit, rule_set: RuleSet, as_of: date) -> Scorecard:
        """Return the scorecard of *live*, to which something was added, among the others. Raises NotScored."""
        unit, choice = live.records.unit, self.rubrics.choice()
        if rule_set.compares:
            own = first_stage(rule_set, live.facts(as_of, rule_set.rubric.closes_on), as_of).brought
            stage = self.comparisons.stage(work, choice, rule_set, as_of)
            self._stands(live, stage.comparison.of(unit, own))
        card = self.card_of(live, unit, rule_set, as_of, None, self.clocks(work))
        if not shares_out(rule_set.rubric):
            return card
        others = [
            each for each in self.comparisons.entrants(work, choice, rule_set, as_of) if each.unit != unit
        ]
        entrants = [*others, entrant_of(rule_set.rubric, card.evaluation, card.facts, as_of)]
        return card.with_outcome(shared_out(rule_set, entrants).get(unit))


def as_known(every: Iterable[LiveUnit], unit: str, rule_set: RuleSet, day: date) -> Outcome | None:
    """Tell each of *every* where it stands among them; return what *unit* comes to where something is shared out."""
    closes_on = rule_set.rubric.closes_on
    meant = [live for live in every if fits(rule_set.rubric, live.who, day)]
    if rule_set.compares:
        brought = {
            live.records.unit: first_stage(rule_set, live.facts(day, closes_on), day).brought
            for live in meant
        }
        comparison = Comparison(rule_set, brought)
        for live in meant:
            live.peers = comparison.of(live.records.unit)
    if not shares_out(rule_set.rubric):
        return None
    entrants = []
    for live in meant:
        facts, evaluation = live.evaluate(rule_set, day)
        organization = facts.organization(facts.unit)
        if organization.exists(min(day, rule_set.rubric.ends_on)) and live.records.closed(day) is None:
            entrants.append(entrant_of(rule_set.rubric, evaluation, facts, day))
    return shared_out(rule_set, entrants).get(unit)
