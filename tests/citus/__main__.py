"""`make citus STORE=postgresql://…`: what only a real Citus cluster can show, on the cluster that is given.

Each ledger is a schema that stands whole on one node (schema-based sharding). Prints what was proved, with date and
version. Where there is no Citus, or a step fails, it says so and ends with another status than 0: what did not run is
never taken for passed. The schemas that it makes begin with ``tz_trial__`` and are dropped at the end.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import psycopg

from taizhang.app.installation import Installation
from tests.ledger.support import Book, bodies, held, open_store, registered

FIRST = "tz_trial"
NAMES = tuple(f"d{number}" for number in range(8))
APPENDS = 100
NOT_RUN, FAILED = 2, 1


def main(store: str) -> int:
    """Run all steps; return the status."""
    joint = "&" if "?" in store else "?"
    here = Installation(f"{store}{joint}options=-csearch_path%3D{FIRST}")
    with psycopg.connect(store, autocommit=True) as cluster:
        (version,) = cluster.execute("SELECT version()").fetchone() or ("",)
        found = cluster.execute("SELECT extversion FROM pg_extension WHERE extname = 'citus'").fetchone()
        if found is None:
            print(f"NOT RUN: no Citus at that address ({version.partition(' on ')[0]})")
            return NOT_RUN
        print(f"{datetime.now(UTC):%Y-%m-%d} Citus {found[0]} on {version.partition(' on ')[0]}")
        try:
            _run(cluster, here)
        except Exception as error:  # noqa: BLE001 - whatever it is, it was not proved
            print(f"FAILED: {type(error).__name__}: {error}")
            return FAILED
        finally:
            _drop(cluster)
    return 0


def _run(cluster: psycopg.Connection[tuple[object, ...]], here: Installation) -> None:
    _step("a schema a ledger, each on one node", lambda: _make(cluster, here))
    _step("guards refuse a change where the rows are", lambda: _guards(here))
    alone = _step("appends to one ledger", lambda: _append(here, NAMES[:1]))
    many = _step("appends to eight ledgers at once", lambda: _append(here, NAMES))
    print(f"  eight ledgers against one: {many / alone:.2f} × (at least 1.6 × on two workers)")
    _step("one moves to another node while it is written to", lambda: _move(cluster, here))
    _step("verify, and no id in two places", lambda: _verify(here))


def _step(name: str, work: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    found = work()
    print(f"  {name}: proved in {time.perf_counter() - start:.1f} s", flush=True)
    return found


def _make(cluster: psycopg.Connection[tuple[object, ...]], here: Installation) -> None:
    _drop(cluster)
    cluster.execute("SET citus.enable_schema_based_sharding TO on")
    for name in NAMES:
        cluster.execute(f"CREATE SCHEMA {FIRST}__{name}")  # type: ignore[call-overload]
        with open_store(here.address(name)) as store:
            Book(store).add(registered())
    placed = cluster.execute(
        "SELECT count(DISTINCT schema_name) FROM citus_schemas WHERE schema_name::text LIKE %s",
        (f"{FIRST}%",),
    )
    assert placed.fetchone() == (len(NAMES),), "every ledger is a distributed schema"


def _guards(here: Installation) -> None:
    with psycopg.connect(here.address(NAMES[0]), autocommit=True) as owner:
        for statement in ("UPDATE events SET unit = unit", "DELETE FROM events", "TRUNCATE events"):
            try:
                owner.execute(statement)  # type: ignore[call-overload]
            except psycopg.Error:
                continue
            raise AssertionError(f"not refused: {statement}")


def _append(here: Installation, names: tuple[str, ...]) -> float:
    """Return how many appends a second were acknowledged."""
    mark = time.time_ns()

    def work(name: str) -> int:
        with open_store(here.address(name)) as store:
            book = Book(store)
            for number in range(APPENDS):
                book.add(held(event_id=f"{mark}-{number}", topic=f"{number}"))
            return APPENDS

    start = time.perf_counter()
    with ThreadPoolExecutor(len(names)) as threads:
        done = sum(threads.map(work, names))
    return done / (time.perf_counter() - start)


def _move(cluster: psycopg.Connection[tuple[object, ...]], here: Installation) -> None:
    name = NAMES[0]
    nodes = cluster.execute(
        "SELECT nodename, nodeport FROM pg_dist_node WHERE isactive AND shouldhaveshards ORDER BY nodeid"
    ).fetchall()
    assert len(nodes) > 1, "there is one node only"
    with ThreadPoolExecutor(1) as threads, open_store(here.address(name)) as store:
        writing = threads.submit(_append, here, (name,))
        for node in (nodes[1], nodes[0]):
            cluster.execute("SELECT citus_schema_move(%s::regnamespace, %s, %s)", (f"{FIRST}__{name}", *node))
        writing.result()
        sequences = [int(said["sequence"]) for said in bodies(store.export())]
        assert sequences == list(range(1, len(sequences) + 1))


def _verify(here: Installation) -> None:
    for name in NAMES:
        with open_store(here.address(name)) as store:
            assert store.verify().events == store.size()


def _drop(cluster: psycopg.Connection[tuple[object, ...]]) -> None:
    for name in NAMES:
        cluster.execute(f"DROP SCHEMA IF EXISTS {FIRST}__{name} CASCADE")  # type: ignore[call-overload]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print("name the cluster: make citus STORE=postgresql://user@coordinator/database", file=sys.stderr)
        sys.exit(NOT_RUN)
    sys.exit(main(sys.argv[1]))
