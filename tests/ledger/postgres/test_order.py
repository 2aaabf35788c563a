"""Sequences have no gaps and come to be seen in their order, whoever is held, rolled back or cut off in between."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from threading import Event, Thread
from typing import Any

import pytest

from ledger.events.event import StoredEvent
from ledger.problem import Refused
from ledger.store.protocol import Transaction
from tests.ledger.postgres.watching import HELD, WAIT_SECONDS, Doing, Watch
from tests.ledger.support import Book, bodies, event, held, open_store, registered


def sequences(book: Book) -> list[int]:
    return [int(said["sequence"]) for said in bodies(book.store.export())]


def ids(book: Book) -> list[str]:
    return [said["id"] for said in bodies(book.store.export())]


@pytest.fixture(params=["known", "not known"])
def two(request: pytest.FixtureRequest, book: Book, other: Book) -> tuple[Book, Book]:
    """Two servers on one ledger; the first knows the ledger's end, so that it tries without locks, or does not."""
    (other if request.param == "not known" else book).add(registered(), registered("wj-02"))
    return book, other


def test_nobody_sees_a_number_before_the_one_below(two: tuple[Book, Book], watch: Watch) -> None:
    """The deterministic race: one writer has its number and is held, the other is quick."""
    slow, quick = two
    with watch.writer_held():
        first = Doing(lambda: slow.add(held(event_id=HELD)))
        watch.until_waiting(1)
        second = Doing(lambda: quick.add(held("wj-02", event_id="quick")))
        watch.until_waiting(2)
        assert not first.is_done
        assert not second.is_done
        assert sequences(quick) == [1, 2]
        assert quick.store.size() == 2
        with quick.store.read() as work:
            assert work.last_event() == (2, bodies(quick.store.export())[1]["recordedtime"])
    assert first.result().appended == second.result().appended == 1
    assert ids(quick)[2:] == [HELD, "quick"]
    assert sequences(quick) == [1, 2, 3, 4]
    instants = [said["recordedtime"] for said in bodies(quick.store.export())]
    assert instants[1] < instants[2] < instants[3]
    assert slow.store.verify().events == 4
    # Both go on, each with what the other wrote in mind.
    for number, book in enumerate([slow, quick, quick, slow]):
        assert book.add(held(event_id=f"after-{number}", time=f"2017-04-0{number + 1}")).appended == 1
    assert slow.store.verify().events == 8


def test_a_number_of_a_writer_that_is_cut_off_is_given_again(two: tuple[Book, Book], watch: Watch) -> None:
    slow, quick = two
    with watch.writer_held():
        first = Doing(lambda: slow.add(held(event_id=HELD)))
        watch.until_waiting(1)
        (holder,) = watch.waiting()
        second = Doing(lambda: quick.add(held("wj-02", event_id="quick")))
        watch.until_waiting(2)
        watch.terminate(holder)
        assert second.result().appended == 1
        assert sequences(quick) == [1, 2, 3]
        # The one that was cut off tries again by itself, and is held again.
        watch.until_waiting(1)
    assert first.result().appended == 1
    assert ids(quick)[2:] == ["quick", HELD]
    assert sequences(quick) == [1, 2, 3, 4]
    assert slow.store.verify() == quick.store.verify()


def test_a_writer_that_rolls_back_leaves_no_gap(two: tuple[Book, Book], watch: Watch) -> None:
    slow, quick = two
    watch.connection.execute(
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room'; END $$"
    )
    watch.connection.execute(
        "CREATE TRIGGER fail AFTER INSERT ON events FOR EACH ROW WHEN (NEW.id = 'bad') EXECUTE FUNCTION fail()"
    )
    for number in range(3):
        with pytest.raises(Exception, match="no room"):
            slow.add(held(event_id="bad"))
        assert quick.add(held("wj-02", event_id=f"{number}", time=f"2017-03-0{number + 1}")).appended == 1
    assert sequences(quick) == [1, 2, 3, 4, 5]
    watch.connection.execute("DROP TRIGGER fail ON events")
    assert slow.add(held(event_id="bad")).appended == 1
    assert slow.store.verify().events == 6


def test_one_id_from_two_servers_at_once(two: tuple[Book, Book], watch: Watch) -> None:
    """The same event is stored once and skipped once; another one of that id is a conflict."""
    slow, quick = two
    with watch.writer_held():
        said = held(event_id=HELD)
        first = Doing(lambda: slow.add(said))
        watch.until_waiting(1)
        again = Doing(lambda: quick.add(said))
        watch.until_waiting(2)
    assert (first.result().appended, again.result().skipped) == (1, 1)
    with watch.writer_held():
        first = Doing(lambda: slow.add(held(event_id="twice"), registered("wj-03", event_id=HELD + "-not")))
        assert first.result().appended == 2
        with pytest.raises(Refused, match="内容不同"):
            quick.add(held("wj-02", event_id="twice", time="2017-05-01"))
    assert slow.store.verify().events == 5


