"""Figures as bars. Lengths are for the eye; the figures beside them are the truth."""

from __future__ import annotations

from decimal import Decimal

from rich.text import Text as Line


def score_bar(forecast: str, floor: str, ceiling: str, full: str, width: int, awaiting: str = "0") -> Line:
    """Return a bar of 0 to *full*: █ certain, ▒ *awaiting* people's decision, ▓ expected, ░ to be won, · lost."""
    whole = Decimal(full)
    if whole <= 0:
        return Line("·" * width)
    secured = Decimal(floor) - Decimal(awaiting)
    at_secured, at_floor, at_forecast, at_ceiling = (
        min(width, max(0, int((Decimal(value) * width / whole).to_integral_value())))
        for value in (secured, floor, forecast, ceiling)
    )
    bar = Line()
    bar.append("█" * at_secured, "green")
    bar.append("▒" * (at_floor - at_secured), "magenta")
    bar.append("▓" * (at_forecast - at_floor), "green")
    bar.append("░" * (at_ceiling - at_forecast), "yellow")
    bar.append("·" * (width - at_ceiling), "red")
    return bar


def share_bar(part: str, whole: str, expected: str, width: int = 12) -> Line:
    """Return a bar of *part* in *whole*, yellow below what is *expected* by today."""
    total, done = Decimal(whole), Decimal(part)
    filled = width if total <= 0 else min(width, int(done * width / total))
    style = "green" if done >= total else "cyan" if done >= Decimal(expected) else "yellow"
    bar = Line("█" * filled, style)
    bar.append("░" * (width - filled), "dim")
    return bar
