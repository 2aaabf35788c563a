"""Who records may be held to a guard: it sees the very value that is stored, whatever bytes it came in."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
import pytest

from ledger.guard import Seen
from ledger.intake.admission import client_part
from ledger.problem import NotPermitted, Refused
from ledger.store.protocol import Recorder
from ledger.text import Text
from tests.ledger.support import LI, NOW, Book, bodies, corrected, event, held, joined, open_store, registered
from tests.mutations import KINDS, mutated

DOORS = ["one", "many"]


class Watching:
    """A guard that notes what it saw, and forbids what it is told to."""

    def __init__(self, forbidden: str = "") -> None:
        self.seen: list[dict[str, Any]] = []
        self.forbidden = forbidden

    def __call__(self, said: Mapping[str, Any], seen: Seen) -> Text | None:
        self.seen.append(deepcopy(dict(said)))
        return Text("不行") if self.forbidden and said.get("subject") == self.forbidden else None

    @property
    def recorder(self) -> Recorder:
        return Recorder("li", guard=self)


@pytest.fixture
def first(tmp_path: Path) -> Book:
    book = Book(open_store(tmp_path / "guard.db"))
    book.add(
        registered(), registered("wj-02"), joined(), held("wj-02", event_id="theirs"), held(event_id="ours")
    )
    return book


def samples() -> list[dict[str, Any]]:
    return [
        held("wj-02"),
        corrected({"id": "theirs", "subject": "wj-02"}, data={"kinds": ["study_session"], "topic": "别的"}),
        event("judgement.passed", "wj-02", clause="1.1", deduct="1", reason="不实"),
        registered("zz-99"),
        held("wj-02", study_hours=2.5),
    ]


@pytest.mark.parametrize("seed", range(3))
def test_what_is_stored_is_what_the_guard_saw(first: Book, seed: int) -> None:
    watching = Watching()
    taken = 0
    for body in mutated(samples(), 40 * len(KINDS), seed):
        before = first.store.size()
        watching.seen.clear()
        try:
            first.store.append(enumerate(body.split(b"\n"), 1), by=watching.recorder, now=NOW)
        except Refused:
            assert first.store.size() == before
            continue
        stored = [client_part(each) for each in bodies(first.store.export())[before:]]
        assert all(each in watching.seen for each in stored), body
        taken += len(stored)
    assert taken > 100, "some of them are good, and the guard has seen those"


@pytest.mark.parametrize("seed", range(3))
def test_nothing_forbidden_is_stored_in_whatever_bytes(first: Book, seed: int) -> None:
    watching = Watching(forbidden="wj-02")
    wanted = [each for each in samples() if each["subject"] == "wj-02"]
    forbidden = 0
    for body in mutated(wanted, 40 * len(KINDS), seed):
        before = first.store.size()
        try:
            first.store.append(enumerate(body.split(b"\n"), 1), by=watching.recorder, now=NOW)
        except NotPermitted:
            forbidden += 1
        except Refused:
            pass
        new = bodies(first.store.export())[before:]
        # A flipped letter may make it another unit's event; those of wj-02 stay out.
        assert all(each["subject"] != "wj-02" for each in new), body
    assert forbidden > 100


def test_forbidden_is_told_before_anything_else(book: Book) -> None:
    book.add(registered(), registered("wj-02"), theirs := held("wj-02"))
    guarded = Watching(forbidden="wj-02").recorder
    for said in (
        theirs,
        theirs | {"time": "2017-03-16"},
        held("wj-02", kinds=["no-such"]),
        held("wj-02", topic=1),
    ):
        with pytest.raises(NotPermitted) as caught:
            book.add(held(), said, b"{", by=guarded)
        assert [(each.line, each.field) for each in caught.value.problems] == [(2, "type")]
    assert book.store.size() == 3
    book.add(held(), by=guarded)
    book.add(held("wj-02"), by=LI)


def test_the_guard_sees_the_lines_before(book: Book) -> None:
    book.add(registered())
    named = held()

    def only_what_is_there(said: Mapping[str, Any], seen: Seen) -> Text | None:
        if said["type"] != "record.corrected":
            return None
        assert named["id"] in [each["id"] for each in seen.stream("wj-01")]
        return None if seen.record(said["data"]["record"]) else Text("不行")

    by = Recorder("li", guard=only_what_is_there)
    book.add(named, corrected(named, to_time="2017-03-14"), by=by)
    assert orjson.loads(list(book.store.export())[-1])["type"] == "record.corrected"
