"""An account as the doors see it: no password, no row."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.events.event import unit_of

from .roles import Role


@dataclass(frozen=True, slots=True)
class Account:
    """Who is at the door. `name` is for ever (it stands in events as `authid`); the rest may change."""

    name: str
    role: Role
    display_name: str
    units: frozenset[str] = frozenset()
    """What a secretary acts for: units, and single branches (``UNIT/BRANCH``); empty for the other roles."""
    language: str = "zh_CN"
    active: bool = True

    @property
    def unit_ids(self) -> list[str]:
        """The units that he has to do with, whole or by a branch of theirs."""
        return sorted({unit_of(each) for each in self.units})

    def reaches(self, unit: str) -> bool:
        """Whether the unit, or a branch of it, is his."""
        return any(unit_of(each) == unit for each in self.units)

    def holds(self, subject: str) -> bool:
        """Whether he acts for *subject*: it is his, or it is a branch of a unit that is his as a whole."""
        return subject in self.units or unit_of(subject) in self.units

    def only_branches(self, unit: str) -> frozenset[str]:
        """Return the branches of *unit* that are his where the unit as a whole is not."""
        if unit in self.units:
            return frozenset()
        return frozenset(each for each in self.units if unit_of(each) == unit)
