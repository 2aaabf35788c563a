"""What the ledger's tests share: a vocabulary, a clock, events by the handful, and a ledger that is easy to ask."""

from __future__ import annotations

import atexit
import sqlite3
from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any, overload

import orjson
import psycopg

from ledger.events.types import type_of
from ledger.problem import Problem, Refused
from ledger.store.postgres import PostgresStore, open_postgres
from ledger.store.postgres.shared_pool import SharedPool
from ledger.store.protocol import Appended, Recorder, Store
from ledger.store.sqlite import SqliteStore, open_sqlite
from ledger.vocabulary import Judging, Vocabulary
from taizhang.app.store_url import ledger_in

VOCABULARY = Vocabulary(
    activities=frozenset({"party_work_meeting", "member_meeting", "party_lecture", "study_session"}),
    documents=frozenset({"annual_plan", "annual_summary", "volunteer_plan"}),
    outlets=frozenset({"wujin_daily", "changzhou_daily"}),
    honors=frozenset({"role_model", "party_video"}),
    conditions=frozenset({"union_sound", "women_sound"}),
    clauses=frozenset({"1.1", "2.1"}),
    bonus_clauses=frozenset({"26.1"}),
    rubrics={"wujin-2017@1": "2017" * 16},
    judging={"wujin-2017": Judging(2017, date(2018, 3, 31))},
    target_documents=frozenset({"volunteer_plan"}),
)
NOW = datetime(2018, 1, 20, 8, 0, tzinfo=UTC)
LI = Recorder("li")

_numbers = count(1)
MANY = SharedPool()
"""The connections of all ledgers that are one of several in a database."""
atexit.register(MANY.close)


def event(kind: str, subject: str = "wj-01", /, *, time: str = "2017-03-15", **data: Any) -> dict[str, Any]:
    """Return a client's event; `id` may be given as `event_id`."""
    event_id = data.pop("event_id", None) or f"e{next(_numbers)}"
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": "test",
        "type": kind,
        **({"subject": subject} if type_of(kind).has_subject else {}),
        "time": time,
        "data": data,
    }


def registered(subject: str = "wj-01", *, time: str = "2017-01-01", **data: Any) -> dict[str, Any]:
    return event(
        "organization.registered", subject, time=time, **{"name": "某校党支部", "kind": "branch", **data}
    )


def joined(member: str = "m1", subject: str = "wj-01", **more: Any) -> dict[str, Any]:
    return event("member.joined", subject, member=member, **more)


def left(member: str = "m1", subject: str = "wj-01", **more: Any) -> dict[str, Any]:
    return event("member.left", subject, member=member, **more)


def held(subject: str = "wj-01", **more: Any) -> dict[str, Any]:
    return event("activity.held", subject, **{"kinds": ["study_session"], "topic": "学习", **more})


def corrected(record: dict[str, Any], subject: str | None = None, /, **changes: Any) -> dict[str, Any]:
    """Return a correction; `to_time` and `data` are what it sets."""
    if "to_time" in changes:
        changes["time"] = changes.pop("to_time")
    made = event("record.corrected", subject or record["subject"], record=record["id"], reason="写错了")
    made["data"].update(changes)
    return made


def retracted(record: dict[str, Any], subject: str | None = None) -> dict[str, Any]:
    return event("record.retracted", subject or record["subject"], record=record["id"], reason="误录")


def line(said: Any) -> bytes:
    return said if isinstance(said, bytes) else orjson.dumps(said)


Place = Path | str
"""Where a ledger is: a file of SQLite, or the address of a PostgreSQL database."""


def place_at(url: str) -> Place:
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite") else url


@overload
def open_store(place: Path, **options: Any) -> SqliteStore: ...
@overload
def open_store(place: Place, **options: Any) -> SqliteStore | PostgresStore: ...
def open_store(place: Place, **options: Any) -> SqliteStore | PostgresStore:
    """Open a ledger of either engine."""
    if isinstance(place, Path):
        return open_sqlite(place, vocabulary=lambda _work: VOCABULARY, **options)
    if ledger_in(place) is not None:
        options = {"shared": MANY, **options}
    return open_postgres(place, vocabulary=lambda _work: VOCABULARY, **options)


class Book:
    """A ledger under test."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def add(self, *events: Any, by: Recorder = LI, now: datetime = NOW) -> Appended:
        return self.store.append(enumerate(map(line, events), 1), by=by, now=now)

    def problems(self, *events: Any, by: Recorder = LI, now: datetime = NOW) -> list[Problem]:
        """Return the problems of an append that is refused, and see that it left nothing."""
        before = list(self.store.export())
        try:
            self.add(*events, by=by, now=now)
        except Refused as refused:
            assert list(self.store.export()) == before
            return refused.problems
        raise AssertionError("not refused")

    def fields(self, *events: Any, **options: Any) -> list[tuple[int | None, str]]:
        return [(problem.line, problem.field) for problem in self.problems(*events, **options)]

    def refuses(self, said: Any, field: str, words: str, **options: Any) -> None:
        """See that one event is refused for one reason, at *field*, with *words* in the text."""
        (problem,) = self.problems(said, **options)
        assert problem.field == field, str(problem)
        assert words in str(problem.text), str(problem)


def bodies(events: Iterable[bytes]) -> list[dict[str, Any]]:
    return [orjson.loads(body) for body in events]


def tamper(path: Place, statement: str, *values: Any) -> None:
    """Change the events as somebody does who may switch the guards off."""
    if isinstance(path, str):
        with psycopg.connect(path, autocommit=True) as server:
            server.execute("ALTER TABLE events DISABLE TRIGGER USER")
            server.execute(statement.replace("?", "%s"), values)
        return
    database = sqlite3.connect(path)
    for name in ("updated", "deleted", "replaced"):
        database.execute(f"DROP TRIGGER events_are_never_{name}")
    database.execute(statement, values)
    database.commit()
    database.close()
