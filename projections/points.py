"""The points of an indicator and of a unit, in hundredths of a point. Values."""

from __future__ import annotations

from dataclasses import dataclass

from rubric.amounts import Amount


@dataclass(frozen=True, slots=True)
class IndicatorTotals:
    """What one indicator came to: for a bonus indicator score is what was accepted, ceiling what was claimed."""

    score: Amount
    floor: Amount
    ceiling: Amount
    forecast: Amount
    awaiting: Amount = 0
    """What of the floor only people can decide, and nobody has."""


@dataclass(frozen=True, slots=True)
class Totals:
    """A unit's totals; `overdue` and `missed` count clauses. What is secured is floor - awaiting."""

    score: int
    floor: int
    ceiling: int
    forecast: int
    awaiting: int
    bonus: int
    claimed: int
    overdue: int
    missed: int
