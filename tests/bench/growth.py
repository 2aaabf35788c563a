"""Whether an append grows dearer with the ledger: at 1,000,000 stored events against 10,000, beside raw's own ratio."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from taizhang.app.ledger import OpenLedger

from .events import appends
from .measure import Line, Spent, at_most, in_turn, microseconds, stopwatch
from .product import append_each, opened
from .raw import RawTable, last_rows
from .workshop import EVENTS_EACH, Workshop

LIMIT = 1.15
FEW_UNITS, MANY_UNITS = 50, 5_000
FIRST = 1_000_000
FIRST_MINUTE = 5_000
"""Number and minute of the first event here: the small store has seen the appends of append_one."""
ROUNDS = 15
APPENDS = 100


def bench(workshop: Workshop) -> list[Line]:
    """Append to the same 50 units in both ledgers, product and raw, small and large in turn."""
    few, many = workshop.scaled(FEW_UNITS, 2), workshop.scaled(MANY_UNITS)
    count = workshop.scaled(APPENDS, 10)
    small_path, large_path = workshop.product(few), workshop.product(many)
    small_raw, large_raw = workshop.raw(few, "growth"), workshop.raw(many, "growth")

    def product_appends(session: OpenLedger) -> Callable[[int], Spent]:
        def work(number: int) -> Spent:
            lines = appends(few, FIRST + number * count, count)
            with stopwatch() as spent:
                append_each(session, lines, FIRST_MINUTE + number * count)
            return spent.each(count)

        work(-1)
        return work

    def raw_inserts(raw: RawTable, path: Path) -> Callable[[int], Spent]:
        def work(number: int) -> Spent:
            rows = last_rows(path, count)
            with stopwatch() as spent:
                raw.insert_each(rows)
            return spent.each(count)

        work(-1)
        return work

    with opened(small_path) as small, opened(large_path) as large:
        found = in_turn(
            2 if workshop.small else ROUNDS,
            {
                "small": product_appends(small),
                "large": product_appends(large),
                "small raw": raw_inserts(small_raw, small_path),
                "large raw": raw_inserts(large_raw, large_path),
            },
        )
    small_raw.close()
    large_raw.close()
    return _lines(found, few * EVENTS_EACH, many * EVENTS_EACH)


def _lines(found: dict[str, Spent], few_events: int, many_events: int) -> list[Line]:
    ratio = found["large"].cpu / found["small"].cpu
    raw_ratio = found["large raw"].cpu / found["small raw"].cpu
    wall = found["large"].wall / found["small"].wall
    raw_wall = found["large raw"].wall / found["small raw"].wall
    return [
        Line(
            f"append at {many_events:,} against {few_events:,}, CPU",
            f"{ratio:.3f} ×",
            f"raw's own ratio {raw_ratio:.3f}: {ratio / raw_ratio:.3f} × of it",
            f"at most {LIMIT:g} × of raw's",
            at_most(ratio / raw_ratio, LIMIT),
        ),
        Line(
            "the same, wall",
            f"{wall:.3f} ×",
            f"raw's own ratio {raw_wall:.3f}: {wall / raw_wall:.3f} × of it",
        ),
        Line(
            "append at each, CPU",
            microseconds(found["large"].cpu),
            f"against {microseconds(found['small'].cpu)};"
            f" raw {microseconds(found['large raw'].cpu)} against {microseconds(found['small raw'].cpu)}",
        ),
    ]
