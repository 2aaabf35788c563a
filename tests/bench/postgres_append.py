"""Events appended durably to PostgreSQL: by one writer, by 16 threads of one server, by 4 servers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

from taizhang.session import Session

from .events import APPEND_CLOCK, appends, history, unit_name
from .measure import Line, Spent, at_least, in_turn, microseconds, rate, stopwatch
from .postgres import RawTables, at_once, opened
from .product import BY, append_each, import_all
from .workshop import EVENTS_EACH, Workshop

LIMIT = 0.5
UNITS, ROUNDS = 50, 8
APPENDS = 100
"""Appends a round, of each thread."""
THREADS, PROCESSES = 16, 4


def bench(workshop: Workshop) -> list[Line]:
    """Measure on 10,000 stored events of 50 units; product, raw psycopg and peer in turn, each append a commit."""
    units = workshop.scaled(UNITS, THREADS)
    count = workshop.scaled(APPENDS, 5)
    rounds = 1 if workshop.small else ROUNDS
    engine = workshop.engine()
    url = engine.place()
    raw = RawTables(url, THREADS) if _filled(url, units) else None
    assert raw is not None
    peer = engine.peer(THREADS)
    peer.create_and_save(units, 2 if workshop.small else EVENTS_EACH)
    numbers = _Numbers()
    with opened(url) as session:
        append_each(session, appends(units, numbers.take(count), count), 0)
        one = in_turn(
            rounds,
            {
                "product": _measured(
                    count, lambda: _append(session, list(appends(units, numbers.take(count), count)))
                ),
                "raw": _measured(count, lambda: raw.insert_each(0, raw.last_rows(count))),
                "peer": _measured(
                    count, lambda: peer.get_apply_save(appends(units, numbers.take(count), count))
                ),
            },
        )
        every = count * THREADS

        def raw_at_once() -> None:
            rows = raw.last_rows(every)
            at_once(
                lambda number: raw.insert_each(number, rows[number * count : (number + 1) * count]), THREADS
            )

        many = in_turn(
            max(1, rounds // 2),
            {
                "product": _measured(
                    every, lambda: _append_at_once(session, _shares(units, numbers.take(every), every))
                ),
                "raw": _measured(every, raw_at_once),
                "peer": _measured(
                    every, lambda: _save_at_once(peer, _shares(units, numbers.take(every), every))
                ),
            },
        )
        assert session.store.verify().events == session.store.size()
    raw.close()
    peer.close()
    processes_s = _in_processes(url, units, numbers.take(PROCESSES * 4 * count), 4 * count)
    return _lines(one, many, PROCESSES * 4 * count, processes_s)


class _Numbers:
    """Numbers of events, none twice."""

    def __init__(self) -> None:
        self._next = 10_000

    def take(self, count: int) -> int:
        first = self._next
        self._next += count
        return first


def _filled(url: str, units: int) -> bool:
    with opened(url) as session:
        return import_all(session, history(units, EVENTS_EACH)) > 0


def _measured(count: int, work: Callable[[], object]) -> Callable[[int], Spent]:
    def measured(_round: int) -> Spent:
        with stopwatch() as spent:
            work()
        return spent.each(count)

    return measured


def _append(session: Session, lines: list[bytes]) -> None:
    for line in lines:
        done = session.store.append([(None, line)], by=BY, now=APPEND_CLOCK + timedelta(days=9))
        assert done.appended == 1, "a line that was there already measures nothing"


def _shares(units: int, first: int, count: int) -> list[list[bytes]]:
    """Return the lines of each thread: no two have a unit in common."""
    shares: list[list[bytes]] = [[] for _ in range(THREADS)]
    thread_of = {unit_name(number): number % THREADS for number in range(units)}
    for line in appends(units, first, count):
        unit = json.loads(line)["subject"].partition("/")[0]
        shares[thread_of[unit]].append(line)
    return shares


def _append_at_once(session: Session, shares: list[list[bytes]]) -> None:
    at_once(lambda number: _append(session, shares[number]), THREADS)


def _save_at_once(peer: object, shares: list[list[bytes]]) -> None:
    at_once(lambda number: peer.get_apply_save(shares[number]), THREADS)  # type: ignore[attr-defined]


def _in_processes(url: str, units: int, first: int, count: int) -> float:
    """Return how long the processes took together, without their start."""
    command = [sys.executable, "-m", "tests.bench.appending_child", url, str(units)]
    children = [
        subprocess.Popen(
            [*command, str(first + number * count), str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    spans = [json.loads(child.communicate(timeout=600)[0]) for child in children]
    return max(span["end"] for span in spans) - min(span["start"] for span in spans)


def _lines(
    one: dict[str, Spent], many: dict[str, Spent], by_processes: int, processes_s: float
) -> list[Line]:
    def faster(found: dict[str, Spent]) -> tuple[str, str]:
        ratio = found["peer"].wall / found["product"].wall
        return f"{ratio:.2f} × as fast", "met" if ratio > 1 else "MISSED"

    ratio, ratio_of_many = (found["raw"].wall / found["product"].wall for found in (one, many))
    return [
        Line(
            "PostgreSQL, append one",
            microseconds(one["product"].wall),
            f"raw psycopg insert + commit {microseconds(one['raw'].wall)}: {ratio:.2f} ×",
            f"at least {LIMIT:g} ×",
            at_least(ratio, LIMIT),
        ),
        Line(
            "PostgreSQL, append one, against eventsourcing",
            microseconds(one["product"].wall),
            f"get, apply, save {microseconds(one['peer'].wall)}: {faster(one)[0]}",
            "faster",
            faster(one)[1],
        ),
        Line(
            f"PostgreSQL, {THREADS} threads appending",
            rate(1, many["product"].wall),
            f"raw psycopg, {THREADS} connections {rate(1, many['raw'].wall)}: {ratio_of_many:.2f} ×",
            f"at least {LIMIT:g} ×",
            at_least(ratio_of_many, LIMIT),
        ),
        Line(
            f"PostgreSQL, {THREADS} threads, against eventsourcing",
            rate(1, many["product"].wall),
            f"get, apply, save {rate(1, many['peer'].wall)}: {faster(many)[0]}",
            "faster",
            faster(many)[1],
        ),
        Line(
            f"PostgreSQL, {PROCESSES} processes appending",
            rate(by_processes, processes_s),
            "each with its own units, one ledger",
        ),
    ]
