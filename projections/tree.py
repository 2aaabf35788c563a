"""How a unit's items add up under a rubric of format 2 whose items are more than plain ones. Pure, exact.

Every step only rises with what it is made of, so each world (score, floor, ceiling, forecast) is worked out by itself,
and floor <= score, forecast <= ceiling stays true whatever the tree does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from rubric.amounts import Amount, whole_hundredths
from rubric.format2.tree import Item

from .requirement import NO_LOSS

if TYPE_CHECKING:
    from .clause_result import ClauseResult


class Values(NamedTuple):
    """One item's points in each world."""

    score: Amount
    floor: Amount
    ceiling: Amount
    forecast: Amount


@dataclass(frozen=True, slots=True)
class Sum:
    """What an item came to, and its full points for this unit."""

    values: Values
    full: Amount


class TreeSums:
    """Adds up one unit's results."""

    def __init__(
        self,
        results: Sequence[ClauseResult | None],
        slices: Mapping[int, slice],
        fits: Mapping[int, bool],
        decimals: int | None = None,
        figures: Mapping[int, Amount] | None = None,
        known: Mapping[int, Sum] | None = None,
    ) -> None:
        """*decimals*: to how many of a point every item is rounded, half up; None: not at all.

        *figures*: what each indicator comes to, by its number, in place of what its clauses say. *known*: what items
        came to, by `id`; there need be no results of the clauses in them.
        """
        self._results = results
        self._slices = slices
        self._fits = fits
        self._known = known or {}
        self._figures = figures
        self._step = None if decimals is None else 10 ** (2 - decimals)
        """The hundredths to whole multiples of which items are rounded."""

    @cached_property
    def _by_id(self) -> dict[str, ClauseResult]:
        # Only vetoes ask by clause.
        return {result.rule.clause.id: result for result in self._results if result is not None}

    def applies(self, item: Item) -> bool:
        """Whether *item* is meant for the unit."""
        return item.meant is None or self._fits[id(item.meant)]

    def of(self, item: Item) -> Sum:
        """Return what *item*, which applies, came to."""
        if self._known and id(item) in self._known:
            return self._known[id(item)]
        if item.no is not None:
            if self._figures is not None:
                return Sum(Values(*[self._figures[item.no]] * 4), item.full)
            values, lost = self._leaf(item)
            full = item.full
        else:
            values, lost, full = self._branch(item)
        top = item.cap if item.cap is not None else max(item.full, full)
        least = item.floor
        clipped = [least if each < least else min(top, each) for each in values]
        for clause_id in item.vetoes:
            loss = self._by_id[clause_id].loss
            for place, hit in enumerate((loss.score, loss.floor, loss.ceiling, loss.score)):
                if hit:
                    clipped[place] = 0
        if item.spill_points:
            after = item.full if item.spill_after is None else item.spill_after
            clipped = [
                each - min(item.spill_points, max(loss - after, 0))
                for each, loss in zip(clipped, lost, strict=True)
            ]
        if self._step is not None:
            clipped = [_to_step(each, self._step) for each in clipped]
        return Sum(Values(*clipped), full)

    def _leaf(self, item: Item) -> tuple[list[Amount], list[Amount]]:
        assert item.no is not None
        score: Amount = 0
        floor: Amount = 0
        ceiling: Amount = 0
        forecast: Amount = 0
        start = item.full if item.starts_full else 0
        got: list[Amount] = [start, start, start, start]
        for result in self._results[self._slices[item.no]]:
            assert result is not None, "of an item that is not known, all results are there"
            loss, gain = result.loss, result.gain
            if gain is NO_LOSS and loss is NO_LOSS and not result.forecast_loss:
                continue
            if result.rule.clause.id in item.vetoes or getattr(result.rule.clause, "vetoes", False):
                continue
            score += loss.score
            floor += loss.floor
            ceiling += loss.ceiling
            forecast += result.forecast_loss
            if gain is not NO_LOSS:
                got[0] += gain.score
                got[1] += gain.floor
                got[2] += gain.ceiling
                got[3] += result.forecast_gain
        lost = [score, floor, ceiling, forecast]
        return [more - less for more, less in zip(got, lost, strict=True)], lost

    def _branch(self, item: Item) -> tuple[list[Amount], list[Amount], Amount]:
        base: list[tuple[Item, Sum]] = []
        extra: list[Values] = []
        gone: Amount = 0
        for part in item.parts:
            if not self.applies(part):
                if part.otherwise == "full":
                    base.append((part, Sum(Values(part.full, part.full, part.full, part.full), part.full)))
                elif part.otherwise == "rescale":
                    gone += part.full
                continue
            found = self.of(part)
            if part.bonus:
                extra.append(found.values)
            else:
                base.append((part, found))
        values, full = _combined(item.combine, base)
        if gone and full:
            factor = Fraction(full + gone) / full
            values, full = [_plain(each * factor) for each in values], full + gone
        total = values
        if extra:
            total = [one + sum(more[place] for more in extra) for place, one in enumerate(values)]
        return total, [max(full - one, 0) for one in values], full


def _combined(combine: str, parts: Sequence[tuple[Item, Sum]]) -> tuple[list[Amount], Amount]:
    if not parts:
        return [0, 0, 0, 0], 0
    if combine == "max":
        return [max(found.values[place] for _, found in parts) for place in range(4)], max(
            found.full for _, found in parts
        )
    if combine == "sum":
        # By far the commonest, and of whole hundredths: no fraction is made.
        every = [found.values for _, found in parts]
        return [sum(column) for column in zip(*every, strict=True)], sum(found.full for _, found in parts)
    weights: list[Amount] = [part.weight if combine == "weighted" else 1 for part, _ in parts]
    over = len(parts) if combine == "mean" else 1
    values = [
        _plain(
            Fraction(sum(w * found.values[place] for w, (_, found) in zip(weights, parts, strict=True)))
            / over
        )
        for place in range(4)
    ]
    full = _plain(Fraction(sum(w * found.full for w, (_, found) in zip(weights, parts, strict=True))) / over)
    return values, full


def _to_step(amount: Amount, step: int) -> int:
    """Return *amount* as the nearest multiple of *step*, the higher one of two that are equally near."""
    return whole_hundredths(Fraction(amount) / step) * step


def _plain(number: Amount) -> Amount:
    return number.numerator if number.denominator == 1 else number
