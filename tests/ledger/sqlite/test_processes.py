"""Several processes at once, and processes that die: nothing is lost, doubled or reordered."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path

import orjson

from tests.ledger.support import LI, NOW, Book, event, held, line, open_store, registered

_SPAWN = multiprocessing.get_context("fork")
_KILLS = 100


def _append_many(path: Path, unit: str, rounds: int, start: object) -> None:
    start.wait()  # type: ignore[attr-defined]
    with open_store(path) as store:
        for number in range(rounds):
            lines = [
                (None, line(held(unit, event_id=f"{unit}-{number}-{part}", time=f"2017-03-{part + 1:02d}")))
                for part in range(number % 3 + 1)
            ]
            store.append(lines, by=LI, now=NOW)
            # Both write to one stream too, so that registers have to catch up.
            said = event("request.issued", "wj-00", event_id=f"{unit}-r{number}", request=f"{unit}-{number}",
                         title="x", due_on="2017-05-01")  # fmt: skip
            store.append([(None, line(said))], by=LI, now=NOW)
            answer = event(
                "request.answered", "wj-00", event_id=f"{unit}-a{number}", request=f"{unit}-{number}"
            )
            store.append([(None, line(answer))], by=LI, now=NOW)


def test_two_processes_append_at_once(path: Path) -> None:
    units, rounds = ["wj-01", "wj-02"], 40
    with open_store(path) as store:
        Book(store).add(registered("wj-00"), *map(registered, units))
    start = _SPAWN.Event()
    children = [_SPAWN.Process(target=_append_many, args=(path, unit, rounds, start)) for unit in units]
    for child in children:
        child.start()
    start.set()
    for child in children:
        child.join(60)
        assert child.exitcode == 0
    with open_store(path) as store:
        events = [orjson.loads(body) for body in store.export()]
        assert store.verify().events == len(events)
    assert [int(said["sequence"]) for said in events] == list(range(1, len(events) + 1))
    for unit in units:
        mine = [said["id"] for said in events if said["id"].startswith(f"{unit}-")]
        expected = []
        for number in range(rounds):
            expected += [f"{unit}-{number}-{part}" for part in range(number % 3 + 1)]
            expected += [f"{unit}-r{number}", f"{unit}-a{number}"]
        assert mine == expected
    instants: dict[str, set[str]] = {}
    for said in events[3:]:
        instants.setdefault(said["recordedtime"], set()).add(said["id"].rpartition("-")[0])
    assert sorted(instants) == list(instants)
    assert all(len(ids) == 1 for ids in instants.values())


def _append_until_killed(path: Path, life: int, acknowledge: Connection) -> None:
    with open_store(path) as store:
        for number in range(10_000):
            batch = [
                (None, line(held("wj-01", event_id=f"{life}-{number}-{part}", topic="学习" * 200)))
                for part in range(number % 4 + 1)
            ]
            acknowledge.send(("trying", number))
            store.append(batch, by=LI, now=NOW)
            acknowledge.send(("done", number))


def test_killed_at_random_instants(path: Path) -> None:
    with open_store(path) as store:
        Book(store).add(registered())
    chance = random.Random(2017)
    acknowledged: dict[int, int] = {}
    tried: dict[int, int] = {}
    for life in range(_KILLS):
        ours, theirs = _SPAWN.Pipe(duplex=False)
        child = _SPAWN.Process(target=_append_until_killed, args=(path, life, theirs))
        child.start()
        theirs.close()
        acknowledged[life] = tried[life] = -1
        # Some die in their first append, some after several; how fast the machine is decides nothing.
        for _ in range(chance.randrange(1, 8)):
            assert ours.poll(60)
            what, number = ours.recv()
            (acknowledged if what == "done" else tried)[life] = number
        time.sleep(chance.random() * 0.01)
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        try:
            while True:
                what, number = ours.recv()
                (acknowledged if what == "done" else tried)[life] = number
        except (EOFError, OSError):
            ours.close()
    with open_store(path) as store:
        events = [orjson.loads(body) for body in store.export()]
        assert store.verify().events == len(events)
    there: dict[tuple[int, int], int] = {}
    for said in events[1:]:
        life, number, _ = map(int, said["id"].split("-"))
        there[life, number] = there.get((life, number), 0) + 1
    assert all(parts == number % 4 + 1 for (_, number), parts in there.items())
    for life in range(_KILLS):
        numbers = sorted(number for its_life, number in there if its_life == life)
        assert numbers == list(range(len(numbers)))
        assert acknowledged[life] + 1 <= len(numbers) <= tried[life] + 1
    assert sum(acknowledged.values()) > 0