class Slow:
    """A projector that takes its time over one unit."""

    def __init__(self, unit: str) -> None:
        self.unit = unit
        self.scoring = Event()
        self.go_on = Event()

    def project(
        self, work: Transaction, appended: Mapping[str, Sequence[StoredEvent] | None], day: date
    ) -> Callable[[], None]:
        if self.unit in appended:
            self.scoring.set()
            assert self.go_on.wait(WAIT_SECONDS)
        return lambda: None

    def forget(self, units: Iterable[str] | None) -> None:
        assert units is None or all(units)


def test_other_units_do_not_wait_for_the_scoring_of_one(path: str, other: Book, watch: Watch) -> None:
    other.add(registered(), registered("wj-02"))
    slow = Slow("wj-01")
    with open_store(path, projector=slow) as store:
        first = Doing(lambda: Book(store).add(held(event_id="slow")))
        assert slow.scoring.wait(WAIT_SECONDS)
        for number in range(3):
            quick = held("wj-02", event_id=f"quick-{number}", time=f"2017-03-0{number + 1}")
            assert other.add(quick).appended == 1
        assert not first.is_done
        # Who writes to the same unit comes after.
        same = Doing(lambda: other.add(held(event_id="same", time="2017-05-01")))
        watch.until_waiting(1)
        assert not same.is_done
        slow.go_on.set()
        assert first.result().appended == same.result().appended == 1
    assert ids(other)[2:] == ["quick-0", "quick-1", "quick-2", "slow", "same"]
    assert sequences(other) == list(range(1, 8))
    assert other.store.verify().events == 7


def test_many_threads_of_three_servers(path: str) -> None:
    """Under load: no gap, nothing lost or doubled, every append's events together, instants strictly growing."""
    threads, rounds = 6, 12
    with open_store(path) as one, open_store(path) as two, open_store(path) as three:
        stores = [one, two, three]
        Book(one).add(
            registered("wj-00"), *(registered(f"wj-{number:02d}") for number in range(1, threads + 1))
        )
        errors: list[BaseException] = []

        def work(thread: int) -> None:
            book = Book(stores[thread % 3])
            try:
                for number in range(rounds):
                    key = f"{thread}-{number}"
                    parts = [
                        held(f"wj-{thread:02d}", event_id=f"{key}-{part}", time=f"2017-03-{part + 1:02d}")
                        for part in range(number % 3 + 1)
                    ]
                    assert book.add(*parts).appended == len(parts)
                    issued: dict[str, Any] = event(
                        "request.issued",
                        "wj-00",
                        event_id=f"{key}-r",
                        request=key,
                        title="x",
                        due_on="2017-05-01",
                    )
                    assert book.add(issued).appended == 1
                    assert book.add(issued).skipped == 1
                    book.add(event("request.answered", "wj-00", event_id=f"{key}-a", request=key))
                    with pytest.raises(Refused):
                        book.add(event("request.answered", "wj-00", request=f"{key}-nowhere"))
            except BaseException as error:  # noqa: BLE001  # told by the test
                errors.append(error)

        running = [Thread(target=work, args=(number,)) for number in range(1, threads + 1)]
        for thread in running:
            thread.start()
        seen: list[int] = []
        while any(thread.is_alive() for thread in running):
            found = [int(said["sequence"]) for said in bodies(three.export())]
            assert found == list(range(1, len(found) + 1))
            seen.append(len(found))
        for thread in running:
            thread.join(WAIT_SECONDS)
        assert not errors, errors[0]
        assert seen == sorted(seen)
        stored = bodies(one.export())
        assert one.verify().events == len(stored)
    per_thread = sum(number % 3 + 3 for number in range(rounds))
    assert len(stored) == threads + 1 + threads * per_thread
    assert [int(said["sequence"]) for said in stored] == list(range(1, len(stored) + 1))
    instants: dict[str, set[str]] = {}
    for said in stored[threads + 1 :]:
        instants.setdefault(said["recordedtime"], set()).add(said["id"].rpartition("-")[0] + said["type"])
    assert sorted(instants) == list(instants)
    assert all(len(appends) == 1 for appends in instants.values())
