"""The district: which unit is of which kind and habit, how large it is and how much it writes in a year."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from taizhang.demo.habits import AVERAGE, CARELESS, DILIGENT, Habit
from taizhang.demo.names import unit_name

UnitKind = Literal["committee", "general_branch", "branch"]

# Five committees, forty general branches and thirty-five branches in eighty; the two cycles have no common
# divisor, so that every kind comes with every habit. The first unit, an average general branch, is the shown one.
_LETTERS: dict[str, UnitKind] = {"C": "committee", "G": "general_branch", "B": "branch"}
_KINDS: tuple[UnitKind, ...] = tuple(_LETTERS[letter] for letter in "GBCGBGBGGBGBGBGB")
_HABITS = {"A": AVERAGE, "D": DILIGENT, "C": CARELESS}
_HABIT_CYCLE = "ADCDA"

SHOWN_UNIT = "wj-01"

_NEWS_ASKED = {"committee": 12, "general_branch": 8, "branch": 6}
_MOST_EVENTS = {"branch": 132, "general_branch": 500, "committee": 1450}
_EVENTS_WANTED: dict[tuple[str, str], tuple[int, int]] = {
    ("branch", "careless"): (101, 110),
    ("branch", "average"): (102, 118),
    ("branch", "diligent"): (110, 126),
    ("general_branch", "careless"): (296, 335),
    ("general_branch", "average"): (320, 410),
    ("general_branch", "diligent"): (380, 470),
    ("committee", "careless"): (730, 900),
    ("committee", "average"): (850, 1100),
    ("committee", "diligent"): (1000, 1380),
}


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """What is settled about a unit before its year begins."""

    number: int
    """From 1."""
    id: str
    kind: UnitKind
    name: str
    habit: Habit
    branches: int
    """How many branches it has under it; none in a unit of kind `branch`."""
    members: int
    retired: int
    events: int
    """What the secretary and the branches write in the year at least, the roster included."""

    @property
    def most_events(self) -> int:
        """Above so many events nothing more is noted that need not be."""
        return _MOST_EVENTS[self.kind]

    @property
    def shown(self) -> bool:
        """Whether this is the unit that the demo shows."""
        return self.id == SHOWN_UNIT

    @property
    def news_asked(self) -> int:
        """How many news items the rubric asks of a unit of this kind (seed, indicator 14)."""
        return _NEWS_ASKED[self.kind]


def chance_for(seed: int, year: int, number: int, purpose: str) -> random.Random:
    """Return the source of chance for one purpose of one unit: more units do not change the first ones."""
    return random.Random(f"taizhang demo {seed} {year} {number} {purpose}")  # noqa: S311 (no secrets here)


def plan_unit(number: int, seed: int, year: int) -> UnitPlan:
    """Return the plan of the *number*-th unit (from 1) of the district of *seed*."""
    chance = chance_for(seed, year, number, "plan")
    index = number - 1
    kind = _KINDS[index % len(_KINDS)]
    habit = _HABITS[_HABIT_CYCLE[index % len(_HABIT_CYCLE)]]
    of_its_kind = index // len(_KINDS) * _KINDS.count(kind) + _KINDS[: index % len(_KINDS)].count(kind)
    if kind == "committee":
        branches = chance.randint(10, 14)
        members = branches * chance.randint(14, 24) + chance.randint(0, 9)
    elif kind == "general_branch":
        branches = chance.choice((3, 4, 4, 4, 5))
        members = chance.randint(max(50, branches * 14), min(97, branches * 21))
    else:
        branches = 0
        members = chance.choice((8, 10, 12, 14, 16, 18, 20, 22, 25, 28, 33, 41)) + chance.randint(0, 2)
    low, high = _EVENTS_WANTED[kind, habit.name]
    return UnitPlan(
        number=number,
        id=f"wj-{number:02d}",
        kind=kind,
        name=unit_name(kind, of_its_kind),
        habit=habit,
        branches=branches,
        members=members,
        retired=round(members * chance.uniform(0.23, 0.47)),
        events=chance.randint(low, high),
    )
