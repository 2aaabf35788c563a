"""Whom a rubric assesses: its `for` held to a unit's kind, tags and id on the rubric's day (contract §6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .schema import Rubric


@dataclass(frozen=True, slots=True)
class Applicant:
    """A unit as it is on some day."""

    unit: str
    kind: str | None = None
    tags: frozenset[str] = frozenset()


Who = Callable[[date], Applicant]
"""A unit through the days: what it is on a day."""


def fits(rubric: Rubric, who: Who, day: date) -> bool:
    """Whether *rubric* assesses the unit: as it is on *day*, or on the rubric's last day where that is earlier."""
    meant = rubric.meant
    if meant is None:
        return True
    unit = who(min(day, rubric.ends_on))
    return bool(meant.fits(unit.unit, unit.kind, unit.tags))


def may_share(one: Rubric, other: Rubric) -> bool:
    """Whether there can be a unit that both rubrics assess: nobody knows which units there will be."""
    if one.meant is None or other.meant is None:
        return True
    for mine, theirs in ((one.meant, other.meant), (other.meant, one.meant)):
        for named in (mine.kinds, mine.tags, mine.units):
            if named and set(named) <= set(theirs.none):
                return False
    apart = ((one.meant.kinds, other.meant.kinds), (one.meant.units, other.meant.units))
    return not any(mine and theirs and not set(mine) & set(theirs) for mine, theirs in apart)
