"""Rubrics: a ranking of 10,000 units, two at once, the second format beside the first, a long file checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from shutil import copyfile

from rubric.derive import derive
from rubric.samples import sample
from taizhang.app.ledger import OpenLedger
from taizhang.app.rubrics import install_rubric
from taizhang.documents.rubric_check import checked
from taizhang.language.i18n import translator

from .events import APPEND_CLOCK, HISTORY_KNOWN, TODAY, appends
from .measure import Line, Spent, at_most, in_turn, median_wall, microseconds, milliseconds, stopwatch
from .product import append_each, opened
from .workshop import Workshop

BOARD_MS, MOVED_S, CHECK_S = 150.0, 5.0, 1.0
BESIDE_MOST, FORMAT_MOST = 1.10, 1.30
UNITS, EVENTS_EACH = 10_000, 10
LINES = 2_000
HAND = Path(__file__).parents[1] / "format2" / "wujin-2017-by-hand.yaml"
RANKING = """\
- title: 通报表扬名次
  points: 5
  start: zero
  rules:
  - {peers: {count: {activity: unified_activity_day}}, take: place,
     gain: {table: {100: 5, 1000: 3, 5000: 1}, by: place}}
"""


def bench(workshop: Workshop) -> list[Line]:
    """Measure each on the history of 2017."""
    return [*_ranking(workshop), *_formats(workshop), _check(workshop)]


def _hand(rubric_id: str, more: str = "") -> bytes:
    """Return the rubric of 2017 in the second format, with another item at the end of its base."""
    text = HAND.read_text("utf-8").replace("id: wujin-2017\n", f"id: {rubric_id}\n", 1)
    return (text.replace("of:\n", "of:\n" + more, 1)).encode()


def _ranking(workshop: Workshop) -> list[Line]:
    units = workshop.scaled(UNITS)
    path = _copied(workshop.product(units, EVENTS_EACH), "ranking")
    day = HISTORY_KNOWN.date()
    with opened(path) as session:
        install_rubric(session, _hand("ranked-2017", RANKING), now=HISTORY_KNOWN + timedelta(seconds=1))
        board = session.projections.board
        session.projections.renew(session.store, TODAY)

        def ask() -> None:
            found = board(session.store, TODAY)
            assert (len(found.as_json(translator("zh_CN"))["units"]), found.made_anew) == (units, 0)

        kept_ms = 1000 * median_wall(workshop.scaled(9, 3), ask)
        unmoved, moved = _one_each(session, units)
        moved_s = median_wall(1, lambda: board(session.store, TODAY))
        card_ms = 1000 * median_wall(1, lambda: session.projections.score(session.store, "u00000", TODAY))
        renewal_s = median_wall(1, lambda: session.projections.renew(session.store, TODAY))
        assert board(session.store, TODAY).made_anew == 0
    workshop.remove(path)
    assert day < TODAY
    return [
        Line(
            f"board of {units:,} units with a ranking",
            milliseconds(kept_ms / 1000),
            f"an append that moves no place {milliseconds(unmoved)}, one that does {milliseconds(moved)}",
            f"at most {BOARD_MS:g} ms",
            at_most(kept_ms, BOARD_MS),
        ),
        Line(
            "the same, all ranks moved",
            f"{moved_s:.2f} s",
            f"one card then {milliseconds(card_ms / 1000)}; writing them {renewal_s:.2f} s",
            f"at most {MOVED_S:g} s",
            at_most(moved_s, MOVED_S),
        ),
    ]


def _one_each(session: OpenLedger, units: int) -> tuple[float, float]:
    """Return how long an append takes that moves nobody's place, and one that moves it."""
    still, moving = (
        appends(units, units, 2),
        appends(units, 0, 1),
    )  # meetings of the committee, and a day that is counted
    append_each(session, still[:1], 0)
    unmoved = median_wall(1, lambda: append_each(session, still[1:2], 1))
    return unmoved, median_wall(1, lambda: append_each(session, moving, 2))


