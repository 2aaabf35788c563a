"""Standing among units: the second stage, over what the first gave for each of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from rubric.format2.curves import Worlds

from .facts import Facts
from .measures.peers import PeersRule
from .rule_set import RuleSet


@dataclass(frozen=True, slots=True)
class Standing:
    """What a unit brings to the comparison that one clause makes: its own number, and the group it is compared in."""

    unit: str
    clause: str
    numbers: Worlds
    group: str = ""


def standings_of(rule_set: RuleSet, facts: Facts, day: date) -> list[Standing]:
    """Return what the unit of *facts* brings on *day*; nothing to a clause that is not meant for it."""
    rules = [rule for rule in rule_set.rules if isinstance(rule, PeersRule)]
    if (
        not rules
        or not facts.organization(facts.unit).exists(day)
        or facts.organization(facts.unit).closed_by(day)
    ):
        return []
    fits = rule_set.fits(facts, day)
    organization = facts.organization(facts.unit)
    day_read = min(day, rule_set.rubric.ends_on)
    found = []
    for rule in rules:
        if not all(fits[id(meant)] for meant in rule.clause.meant):
            continue
        own = rule.own(facts, day)
        if own is not None:
            group = str(organization.value("group", day_read, "")) if rule.clause.terms.group else ""
            found.append(Standing(facts.unit, rule.clause.id, own, group))
    return found


def peers_of(unit: str, standings: Iterable[Standing]) -> dict[str, list[Worlds]]:
    """Return, by clause, what the others bring that *unit* is compared with: those of its own group."""
    everybody = list(standings)
    groups = {each.clause: each.group for each in everybody if each.unit == unit}
    found: dict[str, list[Worlds]] = {clause: [] for clause in groups}
    for each in everybody:
        if each.unit != unit and groups.get(each.clause) == each.group:
            found[each.clause].append(each.numbers)
    return found


def compare(rule_set: RuleSet, facts_of: Mapping[str, Facts], day: date) -> None:
    """Give all of *facts_of* (by unit) each other's numbers, so that clauses that compare can be evaluated."""
    standings = [each for facts in facts_of.values() for each in standings_of(rule_set, facts, day)]
    for unit, facts in facts_of.items():
        facts.peers = peers_of(unit, standings)
