"""Looking back: every event that fits is found once, the latest first, however the looks are cut into pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from ledger.events.event import StoredEvent, day_of, instant_of, unit_of
from ledger.store.protocol import Recorder, Store
from projections import event_search as trail
from projections import event_search_rows as trail_rows
from projections.event_search import Sought, look
from taizhang.app.ledger import OpenLedger
from taizhang.startup.open_ledger import open_ledger

START = datetime(2017, 3, 1, 1, 0, tzinfo=UTC)
UNITS = ("wj-01", "wj-02", "wj-03")


def event(event_id: str, type_: str, subject: str, day: date, /, **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": "/tests",
        "type": type_,
        "subject": subject,
        "time": day.isoformat(),
        "data": data,
    }


def fill(store: Store, rounds: int) -> None:
    """Record a few events a day: by the unit itself, now and then by others."""
    first = [
        event(f"u-{unit}", "organization.registered", unit, date(2017, 1, 1), name=unit, kind="branch")
        for unit in UNITS
    ]
    store.append([(None, orjson.dumps(each)) for each in first], by=Recorder("office"), now=START)
    for number in range(rounds):
        now = START + timedelta(days=number // 3, minutes=number)
        unit = UNITS[number % 3]
        day = (now - timedelta(days=number % 5)).date()
        made = event(f"e{number}", "activity.held", unit, day, kinds=["party_lecture"], topic="“讲”\\")
        by = 'li "er" \\' if number % 41 == 7 else "王五" if number % 29 == 3 else unit
        if number % 37 == 5:
            made = event(
                f"e{number}", "record.retracted", unit, now.date(), record=f"e{number - 3}", reason="误"
            )
        store.append([(None, orjson.dumps(made))], by=Recorder(by), now=now)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenLedger]:
    path = tmp_path_factory.mktemp("trail") / "ledger.db"
    with open_ledger(f"sqlite:///{path}", durable=False, new=True) as session:
        fill(session.store, 400)
        yield session


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail, "BLOCK_EVENTS", 10)
    monkeypatch.setattr(trail, "BLOCKS_A_LOOK", 6)
    monkeypatch.setattr(trail, "EVENTS_A_LOOK", 45)
    monkeypatch.setattr(trail, "WINDOW_BLOCKS", 7)
    monkeypatch.setattr(trail, "_PAGE", 15)


def everything(store: Store, sought: Sought, most: int) -> tuple[list[str], int]:
    """Return what all looks together find, and how many there were."""
    found: list[str] = []
    below: int | None = None
    for looks in range(1, 500):
        page = look(store, sought, below, most)
        assert len(page.events) <= most
        found += [each["id"] for each in page.events]
        assert page.next is None or below is None or page.next < below
        below = page.next
        if below is None:
            return found, looks
    raise AssertionError("it never ends")


def recorded_on(each: StoredEvent) -> date:
    return (instant_of(each["recordedtime"]) + timedelta(hours=8)).date()


def naively(store: Store, sought: Sought) -> list[str]:
    found = []
    for body in store.export():
        each = orjson.loads(body)
        days = (recorded_on(each), sought.recorded_from, sought.recorded_to), (
            day_of(each["time"]), sought.occurred_from, sought.occurred_to,
        )  # fmt: skip
        if (
            sought.unit in ("", unit_of(each["subject"]))
            and sought.by in ("", each["authid"])
            and (not sought.types or each["type"] in sought.types)
            and all((first or day) <= day <= (last or day) for day, first, last in days)
        ):
            found.append(each["id"])
    return found[::-1]


@pytest.mark.parametrize("most", [1, 7, 1000])
@pytest.mark.parametrize(
    "sought",
    [
        Sought(),
        Sought(by="王五"),
        Sought(by='li "er" \\'),
        Sought(by="nobody"),
        Sought(types=frozenset({"record.retracted"})),
        Sought(types=frozenset({"record.retracted", "organization.registered"})),
        Sought(by="wj-02", types=frozenset({"record.retracted"})),
        Sought(unit="wj-02"),
        Sought(unit="wj-02", by="王五"),
        Sought(unit="nowhere"),
        Sought(recorded_from=date(2017, 4, 1), recorded_to=date(2017, 4, 9)),
        Sought(by="王五", recorded_to=date(2017, 5, 3)),
        Sought(unit="wj-03", recorded_from=date(2017, 6, 1)),
        Sought(occurred_from=date(2017, 4, 1), occurred_to=date(2017, 4, 2)),
        Sought(by="wj-01", occurred_from=date(2017, 4, 1), occurred_to=date(2017, 4, 20)),
        Sought(recorded_from=date(2018, 1, 1)),
        Sought(recorded_to=date(2016, 1, 1)),
    ],
)
def test_all_looks_together_find_what_fits(session: OpenLedger, sought: Sought, most: int) -> None:
    expected = naively(session.store, sought)
    for _ in range(2):  # once before and once after it was noted what occurs where
        found, _looks = everything(session.store, sought, most)
        assert found == expected


def test_what_was_looked_through_once_is_passed_over(session: OpenLedger) -> None:
    with session.store.write() as work:
        trail_rows.clear(work.connection)
    sought = Sought(by="nobody")
    _, first = everything(session.store, sought, 50)
    _, then = everything(session.store, sought, 50)
    assert (first, then) == (7, 1)
    with session.store.read() as work:
        known = trail_rows.known(work.connection, 0, 10**9)
    assert known == set(range(session.store.size() // 10)), "only what is complete is noted"


def test_a_rebuild_forgets_what_was_noted(session: OpenLedger) -> None:
    everything(session.store, Sought(by="nobody"), 50)
    session.projections.rebuild(session.store, date(2017, 9, 1))
    with session.store.read() as work:
        assert trail_rows.known(work.connection, 0, 10**9) == set()


def test_the_first_event_recorded_from_an_instant_on(session: OpenLedger) -> None:
    with session.store.read() as work:
        times = [orjson.loads(body)["recordedtime"] for body in session.store.export()]
        for sequence in (1, 2, 3, 4, 50, 403):
            assert work.first_recorded(times[sequence - 1]) == times.index(times[sequence - 1]) + 1
        assert work.first_recorded("2016-01-01T00:00:00.000000Z") == 1
        assert work.first_recorded("2019-01-01T00:00:00.000000Z") == len(times) + 1


def test_an_empty_ledger(tmp_path: Path) -> None:
    with open_ledger(f"sqlite:///{tmp_path / 'empty.db'}", new=True) as empty:
        for sought in (Sought(), Sought(by="x"), Sought(unit="x"), Sought(recorded_from=date(2017, 1, 1))):
            found = look(empty.store, sought)
            assert (found.events, found.next) == ([], None)
