"""Curves: the number that a measure gives -> points, in hundredths. Every curve only rises or only falls."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ..amounts import HUNDRED, Amount
from ..clauses import Model

BEYOND = 10**9
"""A number that no measure reaches: "as many as there may be"."""
PLACES_MAX = 6


def exact(value: Any) -> Fraction:
    """Return a number of a file exactly; raises ValueError for what is none, or has more than six decimals."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, str)):
        raise ValueError("not a number")
    try:
        number = Decimal(value)
        if not number.is_finite() or abs(number) >= BEYOND or number.as_tuple().exponent < -PLACES_MAX:  # type: ignore[operator]
            raise ValueError("not a number")
    except ArithmeticError:
        raise ValueError("not a number") from None
    return Fraction(number)


def _fine(value: Any) -> Any:
    try:
        amount = exact(value) * HUNDRED
    except ValueError:
        raise PydanticCustomError("fine_points", "a number with at most six decimals is needed") from None
    if amount < 0:
        raise PydanticCustomError("negative_points", "points are never negative")
    return amount.numerator if amount.denominator == 1 else amount


def _number(value: Any) -> Any:
    try:
        number = exact(value)
    except ValueError:
        raise PydanticCustomError("number", "a number with at most six decimals is needed") from None
    return number.numerator if number.denominator == 1 else number


FinePoints = Annotated[Amount, BeforeValidator(_fine)]
"""Points as whole hundredths, or as a Fraction of them."""
Number = Annotated[Amount, BeforeValidator(_number)]
"""An int, or a Fraction where it has decimals."""


class Worlds(NamedTuple):
    """A measure's number, or what it comes to in points: now, and the least and most that it can still become."""

    now: Amount
    low: Amount
    high: Amount


class Step(Model):
    """So many points for each step that the number lies beyond `at`."""

    at: Number
    step: Number = 1
    points: FinePoints
    round: Literal["up", "down", "exact"] = "exact"

    @model_validator(mode="after")
    def _forward(self) -> Step:
        if self.step <= 0:
            raise PydanticCustomError("step", "a step is more than nothing")
        return self

    def of(self, distance: Amount) -> Amount:
        """Return the points of a number that lies *distance* beyond."""
        if distance <= 0:
            return 0
        steps = Fraction(distance) / self.step
        if self.round == "up":
            steps = Fraction(-(-steps.numerator // steps.denominator))
        elif self.round == "down":
            steps = Fraction(steps.numerator // steps.denominator)
        return _plain(steps * self.points)


SHAPES = ("flat", "each", "share", "below", "above", "table")


class Curve(Model):
    """One shape, and what bounds it. Keys of `table` are numbers; with `by: level` and `by: outlet` codes."""

    flat: FinePoints | None = None
    each: FinePoints | None = None
    share: FinePoints | None = None
    below: Step | None = None
    above: Step | None = None
    table: Annotated[dict[Any, FinePoints], Field(min_length=1)] | None = None
    by: Literal["value", "place", "level", "outlet"] = "value"
    free: Annotated[int, Field(ge=0)] = 0
    cap: FinePoints | None = None

    @model_validator(mode="after")
    def _one_shape(self) -> Curve:
        named = [shape for shape in SHAPES if getattr(self, shape) is not None]
        if len(named) != 1:
            raise PydanticCustomError("one_shape", "exactly one shape is needed")
        if self.free and named != ["each"]:
            raise PydanticCustomError("free_alone", "free belongs to each")
        if self.by != "value" and named != ["table"]:
            raise PydanticCustomError("by_alone", "by belongs to table")
        if named == ["table"] and self.by in ("value", "place"):
            steps = self.steps
            rising = all(one[1] <= other[1] for one, other in pairwise(steps))
            falling = all(one[1] >= other[1] for one, other in pairwise(steps))
            if (not rising and not falling) or (self.by == "place" and not falling):
                raise PydanticCustomError("monotone", "a table only rises or only falls")
        return self

    @property
    def shape(self) -> str:
        """Which shape it has."""
        return next(shape for shape in SHAPES if getattr(self, shape) is not None)

    @cached_property
    def steps(self) -> list[tuple[Amount, Amount]]:
        """A table's numbers and points, from below."""
        pairs = []
        for key, points in (self.table or {}).items():
            try:
                pairs.append((_plain(exact(key)), points))
            except ValueError:
                raise PydanticCustomError(
                    "table_key", "the keys of a table are numbers", {"key": str(key)}
                ) from None
        return sorted(pairs)

    def points(self, number: Amount) -> Amount:
        """Return the points of *number*, in hundredths."""
        found = self._points(number)
        return found if self.cap is None or found <= self.cap else self.cap

    def _points(self, number: Amount) -> Amount:
        if self.each is not None:
            return max(number - self.free, 0) * self.each
        if self.flat is not None:
            return self.flat if number > 0 else 0
        if self.share is not None:
            return _plain(Fraction(number) * self.share / HUNDRED)
        if self.below is not None:
            return self.below.of(self.below.at - number)
        if self.above is not None:
            return self.above.of(number - self.above.at)
        steps = self.steps
        if self.by == "place":
            # "the 1st 20, the 2nd and 3rd 18": a place has the points of the next one named
            return next((points for place, points in steps if number <= place), 0)
        return next((points for start, points in reversed(steps) if number >= start), 0)

    def over(self, numbers: Worlds) -> Worlds:
        """Return the points of *numbers*: now, the least, the most; the curve is monotone, so its ends bound it."""
        if numbers.low == numbers.high:
            alone = self.points(numbers.now)
            return Worlds(alone, alone, alone)
        one, other = self.points(numbers.low), self.points(numbers.high)
        return Worlds(self.points(numbers.now), min(one, other), max(one, other))

    @property
    def most(self) -> Amount | None:
        """The most points that it can give; None where nothing bounds it."""
        if self.cap is not None:
            return self.cap
        if self.flat is not None:
            return self.flat
        if self.table is not None:
            return max(self.table.values())
        if self.share is not None:
            return self.share
        return None


def _plain(number: Fraction) -> Amount:
    return number.numerator if number.denominator == 1 else number
