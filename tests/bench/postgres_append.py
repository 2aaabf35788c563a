"""Events appended durably to PostgreSQL: by one writer, by 16 threads of one server, by 4 servers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from taizhang.app.ledger import OpenLedger

from .events import APPEND_CLOCK, appends, history, unit_name
from .measure import Line, Spent, at_least, in_turn, microseconds, rate, stopwatch
from .postgres import RawTables, at_once, opened
from .product import BY, append_each, import_all
from .workshop import EVENTS_EACH, Workshop

LIMIT = 0.5
UNITS, ROUNDS = 50, 6
APPENDS = 100
"""Appends a round, of each thread."""
THREADS = 16


def bench(workshop: Workshop) -> list[Line]:
    """Measure on 10,000 stored events of 50 units; product, raw psycopg and peer in turn, each append a commit."""
    units = workshop.scaled(UNITS, THREADS)
    count = workshop.scaled(APPENDS, 5)
    few = max(1, count // 5)  # it is the peer whose turns would take the longest
    rounds = 1 if workshop.small else ROUNDS
    engine = workshop.engine()
    url = engine.place()
    raw = RawTables(url, THREADS) if _filled(url, units) else None
    assert raw is not None
    peer = engine.peer(THREADS)
    # A tenth of the history, to the peer's advantage: writing all of it would take longer than the rest of the bench.
    peer.create_and_save(units, EVENTS_EACH // 10)
    numbers = _Numbers()
    with opened(url) as session:
        append_each(session, appends(units, numbers.take(count), count), 0)
        every, some = count * THREADS, few * THREADS
        one = in_turn(
            rounds,
            {
                "product": _turn(
                    count,
                    lambda: list(appends(units, numbers.take(count), count)),
                    lambda lines: _append(session, lines),
                ),
                "raw": _turn(count, lambda: raw.last_rows(count), lambda rows: raw.insert_each(0, rows)),
                "peer": _turn(few, lambda: list(appends(units, numbers.take(few), few)), peer.get_apply_save),
            },
        )
        many = in_turn(
            max(1, rounds // 2),
            {
                "product": _turn(
                    every,
                    lambda: shares(units, numbers.take(every), every),
                    lambda parts: at_once(lambda number: _append(session, parts[number]), THREADS),
                ),
                "raw": _turn(
                    every,
                    lambda: raw.last_rows(every),
                    lambda rows: at_once(
                        lambda number: raw.insert_each(number, rows[number * count : (number + 1) * count]),
                        THREADS,
                    ),
                ),
                "peer": _turn(
                    some,
                    lambda: shares(units, numbers.take(some), some),
                    lambda parts: at_once(lambda number: peer.get_apply_save(parts[number]), THREADS),
                ),
            },
        )
        assert session.store.verify().events == session.store.size()
    raw.close()
    peer.close()
    processes = workshop.processes
    share = processes * 4 * count
    processes_s = _in_processes(processes, url, units, numbers.take(share), share)
    by_processes = Line(
        f"PostgreSQL, {processes} processes appending",
        rate(share, processes_s),
        "each with its own units, one ledger",
    )
    return [*_lines(one, many), by_processes]


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


def _turn(count: int, prepare: Callable[[], Any], work: Callable[[Any], object]) -> Callable[[int], Spent]:
    """Return a contender's turn: what *work* spends on each of *count* events, prepared beforehand."""

    def measured(_round: int) -> Spent:
        prepared = prepare()
        with stopwatch() as spent:
            work(prepared)
        return spent.each(count)

    return measured


def _append(session: OpenLedger, lines: list[bytes]) -> None:
    for line in lines:
        done = session.store.append([(None, line)], by=BY, now=APPEND_CLOCK + timedelta(days=9))
        assert done.appended == 1, "a line that was there already measures nothing"


def shares(units: int, first: int, count: int, writers: int = THREADS) -> list[list[bytes]]:
    """Return the lines of each writer: no two have a unit in common."""
    found: list[list[bytes]] = [[] for _ in range(writers)]
    writer_of = {unit_name(number): number % writers for number in range(units)}
    for line in appends(units, first, count):
        unit = json.loads(line)["subject"].partition("/")[0]
        found[writer_of[unit]].append(line)
    return found


def _in_processes(processes: int, url: str, units: int, first: int, count: int) -> float:
    """Return how long the processes took together, without their start."""
    from .appending_child import Servers

    with Servers([url] * processes, units) as servers:
        servers.wait()
        return count / servers.rate(first, count // processes)


def _lines(one: dict[str, Spent], many: dict[str, Spent]) -> list[Line]:
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
    ]
