"""The board of 10,000 units, from the rows that every append keeps."""

from __future__ import annotations

from datetime import date

from taizhang.wording import translator

from .events import HISTORY_KNOWN
from .measure import Line, at_most, median_wall, milliseconds
from .product import opened
from .workshop import Workshop

LIMIT_MS = 100.0
UNITS = 10_000
EVENTS_EACH = 10
NEW_QUARTER = date(2018, 1, 1)
"""A morning on which a month and a quarter have just ended: the rows kept in December no longer hold."""


def bench(workshop: Workshop) -> list[Line]:
    """Ask for the board as JSON: on the day of the rows, and when they have to be renewed."""
    units = workshop.scaled(UNITS)
    path = workshop.product(units, EVENTS_EACH)
    today = HISTORY_KNOWN.date()
    with opened(path) as session:

        def ask() -> None:
            board = session.projections.board(session.store, today).as_json(translator("zh_CN"))
            assert len(board["units"]) == units

        took_ms = 1000 * median_wall(workshop.scaled(15, 3), ask)
        stale_ms = 1000 * median_wall(1, lambda: session.projections.board(session.store, NEW_QUARTER))
        renewed: list[int] = []
        renewal_ms = 1000 * median_wall(
            1, lambda: renewed.append(session.projections.renew(session.store, NEW_QUARTER))
        )
    workshop.remove(path)
    return [
        Line(
            f"board of {units:,} units",
            milliseconds(took_ms / 1000),
            "kept rows",
            f"at most {LIMIT_MS:g} ms",
            at_most(took_ms, LIMIT_MS),
        ),
        Line(
            "board, new quarter, nothing renewed yet",
            milliseconds(stale_ms / 1000),
            f"{renewed[0]:,} rows no longer hold; renewing them {milliseconds(renewal_ms / 1000)}",
        ),
    ]
