"""What items come to before anything is counted: full points, and whether they add up as in format 1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from ..amounts import Amount
from .document import NodeTerms
from .measures import Measured
from .tree import Item


def full_points(parts: list[Item], combine: str) -> Amount:
    """Return the full points of what is made of *parts*; bonus comes on top and is not counted."""
    base = [part for part in parts if not part.bonus] or parts
    if combine == "weighted":
        return plain(sum((Fraction(part.full) * part.weight for part in base), Fraction(0)))
    if combine == "mean":
        return plain(sum((Fraction(part.full) for part in base), Fraction(0)) / len(base)) if base else 0
    if combine == "max":
        return max((part.full for part in base), default=0)
    return sum(part.full for part in base)


def plain(number: Fraction) -> Amount:
    """Return a whole number as an int."""
    return number.numerator if number.denominator == 1 else number


def is_flat(root: Item, clauses: Sequence[Measured]) -> bool:
    """Whether the indicators add up as those of format 1 do."""
    gains = {clause.indicator for clause in clauses if clause.gains}
    for section in root.parts:
        leaves = list(section.leaves())
        if section.no is None and any(part.no is None for part in section.parts):
            return False
        if (
            section.combine != "sum"
            or section.meant
            or section.cap is not None
            or section.floor
            or section.vetoes
        ):
            return False
        if section.no is None and section.weight != 1:
            return False
        if section.bonus:
            if any(leaf.vetoes or leaf.floor or leaf.meant or leaf.spill_points for leaf in leaves):
                return False
            if any(clause.indicator == leaf.no and not clause.gains for leaf in leaves for clause in clauses):
                return False
        elif any(not leaf.plain or leaf.no in gains for leaf in leaves):
            return False
    return True


def dress(item: Item, terms: NodeTerms) -> None:
    """Give *item* what its node states besides its parts."""
    item.weight = terms.weight
    item.bonus = terms.bonus
    item.cap = terms.cap
    item.floor = terms.floor
    item.meant = terms.meant
    item.otherwise = terms.otherwise
    if terms.spill is not None:
        item.spill_after, item.spill_points = terms.spill.after, terms.spill.points


def walk(item: Item) -> Iterator[Item]:
    """Yield *item* and all within it."""
    yield item
    for part in item.parts:
        yield from walk(part)
