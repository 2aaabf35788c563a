"""`make citus STORE=postgresql://…`: what only a real Citus cluster can show, on the cluster that is given.

Each ledger is a schema that stands whole on one node (schema-based sharding); the program's connections lead there.
Prints what was proved, with date and versions. Where there is no Citus, or a step fails, it says so and ends with
another status than 0: what did not run is never taken for passed. Nodes are killed only where KILL names a command that
kills a server and starts it again: it gets host and port as its two arguments. The schemas that it makes begin with
``tz_trial`` and are dropped at the end.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from ledger.problem import StoreError
from ledger.store.postgres import PostgresStore
from ledger.store.postgres.cluster import (
    distribute_schema,
    move_schema,
    placements,
    prepare_cluster,
)
from ledger.store.postgres.nodes import Node
from taizhang.app.installation import Installation
from taizhang.startup import ledgers
from taizhang.startup.open_ledger import open_ledger
from tests.bench.appending_child import Servers, in_turn
from tests.bench.events import appends, history
from tests.bench.product import BY, import_all
from tests.ledger.under_load import NOW, Load

FIRST = "tz_trial"
NAMES = tuple(f"d{number}" for number in range(8))
UNITS, EVENTS_EACH = 8, 20
APPENDS, ROUNDS = 40, 8
"""Appends of one process in one turn, and turns of each contender."""
KILLS, MOVES, AT_WORK = 4, 4, 60
"""How often a node is killed and a ledger moved; so many appends are acknowledged in each ledger in between."""
NOT_RUN, FAILED = 2, 1
ROOT = Path(__file__).parents[2]


class Missed(Exception):
    """A figure is not what it has to be."""


def main(store: str) -> int:
    """Run all steps; return the status."""
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # nodes are killed here
    joint = "&" if "?" in store else "?"
    here = Installation(f"{store}{joint}options=-csearch_path%3D{FIRST}")
    with psycopg.connect(store, autocommit=True) as cluster:
        (version,) = cluster.execute("SELECT version()").fetchone() or ("",)
        found = cluster.execute("SELECT extversion FROM pg_extension WHERE extname = 'citus'").fetchone()
        if found is None:
            print(f"NOT RUN: no Citus at that address ({version.partition(' on ')[0]})")
            return NOT_RUN
        nodes = prepare_cluster(store, ())
        (name,) = cluster.execute("SELECT citus_version()").fetchone() or ("",)
        print(
            f"{datetime.now(UTC):%Y-%m-%d} {name.partition(' on ')[0]} on {version.partition(' on ')[0]},"
            f" {len(nodes)} workers; load {os.getloadavg()[0]:.0f} on {os.cpu_count()} processors"
        )
        if len(nodes) < 2:
            print("NOT RUN: there is one node only")
            return NOT_RUN
        try:
            _drop(store)
            Trial(cluster, here, nodes).run()
        except Exception as error:  # noqa: BLE001 - whatever it is, it was not proved
            print(f"FAILED: {type(error).__name__}: {error}")
            return FAILED
        finally:
            _drop(store)
    return 0


class Trial:
    """The steps, on one cluster."""

    def __init__(
        self, cluster: psycopg.Connection[tuple[Any, ...]], here: Installation, nodes: Sequence[Node]
    ) -> None:
        self.cluster = cluster
        self.here = here
        self.nodes = nodes
        self.numbers = 0

    def run(self) -> None:
        self._step("a schema a ledger, each whole on one node, connections lead there", self._make)
        self._step(
            "no statement changes an event: on the coordinator, at the node, on the shard", self._guards
        )
        self._step("a ledger on the coordinator goes to a node under writers, root equal", self._distribute)
        self._step("a ledger moves there and back under writers and readers", self._move)
        if os.environ.get("KILL"):
            self._step(f"a node is killed {KILLS} times under writers and readers", self._kill)
        else:
            print("  NOT RUN: nodes killed under writers (name a command: KILL=…)")
        self._step("a closed ledger takes nothing, whoever has it open", self._close)
        self._step("verify finds all of it whole", self._verify)
        self._step("appends", self._measure)

    def _step(self, name: str, work: Callable[[], str | None]) -> None:
        start = time.perf_counter()
        said = work()
        told = f" ({said})" if said else ""
        print(f"  {name}: proved in {time.perf_counter() - start:.1f} s{told}", flush=True)

    # -- the steps ---------------------------------------------------------------------------------------------

    def _make(self) -> str:
        self.cluster.execute(
            f"CREATE SCHEMA {FIRST}"
        )  # on the coordinator: the first ledger, and the plain one
        with open_ledger(self.here.first, new=True) as first:
            import_all(first, history(UNITS, EVENTS_EACH))
        for name in NAMES:
            with open_ledger(ledgers.add(self.here, name)) as ledger:
                import_all(ledger, history(UNITS, EVENTS_EACH))
        where = self._placed()
        assert set(where) == set(NAMES), "every ledger is on a node"
        assert set(where.values()) == set(self.nodes), "the nodes share them"
        with self._opened(NAMES) as stores:
            assert {name: store._connections.node for name, store in stores.items()} == where
        return ", ".join(f"{node}: {list(where.values()).count(node)}" for node in self.nodes)

    def _guards(self) -> None:
        name = NAMES[0]
        node = self._placed()[name]
        statements = ["UPDATE events SET unit = unit", "DELETE FROM event_ids", "TRUNCATE events"]
        for address in (self.here.address(name), self._at(node, name)):
            with psycopg.connect(address, autocommit=True) as owner:
                for statement in statements:
                    _refused(owner, statement)
        ((shard,),) = self.cluster.execute(
            "SELECT shardid FROM pg_dist_shard WHERE logicalrelid = %s::regclass",
            (f"{FIRST}__{name}.events",),
        ).fetchall()
        with psycopg.connect(self._at(node, name), autocommit=True) as owner:
            for statement in (f"UPDATE events_{shard} SET unit = unit", f"DELETE FROM events_{shard}"):
                _refused(owner, statement)

    def _distribute(self) -> str:
        name = "local"
        self.cluster.execute(f"CREATE SCHEMA {FIRST}__{name}")
        with open_ledger(self.here.address(name), new=True) as ledger:
            import_all(ledger, history(UNITS, EVENTS_EACH))
        with self._load([name]) as load, load.running():
            load.until_more(AT_WORK)
            load.note()
            distribute_schema(self.here.first, f"{FIRST}__{name}")
            load.until_more(AT_WORK)
        assert name in self._placed()
        return self._checked(load)

    def _move(self) -> str:
        name = NAMES[0]
        first = self._placed()[name]
        others = [node for node in self.nodes if node != first]
        with self._load([name, NAMES[1]]) as load:
            moved = load.ledgers[name].store
            with load.running():
                for turn in range(MOVES):
                    load.until_more(AT_WORK)
                    load.note()
                    to = first if turn % 2 else others[turn // 2 % len(others)]
                    move_schema(self.here.first, f"{FIRST}__{name}", to)
                    load.until_more(AT_WORK)
                    assert self._placed()[name] == to
                _until(lambda: moved._connections.node == to)  # type: ignore[attr-defined]
        return f"{MOVES} moves, {self._checked(load)}"

    def _kill(self) -> str:
        name = NAMES[0]
        node = self._placed()[name]
        elsewhere = next(each for each, at in self._placed().items() if at != node)
        with self._load([name, elsewhere]) as load, load.running():
            for _ in range(KILLS):
                load.until_more(AT_WORK)
                load.note()
                subprocess.run([os.environ["KILL"], node.host, str(node.port)], check=True)
                load.until_more(AT_WORK)
        return self._checked(load)

    def _close(self) -> None:
        name = NAMES[1]
        with self._opened([name]) as stores:
            ledgers.close(self.here, name, "trial")
            size = stores[name].size()
            for _ in range(2):
                try:
                    stores[name].append([(None, appends(UNITS, 10**6, 1)[0])], by=BY, now=NOW)
                except StoreError:
                    continue
                raise AssertionError("a closed ledger took an event")
            assert stores[name].size() == size
            ledgers.reopen(self.here, name)
            assert stores[name].append([(None, appends(UNITS, 10**6, 1)[0])], by=BY, now=NOW).appended == 1

    def _verify(self) -> None:
        for name in (*NAMES, "local"):
            done = subprocess.run(
                [sys.executable, "-m", "taizhang", "--store", self.here.first, "--ledger", name, "verify"],
                cwd=ROOT, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr

    def _measure(self) -> str:
        """Against plain PostgreSQL (the first ledger's), and eight ledgers against one; each in turn."""
        one, many = self.here.address(NAMES[0]), [self.here.address(name) for name in NAMES]
        # Nobody else writes to it: a server that saw another write a moment ago is wary.
        alone_at_node = self.here.address("local")
        rates = in_turn(
            {
                "plain PostgreSQL": (Servers([self.here.first], UNITS), 1),
                "a ledger at its node": (Servers([alone_at_node], UNITS), 1),
                "eight servers on one ledger": (Servers([one] * len(NAMES), UNITS), 1),
                "eight servers on a ledger each": (Servers(many, UNITS), 1),
            },
            ROUNDS,
            APPENDS,
        )
        plain, node, alone, apart = rates.values()
        for name, found in rates.items():
            print(f"    {name}: {median(found):.0f} appends a second")
        figures = {
            "at its node against plain PostgreSQL": (_ratio(node, plain), 0.6),
            "eight ledgers against one": (_ratio(apart, alone), 1.6),
        }
        for name, (ratio, wanted) in figures.items():
            print(f"    {name}: {ratio:.2f} × (at least {wanted} ×)")
        missed = [name for name, (ratio, wanted) in figures.items() if ratio < wanted]
        if missed:
            raise Missed(", ".join(missed))
        return f"load {os.getloadavg()[0]:.0f}"

    # -- what they share ---------------------------------------------------------------------------------------

    def _placed(self) -> dict[str, Node]:
        beginning = self.here.schemas
        return {
            schema.removeprefix(beginning): node
            for schema, node in placements(self.here.first, beginning).items()
        }

    def _at(self, node: Node, name: str) -> str:
        conninfo = self.here.address(name)
        parts = psycopg.conninfo.conninfo_to_dict(conninfo)
        return psycopg.conninfo.make_conninfo(**(parts | {"host": node.host, "port": node.port}))

    @contextmanager
    def _opened(self, names: Sequence[str]) -> Iterator[dict[str, PostgresStore]]:
        with ExitStack() as stack:
            yield {
                name: stack.enter_context(open_ledger(self.here.address(name))).store  # type: ignore[misc]
                for name in names
            }

    @contextmanager
    def _load(self, names: Sequence[str]) -> Iterator[Load]:
        self.numbers += 100_000
        with self._opened(names) as stores:
            yield Load(stores, UNITS, self.numbers)

    def _checked(self, load: Load) -> str:
        with self._opened(list(load.ledgers)) as stores:
            load.check(stores)
        return (
            f"{load.acknowledged} appends acknowledged and all stored, {load.doubts} told as not done or in doubt,"
            f" {load.looks} looks of readers, none ahead"
        )


def _ratio(mine: Sequence[float], theirs: Sequence[float]) -> float:
    """Of turns that stood side by side: what else the machine does is not the same all the time."""
    return median(one / other for one, other in zip(mine, theirs, strict=True))


def _refused(owner: psycopg.Connection[Any], statement: str) -> None:
    try:
        owner.execute(statement)  # type: ignore[call-overload]
    except psycopg.errors.RestrictViolation:
        return
    raise AssertionError(f"not refused: {statement}")


def _until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until, "connections do not follow the ledger"
        time.sleep(0.1)


def _drop(store: str) -> None:
    # Anew: a connection from before a node was killed still counts on its own to that node.
    with psycopg.connect(store, autocommit=True) as cluster:
        for schema in (*(f"{FIRST}__{name}" for name in (*NAMES, "local")), FIRST):
            cluster.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")  # type: ignore[call-overload]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print("name the cluster: make citus STORE=postgresql://user@coordinator/database", file=sys.stderr)
        sys.exit(NOT_RUN)
    sys.exit(main(sys.argv[1]))
