"""A jump of the machine's clock is refused inside the append, until somebody answers for the clock (contract §2)."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from ledger.events.event import instant_of
from ledger.intake import clock_guard
from ledger.intake.clock_guard import AHEAD_MAX, BEHIND_MAX, ClockRefused, confirmation_data, known_recorded
from ledger.problem import Refused
from ledger.store.protocol import Recorder
from tests.ledger.support import NOW, Book, bodies, event, held, registered

MICRO = timedelta(microseconds=1)
ANSWERS = Recorder("li", clock_is_right=True)


def confirm(book: Book, now: datetime) -> None:
    """Record that the clock *now* is right, as the program does it."""
    with book.store.read() as work:
        (last,) = work.back(work.tree().size, 1)
    said = event("clock.confirmed", **confirmation_data(last["recordedtime"], now, "校准"))
    said["time"] = now.isoformat(timespec="seconds")
    book.add(said, by=Recorder("li", "system", clock_is_right=True), now=now)


def last_of(book: Book) -> str:
    return bodies(book.store.export())[-1]["recordedtime"]


@pytest.mark.parametrize(
    ("off", "allowed"),
    [
        (-BEHIND_MAX, True), (-BEHIND_MAX - MICRO, False), (AHEAD_MAX, True), (AHEAD_MAX + MICRO, False),
        (timedelta(days=-200), False), (timedelta(days=4000), False), (timedelta(0), True),
    ],
)  # fmt: skip
def test_the_bounds(book: Book, off: timedelta, allowed: bool) -> None:
    book.add(registered())
    if allowed:
        assert book.add(held(), now=NOW + off).appended == 1
        return
    with pytest.raises(ClockRefused):
        book.add(held(), now=NOW + off)
    with pytest.raises(ClockRefused):
        book.add(*(held(time=f"2017-{1 + n // 28:02d}-{1 + n % 28:02d}") for n in range(100)), now=NOW + off)
    assert book.store.size() == 1
    assert book.add(held(), now=NOW + off, by=ANSWERS).appended == 1
    assert book.store.size() == 2


def test_an_empty_ledger_begins_at_any_clock(book: Book) -> None:
    assert book.add(registered(), now=datetime(2031, 1, 1, tzinfo=UTC)).appended == 1


def test_after_a_long_holiday_the_clock_is_answered_for_once(book: Book) -> None:
    book.add(registered())
    later = NOW + timedelta(days=200)
    book.refuses(held(), "recordedtime", "半年以上", now=later)
    confirm(book, later)
    assert book.add(held(), now=later + timedelta(minutes=1)).appended == 1
    # It was good for that jump only.
    book.refuses(held(time="2017-04-01"), "recordedtime", "半年以上", now=later + timedelta(days=181))


def test_a_ledger_that_was_poisoned_goes_on_and_it_is_told(book: Book) -> None:
    book.add(registered())
    poison = NOW + timedelta(days=170)
    book.add(held(), now=poison)
    now = NOW + timedelta(hours=1)
    book.refuses(held(time="2017-03-16"), "recordedtime", "还早", now=now)
    confirm(book, now)
    for day in range(17, 20):
        book.add(held(time=f"2017-03-{day}"), now=now + timedelta(days=day))
    # For half a year; then it has to be said again.
    book.refuses(held(time="2017-03-21"), "recordedtime", "还早", now=now - timedelta(hours=1))
    recorded = [said["recordedtime"] for said in bodies(book.store.export())]
    assert recorded == sorted(recorded)
    known = clock_guard.confirmations(book.store.stream(""))
    assert [(each.sequence, each.by, each.reason) for each in known] == [(3, "li", "校准")]
    assert known_recorded(1, recorded[0], known) == recorded[0]
    for sequence in range(2, 7):
        assert instant_of(known_recorded(sequence, recorded[sequence - 1], known)) == now
    # Another jump ahead is not covered by what was answered for before.
    book.add(held(time="2017-03-22"), now=poison + timedelta(days=100))
    book.refuses(held(time="2017-03-23"), "recordedtime", "还早", now=now + timedelta(days=20))


def test_a_confirmation_is_the_programs_own(book: Book) -> None:
    book.add(registered())
    said = event("clock.confirmed", **confirmation_data(last_of(book), NOW, None))
    with pytest.raises(Refused):
        book.add(said)


@pytest.mark.parametrize("seed", range(6))
def test_any_history_of_clocks(book: Book, seed: int) -> None:
    """Whatever the clock does: nothing is stored beyond the bounds unless answered for, and time never falls."""
    chance = random.Random(seed)
    book.add(registered())
    true = NOW
    stored = 1
    for number in range(40):
        true += timedelta(hours=chance.randrange(1, 200))
        jump = chance.choice([0, 0, 0, 0, -400, -2, 2, 100, 170, 400, 3000])
        now = true + timedelta(days=jump, minutes=chance.randrange(-9, 9))
        before = last_of(book)
        near = -BEHIND_MAX <= now - instant_of(before) <= AHEAD_MAX
        day = f"2017-{1 + number // 28:02d}-{1 + number % 28:02d}"
        try:
            book.add(held(time=day), now=now)
        except ClockRefused:
            assert not near
            if jump == 0 and chance.random() < 0.7:
                confirm(book, now)
                stored += 1
                book.add(held(time=day), now=now + timedelta(seconds=1))
                stored += 1
        else:
            stored += 1
            known = clock_guard.confirmations(book.store.stream(""))
            assert near or any(-BEHIND_MAX <= now - each.clock <= AHEAD_MAX for each in known)
        assert last_of(book) >= before
        assert book.store.size() == stored
    recorded = [said["recordedtime"] for said in bodies(book.store.export())]
    assert recorded == sorted(recorded)
    book.store.verify()
