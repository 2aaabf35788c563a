"""Exact amounts, and how they are shown."""

from fractions import Fraction
from typing import Any


def exact(value: Any) -> Fraction:
    """The number as it is written: 0.2 is two tenths, whether it comes from YAML or from an event."""
    return Fraction(str(value))


def shown(amount: Fraction) -> str:
    """Rounded half up to two decimals, without trailing zeros."""
    hundredths, rest = divmod(amount.numerator * 100, amount.denominator)
    if rest * 2 >= amount.denominator:
        hundredths += 1
    text = f"{hundredths // 100}.{hundredths % 100:02d}"
    return text.rstrip("0").rstrip(".")
