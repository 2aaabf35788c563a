"""The pace line of a total: threshold x days gone by / days in all, from its start to the year's end (contract §5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from rubric.amounts import HUNDRED, rounded

from ..requirement import NEVER


@dataclass(frozen=True, slots=True)
class PaceLine:
    """The days from `start` to `end`, both included: what is owed grows evenly over them."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days it runs."""
        return (self.end - self.start).days + 1

    def elapsed(self, day: date) -> int:
        """Return how many of its days have gone by on *day*, that day included."""
        return min(max((day - self.start).days + 1, 0), self.days)

    def expected(self, day: date, threshold: int, denominator: int = 1) -> int:
        """Return threshold / denominator (hundredths) as the line has it on *day*, rounded half up."""
        return rounded(threshold * self.elapsed(day), self.days * denominator)

    def whole(self, day: date, threshold: int) -> int:
        """Return the whole part of the line on *day*, a number of things; *threshold* in hundredths of one."""
        return threshold * self.elapsed(day) // (self.days * HUNDRED)

    def lags(self, day: date, reached: int, threshold: int) -> bool:
        """Whether *reached* is below the line of *threshold* (same unit) on *day*; exact, in integers."""
        return reached * self.days < threshold * self.elapsed(day)

    def falls_behind_on(self, day: date, reached: int, threshold: int) -> date:
        """Return the first day after *day* on which *reached* lies below the line, NEVER when none does."""
        if threshold <= 0:
            return NEVER
        # Below once reached * days < threshold * elapsed: the smallest such number of elapsed days.
        return self._day_of(reached * self.days // threshold + 1, day)

    def count_falls_behind_on(self, day: date, count: int, threshold: int) -> date:
        """Return the first day after *day* on which *count* lies below the line's whole part, NEVER when none does."""
        if threshold <= 0:
            return NEVER
        return self._day_of(-((count + 1) * HUNDRED * self.days // -threshold), day)

    def _day_of(self, elapsed: int, day: date) -> date:
        if elapsed > self.days:
            return NEVER
        return max(self.start + timedelta(days=elapsed - 1), day + timedelta(days=1))
