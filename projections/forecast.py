"""Forecast 预计: what the year comes to if things go on as they went so far (contract §5). Pure, exact, in integers.

    weight  of a clause's rule: how readily such a thing is missed, beside others
    odds    of a unit: (broken + what it missed, and in part what it is behind with) : (kept + what it satisfied, each
            by its weight), over everything asked of it this year; the pace of its totals counts on both sides. `kept`
            and `broken` stand in the rubric: what is supposed of a unit of which nothing is known yet; it fades with
            the months
    room    of a thing not done: the share of the months in which it is usually done that is left, from 1 down to
            little; of a total, how far the year comes at the pace so far
    chance  that it will be missed: odds x weight / (odds x weight + room)

From these follow the chances that at least one, two and more of a clause's things are missed, in whole per cent; the
clause is expected to lose, besides what is lost for good, by each chance what that further thing would cost, rounded
half up to a hundredth of a point. What is satisfied, missed or not applicable has no chance left: it is what it is. So
the forecast lies between floor and ceiling, is the score when all days have passed, and never falls by what satisfies
something.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from rubric.amounts import HUNDRED, Amount
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
    (a period missed by two branches is one), `rooms` has one entry for each thing that is still open. Of a total `pace`
    is how far it got beside its line, and `short` what it lacks of the whole line, both in per cent.
    """

    kept: int = 0
    missed: int = 0
    lagging: int = 0
    gone: int = 0
    rooms: tuple[Ratio, ...] = ()
    pace: int = 0
    short: int = 0


NOTHING_OPEN = Outlook()


class Odds:
    """The odds of one unit on one day, and with them the chances of its open things."""

    __slots__ = ("_misses", "ratio")

    def __init__(self, terms: ForecastTerms, left: Ratio, tallies: Iterable[tuple[Outlook, int]]) -> None:
        """*left*: the share of the year's months that is left; *tallies*: every clause's outlook, and its weight."""
        # What is supposed counts less and less beside what is known: by the square of what is left.
        fades, by = left.over**2, left.under**2
        missed = kept = 0
        for outlook, weight in tallies:
            missed += HUNDRED * (outlook.missed * HUNDRED + outlook.lagging * terms.lagging)
            missed += outlook.short * terms.short
            kept += HUNDRED * outlook.kept * weight + outlook.pace * terms.on_pace
        self.ratio = Ratio(
            HUNDRED * terms.broken * fades + missed * by, HUNDRED * terms.kept * fades + kept * by
        )
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

    def at_least(self, rooms: Sequence[Ratio], weight: int, most: int) -> tuple[int, ...]:
        """Return the chances, in whole per cent, that at least 1, 2 … *most* things with those *rooms* are missed."""
        # numbers[n]: how much of the whole `of` stands for n things missed, n < most.
        numbers, of = [1], 1
        for room in rooms:
            over, under = self.chance_to_miss(weight, room)
            kept = under - over
            if most == 1:
                numbers = [numbers[0] * kept]
            else:
                fewer, more = [*numbers, 0], [0, *numbers]
                numbers = [
                    few * kept + many * over for few, many in zip(fewer[:most], more[:most], strict=True)
                ]
            of *= under
        found, left = [], of
        for share in numbers[:most]:
            left -= share
            found.append(half_up(Ratio(100 * left, of)))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Foresight:
    """What a clause is expected to lose: what is lost for good, and what each further missed thing would add.

    `steps`: of the next missed thing, the one after it and so on: the chance in whole per cent that so many are
    missed, and the points (hundredths) that it adds. Whole per cents, so that a reader can work it out himself.
    """

    gone: Amount
    steps: tuple[tuple[int, Amount], ...]

    @property
    def lost(self) -> int:
        """The points expected to be lost, in hundredths, rounded half up."""
        more = sum(chance * points for chance, points in self.steps)
        return int((2 * (100 * self.gone + more) + 100) // 200)


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


def pace_of(terms: ForecastTerms, reached: int, needed: int, day: date, start: date, end: date) -> Ratio:
    """Return what the year comes to, beside *needed*, for a total at *reached* (same unit) with a line of those days.

    (share reached + head start) / (share of the line's months gone by + head start).
    """
    left = months_left(day, start, end)
    gone, months, ahead = left.under - left.over, left.under, terms.head_start
    # Both shares over one denominator: needed x months x HUNDRED.
    return Ratio((reached * HUNDRED + ahead * needed) * months, (gone * HUNDRED + ahead * months) * needed)


def room_at_pace(terms: ForecastTerms, pace: Ratio) -> Ratio:
    """Return the room of a total: at `pace_from` or below there is none, towards `pace_to` it grows without end."""
    comes_to, of = pace
    above = comes_to * HUNDRED - terms.pace_from * of
    below = terms.pace_to * of - comes_to * HUNDRED
    if above <= 0:
        return Ratio(0, 1)
    return Ratio(min(above, below * _ROOM_MAX), below) if below > 0 else Ratio(_ROOM_MAX, 1)


_ROOM_MAX = 100


def with_pace(outlook: Outlook, terms: ForecastTerms, pace: Ratio | None) -> Outlook:
    """Return the *outlook* of a total with its pace in whole per cent, at most `pace_to`; None: it is reached."""
    whole = HUNDRED * pace.over // pace.under if pace is not None and pace.under else terms.pace_to
    percent = min(whole, terms.pace_to)
    return replace(outlook, pace=percent, short=max(HUNDRED - percent, 0))


def number_at_pace(terms: ForecastTerms, reached: Amount, day: date, start: date, end: date) -> Amount:
    """Return what a number that stands at *reached* is expected to come to by *end*.

    For the months that are left after this one it goes on as in the months until now, times `goes_on`; what is added
    is rounded down to a hundredth.
    """
    left = months_left(day, start, end)
    after = max(left.over - 1, 0)
    if not after:
        return reached
    more = reached * Fraction(after * terms.goes_on, left.under - after)
    return reached + Fraction(more.numerator // more.denominator, HUNDRED)


def _month(day: date) -> int:
    return day.year * 12 + day.month
