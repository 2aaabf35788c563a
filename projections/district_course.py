"""How a district's year goes: its course by months, what moved since the last one, who needs a call and why. Pure.

Amounts are hundredths of a point. A unit needs a call for a reason that somebody can speak of with it; of many the ones
with the lowest forecast come first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from rubric.amounts import HUNDRED, Amount
from rubric.schema import Rubric

from .year_columns import UnitYear
from .year_table import by_clause

FALL = 5 * HUNDRED
"""A forecast that fell by so much since the last month is worth a call."""
OVERDUE_MANY = 3
SILENT_DAYS = 60
"""A unit that did nothing for so many days, while the year runs, is worth a call."""


class Reason(StrEnum):
    """Why a unit needs a call."""

    LOW = "low"
    """Its forecast is below the district's line."""
    FELL = "fell"
    """Its forecast fell since the last month."""
    OVERDUE = "overdue"
    """Several things are overdue and can still be made good."""
    SILENT = "silent"
    """It has recorded nothing that happened in the last weeks."""


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """The district at the end of a month (of the last point: today)."""

    day: date
    units: int
    score: Amount
    """The mean."""
    forecast: Amount
    lowest: Amount
    """The lowest forecast."""
    below: int
    """How many forecasts are below the line."""
    short: int
    """How many clauses of how many units are short, added up."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A unit whose forecast moved since the last month."""

    unit: str
    name: str
    forecast: Amount
    by: Amount


@dataclass(frozen=True, slots=True)
class Trouble:
    """A clause that is short in so many units; in how many more than a month ago."""

    clause: str
    units: int
    more: int


@dataclass(frozen=True, slots=True)
class Call:
    """A unit that needs a call."""

    unit: str
    name: str
    forecast: Amount
    reasons: tuple[Reason, ...]
    fell: Amount
    overdue: int
    silent_since: date | None


def month_ends(rubric: Rubric, day: date) -> list[date]:
    """Return the last days of the months of the rubric's year that are over by *day*, until its closing day."""
    found: list[date] = []
    first = rubric.opens_on.replace(day=1)
    while True:
        following = (first + timedelta(days=32)).replace(day=1)
        end = following - timedelta(days=1)
        if end >= day or end > rubric.closes_on:
            return found
        found.append(end)
        first = following


def month_end(day: date, table: Sequence[UnitYear], line: int) -> MonthEnd:
    """Return the district of *table* on *day*; *line* is the forecast below which a unit needs help."""
    count = len(table)
    return MonthEnd(
        day,
        count,
        _mean([each.score for each in table]),
        _mean([each.forecast for each in table]),
        min((each.forecast for each in table), default=0),
        sum(each.forecast < line for each in table),
        sum(len(each.short) for each in table),
    )


def moved_since(now: Sequence[UnitYear], before: Sequence[UnitYear]) -> list[Moved]:
    """Return the units whose forecast moved, the greatest fall first."""
    then = {each.unit: each.forecast for each in before}
    found = [
        Moved(each.unit, each.name, each.forecast, each.forecast - then[each.unit])
        for each in now
        if each.unit in then and each.forecast != then[each.unit]
    ]
    return sorted(found, key=lambda each: (each.by, each.unit))


def troubles(now: Sequence[UnitYear], before: Sequence[UnitYear]) -> list[Trouble]:
    """Return the clauses that are short somewhere, the most units first."""
    then = by_clause(before)
    return [Trouble(clause, units, units - then.get(clause, 0)) for clause, units in by_clause(now).items()]


def calls(
    now: Sequence[UnitYear], before: Sequence[UnitYear], rubric: Rubric, day: date, line: int
) -> list[Call]:
    """Return the units that need a call on *day*, the lowest forecast first."""
    then = {each.unit: each.forecast for each in before}
    running = day <= rubric.ends_on
    found = []
    for each in now:
        fell = then.get(each.unit, each.forecast) - each.forecast
        quiet = each.last_done or rubric.opens_on
        holds = {
            Reason.LOW: each.forecast < line,
            Reason.FELL: fell >= FALL,
            Reason.OVERDUE: len(each.overdue) >= OVERDUE_MANY,
            Reason.SILENT: running and (day - quiet).days > SILENT_DAYS,
        }
        reasons = tuple(reason for reason, held in holds.items() if held)
        if reasons:
            found.append(
                Call(each.unit, each.name, each.forecast, reasons, fell, len(each.overdue), each.last_done)
            )
    return sorted(found, key=lambda each: (each.forecast, each.unit))


def _mean(amounts: Sequence[Amount]) -> Amount:
    return round(sum(amounts) / len(amounts)) if amounts else 0
