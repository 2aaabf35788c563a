"""The tree that is kept as events come in is the tree over all events, and what is wrong with it is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from ledger.merkle.canonical import leaf_hash
from ledger.problem import Broken, Refused
from ledger.store.log import mend_subtrees
from ledger.store.protocol import Recorder
from tests.ledger.proofs.support import plain_root
from tests.ledger.support import Book, Place, corrected, event, held, open_store, registered, tamper

SYSTEM = Recorder("taizhang", "system")


def fill(book: Book, count: int) -> list[bytes]:
    """Append until there are *count* events; return the leaf hashes."""
    size = book.store.size()
    if size == 0:
        book.add(registered())
        size = 1
    if count > size:
        book.add(*(held(event_id=f"h{number}", topic=f"{number}") for number in range(size, count)))
    return [leaf_hash(body) for body in book.store.export()]


def anchor(**data: Any) -> dict[str, Any]:
    return event("anchor.recorded", kind="witness", authority="w", checkpoint="c", **data)


@pytest.mark.parametrize("sizes", [[1, 2, 3], [255, 256, 257], [513], [200, 300, 511, 512], [1, 1030]])
def test_the_tree_grows_with_every_append(book: Book, sizes: list[int]) -> None:
    for size in sizes:
        leaves = fill(book, size)
        with book.store.read() as work:
            tree = work.tree()
            assert tree.root() == plain_root(leaves)
            for earlier in (1, size // 2, size):
                assert tree.root(earlier) == plain_root(leaves[:earlier])
    assert book.store.verify().root == book.store.root() == plain_root(leaves).hex()


def test_two_levels_of_tiles(book: Book, path: Path) -> None:
    """65,536 events are a tile of tiles; written as rows, which is all that the tree sees."""
    leaves = [leaf_hash(b"%d" % number) for number in range(65_536 + 300)]
    rows = [(n, "u", str(n), "", b"", leaf) for n, leaf in enumerate(leaves, 1)]
    with book.store.write() as work:
        for start in range(0, len(rows), 5000):
            work.insert(rows[start : start + 5000])
    with book.store.read() as work:
        assert work.tree().root() == plain_root(leaves)
        kept = work.connection.execute("SELECT level, count(*) FROM subtrees GROUP BY level ORDER BY level")
        assert kept.fetchall() == [(1, 257), (2, 1)]


def test_a_refused_append_leaves_no_trace_in_the_tree(book: Book) -> None:
    leaves = fill(book, 250)
    with pytest.raises(Refused):
        book.add(*(held(topic=f"n{n}") for n in range(20)), held(topic=""))
    assert book.store.root() == plain_root(leaves).hex()
    leaves = fill(book, 260)
    assert book.store.verify().root == plain_root(leaves).hex()


@pytest.mark.parametrize(
    ("statement", "first"),
    [
        ("UPDATE subtrees SET hash = ? WHERE place = 1", 257),
        ("DELETE FROM subtrees WHERE place = 1", 257),
        ("DELETE FROM subtrees", 1),
        ("INSERT INTO subtrees VALUES (1, 2, ?)", 513),
        ("INSERT INTO subtrees VALUES (2, 0, ?)", 1),
    ],
)
def test_a_tampered_tree_is_found_and_can_be_made_anew(book: Book, statement: str, first: int) -> None:
    leaves = fill(book, 520)
    with book.store.write() as work:
        work.connection.execute(statement, [bytes(32)] * statement.count("?"))
    with pytest.raises(Broken) as caught:
        book.store.verify()
    assert caught.value.sequence == first
    assert mend_subtrees(book.store)
    assert not mend_subtrees(book.store)
    assert book.store.verify().root == plain_root(leaves).hex()


def test_nothing_is_appended_to_a_tree_that_is_not_whole(book: Book, path: Place) -> None:
    fill(book, 250)
    tamper(path, "DELETE FROM events WHERE sequence = 100")
    with pytest.raises(Broken):
        fill(book, 260)
    assert book.store.size() == 250


# -- events about the ledger itself ----------------------------------------------------------------------------


def test_an_anchor_is_of_no_unit(book: Book, tmp_path: Path) -> None:
    book.add(registered())
    said = anchor()
    assert book.add(said, by=SYSTEM).appended == 1
    assert book.add(said, by=SYSTEM).skipped == 1
    book.add(held())
    assert book.store.units() == ["wj-01"]
    assert [each["type"] for each in book.store.stream("wj-01")] == [
        "organization.registered",
        "activity.held",
    ]
    assert [each["id"] for each in book.store.stream("")] == [said["id"]]
    found = book.store.find(said["id"])
    assert found is not None
    assert "subject" not in found
    assert book.store.verify().events == 3
    lines = list(book.store.export())
    assert orjson.loads(lines[1])["sequence"] == "000000000002"
    with open_store(tmp_path / "copy.db") as copy:
        assert copy.restore(enumerate(lines, 1)).root == book.store.root()
        assert copy.units() == ["wj-01"]


def test_only_the_program_anchors_and_an_anchor_has_no_subject(book: Book) -> None:
    book.add(registered())
    book.refuses(anchor(), "type", "只由程序")
    book.refuses({**anchor(), "subject": "wj-01"}, "subject", "subject", by=SYSTEM)
    book.refuses({key: value for key, value in held().items() if key != "subject"}, "subject", "缺少")


def test_no_event_changes_an_anchor(book: Book) -> None:
    said = anchor()
    book.add(registered())
    book.add(said, by=SYSTEM)
    book.refuses(corrected(said, "wj-01", to_time="2017-01-01"), "data.record", "anchor.recorded")
    for kind, data in (
        ("record.retracted", {"reason": "x"}),
        ("claim.reviewed", {"verdict": "returned"}),
        ("evidence.attached", {"sha256": "0" * 64, "media_type": "a/b", "bytes": 1, "filename": "a"}),
    ):
        book.refuses(event(kind, record=said["id"], **data), "data.record", "anchor.recorded")


def test_the_projector_does_not_see_anchors(path: Path) -> None:
    seen: list[Any] = []

    class Projector:
        def project(self, work: Any, appended: Any, day: Any) -> Any:
            seen.append(set(appended))
            return lambda: None

        def forget(self, units: Any) -> None:
            seen.append("forgotten")

    with open_store(path, projector=Projector()) as store:
        book = Book(store)
        book.add(registered())
        book.add(anchor(), by=SYSTEM)
    assert seen == [{"wj-01"}]


def test_a_client_that_sends_one_is_told_that_and_nothing_else(book: Book) -> None:
    book.refuses({**anchor(), "subject": "wj-01"}, "type", "只由程序自己写入")
