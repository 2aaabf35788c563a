"""The benches run, small, and print a line for every figure of the table."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from .__main__ import BENCHES
from .events import history
from .measure import at_least, at_most

ROOT = Path(__file__).parents[2]

FIGURES = (
    "append one, CPU",
    "append one, wall",
    "append one, against eventsourcing, wall",
    "import of 800 events",
    "import, against eventsourcing",
    "rebuild of 4,000 events, 20 units",
    "rebuild, peak memory",
    "score today, unit in memory",
    "score today, unit not in memory",
    "score on a past day, unit in memory",
    "score known at a past instant, unit in memory",
    "board of 40 units",
    "result table of 4 units, just after a record",
    "leader's page of 4 units, the first after a start",
    "forecast on 2017-06-30, mean error",
    "forecast on 2017-06-30, bias",
    "plan of 40 units",
    "signing 3 units, 1 of them one by one",
    "archive of 3 units",
    "unit page, 5 readers, 2 writers, p95",
    "the same, errors",
    "the same, until an open page hears of it, p95",
    "a secretary's pages, one visitor, p95",
    "the same, the slowest page, p95",
    "append one, with the log, CPU",
    "import, with the log, CPU",
    "proof of one of 4,000 events",
    "verify of 4,000 events",
    "static log of 4,000 events written",
    "append to one of 3 files in turn",
    "PostgreSQL, 2 servers, a ledger each",
    "PostgreSQL, 2 servers on one ledger",
    "append to 4 of 4 ledgers of a PostgreSQL in turn",
    "board of 12 ledgers",
    "3 of them in use, memory",
    "PostgreSQL, append one",
    "PostgreSQL, append one, against eventsourcing",
    "PostgreSQL, 16 threads appending",
    "PostgreSQL, 16 threads, against eventsourcing",
    "PostgreSQL, 2 processes appending",
    "copy of 4,000 events to PostgreSQL",
    "copy, peak memory",
    "PostgreSQL, rebuild of 4,000 events",
    "PostgreSQL, board of 40 units",
    "PostgreSQL, score of one unit",
    "board of 40 units with a ranking",
    "the same, all ranks moved",
    "append one, second format, CPU",
    "append one, another rubric beside, CPU",
    "rubric check of 100 lines",
    "append at 4,000 against 400, CPU",
)


def test_every_figure_is_printed_with_its_verdict(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.bench", "--small", "--folder", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    for figure in FIGURES:
        assert any(line.startswith(figure) for line in lines), f"{figure} is not in\n{done.stdout}"
    assert re.search(r"the same, errors +0 +of \d+ requests +none +met", done.stdout), done.stdout
    for name in BENCHES:
        assert any(line.startswith(f"  ({name} took") for line in lines)
    assert not list(tmp_path.iterdir()), "the run leaves nothing behind"


def test_the_generated_history_is_always_the_same() -> None:
    assert list(history(3, 60)) == list(history(3, 60))
    assert len(set(history(3, 60))) == 180


def test_a_target_is_judged_in_plain_words() -> None:
    assert at_most(3.9, 6, 4) == "met, aim reached"
    assert at_most(5, 6, 4) == "met, aim not reached"
    assert at_most(9, 6, 4) == "MISSED (over by 50 %)"
    assert at_least(0.5, 0.25) == "met"
    assert at_least(0.2, 0.25) == "MISSED (short by 20 %)"
