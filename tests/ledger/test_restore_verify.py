"""An export comes back byte for byte, and what was tampered with is found (contract §6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from ledger.merkle.canonical import canonical_bytes, leaf_hash
from ledger.problem import Broken, Refused
from tests.ledger.support import (
    Book,
    Place,
    corrected,
    event,
    held,
    joined,
    left,
    open_store,
    registered,
    retracted,
    tamper,
)


def _fill(book: Book) -> None:
    record, request = (
        held(study_hours=2.5, topic='e\u0301 "党"'),
        event("request.issued", request="r1", title="x", due_on="2017-05-01"),
    )
    book.add(registered(), registered("wj-01/b1"), registered("wj-02"), joined(), record, request)
    book.add(
        corrected(record, data={**record["data"], "study_hours": 3}), event("request.answered", request="r1")
    )
    book.add(left(), joined(subject="wj-01/b1"), held("wj-02", attendees="all"), retracted(record))


def _restore(path: Place, lines: list[bytes]) -> list[tuple[int | None, str]]:
    with open_store(path) as store:
        try:
            store.restore(enumerate(lines, 1))
        except Refused as refused:
            assert store.size() == 0
            return [(problem.line, problem.field) for problem in refused.problems]
        return []


def test_byte_for_byte(book: Book, new_place: Callable[[], Place]) -> None:
    _fill(book)
    lines = list(book.store.export())
    with open_store(new_place()) as copy:
        done = copy.restore((number, body + b"\n") for number, body in enumerate(lines, 1))
        assert (done.events, done.root) == (len(lines), book.store.root())
        assert list(copy.export()) == lines
        assert copy.root() == done.root
        assert copy.verify() == book.store.verify()
        # The copy goes on where the ledger was.
        more = held(time="2017-06-01")
        Book(copy).add(more)
        book.add(more)
        assert copy.root() == book.store.root()


def test_only_into_an_empty_ledger(book: Book) -> None:
    _fill(book)
    with pytest.raises(Refused, match="空的台账"):
        book.store.restore(enumerate(book.store.export(), 1))


def test_empty(new_place: Callable[[], Place]) -> None:
    with open_store(new_place()) as store:
        assert store.restore([]).events == 0


def _changed(**changes: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda said: {**said, **changes}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (_changed(sequence="000000000009"), "sequence"),
        (_changed(sequence="5"), "sequence"),
        (_changed(sequence=5), "sequence"),
        (_changed(recordedtime="2017-01-20T08:00:00.000000Z"), "recordedtime"),
        (_changed(recordedtime="2018-01-20T08:00:00Z"), "recordedtime"),
        (_changed(recordedtime="2018-13-20T08:00:00.000000Z"), "recordedtime"),
        (_changed(authid=""), "authid"),
        (lambda said: {key: value for key, value in said.items() if key != "authtype"}, "authtype"),
        (_changed(type="x.y"), "type"),
        (_changed(time="2017-03-15"), ""),
        (_changed(more=1), "more"),
        (_changed(data={"kinds": ["study_session"], "topic": "x", "study_hours": "2.50"}), ""),
        (_changed(data={"kinds": ["study_session"], "topic": "x", "study_hours": 2}), ""),
        (lambda said: orjson.dumps(dict(reversed(said.items()))), ""),
        (lambda said: canonical_bytes(said).replace(b'":', b'": ', 1), ""),
        (lambda said: canonical_bytes(said).replace(b"1.0", b"\\u0031.0", 1), ""),
        (lambda said: canonical_bytes(said)[:-1], ""),
    ],
)
def test_lines_that_were_touched(book: Book, new_place: Callable[[], Place], change: Any, field: str) -> None:
    _fill(book)
    lines = list(book.store.export())
    made = change(orjson.loads(lines[4]))
    lines[4] = made if isinstance(made, bytes) else canonical_bytes(made)
    assert _restore(new_place(), lines) == [(5, field)]


def test_lines_that_are_missing_or_twice(book: Book, new_place: Callable[[], Place]) -> None:
    _fill(book)
    lines = list(book.store.export())
    assert _restore(new_place(), lines[1:])[0] == (1, "sequence")
    assert _restore(new_place(), lines[:3] + lines[4:])[0] == (4, "sequence")
    twice = canonical_bytes({**orjson.loads(lines[-1]), "sequence": f"{len(lines) + 1:012d}"})
    assert _restore(new_place(), [*lines, twice]) == [(len(lines) + 1, "id")]


def test_references_and_codes_are_not_asked(new_place: Callable[[], Place], book: Book) -> None:
    book.add(registered())
    (body,) = book.store.export()
    stray = {
        **orjson.loads(body),
        **held("wj-09", kinds=["of_another_rubric"]),
        "time": "2017-03-15T00:00:00+08:00",
    }
    stray["sequence"] = "000000000002"
    path = new_place()
    assert _restore(path, [body, canonical_bytes(stray)]) == []
    with open_store(path) as store, pytest.raises(Broken) as caught:
        store.verify()
    assert caught.value.sequence == 2


@pytest.mark.parametrize(
    ("column", "changed", "words"),
    [
        ("body", lambda body: body.replace(b"study", b"Study"), "哈希"),
        ("body", lambda _: b"\0", "哈希"),
        ("leaf", lambda _: bytes(32), "哈希"),
        ("unit", lambda _: "wj-02", "列"),
        ("id", lambda _: "other", "列"),
        ("recordedtime", lambda _: "2019", "列"),
    ],
)
def test_tampering_is_found(
    book: Book, path: Place, column: str, changed: Callable[[bytes], Any], words: str
) -> None:
    _fill(book)
    value = changed(list(book.store.export())[4])
    tamper(path, f"UPDATE events SET {column} = ? WHERE sequence = 5", value)
    with pytest.raises(Broken) as caught:
        book.store.verify()
    assert caught.value.sequence == 5
    assert words in str(caught.value)


def test_a_deleted_event_is_missed(book: Book, path: Place) -> None:
    _fill(book)
    tamper(path, "DELETE FROM events WHERE sequence = 5")
    with pytest.raises(Broken, match="缺失") as caught:
        book.store.verify()
    assert caught.value.sequence == 5


@pytest.mark.parametrize(
    ("sequence", "changes", "words"),
    [
        (4, {"type": "member.left"}, "不在"),
        (5, {"sequence": "000000000006"}, "序号"),
        (5, {"recordedtime": "2017-01-20T08:00:00.000000Z"}, "入账时间"),
        (5, {"time": "2018-03-15T00:00:00+08:00"}, "晚于"),
        (5, {"data": {"kinds": [], "topic": "x"}}, "空列表"),
        (8, {"data": {"request": "r9"}}, "r9"),
        (12, {"data": {"record": "nowhere", "reason": "x"}}, "nowhere"),
    ],
)
def test_tampering_with_its_hash_is_found_by_the_rules(
    book: Book, path: Place, sequence: int, changes: dict[str, Any], words: str
) -> None:
    _fill(book)
    said = {**orjson.loads(list(book.store.export())[sequence - 1]), **changes}
    body = canonical_bytes(said)
    tamper(
        path,
        "UPDATE events SET body = ?, leaf = ?, recordedtime = ? WHERE sequence = ?",
        body, leaf_hash(body), said["recordedtime"], sequence,
    )  # fmt: skip
    with pytest.raises(Broken) as caught:
        book.store.verify()
    assert caught.value.sequence == sequence
    assert words in str(caught.value)


def test_progress(book: Book) -> None:
    _fill(book)
    done: list[int] = []
    book.store.verify(progress=done.append)
    assert done == [book.store.size()]
