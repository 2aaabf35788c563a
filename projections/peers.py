"""Standing among units: the second stage, over what the first gave for each of them. Pure.

What each unit brings to a clause that compares is sorted once, so that where one stands among ten thousand is looked up
and not counted.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from rubric.amounts import Amount
from rubric.format2.curves import Worlds

from .compared import Compared
from .facts import Facts
from .measures.peers import PeersRule, percent
from .requirement import NEVER
from .rule_set import RuleSet


@dataclass(frozen=True, slots=True)
class Brought:
    """What a unit brings to the comparison that one clause makes: its own number, and the group it is compared in."""

    numbers: Worlds
    group: str = ""


@dataclass(frozen=True, slots=True)
class FirstStage:
    """What a unit brings, by clause, and the day from which on it may bring something else without a new event."""

    brought: Mapping[str, Brought]
    turns_on: date = NEVER


def peers_rules(rule_set: RuleSet) -> list[PeersRule]:
    """Return the rules that compare units."""
    return [rule for rule in rule_set.rules if isinstance(rule, PeersRule)]


def first_stage(rule_set: RuleSet, facts: Facts, day: date) -> FirstStage:
    """Return what the unit of *facts* brings on *day*; nothing to a clause that is not meant for it."""
    rules = peers_rules(rule_set)
    organization = facts.organization(facts.unit)
    if not rules or not organization.exists(day) or organization.closed_by(day):
        return FirstStage({})
    fits = rule_set.fits(facts, day)
    day_read = min(day, rule_set.rubric.ends_on)
    found, turns = {}, NEVER
    for rule in rules:
        if not all(fits[id(meant)] for meant in rule.clause.meant):
            continue
        own, until = rule.own(facts, day)
        turns = min(turns, until)
        if own is not None:
            group = str(organization.value("group", day_read, "")) if rule.clause.terms.group else ""
            found[rule.clause.id] = Brought(own, group)
    return FirstStage(found, turns)


class Comparison:
    """What all units bring, in order."""

    def __init__(self, rule_set: RuleSet, brought: Mapping[str, Mapping[str, Brought]]) -> None:
        """*brought*: by unit, by clause."""
        self._takes = {rule.clause.id: rule.clause.terms.take for rule in peers_rules(rule_set)}
        self._brought = brought
        fields: dict[tuple[str, str], list[Worlds]] = {}
        for each in brought.values():
            for clause, one in each.items():
                fields.setdefault((clause, one.group), []).append(one.numbers)
        self._fields = {key: _Field(numbers) for key, numbers in fields.items()}

    def of(self, unit: str, instead: Mapping[str, Brought] | None = None) -> dict[str, Compared]:
        """Return, by clause, where *unit* stands; *instead*: as if it brought that."""
        kept = self._brought.get(unit, {})
        found = {}
        for clause, own in (kept if instead is None else instead).items():
            there = kept.get(clause)
            field = self._fields.get((clause, own.group), _NOBODY)
            mine = there.numbers if there is not None and there.group == own.group else None
            found[clause] = field.compare(self._takes[clause], own.numbers, mine)
        return found


_Key = tuple[float, Amount]


def _key(number: Amount) -> _Key:
    # Most pairs are told apart by the float, which never turns an order round; the exact number decides the rest.
    return float(number), number


class _Field:
    """The numbers of all units of a group that one clause compares, each world sorted."""

    def __init__(self, numbers: Iterable[Worlds]) -> None:
        every = list(numbers)
        self._count = len(every)
        self._now, self._low, self._high = (
            sorted(map(_key, (each[world] for each in every))) for world in range(3)
        )
        self._sums = [sum((each[world] for each in every), Fraction(0)) for world in range(3)]

    def compare(self, take: str, own: Worlds, mine: Worlds | None) -> Compared:
        """Return where *own* stands among the others; *mine*: what of these numbers is the unit's, and no other's."""
        among = self._count + (mine is None)
        if take == "place":
            worlds = Worlds(
                1 + self._above(self._now, own.now, mine and mine.now),
                1 + self._above(self._low, own.high, mine and mine.low),
                1 + self._above(self._high, own.low, mine and mine.high),
            )
        elif take == "mean":
            now, low, high = (
                total - (mine[world] if mine is not None else 0) for world, total in enumerate(self._sums)
            )
            worlds = Worlds(
                percent(own.now * among, own.now + now),
                percent(own.low * among, own.low + high),
                percent(own.high * among, own.high + low),
            )
        else:
            worlds = Worlds(
                percent(own.now, max(own.now, self._best(self._now, mine and mine.now, own.now))),
                percent(own.low, max(own.low, self._best(self._high, mine and mine.high, own.low))),
                percent(own.high, max(own.high, self._best(self._low, mine and mine.low, own.high))),
            )
        return Compared(worlds, among)

    @staticmethod
    def _above(numbers: list[_Key], own: Amount, mine: Amount | None) -> int:
        """Return how many of the others are above *own*."""
        return len(numbers) - bisect_right(numbers, _key(own)) - (mine is not None and mine > own)

    @staticmethod
    def _best(numbers: list[_Key], mine: Amount | None, otherwise: Amount) -> Amount:
        """Return the best of the others; *otherwise* where there are none."""
        last = len(numbers) - 1
        if mine is not None and last >= 0 and numbers[last][1] == mine:
            last -= 1
        return numbers[last][1] if last >= 0 else otherwise


_NOBODY = _Field(())


def compare(rule_set: RuleSet, facts_of: Mapping[str, Facts], day: date) -> None:
    """Tell all of *facts_of* (by unit) where they stand, so that clauses that compare can be evaluated."""
    if not rule_set.compares:
        return
    brought = {unit: first_stage(rule_set, facts, day).brought for unit, facts in facts_of.items()}
    comparison = Comparison(rule_set, brought)
    for unit, facts in facts_of.items():
        facts.peers = comparison.of(unit)
