"""One PostgreSQL for a whole run of the tests, shared by all its workers; each test has a schema of its own in it.

`python -m tests.postgres.shared PID` starts it, prints its address, and stops it when the process PID is gone, however
that ended.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from tests.postgres.server import QUICK, Server

ROOT = Path(__file__).parents[2]
_numbers = count(1)


def shared_server(folder: Path, run: int) -> str:
    """Return the address of the run's server, started when nobody has yet; *folder* is the run's, *run* its process."""
    known = folder / "postgres.url"
    with (folder / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not known.exists():
            command = [sys.executable, "-m", "tests.postgres.shared", str(run)]
            keeper = subprocess.Popen(
                command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
            )
            assert keeper.stdout is not None
            url = keeper.stdout.readline().strip()
            assert url, "the server has started"
            known.write_text(url)
        return known.read_text()


def new_schema(url: str) -> str:
    """Make an empty schema in the database at *url*, and return the address of a ledger in it."""
    name = f"t{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{url}&application_name={name}&options={quote(f'-csearch_path={name}', safe='')}"


def new_schema_beside_others(url: str) -> str:
    """The same for a ledger that is one of several in the database: it is opened over connections of them all."""
    name = f"t{os.getpid()}__l{next(_numbers)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{url}&options={quote(f'-csearch_path={name}', safe='')}"


def _keep(run: int) -> None:
    watched = psutil.Process(run)
    with Server(settings=QUICK) as server:
        print(server.url(), flush=True)
        while watched.is_running() and watched.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.3)


if __name__ == "__main__":
    _keep(int(sys.argv[1]))
