"""The scorecard of a general branch with 300 events: today, on a past day, as known at a past instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from projections.service import Projections
from taizhang.app.ledger import OpenLedger
from taizhang.language.i18n import translator

from .events import TODAY, history, unit_name
from .measure import Line, at_most, median_wall, milliseconds
from .product import import_all, opened
from .workshop import Workshop

EVENTS = 300
PAST_DAY = date(2017, 6, 30)
KNOWN_AT = "2017-07-01T00:00:00Z"
QUESTIONS: tuple[tuple[str, date, str | None, float, float], ...] = (
    ("today", TODAY, None, 1.0, 5.0),
    ("on a past day", PAST_DAY, None, 5.0, 5.0),
    ("known at a past instant", TODAY, KNOWN_AT, 10.0, 10.0),
)
"""What is asked, the day, the instant, and the targets in milliseconds: of a unit in memory, and of one that is not."""


def bench(workshop: Workshop) -> list[Line]:
    """Ask a ledger of four units whose events came in month by month; the scorecard as JSON, in Chinese."""
    path = workshop.folder / "score.db"
    times = workshop.scaled(200, 5)
    with opened(path) as session:
        _import_by_month(session)
        lines = []
        for name, day, known_at, warm_ms, cold_ms in QUESTIONS:
            for state, ask, target_ms in (
                ("in memory", _warm(session), warm_ms),
                ("not in memory", _cold(session), cold_ms),
            ):
                took_ms = 1000 * median_wall(times, lambda ask=ask, day=day, at=known_at: ask(day, at))  # type: ignore[misc]
                lines.append(
                    Line(
                        f"score {name}, unit {state}",
                        milliseconds(took_ms / 1000),
                        f"{EVENTS} events",
                        f"at most {target_ms:g} ms",
                        at_most(took_ms, target_ms),
                    )
                )
    workshop.remove(path)
    return lines


Ask = Callable[[date, str | None], object]


def _warm(session: OpenLedger) -> Ask:
    """Ask projections that have answered before."""

    def ask(day: date, known_at: str | None) -> object:
        card = session.projections.score(session.store, unit_name(0), day, known_at)
        return card.as_json(translator("zh_CN"))

    ask(TODAY, None)
    return ask


def _cold(session: OpenLedger) -> Ask:
    """Ask projections made a moment ago, as a command does that has just been started."""

    def ask(day: date, known_at: str | None) -> object:
        card = Projections(session.shelf).score(session.store, unit_name(0), day, known_at)
        return card.as_json(translator("zh_CN"))

    return ask


def _import_by_month(session: OpenLedger) -> None:
    """Import the history as it happened: each month's events on the first of the next."""
    months: dict[int, list[bytes]] = {}
    for line in history(4, EVENTS):
        months.setdefault(int(line.partition(b'"time":"2017-')[2][:2]), []).append(line)
    for month, lines in sorted(months.items()):
        import_all(session, lines, datetime(2017, month + 1, 1, tzinfo=UTC))
