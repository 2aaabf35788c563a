"""What the ledger adds, what it skips, what it warns of, and that an append is all or nothing (contract §2)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.checks.unit_state import UnitState
from ledger.events.event import StoredEvent
from ledger.events.strict_json import LINE_BYTES_MAX
from ledger.intake import append as append_module
from ledger.intake.lines import numbered_lines
from ledger.merkle.canonical import STORED_BYTES_MAX
from ledger.problem import Refused
from ledger.store.protocol import Recorder, Transaction
from ledger.store.sqlite import SqliteStore
from tests.ledger.support import (
    LI,
    NOW,
    Book,
    Place,
    bodies,
    corrected,
    event,
    held,
    joined,
    left,
    line,
    open_store,
    registered,
    retracted,
)


def test_what_is_stored(book: Book) -> None:
    said = registered(secretary="m1")
    book.add(said, by=Recorder("王", "user"))
    (body,) = book.store.export()
    assert orjson.loads(body) == {
        **said,
        "time": "2017-01-01T00:00:00+08:00",
        "sequence": "000000000001",
        "recordedtime": "2018-01-20T08:00:00.000000Z",
        "authtype": "user",
        "authid": "王",
    }
    assert body == rfc8785.dumps(orjson.loads(body))


def test_text_is_kept_to_the_byte(book: Book) -> None:
    topic = 'e\u0301 é \u200d \ufeff 丽 党\u3000😀 \\ " /'
    said = held(topic=topic)
    book.add(registered(), said)
    stored = book.store.find(said["id"])
    assert stored is not None
    assert stored["data"]["topic"] == topic


def test_one_instant_for_an_append_and_a_later_one_for_the_next(book: Book) -> None:
    book.add(registered(), held())
    book.add(held(time="2017-03-16"))
    book.add(held(time="2017-03-17"), now=NOW - timedelta(minutes=4))
    book.add(held(time="2017-03-18"), now=datetime(2018, 2, 1, 8, tzinfo=timezone(timedelta(hours=8))))
    assert [said["recordedtime"] for said in bodies(book.store.export())] == [
        "2018-01-20T08:00:00.000000Z",
        "2018-01-20T08:00:00.000000Z",
        "2018-01-20T08:00:00.000001Z",
        "2018-01-20T08:00:00.000002Z",
        "2018-02-01T00:00:00.000000Z",
    ]
    assert [said["sequence"] for said in bodies(book.store.export())] == [f"{n:012d}" for n in range(1, 6)]


def test_the_clock_has_a_zone(book: Book) -> None:
    with pytest.raises(ValueError, match="time zone"):
        book.add(registered(), now=NOW.replace(tzinfo=None))


@pytest.mark.parametrize("name", ["", "a\nb", "\ud800"])
def test_somebody_records(book: Book, name: str) -> None:
    assert book.fields(registered(), by=Recorder(name)) == [(None, "authid")]


def test_the_same_again_is_skipped(book: Book) -> None:
    record = held(study_hours=2)
    correction = corrected(record, data=record["data"] | {"study_hours": 3.50})
    events = [registered(), record, correction, retracted(record)]
    assert book.add(*events).appended == 4
    again = book.add(*events)
    assert (again.appended, again.skipped, again.warnings) == (0, 4, [])
    same = {**record, "time": "2017-03-15T00:00:00+08:00", "data": record["data"] | {"study_hours": "2.00"}}
    raw = orjson.dumps(same).replace(b'"2.00"', b"2.0")
    assert book.add(raw, by=Recorder("other")).skipped == 1
    assert book.store.size() == 4


def test_the_same_within_a_file_is_skipped(book: Book) -> None:
    record = held()
    result = book.add(registered(), record, record)
    assert (result.appended, result.skipped) == (2, 1)


def test_the_same_id_with_something_else_is_a_conflict(book: Book) -> None:
    record = held()
    book.add(registered(), registered("wj-02"), record)
    for other in (
        {**record, "source": "x"},
        {**record, "time": "2017-03-16"},
        {**record, "subject": "wj-02"},
        {**record, "datacontenttype": "application/json"},
        {**record, "data": {**record["data"], "topic": "别的"}},
        {**event("member.joined", member="m1"), "id": record["id"]},
    ):
        book.refuses(other, "id", "内容不同")
    assert book.fields(held(event_id="twice"), held("wj-02", event_id="twice")) == [(2, "id")]
    assert book.store.find(record["id"])["data"] == record["data"]  # type: ignore[index]


def test_a_refused_line_refuses_all(book: Book) -> None:
    book.add(registered())
    assert book.fields(held(), held("wj-09"), joined()) == [(2, "subject")]
    assert book.store.size() == 1


def test_lines_as_editors_write_them(book: Book) -> None:
    file = io.BytesIO(
        b"\xef\xbb\xbf" + line(registered()) + b"\r\n\r\n  \n" + line(joined()) + b"\n\n" + line(held())
    )
    assert book.store.append(numbered_lines(file), by=LI, now=NOW).appended == 3


def test_line_numbers_count_blank_lines(book: Book) -> None:
    file = io.BytesIO(b"\n\n" + line(registered()) + b"\n\n{}\n" + b"x" * (3 * LINE_BYTES_MAX) + b"\n[]")
    with pytest.raises(Refused) as caught:
        book.store.append(numbered_lines(file), by=LI, now=NOW)
    problems = caught.value.problems
    assert sorted({problem.line for problem in problems if problem.line is not None}) == [5, 6, 7]
    assert "太长" in str(next(problem.text for problem in problems if problem.line == 6))


def test_the_stored_form_has_a_bound(book: Book) -> None:
    book.add(registered())
    said = held(topic="")
    bare = len(line({**said, "time": "2017-03-15T00:00:00+08:00"})) + len(
        b'"authid":"li","authtype":"user","recordedtime":"2018-01-20T08:00:00.000000Z","sequence":"000000000001",'
    )
    said["data"]["topic"] = "x" * (STORED_BYTES_MAX - bare + 1)
    book.refuses(said, "", "65536")
    said["data"]["topic"] = "x" * (STORED_BYTES_MAX - bare)
    # Escapes make a line long, not the event.
    raw = line(said).replace(b"x", b"\\u0078")
    assert len(raw) > 5 * STORED_BYTES_MAX
    book.add(raw)
    assert len(list(book.store.export())[-1]) == STORED_BYTES_MAX


def test_probable_duplicates_are_warned_of(book: Book) -> None:
    first = held(kinds=["study_session", "party_lecture"])
    book.add(registered(), registered("wj-01/b1"), first)
    same = [
        held(kinds=["party_lecture"]),
        event("publication.made", outlet="wujin_daily", title="a"),
        event("publication.made", outlet="wujin_daily", title="b"),
        held("wj-01/b1"),
        held(time="2017-03-16"),
        held(kinds=["member_meeting"]),
        event("publication.made", outlet="changzhou_daily", title="a"),
    ]
    warnings = book.add(*same).warnings
    assert [(warning.line, warning.field) for warning in warnings] == [(1, "id"), (3, "id")]
    assert first["id"] in str(warnings[0].text)
    assert same[1]["id"] in str(warnings[1].text)


def test_reading(book: Book) -> None:
    book.add(registered(), registered("wj-02"), registered("wj-01/b1"), held("wj-02"))
    store = book.store
    assert store.units() == ["wj-01", "wj-02"]
    assert [said["sequence"][-1] for said in store.stream("wj-01")] == ["1", "3"]
    assert [said["sequence"][-1] for said in store.stream("wj-01", 1)] == ["3"]
    assert [said["subject"] for said in bodies(store.export("wj-02"))] == ["wj-02", "wj-02"]
    assert list(store.export("nowhere")) == []
    assert store.find("nowhere") is None
    assert store.find("\ud800") is None


class _Recording:
    """A projector that writes down what it was told."""

    def __init__(self, fails: bool = False) -> None:
        self.told: list[tuple[dict[str, list[str] | None], date]] = []
        self.forgotten: list[str] = []
        self.fails = fails

    def project(
        self, work: Transaction, appended: Mapping[str, Sequence[StoredEvent] | None], day: date
    ) -> Callable[[], None]:
        ids = {
            unit: None if events is None else [said["sequence"] for said in events]
            for unit, events in appended.items()
        }
        self.told.append((ids, day))
        for unit, events in appended.items():
            if events:
                assert work.last_sequence(unit) == int(events[-1]["sequence"])
                assert list(work.stream(unit))[-len(events) :] == list(events)
        if self.fails:
            raise RuntimeError("projection")
        return lambda: None

    def forget(self, units: Iterable[str] | None) -> None:
        self.forgotten += units or ()


def test_projector_is_told_inside_the_transaction(path: Place) -> None:
    projector = _Recording()
    with open_store(path, projector=projector) as store:
        book = Book(store)
        first = registered()
        evening = datetime(2018, 1, 20, 16, 0, tzinfo=UTC)
        book.add(first, registered("wj-02"), held(), now=evening)
        book.add(first, now=evening)
        book.problems(held("wj-09"), now=evening)
    assert projector.told == [
        (
            {"wj-01": ["000000000001", "000000000003"], "wj-02": ["000000000002"]},
            date(2018, 1, 21),
        )
    ]
    assert projector.forgotten == []


def test_a_failing_projector_leaves_nothing(path: Place) -> None:
    projector = _Recording(fails=True)
    with open_store(path, projector=projector) as store:
        for _ in range(2):
            with pytest.raises(RuntimeError):
                Book(store).add(registered())
            assert store.size() == 0
        assert projector.forgotten == ["wj-01", "wj-01"]
        projector.fails = False
        assert Book(store).add(registered()).appended == 1


def test_a_big_import_is_not_kept_for_the_projector(path: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(append_module, "KEPT_EVENTS_MAX", 5)
    monkeypatch.setattr(append_module, "CHUNK_LINES", 3)
    projector = _Recording()
    with open_store(path, projector=projector) as store:
        events = [
            registered(),
            registered("wj-02"),
            *[held(time=f"2017-03-{day:02d}") for day in range(1, 9)],
        ]
        done: list[int] = []
        numbered = enumerate(map(line, events), 1)
        assert store.append(numbered, by=LI, now=NOW, progress=done.append).appended == 10
        assert done == [3, 6, 9, 10]
    assert projector.told[0][0] == {"wj-01": None, "wj-02": None}


def test_chunks_see_each_other(path: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(append_module, "CHUNK_LINES", 2)
    record = held(attendees=["m1"])
    entry = joined()
    with open_store(path) as store:
        book = Book(store)
        result = book.add(
            registered(), entry, left(), joined(), record, record, corrected(record, to_time="2017-04-01"), held(),
            held(time="2017-04-01"),
        )  # fmt: skip
        assert (result.appended, result.skipped, len(result.warnings)) == (8, 1, 1)
        assert book.fields(retracted(entry), held(topic=""), held("wj-09"), held(topic="")) == [
            (1, "data.record"), (2, "data.topic"), (3, "subject"), (4, "data.topic"),
        ]  # fmt: skip


_STEPS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(1, 3), st.integers(0, 30), st.booleans()),
    min_size=5,
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(_STEPS)
def test_registers_kept_in_memory_are_those_folded_anew(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int, int, bool]]
) -> None:
    _live_through(tmp_path_factory.mktemp("register") / "a.db", steps)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_STEPS)
def test_registers_of_two_servers_are_those_folded_anew(
    new_postgres_url: Callable[[], str], steps: list[tuple[int, int, int, bool]]
) -> None:
    _live_through(new_postgres_url(), steps)


def _live_through(path: Place, steps: list[tuple[int, int, int, bool]]) -> None:
    """Any history, refused steps included: the register that moved event by event is the fold of the stream."""
    with open_store(path) as store, open_store(path) as other:
        Book(store).add(registered(), registered("wj-01/b1"))
        made: list[dict[str, Any]] = []
        for kind, number, which, elsewhere in steps:
            said = _step(kind, number, made, which)
            try:
                Book(other if elsewhere else store).add(said)
            except Refused:
                continue
            made.append(said)
        registers = store._registers if isinstance(store, SqliteStore) else store._writer._registers
        registers.begin(store.size())
        with store.read() as work:
            held_register = registers.current("wj-01", work)
        fresh = UnitState()
        fresh.rebuild(store.stream("wj-01"))
        for name in UnitState.__slots__:
            if name == "likenesses":
                assert _sets(held_register.likenesses) == _sets(fresh.likenesses)
            elif name != "last":
                assert getattr(held_register, name) == getattr(fresh, name)
        assert store.verify().events == store.size()


def _sets(likenesses: Mapping[Any, Any]) -> dict[Any, set[str]]:
    return {like: {ids} if isinstance(ids, str) else set(ids) for like, ids in likenesses.items()}


def _step(kind: int, number: int, made: list[dict[str, Any]], which: int) -> dict[str, Any]:
    member, key = f"m{number}", f"r{number}"
    subject = "wj-01/b1" if which % 2 else "wj-01"
    day = f"2017-03-{which % 4 + 1:02d}"
    if kind == 0:
        return joined(member, subject)
    if kind == 1:
        return left(member, subject)
    if kind == 2:
        return event("request.issued", subject, request=key, title="x", due_on="2017-05-01")
    if kind == 3:
        return event("request.answered", subject, request=key)
    if kind <= 5 or not made:
        return held(subject, time=day, attendees=[member] if number < 3 else [])
    record = made[which % len(made)]
    if kind == 6:
        return retracted(record)
    data = dict(record["data"])
    if "member" in data:
        data["member"] = member
    elif "request" in data:
        data["request"] = key
    elif "attendees" in data:
        data["attendees"] = [member]
    return corrected(record, to_time=day) if kind == 7 else corrected(record, data=data)
