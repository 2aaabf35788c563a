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

from ledger.store.postgres.schemas import create_schema
from projections.summary import RubricSummary
from taizhang.app import ledger_summaries
from taizhang.app.installation import Installation
from taizhang.app.ledger_summaries import LedgerSummary, summaries
from taizhang.app.store_url import sqlite_path, sqlite_url
from taizhang.startup.open_ledger import open_ledger
from taizhang.startup.open_ledgers import OPEN_MAX, OpenLedgers

from .events import APPEND_CLOCK, appends, history
from .measure import Line, at_least, at_most, median_wall, microseconds, milliseconds, rate
from .product import BY, import_all
from .workshop import Workshop

UNITS, EVENTS_EACH = 8, 20
BOARDS = ((30, 0.3), (100, 1.0), (3000, 3.0))
"""Ledgers on a board, and the seconds that it may take."""


def bench(workshop: Workshop) -> list[Line]:
    """Measure each in turn."""
    return [*_files(workshop), *_processes(workshop), *_boards(workshop), *_server(workshop)]


def _files(workshop: Workshop) -> list[Line]:
    """Append to one of a hundred files in turn, and to one that is alone."""
    files, each = workshop.scaled(100, 3), 5
    here = Installation(sqlite_url(workshop.folder / "folder.db"))
    _fill(here, [f"d{number}" for number in range(files)])
    with closing(OpenLedgers(here, most=files)) as opened:
        names = [f"d{number}" for number in range(files)]
        numbers = count()
        _append(opened, names, 1, numbers)  # each is opened, its units folded
        shared = _append(opened, names, each, numbers)
        alone = _append(opened, names[:1], each * files, numbers)
    ratio = shared / alone
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
    """Four servers on one ledger of a PostgreSQL, and on a ledger each."""
    each, processes = workshop.scaled(400, 5), workshop.processes
    here = Installation(workshop.engine().place())
    names = [f"d{number}" for number in range(processes)]
    urls = [here.first]
    for name in names:
        create_schema(here.first, f"{here.schemas}{name}")
        urls.append(here.address(name))
    for url in urls:
        with open_ledger(url, new=True) as ledger:
            import_all(ledger, history(UNITS, EVENTS_EACH))
    one = _in_processes([here.first] * processes, 0, each)
    many = _in_processes(urls[1:], 1_000_000, each)
    ratio = one / many
    events = each * processes
    return [
        Line(
            f"PostgreSQL, {processes} servers, a ledger each",
            rate(events, many),
            f"all on one ledger {rate(events, one)}: {ratio:.2f} ×",
            "at least 1.8 ×",
            at_least(ratio, 1.8),
        )
    ]


def _in_processes(urls: list[str], first: int, each: int) -> float:
    """Let a process for each of *urls* append *each* events, to units of its own; return what they took together."""
    children = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.bench.appending_child", url, str(UNITS), str(first)),
                *(str(each * len(urls)), str(number), str(len(urls))),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number, url in enumerate(urls)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    spans = [json.loads(child.communicate(timeout=600)[0]) for child in children]
    return float(max(span["end"] for span in spans) - min(span["start"] for span in spans))


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
                    assert len(summaries(work.connection)) == number  # noqa: B023  # called in this turn

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
