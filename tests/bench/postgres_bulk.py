"""1,000,000 events copied to PostgreSQL and rebuilt there; the board of 10,000 units and the score of one."""

from __future__ import annotations

import json
import subprocess
import sys

from taizhang.language.i18n import translator

from .board import EVENTS_EACH as EVENTS_EACH_OF_MANY
from .board import UNITS as MANY_UNITS
from .events import HISTORY_KNOWN, TODAY, unit_name
from .measure import Line, Spent, at_least, at_most, median_wall, milliseconds, rate
from .postgres import opened
from .rebuild import UNITS
from .workshop import EVENTS_EACH, Workshop

REBUILD_LIMIT = 0.7
BOARD_LIMIT_MS, SCORE_LIMIT_MS = 150.0, 5.0
COPY_MEMORY_MB_MAX = 400.0


def bench(workshop: Workshop) -> list[Line]:
    """Copy the store that `rebuild` reads, and rebuild both; each in a process of its own."""
    units = workshop.scaled(UNITS)
    count = units * EVENTS_EACH
    path = workshop.product(units)
    url = workshop.engine().place()
    copied, copy_mb = _in_child("copy", f"sqlite:///{path}", url)
    here, _ = _in_child("rebuild", f"sqlite:///{path}", "")
    there, rebuild_mb = _in_child("rebuild", url, "")
    ratio = here.wall / there.wall
    bytes_each = _bytes(url) / count
    return [
        Line(
            f"copy of {count:,} events to PostgreSQL",
            rate(count, copied.wall),
            "every event checked, same root",
        ),
        Line(
            "copy, peak memory",
            f"{copy_mb:,.0f} MB",
            "resident",
            f"under {COPY_MEMORY_MB_MAX:g} MB",
            at_most(copy_mb, COPY_MEMORY_MB_MAX),
        ),
        Line(
            "PostgreSQL, bytes an event",
            f"{bytes_each:,.0f} B",
            f"SQLite {path.stat().st_size / count:,.0f} B",
        ),
        Line(
            f"PostgreSQL, rebuild of {count:,} events",
            rate(count, there.wall),
            f"the same on SQLite {rate(count, here.wall)}: {ratio:.2f} ×",
            f"at least {REBUILD_LIMIT:g} ×",
            at_least(ratio, REBUILD_LIMIT),
        ),
        Line(
            "PostgreSQL, rebuild, peak memory",
            f"{rebuild_mb:,.0f} MB",
            "resident, its worker process included",
        ),
        *_questions(workshop),
    ]


def _questions(workshop: Workshop) -> list[Line]:
    units = workshop.scaled(MANY_UNITS)
    path = workshop.product(units, EVENTS_EACH_OF_MANY)
    url = workshop.engine().place()
    _in_child("copy", f"sqlite:///{path}", url)
    workshop.remove(path)
    translate = translator("zh_CN")
    with opened(url) as session:

        def board() -> None:
            found = session.projections.board(session.store, HISTORY_KNOWN.date()).as_json(translate)
            assert len(found["units"]) == units

        def score() -> None:
            with session.store.read():
                session.projections.score(session.store, unit_name(0), TODAY).as_json(translate)

        def score_anew() -> None:
            session.projections.forget(None)
            score()

        times = workshop.scaled(50, 3)
        board_ms = 1000 * median_wall(workshop.scaled(15, 3), board)
        score()
        score_ms, anew_ms = 1000 * median_wall(times, score), 1000 * median_wall(times, score_anew)
    return [
        Line(
            f"PostgreSQL, board of {units:,} units",
            milliseconds(board_ms / 1000),
            "kept rows",
            f"at most {BOARD_LIMIT_MS:g} ms",
            at_most(board_ms, BOARD_LIMIT_MS),
        ),
        Line(
            "PostgreSQL, score of one unit",
            milliseconds(score_ms / 1000),
            f"not in memory {milliseconds(anew_ms / 1000)}",
            f"at most {SCORE_LIMIT_MS:g} ms",
            at_most(anew_ms, SCORE_LIMIT_MS),
        ),
    ]


def _bytes(url: str) -> int:
    """Return what the ledger takes on the server's disk, indexes included."""
    with opened(url) as session, session.store.read() as work:
        (size,) = work.connection.execute(
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = quote_ident(current_schema())::regnamespace"
        ).fetchone()
        return int(size)


def _in_child(what: str, url: str, target: str) -> tuple[Spent, float]:
    """Return what the work spent, without starting Python, and its process's peak memory in MB."""
    command = [sys.executable, "-m", "tests.bench.bulk_child", what, url, target]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    told = json.loads(done.stdout)
    return Spent(told["cpu"], told["wall"]), told["peak_mb"]
