"""Kept rows on a server: true to the events with two servers writing, and while they are rebuilt under them."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

import pytest

from projections import totals
from projections.rebuild import rebuilt_rows
from projections.service import Projections
from rubric.catalog import RubricCatalog
from taizhang.app.ledger import OpenLedger
from taizhang.startup.open_ledger import open_ledger
from tests.ledger.support import LI, NOW, corrected, event, held, joined, line, registered

DAY = NOW.date()
UNITS = ("wj-01", "wj-02", "wj-03")


def append(session: OpenLedger, *events: object) -> None:
    session.store.append([(None, line(each)) for each in events], by=LI, now=NOW)


def assert_kept_rows_agree(session: OpenLedger) -> None:
    """Every kept row is, in every column, the row that its stream gives when it is folded anew."""
    with session.store.read() as work:
        kept = list(totals.rows(work.connection))
    assert kept == list(
        rebuilt_rows(session.store.reader(), session.store.units(), RubricCatalog(), DAY, None)
    )


def busy(session: OpenLedger, office: int, errors: list[BaseException]) -> None:
    """Append a little of everything: to a unit of one's own, and to one that all write to."""
    try:
        for number in range(12):
            key = f"{office}-{number}"
            own = held(f"wj-0{office + 1}", event_id=key, attendees="all", study_hours="1", topic=key)
            append(session, own, held("wj-03", event_id=f"{key}-s", kinds=["party_work_meeting"], topic=key))
            append(session, corrected(own, to_time=f"2017-04-{number + 1:02d}"))
            append(session, event("claim.reviewed", own["subject"], record=key, verdict="returned"))
    except BaseException as error:  # noqa: BLE001  # told by the test
        errors.append(error)


@pytest.fixture
def url(new_postgres_url: Callable[[], str]) -> str:
    made = new_postgres_url()
    with open_ledger(made, new=True) as session:
        append(session, *map(registered, UNITS), *(joined(subject=unit) for unit in UNITS))
    return made


def test_two_servers_write_and_rebuild(url: str) -> None:
    errors: list[BaseException] = []
    with open_ledger(url, new=True) as one, open_ledger(url, new=True) as other:
        offices = [
            Thread(target=busy, args=(session, number, errors)) for number, session in enumerate([one, other])
        ]
        for office in offices:
            office.start()
        rebuilt = 0
        while any(office.is_alive() for office in offices):
            assert other.projections.rebuild(other.store, DAY) == len(UNITS)
            # Whoever asks in between is answered from one state: never a unit without its row.
            assert [row.unit for row in one.projections.board(one.store, DAY).rows] == list(UNITS)
            rebuilt += 1
        for office in offices:
            office.join(60)
        assert not errors, errors[0]
        assert rebuilt
        for session in (one, other):
            assert_kept_rows_agree(session)
            for unit in UNITS:
                remembered = session.projections.score(session.store, unit, DAY).as_json(str)
                assert remembered == Projections(RubricCatalog()).score(session.store, unit, DAY).as_json(str)
        append(one, held("wj-01", topic="after"))
        assert_kept_rows_agree(other)


def test_rebuild_mends_what_was_changed_beside_the_program(url: str) -> None:
    with open_ledger(url, new=True) as session:
        with session.store.write() as work:
            work.connection.execute("UPDATE totals SET score = 1 WHERE unit = ?", ("wj-01",))
            work.connection.execute("DELETE FROM totals WHERE unit = ?", ("wj-02",))
            work.connection.execute("UPDATE totals SET unit = ? WHERE unit = ?", ("wj-99", "wj-03"))
        session.projections.rebuild(session.store, DAY)
        assert_kept_rows_agree(session)


def test_rows_are_renewed_while_others_write(url: str) -> None:
    later = DAY.replace(month=3)
    with open_ledger(url, new=True) as one, open_ledger(url, new=True) as other:
        assert one.projections.renew(one.store, later) == len(UNITS)
        append(other, held("wj-01", topic="later"))
        with one.store.read() as work:
            rows = {row.unit: row.as_of for row in totals.rows(work.connection)}
        assert rows == {"wj-01": DAY.isoformat(), "wj-02": later.isoformat(), "wj-03": later.isoformat()}
        assert one.projections.renew(one.store, later) == 1
