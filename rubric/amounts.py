"""Exact amounts: points, hours and counts are whole hundredths inside, decimal strings outside.

A hundredth is the smallest amount the contract knows (§2: quantities have at most two decimals), so integers
carry every score exactly and cheaply; `Decimal` appears only where text comes in.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

HUNDRED = 100
Amount = int | Fraction
"""Hundredths; a fraction of them only where a curve of format 2 divides (a share, a mean)."""


@lru_cache(maxsize=4096, typed=True)  # a district knows few different amounts, and asks for them all the time
def hundredths(value: int | str | Decimal) -> int:
    """Return *value* (points, hours, a count) in hundredths.

    Raises ValueError for anything that is not a finite decimal with at most two decimals.
    """
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        raise ValueError("not a decimal")
    try:
        scaled = Decimal(value) * HUNDRED
    except InvalidOperation:
        raise ValueError("not a decimal") from None
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise ValueError("more than two decimals")
    return int(scaled)


@lru_cache(maxsize=4096)
def decimal_text(amount: Amount) -> str:
    """Return *amount* hundredths as the shortest decimal string: 150 -> "1.5", 100 -> "1", -25 -> "-0.25".

    What is no whole hundredth is shown rounded half up.
    """
    amount = whole_hundredths(amount)
    whole, rest = divmod(abs(amount), HUNDRED)
    sign = "-" if amount < 0 else ""
    if not rest:
        return f"{sign}{whole}"
    return f"{sign}{whole}.{rest:02d}".rstrip("0")


def whole_hundredths(amount: Amount) -> int:
    """Return *amount* rounded half up to a whole number of hundredths."""
    if isinstance(amount, int):
        return amount
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def rounded(numerator: int, denominator: int) -> int:
    """Return numerator / denominator rounded half up to a whole number (contract §5: figures are shown so).

    Both are non-negative, *denominator* positive; pass hundredths to round to two decimals.
    """
    return (2 * numerator + denominator) // (2 * denominator)
