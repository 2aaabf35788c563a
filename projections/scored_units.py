"""Units as they are now, kept in memory between two questions, with their scorecards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from ledger.intake.clock_guard import Confirmation, confirmations
from ledger.store.protocol import Transaction
from ledger.text import Text
from rubric.applicants import fits

from . import totals
from .compiled_rubrics import CompiledRubrics
from .live import LiveUnit
from .memory import UNITS_IN_MEMORY, UnitsInMemory
from .not_scored import NotScored
from .peers import Standing, peers_of, standings_of
from .rebuild import Choice, fold, kept_row
from .rule_set import RuleSet
from .scorecard import Scorecard
from .totals import TotalsRow


class ScoredUnits:
    """What a question needs of a unit so that it does not grow with the unit's history."""

    def __init__(self, rubrics: CompiledRubrics) -> None:
        self.rubrics = rubrics
        self.memory = UnitsInMemory()
        self._clocks: tuple[int, Sequence[Confirmation]] = (0, ())
        """Who answered for the clock, up to the event about the ledger that is named first."""
        self._standings: tuple[Any, list[Standing]] = (None, [])
        """What units bring to comparisons: of which rubric, day and length of the ledger, and the numbers."""

    def forget(self, units: Iterable[str] | None) -> None:
        """Drop what is in memory of *units* (None: all)."""
        self._clocks = (0, ())
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
        return self.card_of(live, live.records.unit, rule_set, as_of, None, self.clocks(work))

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

    def fresh_row(
        self, work: Transaction, unit: str, choice: Choice, day: date, named: RuleSet | None = None
    ) -> TotalsRow | None:
        """Return the row to keep of a unit on *day*, by its whole stream: by the rules named, or by its main rubric.

        None when it is not registered, or the rubric named is not for it.
        """
        live = fold(unit, work.stream(unit))
        if named is not None and not fits(named.rubric, live.who, day):
            return None
        rule_set = named or choice.rule_set(live, day)
        if rule_set is not None:
            self.compare(work, live, rule_set, day)
        return choice.row(live, day) if named is None else kept_row(live, named, day)

    def compare(self, work: Transaction, live: LiveUnit, rule_set: RuleSet, day: date) -> None:
        """Give *live* what the other units bring, where the rubric compares units."""
        if not rule_set.compares:
            return
        rows = list(totals.rows(work.connection))
        key = rule_set.rubric.label, day, max((row.sequence for row in rows), default=0)
        if self._standings[0] != key:
            units = [row.unit for row in rows]
            remember = len(units) <= UNITS_IN_MEMORY
            every = (
                self.caught_up(each, work) if remember else fold(each, work.stream(each)) for each in units
            )
            self._standings = key, standings_among(every, rule_set, day)
        peers = peers_of(live.records.unit, self._standings[1])
        if peers != live.peers:
            live.peers = peers
            live.cards.clear()


def standings_among(every: Iterable[LiveUnit], rule_set: RuleSet, day: date) -> list[Standing]:
    """Return what each of *every* that the rubric is meant for brings to its comparisons."""
    closes_on = rule_set.rubric.closes_on
    meant = (live for live in every if fits(rule_set.rubric, live.who, day))
    return [each for live in meant for each in standings_of(rule_set, live.facts(day, closes_on), day)]