def _formats(workshop: Workshop) -> Iterator[Line]:
    """Appends and rebuilds under one rubric in the first format, in the second, and in the first with one beside."""
    units = workshop.scaled(50, 2)
    count, rounds = workshop.scaled(100, 10), 2 if workshop.small else 9
    source = workshop.product(units)
    beside = derive(sample("school-ideology"), 2017).encode()
    with (
        _prepared(source, "first") as first,
        _prepared(source, "second", _hand("hand-2017")) as second,
        _prepared(source, "both", beside=_decided(beside)) as both,
    ):

        def appending(session: OpenLedger) -> Callable[[int], Spent]:
            append_each(session, appends(units, 0, count), 0)

            def work(number: int) -> Spent:
                lines = appends(units, (number + 1) * count, count)
                with stopwatch() as spent:
                    append_each(session, lines, (number + 1) * count)
                return spent.each(count)

            return work

        def rebuilding(session: OpenLedger) -> Callable[[int], Spent]:
            def work(number: int) -> Spent:
                with stopwatch() as spent:
                    session.projections.rebuild(session.store, TODAY)
                return spent

            return work

        sessions = {"first": first, "second": second, "both": both}
        appended = in_turn(rounds, {name: appending(each) for name, each in sessions.items()})
        rebuilt = in_turn(
            1 if workshop.small else 3, {name: rebuilding(sessions[name]) for name in ("first", "second")}
        )
    for name, what, most in (
        ("second", "second format", FORMAT_MOST),
        ("both", "another rubric beside", BESIDE_MOST),
    ):
        ratio = appended[name].cpu / appended["first"].cpu
        yield Line(
            f"append one, {what}, CPU",
            microseconds(appended[name].cpu),
            f"first format alone {microseconds(appended['first'].cpu)}: {ratio:.2f} ×",
            f"at most {most:g} ×",
            at_most(ratio, most),
        )
    ratio = rebuilt["second"].cpu / rebuilt["first"].cpu
    yield Line(
        f"rebuild of {units} units, second format, CPU",
        f"{rebuilt['second'].cpu:.2f} s",
        f"first format {rebuilt['first'].cpu:.2f} s: {ratio:.2f} ×",
        f"at most {FORMAT_MOST:g} ×",
        at_most(ratio, FORMAT_MOST),
    )


def _decided(content: bytes) -> bytes:
    """Return a draft with nothing left to decide."""
    lines = content.decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.lstrip().startswith("decide:")).encode()


def _check(workshop: Workshop) -> Line:
    item = (
        "- title: 例会 {number}\n  points: 1\n  text: 每季度一次例会，缺一次扣0.25分\n  rules:\n"
        "  - {{periods: quarter, needs: [{{activity: meeting}}], lose: {{each: 0.25}}}}\n"
    )
    lines = workshop.scaled(LINES, 100)
    head = (
        "format: 2\nid: long-2024\nyear: 2024\ntitle: 长细则\ncloses_on: 2025-01-31\n"
        "codes: {activities: {meeting: 例会}}\nof:\n"
    )
    content = (head + "".join(item.format(number=number) for number in range(lines // 5))).encode()
    took = median_wall(3, lambda: checked(content))
    return Line(
        f"rubric check of {lines:,} lines",
        milliseconds(took),
        "read, held together, its warnings",
        f"at most {CHECK_S:g} s",
        at_most(took, CHECK_S),
    )


def _copied(source: Path, name: str) -> Path:
    """Return a copy of the store at *source*, which other benches go on using."""
    path = source.with_name(f"rubrics-{name}.db")
    copyfile(source, path)
    return path


@contextmanager
def _prepared(source: Path, name: str, main: bytes = b"", beside: bytes = b"") -> Iterator[OpenLedger]:
    path = _copied(source, name)
    now = APPEND_CLOCK - timedelta(hours=1)
    with opened(path) as session:
        if main:
            install_rubric(session, main, now=now)
        if beside:
            install_rubric(session, beside, beside=True, now=now)
        session.projections.renew(session.store, TODAY)
        yield session
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
