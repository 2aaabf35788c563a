"""Kept duties say on every later day what a fresh look at the ledger says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

import reminders.agenda as agenda_module
from projections.duties import Duty
from reminders.agenda import Agenda, decoded, encoded
from taizhang.app.ledger import OpenLedger
from taizhang.demo import generate, live
from taizhang.startup.open_ledger import open_ledger

from .support import Desk, activity, event

UNITS = 3


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    """A demo district up to the end of June."""
    path = tmp_path_factory.mktemp("agenda") / "district.db"
    with open_ledger(f"sqlite:///{path}", durable=False, new=True) as session:
        live(
            session.store,
            (each for each in generate(UNITS, 2017) if each.recorded.date() <= date(2017, 6, 30)),
        )
        yield session


def statuses(found: dict[str, list[Duty]], day: date) -> set[tuple[object, ...]]:
    return {
        (unit, duty.rubric, duty.clause, duty.key, duty.due, duty.final, duty.status(day), subject)
        for unit, duties in found.items()
        for duty in duties
        for subject in duty.subjects
    }


def test_kept_duties_turn_as_the_days_pass(district: OpenLedger) -> None:
    """Kept on the 1st of July; looked at again on each turning day until the rubric closes, nothing being logged."""
    agenda = Agenda(district.store, district.projections)
    first = date(2017, 7, 1)
    kept = dict(agenda.duties(first))
    days = [
        first + timedelta(offset) for offset in (0, 1, 30, 31, 61, 91, 92, 120, 150, 183, 184, 200, 213, 214)
    ]
    for day in days:
        with district.store.read() as work:
            fresh = {unit: district.projections.duties(work, unit, day) for unit in kept}
        assert all(found is not None for found in fresh.values())
        assert statuses(kept, day) == statuses(
            {unit: found.found for unit, found in fresh.items() if found}, day
        ), day


def test_the_duties_are_the_unmet_requirements(district: OpenLedger) -> None:
    day = date(2017, 7, 1)
    found = dict(Agenda(district.store, district.projections).duties(day))
    with district.store.read():
        short = district.projections.shortfalls(district.store, None, day).as_json(str)["shortfalls"]
    listed = {
        (unit, clause, due, status, subject)
        for unit, _, clause, _, due, _, status, subject in statuses(found, day)
    }
    assert short
    for each in short:
        assert (
            each["unit"],
            each["clause"],
            date.fromisoformat(each["due"]),
            each["status"],
            each["subject"],
        ) in listed


def test_a_row_holds_until_the_unit_s_next_event(desk: Desk) -> None:
    day = date(2017, 3, 20)
    desk.clock.set("2017-03-20")
    agenda = desk.reminders.agenda
    before = dict(agenda.duties(day))
    assert dict(agenda.duties(day)) == before
    desk.record(activity("a1", "wj-01", "2017-03-20", "party_work_meeting"))
    after = dict(agenda.duties(day))
    assert {duty.clause for duty in before["wj-01"] if duty.due == date(2017, 3, 31)} - {
        duty.clause for duty in after["wj-01"] if duty.due == date(2017, 3, 31)
    } == {"2.1"}


def test_a_past_day_is_looked_at_afresh(desk: Desk) -> None:
    """Kept rows are of today; how it stood earlier is asked of the ledger."""
    desk.clock.set("2017-05-02")
    desk.record(activity("a1", "wj-01", "2017-03-20", "party_work_meeting"))
    agenda = desk.reminders.agenda
    assert agenda.renew(date(2017, 5, 2)) == 1
    due = date(2017, 3, 31)
    (past,) = (duties for _, duties in agenda.duties(date(2017, 3, 17)))
    assert "2.1" in {duty.clause for duty in past if duty.due == due}
    (now,) = (duties for _, duties in agenda.duties(date(2017, 5, 2)))
    assert "2.1" not in {duty.clause for duty in now if duty.due == due}


def test_a_dry_run_keeps_nothing(desk: Desk) -> None:
    list(desk.reminders.agenda.duties(date(2017, 3, 17), keep_rows=False))
    with desk.session.store.read() as work:
        assert work.connection.execute("SELECT count(*) FROM reminder_agenda").fetchone() == (0,)


def test_several_processes_find_the_same(district: OpenLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    day = date(2017, 6, 30)
    agenda = Agenda(district.store, district.projections)
    alone = list(agenda.duties(day, keep_rows=False))
    monkeypatch.setattr(agenda_module, "UNITS_FOR_PROCESSES", 1)
    monkeypatch.setattr(agenda_module, "UNITS_A_TASK", 1)
    counted: list[int] = []
    assert list(agenda.duties(day, progress=counted.append, keep_rows=False)) == alone
    assert counted == [1, 2, 3]


def test_duties_survive_being_written(desk: Desk) -> None:
    desk.clock.set("2017-05-03")
    desk.record(
        event(
            "r1", "request.issued", "wj-01", "2017-05-02", request="R1", title="花名册", due_on="2017-05-17"
        )
    )
    with desk.session.store.read() as work:
        found = desk.session.projections.duties(work, "wj-01", date(2017, 5, 3))
    assert found is not None
    request = next(duty for duty in found.found if duty.clause == "16.1")
    assert (request.key, request.raised) == ("R1", (date(2017, 5, 2), date(2017, 5, 3)))
    assert request.final == date(2018, 1, 31)
    assert decoded(encoded(found.found)) == found.found


def test_a_unit_has_no_duties_before_it_is_registered(desk: Desk) -> None:
    desk.clock.set("2017-04-03")
    desk.record(
        event("n1", "organization.registered", "wj-09", "2017-04-01", name="新校党支部", kind="branch")
    )
    agenda = desk.reminders.agenda
    assert [unit for unit, _ in agenda.duties(date(2017, 4, 3))] == ["wj-01", "wj-09"]
    assert [unit for unit, _ in agenda.duties(date(2017, 3, 31))] == ["wj-01"]
