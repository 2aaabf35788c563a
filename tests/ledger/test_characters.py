"""Text has one form at the door, without control characters; what is stored is taken as it is (contract §2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from ledger import nearest, problem
from ledger.intake.draft import KINDS_MAX, LIST_MAX, read_draft
from ledger.merkle.canonical import canonical_bytes
from ledger.problem import Refused
from tests.ledger.support import LI, NOW, Book, Place, corrected, event, held, joined, open_store, registered

CONTROLS = ["\x00", "\x07", "\x08", "\t", "\x1b[31m", "\x7f", "\x85", "\x9b", "\u2028", "\u202e", "\u2066"]
BREAKS = ["\n", "\r\n"]


def with_text(said: dict[str, Any], field: str, text: str) -> dict[str, Any]:
    return said | {"data": said["data"] | {field: text}}


SINGLE: list[tuple[Callable[[], dict[str, Any]], str]] = [
    (held, "topic"),
    (registered, "name"),
    (lambda: event("organization.changed", name="x"), "name"),
    (joined, "member"),
    (lambda: event("document.filed", document="annual_plan", title="x"), "title"),
    (lambda: event("publication.made", outlet="wujin_daily", title="x", url="https://x.example"), "url"),
    (lambda: event("honor.received", honor="role_model", level="district", title="x", work="w"), "work"),
    (lambda: event("request.issued", request="r", title="x", due_on="2017-05-01"), "request"),
    (lambda: event("request.issued", request="r", title="x", due_on="2017-05-01"), "title"),
    (lambda: event("election.postponed", until="2018-01-01", approved_by="局"), "approved_by"),
    (lambda: event("evidence.attached", record="e", sha256="0" * 64, media_type="image/png", bytes=1,
                   filename="a.png"), "filename"),
]  # fmt: skip
LINED: list[tuple[Callable[[], dict[str, Any]], str]] = [
    (lambda: event("judgement.passed", clause="1.1", deduct="1", reason="x", for_year=2017), "reason"),
    (lambda: event("finding.raised", finding="f", text="x", due_on="2017-05-01"), "text"),
    (lambda: event("record.retracted", record="e", reason="x"), "reason"),
]


def faults(said: dict[str, Any]) -> list[str]:
    return [each.field for each in read_draft(1, orjson.dumps(said)).problems]


@pytest.mark.parametrize(("make", "field"), SINGLE)
def test_a_name_is_one_line_without_controls(make: Callable[[], dict[str, Any]], field: str) -> None:
    assert faults(make()) == []
    for control in [*CONTROLS, *BREAKS, "\r"]:
        assert faults(with_text(make(), field, f"一{control}二")) == [f"data.{field}"], repr(control)


@pytest.mark.parametrize(("make", "field"), LINED)
def test_reasons_and_texts_have_lines_and_no_other_controls(
    make: Callable[[], dict[str, Any]], field: str
) -> None:
    for line_break in BREAKS:
        assert faults(with_text(make(), field, f"一{line_break}二{line_break}")) == []
    for control in [*CONTROLS, "\r", "\r\r\n"]:
        assert faults(with_text(make(), field, f"一{control}二")) == [f"data.{field}"], repr(control)


def test_everywhere_in_the_event_and_in_whatever_bytes() -> None:
    assert faults(held() | {"source": "a\u202eb"}) == ["source"]
    assert faults(held(attendees=["m", "m\n2"])) == ["data.attendees[1]"]
    assert faults(held(kinds=["a\tb"])) == ["data.kinds[0]"]
    assert faults(corrected(held(), data={"kinds": ["x"], "topic": "a\x00"})) == ["data.data.topic"]
    raw = orjson.dumps(held(topic="@")).replace(b"@", "\u202e\x7f".encode())
    assert [each.field for each in read_draft(1, raw).problems] == ["data.topic"]
    escaped = orjson.dumps(held(topic="@")).replace(b"@", b"\\u009B")
    assert [each.field for each in read_draft(1, escaped).problems] == ["data.topic"]


def test_what_is_stored_already_is_taken_as_it_is(book: Book, new_place: Callable[[], Place]) -> None:
    book.add(registered(), held(topic="旧"), held(topic="学习"))
    lines = list(book.store.export())
    old = orjson.loads(lines[1])
    old["data"] |= {"topic": "旧\n名\x1b[31m\x00", "kinds": ["study_session"] * 40}
    lines[1] = canonical_bytes(old)
    with open_store(new_place()) as store:
        assert store.restore(enumerate(lines, 1)).events == 3
        assert store.verify().events == 3
        assert list(store.export()) == lines


NUMBERS = ["1e99999999999999999999", "1e-99999999999999999999", "0e99999999999999999999", "1e500", "1" * 5000,
           "-0.0e999999999999999999999", "0." + "0" * 5000 + "1"]  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("field", ["study_hours", "for_year"])
def test_numbers_are_bounded(field: str, number: str) -> None:
    raw = orjson.dumps(held(**{field: 12345})).replace(b"12345", number.encode())
    draft = read_draft(1, raw)
    assert draft.event is None
    assert draft.problems


# -- hostile amounts -------------------------------------------------------------------------------------------


def test_lists_are_bounded() -> None:
    assert faults(held(kinds=["study_session"] * KINDS_MAX)) == []
    assert faults(held(kinds=["study_session"] * (KINDS_MAX + 1))) == ["data.kinds"]
    for field in ("attendees", "kinds"):
        assert faults(held(**{field: [1] * (LIST_MAX + 1)})) == [f"data.{field}"]
    assert faults(held(attendees=["x"] * (LIST_MAX + 1))) == [""], "more than an event can hold"
    assert len(faults(held(attendees=[1] * LIST_MAX))) == 1
    assert faults(held(**{f"field-{number}": 1 for number in range(5000)})) == ["data"]
    assert len(faults(held(**{f"field-{number}": 1 for number in range(90)}))) <= 50


def test_suggestions_are_few_and_looked_for_when_nothing_is_locked(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.add(registered())
    looked: list[str] = []
    compare = nearest.closest

    def counting(word: str, known: Any) -> str | None:
        # Another writer can be served meanwhile: no lock is held.
        with book.store.write():
            looked.append(word)
        return compare(word, known)

    monkeypatch.setattr(nearest, "closest", counting)
    lines = [(number, orjson.dumps(held(kinds=[f"study-{number}-{kind}" for kind in range(KINDS_MAX)])))
             for number in range(300)]  # fmt: skip
    with pytest.raises(Refused) as refused:
        book.store.append(lines, by=LI, now=NOW)
    assert looked == []
    problems = refused.value.problems
    assert len(looked) == problem.GUESSES_MAX
    assert len(problems) == problem.TOLD_MAX + 1
    assert str(problems[-1].text) == f"另有 {300 * KINDS_MAX - problem.TOLD_MAX} 处问题没有列出；请先改正这些"


def test_one_comparison_is_bounded() -> None:
    known = {f"k{number}" + "x" * 500 for number in range(10_000)} | {"party_lecture"}
    assert nearest.closest("party_lectur" + "", known) == "party_lecture"
    assert nearest.closest("z" * 100_000, known) is None


@pytest.mark.parametrize("end", [".", "..", "x/evidence", "/correct", "a/b/retract", "x/mended"])
def test_an_id_that_no_page_could_open_is_refused(book: Book, end: str) -> None:
    book.add(registered())
    said = held()
    book.refuses(said | {"id": end}, "id", "打不开")
    for good in (f"{end}x", f"x{end}".replace("/", ".") + ".", "evidence", "a/../b", "..."):
        book.add(said | {"id": good})
        said = held(time=f"2017-02-{len(good):02d}", topic=f"{good}{end}")
