"""A record stays readable with everything that was said about it."""

from __future__ import annotations

import orjson
import pytest

from ledger.events.corrections import correction, retraction
from ledger.history import record_history
from ledger.problem import Refused
from ledger.text import Text
from tests.ledger.support import NOW, Book, event, held, registered


def test_history(book: Book) -> None:
    record = held()
    book.add(registered(), record, held(time="2017-05-01"))
    stored = book.store.find(record["id"])
    assert stored is not None
    moved = correction(stored, reason="日期写错", now=NOW, time="2017-03-16")
    topic = {"kinds": ["study_session"], "topic": "改"}
    renamed = correction(stored, reason="题目写错", now=NOW, data=topic)
    review = event("claim.reviewed", record=record["id"], verdict="returned", reason="不符")
    evidence = event(
        "evidence.attached", record=record["id"], sha256="0" * 64, media_type="a/b", bytes=1, filename="x"
    )
    gone = retraction(stored, reason="误录", now=NOW)
    for said in (moved, renamed, review, evidence, gone):
        assert book.add(said).appended == 1
    found = record_history(book.store, record["id"])
    assert found.record == stored
    assert (found.time, found.data) == ("2017-03-16T00:00:00+08:00", topic)
    assert [said["id"] for said in found.corrections] == [moved["id"], renamed["id"]]
    assert found.retraction is not None
    assert found.retraction["id"] == gone["id"]
    assert [said["id"] for said in found.reviews] == [review["id"]]
    assert [said["id"] for said in found.evidence] == [evidence["id"]]
    assert [said["id"] for said in found.later()] == [
        said["id"] for said in (moved, renamed, review, evidence, gone)
    ]
    assert found.corrections[0]["authid"] == "li"
    assert orjson.loads(orjson.dumps(found.as_json()))["current"]["retracted"] is True


def test_nothing_was_said(book: Book) -> None:
    record = held()
    book.add(registered(), record)
    found = record_history(book.store, record["id"])
    assert found.data == record["data"]
    assert (found.retraction, found.corrections, found.reviews, found.evidence) == (None, [], [], [])


def test_unknown(book: Book) -> None:
    with pytest.raises(Refused, match="没有编号"):
        record_history(book.store, "nowhere")


def test_text_is_rendered_in_the_readers_language() -> None:
    inner = Text("党课")
    text = Text("缺少{what}：{names}", what=inner, names=["a", Text("党课"), 3])
    assert str(text) == "缺少党课：a、党课、3"
    english = {"缺少{what}：{names}": "missing {what}: {names}", "党课": "party lecture", "、": ", "}
    assert text.render(lambda message: english[message]) == "missing party lecture: a, party lecture, 3"
    assert text == Text("缺少{what}：{names}", what=inner, names=["a", Text("党课"), 3])
    assert str(Text("{{a}}")) == "{a}"
