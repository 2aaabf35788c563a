"""A rubric made ready for evaluation. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from weakref import WeakValueDictionary

from rubric.amounts import whole_hundredths
from rubric.format2.measures import Measured
from rubric.format2.rubric2 import Rubric2
from rubric.format2.terms import For
from rubric.format2.tree import Item
from rubric.schema import Rubric

from .facts import EVERYTHING, Facts
from .rules import Rule, rule_for


class RuleSet:
    """A rubric made ready for evaluation: its rules in order, and which of them read a topic."""

    def __init__(self, rubric: Rubric) -> None:
        self.rubric = rubric
        clauses = [clause for group in rubric.indicator_clauses.values() for clause in group]
        self.rules: list[Rule] = [rule_for(clause, rubric) for clause in clauses]
        self.place_of = {id(rule): place for place, rule in enumerate(self.rules)}
        """Where a rule stands, by its `id`."""
        self.weights = [rule.weight() for rule in self.rules]
        self.indicators: list[tuple[int, slice]] = []
        self.indicator_of: list[int] = []
        start = 0
        for place, (number, group) in enumerate(rubric.indicator_clauses.items()):
            self.indicator_of += [place] * len(group)
            self.indicators.append((number, slice(start, start + len(group))))
            start += len(group)
        self.full = sum(
            rubric.points_of(number) for number, _ in self.indicators if number not in rubric.bonus_indicators
        )
        self.tree: Item | None = getattr(rubric, "tree", None)
        self.base: Item | None = None
        """The tree without what is bonus at its top."""
        self.slices = dict(self.indicators)
        self.decimals: int | None = rubric.head.decimals if isinstance(rubric, Rubric2) else None
        """To how many decimals items are rounded before they are added; None: not at all."""
        self.leaves: dict[int, Item] = {}
        self.meant: dict[int, For] = {}
        """Whom anything applies to, each once, by what `id` says of it."""
        if self.tree is not None:
            self.full = whole_hundredths(self.tree.full)
            self.base = replace(self.tree, parts=[part for part in self.tree.parts if not part.bonus])
            self.leaves = {leaf.no: leaf for leaf in self.tree.leaves() if leaf.no is not None}
            for clause in clauses:
                for each in getattr(clause, "meant", ()):
                    self.meant[id(each)] = each
        self.compares = any(isinstance(each, Measured) and each.rule_key == "peers" for each in clauses)
        """Whether a clause compares units: then a unit's points move with those of others (`projections.peers`)."""
        self._readers: dict[str, list[int]] = {}
        for index, rule in enumerate(self.rules):
            for topic in {*rule.topics, f"judgement:{rule.clause.id}"}:
                self._readers.setdefault(topic, []).append(index)

    def fits(self, facts: Facts, day: date) -> dict[int, bool]:
        """Return which parts of the rubric are meant for the unit, by `id`, read on *day* or the year's last."""
        if not self.meant:
            return {}
        organization = facts.organization(facts.unit)
        day = min(day, self.rubric.ends_on)
        kind, tags = organization.value("kind", day), organization.value("tags", day, ())
        return {key: meant.fits(facts.unit, kind, tags) for key, meant in self.meant.items()}

    def readers(self, topics: Collection[str]) -> Collection[int]:
        """Return the places of the rules that any of *topics* may move."""
        if EVERYTHING in topics:
            return range(len(self.rules))
        return {index for topic in topics for index in self._readers.get(topic, ())}


_shared: WeakValueDictionary[int, RuleSet] = WeakValueDictionary()
"""By the rubric's `id`, which stays its own as long as there are rules that hold it."""


def shared(rubric: Rubric) -> RuleSet:
    """Return the rules of *rubric*, made once for every ledger of the process that is scored by it."""
    rule_set = _shared.get(id(rubric))
    if rule_set is None:
        rule_set = _shared[id(rubric)] = RuleSet(rubric)
    return rule_set


def meant_by(rule: Rule) -> Sequence[For]:
    """Return whom a clause is for; everybody where it does not say (format 1, or one that awaits a decision)."""
    meant: Sequence[For] = getattr(rule.clause, "meant", ())
    return meant
