"""Many ledgers in one installation: files as quick as one alone, schemas that do not queue, a server with thousands."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from itertools import count, cycle, islice
from pathlib import Path
from statistics import median

import psycopg

from ledger.store.postgres.schemas import create_schema, ledger_schemas
from projections.summary import RubricSummary, by_clause
from taizhang.app import ledger_summaries
from taizhang.app.installation import Installation
from taizhang.app.ledger_summaries import LedgerSummary, summaries
from taizhang.app.store_url import sqlite_path, sqlite_url
from taizhang.startup.open_ledger import open_ledger
from taizhang.startup.open_ledgers import OPEN_MAX, OpenLedgers

from .appending_child import Servers, in_turn
from .events import APPEND_CLOCK, appends, history
from .measure import Line, at_least, at_most, median_wall, microseconds, milliseconds
from .product import BY, import_all
from .workshop import Workshop

UNITS, EVENTS_EACH = 8, 20
THREADS = 4
"""Of each server, where they have several."""
TURNS, ROUNDS = 8, 3
BOARDS = ((30, 0.3), (100, 1.0), (3000, 3.0))
"""Ledgers on a board, and the seconds that it may take."""


def bench(workshop: Workshop) -> list[Line]:
    """Measure each in turn."""
    return [
        *_files(workshop),
        *_processes(workshop),
        *_schemas(workshop),
        *_boards(workshop),
        *_server(workshop),
    ]


def _files(workshop: Workshop) -> list[Line]:
    """Append to one of a hundred files in turn, and to one that is alone."""
    files = workshop.scaled(100, 3)
    here = Installation(sqlite_url(workshop.folder / "folder.db"))
    names = [f"d{number}" for number in range(files)]
    _fill(here, names)
    numbers, shares, alones = count(), [], []
    with closing(OpenLedgers(here, most=files)) as opened:
        _append(opened, names, 1, numbers)  # each is opened, its units folded
        for _ in range(TURNS):
            shares.append(_append(opened, names, 1, numbers))
            alones.append(_append(opened, names[:1], files, numbers))
    shared, alone = median(shares), median(alones)
    ratio = median(one / other for one, other in zip(shares, alones, strict=True))
    return [
        Line(
            f"append to one of {files} files in turn",
            microseconds(shared),
            f"to one alone {microseconds(alone)}: {ratio:.2f} ×",
            "at most 1.2 ×",
            at_most(ratio, 1.2),
        )
    ]


def _append(ledgers: OpenLedgers, names: list[str], each: int, numbers: count[int]) -> float:
    """Append *each* events to each of *names* in turn; return the seconds of one."""
    lines = [appends(UNITS, next(numbers), 1)[0] for _ in range(each * len(names))]
    now = APPEND_CLOCK + timedelta(days=9)
    start = time.perf_counter()
    for name, line in zip(islice(cycle(names), len(lines)), lines, strict=True):
        with ledgers.use(name) as ledger:
            assert ledger.store.append([(None, line)], by=BY, now=now).appended == 1
    return (time.perf_counter() - start) / len(lines)


def _fill(here: Installation, names: list[str]) -> None:
    with open_ledger(here.first, new=True) as first:
        import_all(first, history(UNITS, EVENTS_EACH))
    here.folder.mkdir(exist_ok=True)
    for name in names:
        shutil.copy(sqlite_path(here.first), sqlite_path(here.address(name)))


def _processes(workshop: Workshop) -> list[Line]:
    """Four servers on one ledger of a PostgreSQL, on a ledger each, and one server with as many threads; in turn."""
    each, processes = workshop.scaled(50, 5), workshop.processes
    here = Installation(workshop.engine().place())
    # One more for the server that is alone: where others wrote a moment ago, it would be wary of them.
    names = [f"d{number}" for number in range(processes + 1)]
    urls = [here.first]
    for name in names:
        create_schema(here.first, f"{here.schemas}{name}")
        urls.append(here.address(name))
    for url in urls:
        with open_ledger(url, new=True) as ledger:
            import_all(ledger, history(processes * THREADS, EVENTS_EACH))
    units = processes * THREADS
    apart, together, alone = (
        Servers(these, units) for these in (urls[2:], [here.first] * processes, [urls[1]])
    )
    turns = {
        "many": (apart, 1),
        "one": (together, 1),
        "threads": (alone, processes),
        "servers": (together, THREADS),
        "all threads": (alone, processes * THREADS),
    }
    rates = in_turn(turns, 1 if workshop.small else TURNS, each)
    # Of turns that stood side by side: the machine may have others' work to do, and not the same all the time.
    ratio, few, all_ = (
        median(mine / theirs for mine, theirs in zip(rates[one], rates[other], strict=True))
        for one, other in (("many", "one"), ("one", "threads"), ("servers", "all threads"))
    )
    shown = {name: f"{median(found):,.0f}/s" for name, found in rates.items()}
    threads = processes * THREADS
    return [
        Line(
            f"PostgreSQL, {processes} servers, a ledger each",
            shown["many"],
            f"all on one ledger {shown['one']}: {ratio:.2f} ×",
            "at least 1.8 ×",
            at_least(ratio, 1.8),
        ),
        Line(
            f"PostgreSQL, {processes} servers on one ledger",
            shown["one"],
            f"one server, {processes} threads {shown['threads']}: {few:.2f} ×",
            "at least 0.7 ×",
            at_least(few, 0.7),
        ),
        Line(
            f"the same, {THREADS} threads each",
            shown["servers"],
            f"one server, {threads} threads {shown['all threads']}: {all_:.2f} ×",
            "at least 0.7 ×",
            at_least(all_, 0.7),
        ),
    ]


def _schemas(workshop: Workshop) -> list[Line]:
    """Append to one of a thousand ledgers of one PostgreSQL, over shared connections, and to one that is alone."""
    number, used, each = workshop.scaled(1000, 3), 10, workshop.scaled(20, 2)
    used = min(used, number)
    here = Installation(workshop.engine().place())
    names = [f"d{place}" for place in range(used)]
    with open_ledger(here.first, new=True):
        pass
    for name in names:
        create_schema(here.first, f"{here.schemas}{name}")
        with open_ledger(here.address(name), new=True) as ledger:
            import_all(ledger, history(UNITS, EVENTS_EACH))
    numbers, alone, among = count(), [], []
    with closing(OpenLedgers(here)) as opened:
        _append(opened, names, 2, numbers)  # each is opened, its units folded
        alone += [_append(opened, names[:1], each * used, numbers) for _ in range(ROUNDS)]
        _more_schemas(here, names[0], number - used)
        _append(opened, names, 2, numbers)
        for _ in range(ROUNDS):
            among.append(_append(opened, names, each, numbers))
            alone.append(_append(opened, names[:1], each * used, numbers))
    found = ledger_schemas(here.first, here.schemas)
    assert len(found) == number
    ratio = min(among) / min(alone)
    return [
        Line(
            f"append to {used} of {number} ledgers of a PostgreSQL in turn",
            microseconds(min(among)),
            f"to one alone {microseconds(min(alone))}: {ratio:.2f} ×",
            "at most 1.2 ×",
            at_most(ratio, 1.2),
        )
    ]


def _more_schemas(here: Installation, like: str, number: int) -> None:
    """Make so many further ledgers, empty, with the tables of the ledger *like*: quicker than to open each."""
    with psycopg.connect(here.first, autocommit=True) as server:
        model = f"{here.schemas}{like}"
        tables = server.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = %s::regnamespace AND relkind = 'r'", (model,)
        ).fetchall()
        for place in range(number):
            schema = f"{here.schemas}more{place}"
            copies = ";".join(
                f"CREATE TABLE {schema}.{table} (LIKE {model}.{table} INCLUDING ALL)" for (table,) in tables
            )
            server.execute(f"CREATE SCHEMA {schema}; {copies}")


def _boards(workshop: Workshop) -> list[Line]:
    """Read the summaries of so many ledgers of 300 units, as the board of ledgers does."""
    lines = []
    clauses = {f"{indicator}.{place}": 30 for indicator in range(1, 21) for place in range(1, 4)}
    for wanted, seconds in BOARDS:
        number = workshop.scaled(wanted, 3)
        url = sqlite_url(workshop.folder / f"boards-{number}.db")
        with open_ledger(url, new=True) as first:
            with first.store.write() as work:
                for place in range(number):
                    summary = RubricSummary("wujin-2017", units=300, clauses=clauses)
                    made = LedgerSummary(f"d{place}", "某区", first.clock(), (summary,))
                    ledger_summaries.keep(work.connection, made)

            def read(first: object = first) -> None:
                with first.store.read() as work:  # type: ignore[attr-defined]
                    found = summaries(work.connection)
                assert len(found) == number  # noqa: B023  # called in this turn
                assert by_clause(each for one in found for each in one.rubrics)

            spent = median_wall(3, read)
        lines.append(
            Line(
                f"board of {number} ledgers",
                milliseconds(spent),
                f"{number * 300:,} units",
                f"at most {seconds:g} s",
                at_most(spent, seconds),
            )
        )
    return lines


def _server(workshop: Workshop) -> list[Line]:
    """Start on thousands of ledgers, and use two hundred of them, in a process of its own."""
    ledgers, used = workshop.scaled(3000, 10), workshop.scaled(OPEN_MAX, 3)
    path = workshop.folder / "nation.db"
    here = Installation(sqlite_url(path))
    names = [f"d{number}" for number in range(used)]
    _fill(here, names)
    for number in range(used, ledgers):
        # Never opened: one file under many names.
        sqlite_path(here.address(f"d{number}")).hardlink_to(path)
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.ledgers_child", here.first, str(used)],
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    found = json.loads(done.stdout)
    assert found["ledgers"] == ledgers
    return [
        Line(
            f"{ledgers} ledgers, found at the start",
            milliseconds(found["start_s"]),
            "",
            "at most 3 s",
            at_most(found["start_s"], 3.0),
        ),
        Line(
            f"{used} of them in use, memory",
            f"{found['memory_mb']:,.0f} MB",
            f"each opened and scored in {milliseconds(found['use_s'] / used)}",
            "at most 1,500 MB",
            at_most(found["memory_mb"], 1500),
        ),
    ]
