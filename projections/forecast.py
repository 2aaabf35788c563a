"""Forecast 预计: what the year comes to if things go on as they went so far (contract §5). Pure, exact, in integers.

    weight  of a clause's rule: how readily such a thing is missed, beside others
    odds    of a unit: (broken + what it missed, and in part what it is behind with) : (kept + what it satisfied, each
            by its weight), over everything asked of it this year. `kept` and `broken` stand in the rubric: what is
            supposed of a unit of which nothing is known yet; it fades with the months
    room    of a thing not done: the share of the months in which it is usually done that is left, from 1 down to
            little; of a total, how far the year comes at the pace so far
    chance  that it will be missed: odds x weight / (odds x weight + room)

A clause is expected to lose what its things lose by these chances, each taken by itself, rounded half up to a
hundredth of a point. What is satisfied, missed or not applicable has no chance left: it is what it is. So the forecast
lies between floor and ceiling, is the score when all days have passed, and never falls by what satisfies something.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from rubric.amounts import HUNDRED
from rubric.schema import ForecastTerms

from .requirement import NEVER


class Ratio(NamedTuple):
    """A number that is not negative, as one whole number over another."""

    over: int
    under: int


FULL_ROOM = Ratio(1, 1)
HALF_ROOM = Ratio(1, 2)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the forecast of a clause rests on, besides the unit's odds.

    `kept`, `missed` and `lagging` (behind, overdue) count its requirements; `gone` counts its things that are missed
    (a period missed by two branches is one), `rooms` has one entry for each thing that is still open.
    """

    kept: int = 0
    missed: int = 0
    lagging: int = 0
    gone: int = 0
    rooms: tuple[Ratio, ...] = ()


NOTHING_OPEN = Outlook()


class Odds:
    """The odds of one unit on one day, and with them the chances of its open things."""

    __slots__ = ("_misses", "ratio")

    def __init__(self, terms: ForecastTerms, left: Ratio, tallies: Iterable[tuple[Outlook, int]]) -> None:
        """*left*: the share of the year's months that is left; *tallies*: every clause's outlook, and its weight."""
        # What is supposed counts less and less beside what is known: by the square of what is left.
        fades = left.over**2
        missed, kept = terms.broken * fades, terms.kept * fades
        by = left.under**2
        for outlook, weight in tallies:
            missed += (outlook.missed * HUNDRED + outlook.lagging * terms.lagging) * by
            kept += outlook.kept * weight * by
        self.ratio = Ratio(missed, kept)
        self._misses: dict[tuple[int, Ratio], Ratio] = {}

    def chance_to_miss(self, weight: int, room: Ratio) -> Ratio:
        """Return the chance that a thing with *room* left is missed; *weight* in hundredths."""
        key = weight, room
        known = self._misses.get(key)
        if known is None:
            against = self.ratio.over * weight * room.under
            known = self._misses[key] = Ratio(
                against, max(against + self.ratio.under * HUNDRED * room.over, 1)
            )
        return known

    def once_lost(self, outlook: Outlook, weight: int, maximum: int) -> Ratio:
        """Return what is expected to be lost where any one thing missed loses the whole maximum."""
        if outlook.gone:
            return Ratio(maximum, 1)
        kept, of = 1, 1
        for room in outlook.rooms:
            over, under = self.chance_to_miss(weight, room)
            kept, of = kept * (under - over), of * under
        return Ratio(maximum * (of - kept), of)

    def each_lost(self, outlook: Outlook, weight: int, each: int, maximum: int) -> Ratio:
        """Return what is expected to be lost where each thing missed loses *each*, up to the maximum."""
        if each * outlook.gone >= maximum:
            return Ratio(maximum, 1)
        chances = [self.chance_to_miss(weight, room) for room in outlook.rooms]
        if each * (outlook.gone + len(chances)) <= maximum:
            return _sum_lost(chances, each, each * outlook.gone)
        # numbers[n]: how much of the whole `of` stands for n things missed.
        numbers, of = [1], 1
        for over, under in chances:
            fewer, more = [*numbers, 0], [0, *numbers]
            numbers = [few * (under - over) + many * over for few, many in zip(fewer, more, strict=True)]
            of *= under
        lost = sum(
            share * min(maximum, each * (outlook.gone + number)) for number, share in enumerate(numbers)
        )
        return Ratio(lost, of)


def _sum_lost(chances: Sequence[Ratio], each: int, gone: int) -> Ratio:
    lost, of = gone, 1
    for over, under in chances:
        lost, of = lost * under + each * over * of, of * under
    return Ratio(lost, of)


def smallest(rooms: Iterable[Ratio]) -> Ratio:
    """Return the smallest of *rooms*; there is one at least."""
    each = iter(rooms)
    found = next(each)
    for room in each:
        if room.over * found.under < found.over * room.under:
            found = room
    return found


def largest(one: Ratio, other: Ratio) -> Ratio:
    """Return the larger of two rooms."""
    return one if one.over * other.under >= other.over * one.under else other


def half_up(amount: Ratio) -> int:
    """Return *amount* rounded half up to a whole number."""
    return (2 * amount.over + amount.under) // (2 * amount.under)


@lru_cache(maxsize=4096)  # a year has few days on which months begin, and all clauses ask
def months_left(day: date, start: date, end: date) -> Ratio:
    """Return the share of the months from *start* to *end* that is left on *day*, its own month included."""
    total = _month(end) - _month(start) + 1
    left = _month(end) - max(_month(day), _month(start)) + 1
    return Ratio(max(left, 0), max(total, 1))


def next_month(day: date) -> date:
    """Return the first day of the month after *day*'s: until then the rooms stay what they are."""
    if (day.year, day.month) >= (NEVER.year, NEVER.month):
        return NEVER
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def room_at_pace(terms: ForecastTerms, reached: int, needed: int, day: date, start: date, end: date) -> Ratio:
    """Return the room of a total that stands at *reached* of *needed* (same unit, reached < needed).

    The year is taken to come to (share reached + head start) / (share of months gone by + head start). At
    `pace_from` or below there is no room; towards `pace_to` it grows without end.
    """
    left = months_left(day, start, end)
    gone, months = left.under - left.over, left.under
    ahead = terms.head_start
    # Both shares over one denominator: needed x months x HUNDRED.
    comes_to = (reached * HUNDRED + ahead * needed) * months
    of = (gone * HUNDRED + ahead * months) * needed
    above = comes_to * HUNDRED - terms.pace_from * of
    below = terms.pace_to * of - comes_to * HUNDRED
    if above <= 0:
        return Ratio(0, 1)
    return Ratio(min(above, below * _ROOM_MAX), below) if below > 0 else Ratio(_ROOM_MAX, 1)


_ROOM_MAX = 100


def _month(day: date) -> int:
    return day.year * 12 + day.month
