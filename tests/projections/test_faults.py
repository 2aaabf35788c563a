"""The kept totals agree with the events, whatever fails in an append and whenever the process is killed."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ledger.problem import StoreError
from ledger.store.protocol import Recorder
from ledger.store.sqlite import SqliteStore, open_sqlite
from projections import totals
from projections.rebuild import rebuilt_rows
from projections.service import Projections
from rubric.catalog import RubricCatalog
from taizhang.app.ledger import vocabulary_of
from taizhang.startup.open_ledger import COMPONENTS, open_ledger
from tests.ledger.sqlite.test_faults import Faulty
from tests.ledger.support import NOW, corrected, event, held, joined, line, registered

DAY = NOW.date()
BY = Recorder("li")
KILLS = 30
PROCESSES = get_context("forkserver")
# Every life begins with what it needs imported: else most of the time goes into that.
PROCESSES.set_forkserver_preload(["taizhang.startup.open_ledger", "tests.ledger.sqlite.test_faults"])


def assert_kept_rows_agree(store: SqliteStore) -> None:
    """Every kept row is the row that its stream gives when it is folded anew."""
    with store.read() as work:
        kept = list(totals.rows(work.connection))
    afresh = list(rebuilt_rows(store.reader(), store.units(), RubricCatalog(), DAY, None))
    assert [(row.unit, row.sequence, row.score, row.floor, row.ceiling) for row in kept] == [
        (row.unit, row.sequence, row.score, row.floor, row.ceiling) for row in afresh
    ]


def append(store: SqliteStore, *events: Any) -> None:
    store.append([(None, line(each)) for each in events], by=BY, now=NOW)


def batch_of(record: Any) -> list[Any]:
    return [
        held(kinds=["party_work_meeting"], time="2017-02-02"),
        held("wj-02", time="2017-05-01"),
        corrected(record, to_time="2017-03-20"),
        event("claim.reviewed", record=record["id"], verdict="returned"),
    ]


def test_every_statement_of_an_append_with_projections(tmp_path: Path) -> None:
    for after in (False, True):
        number, statements = 0, 1
        while number < statements:
            number += 1
            projections = Projections(RubricCatalog())
            store = open_sqlite(
                tmp_path / f"{number}-{after}.db",
                vocabulary=lambda _work, projections=projections: vocabulary_of(projections.rubrics.shelf),
                projector=projections,
                components=COMPONENTS,
                connect=partial(sqlite3.connect, factory=Faulty),
            )
            record = held(attendees="all", study_hours="2")
            append(store, registered(), registered("wj-02"), joined(), record)
            size = store.size()
            connection = store._connection
            assert isinstance(connection, Faulty)
            connection.arm(number, on=False, after=after)
            batch = batch_of(record)
            try:
                append(store, *batch)
                statements = max(statements, connection.count)
            except StoreError:
                statements = max(statements, number + 1)
            connection.arm(0, on=False, after=False)
            assert store.size() in (size, size + len(batch))
            assert_kept_rows_agree(store)
            # What is kept in memory has forgotten the append that failed, too.
            remembered = projections.score(store, "wj-01", DAY).as_json(str)
            assert remembered == Projections(RubricCatalog()).score(store, "wj-01", DAY).as_json(str)
            append(store, *batch)
            assert store.size() == size + len(batch)
            assert_kept_rows_agree(store)
            store.close()
        assert number > 8


def _append_until_killed(path: Path, life: int, acknowledge: Connection) -> None:
    with open_ledger(f"sqlite:///{path}", new=True) as session:
        for number in range(10_000):
            acknowledge.send(number)
            unit = f"wj-0{number % 2 + 1}"
            kinds = ["party_work_meeting", "study_session"]
            said = held(unit, kinds=kinds, event_id=f"{life}-{number}", attendees="all", study_hours="1")
            session.store.append([(None, line(said))], by=BY, now=NOW)


def test_killed_at_random_instants_the_kept_rows_agree(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with open_ledger(f"sqlite:///{path}", new=True) as session:
        append(session.store, registered(), registered("wj-02"), joined())  # type: ignore[arg-type]
    chance = random.Random(2017)
    for life in range(KILLS):
        ours, theirs = PROCESSES.Pipe(duplex=False)
        child = PROCESSES.Process(target=_append_until_killed, args=(path, life, theirs))
        child.start()
        theirs.close()
        # A number is told before its append: with the second one the first has come in.
        for _ in range(chance.randrange(2, 5)):
            assert ours.poll(60), "the child goes on"
            ours.recv()
        time.sleep(chance.random() * 0.02)
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        ours.close()
    with open_ledger(f"sqlite:///{path}", new=True) as session:
        assert isinstance(session.store, SqliteStore)
        assert session.store.verify().events == session.store.size() > KILLS
        assert_kept_rows_agree(session.store)
