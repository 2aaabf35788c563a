"""python -m tests.bench [NAME...] [--small]: run the benches and print a line for each figure."""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from . import (
    append_one,
    board,
    district,
    forecast,
    growth,
    import_bulk,
    ledgers,
    postgres_append,
    postgres_bulk,
    proof,
    rebuild,
    reminders,
    rubrics,
    score,
    serving,
    year_end,
)
from .measure import HEADING, Line
from .workshop import Workshop

BENCHES: dict[str, Callable[[Workshop], list[Line]]] = {
    # First: it copies stores that others append to later.
    "rubrics": rubrics.bench,
    "append_one": append_one.bench,
    "import_bulk": import_bulk.bench,
    "score": score.bench,
    "board": board.bench,
    "district": district.bench,
    "forecast": forecast.bench,
    "reminders": reminders.bench,
    "rebuild": rebuild.bench,
    "postgres_append": postgres_append.bench,
    "postgres_bulk": postgres_bulk.bench,
    "ledgers": ledgers.bench,
    "serving": serving.bench,
    "proof": proof.bench,
    "year_end": year_end.bench,
    # Last: it appends to the store that rebuild reads.
    "growth": growth.bench,
}


def main(arguments: list[str] | None = None) -> None:
    """Run what was named, or everything; a missed target is told, and is no failure of the run."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"one or more of: {', '.join(BENCHES)} (default: all)")
    parser.add_argument("--small", action="store_true", help="one part in 250, to see that everything runs")
    parser.add_argument("--folder", type=Path, help="where the temporary stores go (a disk, not memory)")
    parser.add_argument("--seconds", type=float, help="how long `serving` goes on (default: 120)")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.name if name not in BENCHES]
    if unknown:
        parser.error(f"no bench named {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    names = [name for name in BENCHES if not chosen.name or name in chosen.name]
    print(
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} CPUs,"
        f" WAL, synchronous=FULL{', SMALL: figures mean nothing' if chosen.small else ''}\n"
    )
    print(HEADING, flush=True)
    missed = 0
    # Stopped by a signal, the run still removes its gigabytes.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="taizhang-bench-", dir=chosen.folder) as folder:
        workshop = Workshop(Path(folder), small=chosen.small, seconds=chosen.seconds)
        try:
            for name in names:
                if sys.stderr.isatty():
                    print(f"  {name} is running ...", end="\r", file=sys.stderr, flush=True)
                start = time.perf_counter()
                for line in BENCHES[name](workshop):
                    print(line, flush=True)
                    missed += line.verdict.startswith("MISSED")
                print(f"  ({name} took {time.perf_counter() - start:.0f} s)", flush=True)
        finally:
            workshop.close()
    print(f"\nTargets missed: {missed or 'none'}.")


if __name__ == "__main__":
    main()
