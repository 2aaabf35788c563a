"""Due days as a calendar file, read back by another library than the one that wrote it."""

from datetime import date, timedelta

import pytest
import vobject

from reminders.deadlines import calendar_file, deadlines_of
from reminders.links import Links

from .support import BASE, Desk, activity


def calendar(desk: Desk, day: str) -> vobject.base.Component:
    with desk.session.store.read() as work:
        (card,) = desk.session.projections.cards(work, "wj-01", date.fromisoformat(day))
        content = calendar_file(
            "红梅小学党支部", deadlines_of(card, Links(BASE)), desk.clock(), str, feed=True
        )
    return vobject.readOne(content.decode("utf-8"))


def entries(desk: Desk, day: str) -> dict[tuple[str, str], vobject.base.Component]:
    return {
        (entry.summary.value.split(" ")[2], entry.dtstart.value.isoformat()): entry
        for entry in calendar(desk, day).vevent_list
    }


def test_every_due_day_stands_there_with_its_state(desk: Desk) -> None:
    desk.clock.set("2017-05-02")
    desk.record(activity("a1", "wj-01", "2017-04-05", "party_work_meeting"))
    found = entries(desk, "2017-05-02")
    assert {due for clause, due in found if clause == "2.1"} == {
        "2017-03-31", "2017-06-30", "2017-09-30", "2017-12-31"
    }  # fmt: skip
    states = {due: entry.categories.value[0] for (clause, due), entry in found.items() if clause == "2.1"}
    assert states == {
        "2017-03-31": "missed", "2017-06-30": "met", "2017-09-30": "open", "2017-12-31": "open"
    }  # fmt: skip
    assert ("1.2", "2018-01-31") in found
    missed = found["2.1", "2017-03-31"]
    assert missed.summary.value == "✗ 没有记录 2.1 专题研究党建工作"
    assert (
        missed.description.value == "第一季度台账里没有“专题研究党建工作”的记录；当时开展过的，现在补录照样算"
    )
    assert missed.url.value == f"{BASE}/log?unit=wj-01&clause=2.1&due=2017-03-31"
    alarms = [alarm.trigger.value for alarm in found["2.1", "2017-09-30"].valarm_list]
    assert alarms == [-timedelta(days=6, hours=15), -timedelta(hours=15)], "at nine, a week and a day before"
    assert not hasattr(missed, "valarm"), "what is over rings no more"
    assert missed.dtend.value - missed.dtstart.value == timedelta(days=1)


def test_it_is_the_same_entry_when_its_state_changes(desk: Desk) -> None:
    """A calendar that reads the file again changes its entry, and makes no second one."""
    before = entries(desk, "2017-03-20")["2.1", "2017-03-31"]
    desk.clock.set("2017-03-21")
    desk.record(activity("a1", "wj-01", "2017-03-21", "party_work_meeting"))
    after = entries(desk, "2017-03-21")["2.1", "2017-03-31"]
    assert before.uid.value == after.uid.value
    assert (before.categories.value, after.categories.value) == (["open"], ["met"])
    uids = [entry.uid.value for entry in calendar(desk, "2017-03-21").vevent_list]
    assert len(uids) == len(set(uids))


def test_a_feed_says_how_often_to_look(desk: Desk) -> None:
    found = calendar(desk, "2017-03-20")
    assert found.contents["refresh-interval"][0].value == "PT6H"
    assert found.method.value == "PUBLISH"
    assert found.contents["x-wr-calname"][0].value == "红梅小学党支部"


def test_the_file_in_a_mail_has_what_is_ahead(desk: Desk) -> None:
    desk.remind("2017-03-30")
    ((_, written),) = desk.channel.delivered
    assert written.calendar is not None
    attached = vobject.readOne(written.calendar.decode("utf-8"))
    dues = {entry.dtstart.value for entry in attached.vevent_list}
    assert min(dues) == date(2017, 3, 31)


@pytest.mark.parametrize("day", ["2017-01-01", "2017-12-31", "2018-01-31"])
def test_lines_are_no_longer_than_the_standard_allows(desk: Desk, day: str) -> None:
    with desk.session.store.read() as work:
        (card,) = desk.session.projections.cards(work, "wj-01", date.fromisoformat(day))
        content = calendar_file("长" * 60, deadlines_of(card, Links(BASE)), desk.clock(), str)
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
