"""The n-th statement of an append fails, for every n, once and from then on: all of it is there, or nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ledger.events.event import StoredEvent
from ledger.intake import append as append_module
from ledger.problem import StoreError
from ledger.store.components import Component
from ledger.store.protocol import Transaction
from tests.ledger.support import Book, corrected, held, joined, open_store, registered, retracted


class Faulty(sqlite3.Connection):
    """A connection whose statements fail on command, before or after SQLite has done them."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.count = 0
        self.fail_at = 0
        self.fail_on = False
        self.after = False

    def arm(self, at: int, *, on: bool, after: bool) -> None:
        self.count, self.fail_at, self.fail_on, self.after = 0, at, on, after

    def _do(self, statement: Any, *args: Any) -> Any:
        self.count += 1
        failing = self.fail_at and (
            self.count >= self.fail_at if self.fail_on else self.count == self.fail_at
        )
        if failing and not self.after:
            raise _failure()
        result = statement(*args)
        if failing:
            raise _failure()
        return result

    def execute(self, *args: Any) -> sqlite3.Cursor:
        return self._do(super().execute, *args)  # type: ignore[no-any-return]

    def executemany(self, *args: Any) -> sqlite3.Cursor:
        return self._do(super().executemany, *args)  # type: ignore[no-any-return]


def _failure() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR  # type: ignore[attr-defined]
    return error


class Counting:
    """A projector that keeps the number of events of each unit in a table of its own."""

    room = Component(
        "counting", [lambda c: c.execute("CREATE TABLE counts (unit TEXT PRIMARY KEY, n INT)") and None]
    )

    def project(
        self, work: Transaction, appended: Mapping[str, Sequence[StoredEvent] | None], day: date
    ) -> Callable[[], None]:
        counts = [(unit, sum(1 for _ in work.stream(unit))) for unit in appended]
        put = "INSERT INTO counts (unit, n) VALUES (?, ?) ON CONFLICT (unit) DO UPDATE SET n = excluded.n"
        return lambda: work.connection.executemany(put, counts) and None

    def forget(self, units: Iterable[str] | None) -> None:
        assert units is None or all(isinstance(unit, str) for unit in units)


def _counts(path: Path) -> dict[str, int]:
    with sqlite3.connect(path) as database:
        return dict(database.execute("SELECT unit, n FROM counts"))


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("on", [False, True])
@pytest.mark.parametrize("size", ["one", "many"])
def test_every_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on: bool, after: bool, size: str
) -> None:
    monkeypatch.setattr(append_module, "CHUNK_LINES", 4)
    statements = 1
    number = 0
    while number < statements:
        number += 1
        path = tmp_path / f"{number}.db"
        projector = Counting()
        options: dict[str, Any] = {"projector": projector, "components": [Counting.room]}
        store = open_store(path, connect=partial(sqlite3.connect, factory=Faulty), **options)
        book = Book(store)
        entry, record = joined(), held()
        book.add(registered(), registered("wj-02"), entry, record)
        before = list(store.export())
        batch = [held("wj-02", time="2017-05-01")]
        if size == "many":
            batch += [
                held(attendees=["m1"], time="2017-04-01"),
                corrected(record, to_time="2017-03-20"),
                held("wj-02"),
            ]
            batch += [
                retracted(record),
                joined("m2"),
                corrected(entry, data={"member": "m1", "leader": True}),
            ]
        connection = store._connection
        assert isinstance(connection, Faulty)
        connection.arm(number, on=on, after=after)
        try:
            book.add(*batch)
            failed = False
            statements = max(statements, connection.count)
        except StoreError:
            failed = True
            statements = max(statements, number + 1)
        connection.arm(0, on=False, after=False)
        with open_store(path, read_only=True) as reader:
            found = list(reader.export())
            assert reader.verify().events == len(found)
        assert found[: len(before)] == before
        assert len(found) in (len(before), len(before) + len(batch))
        if not failed:
            assert len(found) == len(before) + len(batch)
        assert sum(_counts(path).values()) == len(found)
        # The same store goes on as if nothing had been, and knows what is there.
        again = book.add(*batch)
        assert again.appended + again.skipped == len(batch)
        assert again.skipped == len(found) - len(before)
        assert sum(_counts(path).values()) == store.size() == len(before) + len(batch)
        assert store.verify().events == store.size()
        store.close()
    assert number > 6


def test_the_connection_stays_lost_and_the_next_process_finds_it_whole(path: Path) -> None:
    store = open_store(path, connect=partial(sqlite3.connect, factory=Faulty))
    Book(store).add(registered())
    connection = store._connection
    assert isinstance(connection, Faulty)
    connection.arm(3, on=True, after=False)
    for _ in range(3):
        with pytest.raises(StoreError, match="磁盘错误"):
            Book(store).add(held())
    with open_store(path) as other:
        assert other.size() == 1
        assert Book(other).add(held()).appended == 1
