"""Once: planned by unique keys, claimed by one, looked at again, marked, and told to the ledger."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest

from ledger.text import Text
from reminders.contacts import Person
from reminders.delivery import NotDelivered, NotOurs
from reminders.outbox import LEASE, State, wait_after
from reminders.send import Sender
from reminders.store import contacts, outbox
from reminders.store.failing import failing
from taizhang.app.rubrics import install_rubric
from taizhang.startup.open_ledger import open_ledger

from .support import (
    Desk,
    activity,
    desk_over,
    event,
    fall_silent,
    refuse,
    refuse_for_good,
    reminders_over,
    unit,
)


@pytest.fixture
def url(new_url: Callable[[], str]) -> str:
    """A place for a ledger, on each engine in turn."""
    return new_url()


@pytest.fixture
def desk(url: str) -> Iterator[Desk]:
    """One unit and its secretary, as in conftest, on each engine."""
    with desk_over(url) as made:
        made.record(unit())
        made.contact("wj-01", "shuji@example.invalid", name="王书记")
        yield made


Q1 = {"2.1", "8.2", "8.5"}
"""Of 8.1 the one point is lost with January's."""


def clauses(desk: Desk) -> list[list[str]]:
    """Return the clauses of each mail delivered, as its attached calendar names them."""
    return [
        sorted(
            line.split()[2] for line in written.calendar.decode().splitlines() if line.startswith("SUMMARY")
        )
        for _, written in desk.channel.delivered
        if written.calendar
    ]


def test_a_mail_goes_out_once_and_the_ledger_knows(desk: Desk) -> None:
    (sent,) = desk.remind("2017-03-17")
    assert sent.state is State.SENT
    assert desk.remind("2017-03-17") == []
    ((address, written),) = desk.channel.delivered
    assert address == "shuji@example.invalid"
    assert written.subject == "8 项待办，最早 2017-03-31 到期：红梅小学党支部，2017 年第一季度提醒函"
    (told,) = desk.told()
    assert (told["subject"], told["authtype"], told["authid"]) == ("wj-01", "system", "reminders")
    assert told["data"]["channel"] == "email"
    assert {item["clause"] for item in told["data"]["items"] if item["due"] == "2017-03-31"} == Q1
    assert told["data"]["period"] == "2017-Q1-14"


def test_what_is_done_is_not_spoken_of(desk: Desk) -> None:
    desk.clock.set("2017-03-10")
    desk.record(activity("a1", "wj-01", "2017-03-09", "party_work_meeting", "unified_activity_day"))
    desk.remind("2017-03-17")
    (told,) = desk.told()
    assert {item["clause"] for item in told["data"]["items"] if item["due"] == "2017-03-31"} == {"8.2", "8.5"}


def test_the_shortfall_is_looked_at_again_when_it_is_sent(desk: Desk) -> None:
    """The mail server was away; meanwhile the secretary did everything but one thing, and then that."""
    desk.channel.before = refuse
    # The plan of volunteers' work is expected in 16 days: lead 14 is Sunday the 16th.
    (failed,) = desk.remind("2017-04-14")
    assert failed.state is State.FAILED
    assert [(item.clause, item.stage) for item in failed.items] == [("22.1", "expected-14")]
    desk.clock.set("2017-04-14", 10)
    desk.record(
        event(
            "d1",
            "document.filed",
            "wj-01",
            "2017-04-14",
            document="volunteer_plan",
            title="计划",
            target_sessions=4,
        )
    )
    desk.channel.before = None
    (obsolete,) = desk.reminders.send(date(2017, 4, 14), at_once=True)
    assert obsolete.state is State.OBSOLETE
    assert desk.channel.delivered == []
    assert desk.told() == []


def test_what_failed_is_tried_again_with_backoff_or_at_once(desk: Desk) -> None:
    desk.channel.before = refuse
    (failed,) = desk.remind("2017-03-17")
    assert (failed.state, str(failed.problem)) == (State.FAILED, "邮件服务器拒收：451 later")
    day = date(2017, 3, 17)
    assert desk.reminders.send(day) == []
    desk.clock.advance(minutes=5)
    assert [each.state for each in desk.reminders.send(day)] == [State.FAILED]
    desk.clock.advance(minutes=9)
    assert desk.reminders.send(day) == []
    desk.channel.before = None
    assert [each.state for each in desk.reminders.send(day, at_once=True)] == [State.SENT]
    assert desk.messages()[0].attempts == 3


def test_backoff_doubles_up_to_two_hours() -> None:
    assert [wait_after(number) for number in (1, 2, 3)] == [
        timedelta(minutes=minutes) for minutes in (5, 10, 20)
    ]
    assert wait_after(7) == wait_after(5000) == timedelta(hours=2)


def test_a_lasting_refusal_waits_for_a_person(desk: Desk) -> None:
    desk.channel.before = refuse_for_good
    assert [each.state for each in desk.remind("2017-03-17")] == [State.FAILED]
    desk.clock.advance(hours=12)
    assert desk.reminders.send(date(2017, 3, 17)) == []
    desk.channel.before = None
    assert [each.state for each in desk.remind("2017-03-17")] == [State.SENT]


def test_an_address_that_takes_nothing_is_marked_until_something_arrives(desk: Desk) -> None:
    def marked() -> list[str]:
        with desk.session.store.read() as work:
            return [f"{each.since[:10]} {each.problem}" for each in failing(work.connection).values()]

    def too_big(person: Person) -> None:
        raise NotDelivered(Text("太大"), lasting=True, about_message=True)

    for fault, expected in (
        (refuse, []),
        (too_big, []),
        (refuse_for_good, ["2017-03-17 邮件服务器拒收：550 no such user"]),
        (refuse, ["2017-03-17 邮件服务器拒收：550 no such user"]),
        (None, []),
    ):
        desk.channel.before = fault
        desk.remind("2017-03-17")
        assert marked() == expected, fault


def test_an_undelivered_mail_is_taken_up_by_the_next_day_s(desk: Desk) -> None:
    desk.channel.before = refuse
    desk.remind("2017-03-24")
    desk.channel.before = None
    (sent,) = desk.remind("2017-03-30")
    assert sent.state is State.SENT
    assert [message.state for message in desk.messages()] == [State.SENT, State.OBSOLETE]
    assert len(desk.channel.delivered) == 1


def test_silence_after_handing_over_is_unknown_and_stays_so(desk: Desk) -> None:
    desk.channel.after = fall_silent
    (doubtful,) = desk.remind("2017-03-17")
    assert doubtful.state is State.UNKNOWN
    desk.channel.after = None
    assert desk.remind("2017-03-17") == []
    with desk.session.store.write() as work:
        assert outbox.resend(work.connection, desk.messages(State.UNKNOWN)[0].id)
    assert [each.state for each in desk.reminders.send(date(2017, 3, 17))] == [State.SENT]


def test_a_channel_that_removes_duplicates_is_simply_tried_again(desk: Desk) -> None:
    desk.channel.removes_duplicates = True
    desk.channel.after = fall_silent
    assert [each.state for each in desk.remind("2017-03-17")] == [State.FAILED]
    desk.channel.after = None
    assert [each.state for each in desk.remind("2017-03-17")] == [State.SENT]


def test_a_program_error_stops_no_other_message(desk: Desk) -> None:
    desk.record(unit("wj-02"))
    desk.contact("wj-02", "other@example.invalid")

    def stumble(person: object) -> None:
        if "shuji" in str(person):
            raise ZeroDivisionError

    desk.channel.before = stumble
    assert sorted(each.state for each in desk.remind("2017-03-17")) == [State.FAILED, State.SENT]
    desk.channel.before, desk.channel.after = None, stumble
    assert [each.state for each in desk.remind("2017-03-17")] == [State.UNKNOWN]


def test_a_removed_contact_hears_nothing_more(desk: Desk) -> None:
    desk.channel.before = refuse
    desk.remind("2017-03-17")
    with desk.session.store.write() as work:
        person = contacts.find_person(work.connection, "email", "shuji@example.invalid")
        assert person is not None
        assert contacts.remove_contacts(work.connection, "wj-01", person.id) == 1
        assert contacts.person_with_id(work.connection, person.id) is None
    desk.channel.before = None
    assert [each.state for each in desk.reminders.send(date(2017, 3, 17), at_once=True)] == [State.OBSOLETE]
    assert desk.channel.delivered == []


def test_a_robot_s_limit_is_kept(desk: Desk) -> None:
    """Two messages to one group within a minute, where one is allowed: the second waits."""
    desk.channel.per_minute = 1
    desk.remind("2017-03-17")
    with desk.session.store.write() as work:
        outbox.resend(work.connection, desk.messages()[0].id)
    day = date(2017, 3, 17)
    assert [each.state for each in desk.reminders.send(day)] == [State.PLANNED]
    desk.clock.advance(seconds=61)
    assert [each.state for each in desk.reminders.send(day)] == [State.SENT]


def test_a_sender_that_died_before_handing_over_loses_nothing(desk: Desk) -> None:
    _plan_and_claim(desk, "dead")
    assert desk.reminders.send(date(2017, 3, 17)) == []
    desk.clock.advance(seconds=LEASE.total_seconds())
    assert [each.state for each in desk.reminders.send(date(2017, 3, 17))] == [State.SENT]


def test_a_sender_that_died_after_handing_over_leaves_it_unknown(desk: Desk) -> None:
    message = _plan_and_claim(desk, "dead")
    with desk.session.store.write() as work:
        assert outbox.hand_over(work.connection, message, "dead", desk.clock())
    desk.clock.advance(seconds=LEASE.total_seconds())
    assert desk.reminders.send(date(2017, 3, 17), at_once=True) == []
    (unknown,) = desk.messages(State.UNKNOWN)
    assert "不知是否已送达" in str(unknown.problem)


def test_who_is_slow_does_not_hand_over_what_is_not_his_any_more(desk: Desk) -> None:
    """A sender claims, sleeps through its lease, and wakes: another has sent meanwhile."""
    desk.clock.set("2017-03-17")
    day = date(2017, 3, 17)
    desk.reminders.keep(desk.reminders.drafts(day), day)

    def oversleep(person: object) -> None:
        desk.channel.before = None
        desk.clock.advance(seconds=LEASE.total_seconds())
        other = reminders_over(desk.session, desk.clock, desk.channel)
        assert [each.state for each in other.send(day)] == [State.SENT]

    desk.channel.before = oversleep
    assert desk.reminders.send(day) == []
    assert len(desk.channel.delivered) == 1


def test_who_knows_that_it_was_sent_may_say_so_late(desk: Desk) -> None:
    message = _plan_and_claim(desk, "slow")
    with desk.session.store.write() as work:
        outbox.hand_over(work.connection, message, "slow", desk.clock())
        desk.clock.advance(seconds=LEASE.total_seconds())
        assert outbox.recover(work.connection, desk.clock()) == [message]
        assert outbox.mark(work.connection, message, "slow", State.SENT, sent_at=desk.clock())
        assert not outbox.mark(work.connection, message, "slow", State.FAILED)
    assert [each.state for each in desk.messages()] == [State.SENT]


def test_the_ledger_is_told_after_a_crash_between_marking_and_telling(desk: Desk) -> None:
    message = _plan_and_claim(desk, "dead")
    with desk.session.store.write() as work:
        outbox.hand_over(work.connection, message, "dead", desk.clock())
        outbox.mark(work.connection, message, "dead", State.SENT, sent_at=desk.clock())
    assert desk.told() == []
    desk.reminders.send(date(2017, 3, 17))
    desk.reminders.send(date(2017, 3, 17))
    assert len(desk.told()) == 1


def _plan_and_claim(desk: Desk, sender: str) -> str:
    desk.clock.set("2017-03-17")
    day = date(2017, 3, 17)
    desk.reminders.keep(desk.reminders.drafts(day), day)
    with desk.session.store.write() as work:
        (message,) = outbox.claim(work.connection, sender, desk.clock(), desk.clock(), 10)
    return message.id


def test_two_servers_plan_one_message(desk: Desk, url: str) -> None:
    """Both have read that nothing is planned yet; whoever comes second finds it done."""
    desk.clock.set("2017-03-17")
    day = date(2017, 3, 17)
    with open_ledger(url, new=True) as second:
        other = reminders_over(second, desk.clock, desk.channel)
        both = [desk.reminders.drafts(day), other.drafts(day)]
        desk.reminders.keep(both[0], day)
        other.keep(both[1], day)
        sent = [*desk.reminders.send(day), *other.send(day)]
    assert len(both[0]) == len(both[1]) == len(sent) == len(desk.channel.delivered) == 1


def test_a_day_missed_stays_on_record_until_it_is_made_up_for(desk: Desk) -> None:
    desk.remind("2017-03-17")
    desk.remind("2017-03-28")
    standstill = desk.reminders.standstill(date(2017, 3, 29))
    assert standstill is not None
    assert (standstill.last_run, standstill.missed) == (date(2017, 3, 17), 7)
    (sent,) = desk.remind("2017-03-29", catch_up=True)
    assert {item.stage for item in sent.items if item.due == date(2017, 3, 31)} == {"5"}
    assert desk.reminders.standstill(date(2017, 3, 30)) is None


def test_the_ticker_waits_for_its_hour_and_makes_up_for_missed_days(desk: Desk) -> None:
    tick = desk.reminders.tick
    desk.clock.set("2017-03-17", 7)
    assert tick() == []
    desk.clock.set("2017-03-17", 8)
    assert [each.state for each in tick()] == [State.SENT]
    assert tick() == []
    # The server stood still until the 28th: one mail, with what lead day 5 would have said.
    desk.clock.set("2017-03-28", 11)
    (sent,) = tick()
    assert {item.stage for item in sent.items if item.due == date(2017, 3, 31)} == {"5"}
    desk.clock.set("2017-04-01", 9)
    (sent,) = tick()
    assert {item.stage for item in sent.items if item.due == date(2017, 3, 31)} == {"missed"}
    assert len(desk.channel.delivered) == 3


def test_a_day_missed_before_quiet_days_is_made_up_for_after_them(desk: Desk) -> None:
    """The server stood still on the 14th, when a request became overdue for somebody who was away from the 15th on."""
    away = ((date(2017, 7, 15), date(2017, 7, 20)),)
    desk.contact("wj-01", "away@example.invalid", quiet=away)
    desk.clock.set("2017-07-10")
    desk.record(
        event(
            "r1", "request.issued", "wj-01", "2017-07-10", request="R1", title="花名册", due_on="2017-07-13"
        )
    )
    for day in (10, 11, 12, 13, 17, 18, 19, 20, 21):
        desk.channel.delivered.clear()
        desk.clock.set(f"2017-07-{day}")
        desk.reminders.tick()
    assert [address for address, _ in desk.channel.delivered] == ["away@example.invalid"]
    assert "16.1" in desk.channel.delivered[0][1].text


def test_a_late_answer_and_a_rectified_finding_end_their_reminders(desk: Desk) -> None:
    desk.clock.set("2017-05-03")
    desk.record(
        event(
            "r1",
            "request.issued",
            "wj-01",
            "2017-05-03",
            request="R1",
            title="党员花名册",
            due_on="2017-05-17",
        ),
        event(
            "f1", "finding.raised", "wj-01", "2017-05-03", finding="F1", text="记录不全", due_on="2017-05-17"
        ),
    )
    (raised,) = desk.remind("2017-05-03")
    assert {(item.clause, item.stage) for item in raised.items} == {("16.1", "raised"), ("17.1", "raised")}
    desk.clock.set("2017-05-15")
    desk.record(event("f2", "finding.rectified", "wj-01", "2017-05-15", finding="F1"))
    (last,) = [each for each in desk.remind("2017-05-16") if each.state is State.SENT]
    assert {item.clause for item in last.items if item.due == date(2017, 5, 17)} == {"16.1"}
    (late,) = desk.remind("2017-05-18")
    assert {(item.clause, item.stage) for item in late.items} == {("16.1", "overdue")}
    desk.record(event("r2", "request.answered", "wj-01", "2017-05-18", request="R1"))
    assert all("16.1" not in {item.clause for item in each.items} for each in desk.remind("2018-01-17"))


def test_a_returned_claim_is_told_though_its_month_is_long_past(desk: Desk) -> None:
    desk.clock.set("2017-01-20")
    desk.record(activity("a1", "wj-01", "2017-01-18", "unified_activity_day"))
    desk.clock.set("2017-05-02")
    for month in (2, 3, 4):
        desk.record(activity(f"a{month}", "wj-01", f"2017-0{month}-18", "unified_activity_day"))
    desk.remind("2017-05-09")
    desk.clock.set("2017-05-10", 8)
    desk.record(
        event(
            "c1", "claim.reviewed", "wj-01", "2017-05-10", record="a1", verdict="returned", reason="没有记录"
        )
    )
    (told,) = desk.remind("2017-05-10")
    assert {(item.clause, item.due, item.stage) for item in told.items} == {
        ("8.1", date(2017, 1, 31), "turned")
    }
    assert desk.remind("2017-05-11") == []


def test_lead_days_that_an_operator_sets(desk: Desk) -> None:
    from reminders.store import calendar

    with desk.session.store.write() as work:
        calendar.keep_leads(work.connection, "2.1", (30,))
    desk.remind("2017-03-01")
    assert {item["clause"] for item in desk.told()[0]["data"]["items"]} >= {"2.1"}
    desk.remind("2017-03-17")
    assert "2.1" not in {item["clause"] for item in desk.told()[1]["data"]["items"]}


def test_lead_days_that_a_rubric_sets(desk: Desk) -> None:
    text = desk.session.rubric_text("wujin-2017").replace("id: wujin-2017", "id: ours-2017")
    before, after = text.split("{id: '2.1', ")
    desk.clock.set("2017-03-01")
    content = f"{before}{{id: '2.1', lead_days: [20, 3], {after}".encode()
    install_rubric(desk.session, content, "ours.yaml", now=desk.clock())
    desk.remind("2017-03-10")
    assert {item["clause"] for item in desk.told()[0]["data"]["items"]} == {"2.1"}
    desk.remind("2017-03-17")
    assert "2.1" not in {item["clause"] for item in desk.told()[1]["data"]["items"]}


def test_hand_over_raises_when_the_lease_is_another_s(desk: Desk) -> None:
    sender = Sender(desk.session.store, {}, lambda *_: pytest.fail("no channel, no words"), desk.clock, "a")
    _plan_and_claim(desk, "b")
    assert sender.run() == []
    assert issubclass(NotOurs, Exception)


def test_without_a_channel_it_says_what_to_set(desk: Desk) -> None:
    desk.clock.set("2017-03-17")
    day = date(2017, 3, 17)
    desk.reminders.keep(desk.reminders.drafts(day), day)
    sender = Sender(desk.session.store, {}, lambda *_: pytest.fail("no channel, no words"), desk.clock, "a")
    (failed,) = sender.run()
    assert failed.state is State.FAILED
    assert "TAIZHANG_SMTP_URL" in str(failed.problem)


def test_what_failed_on_a_workday_waits_over_the_weekend(desk: Desk) -> None:
    desk.channel.before = refuse
    desk.remind("2017-03-17")
    desk.channel.before = None
    desk.clock.set("2017-03-18")
    assert desk.reminders.tick() == []
    assert desk.remind("2017-03-18") == []
    desk.clock.set("2017-03-20")
    assert [each.state for each in desk.reminders.tick()] == [State.SENT]


def test_an_operator_may_send_again_on_a_day_off(desk: Desk) -> None:
    desk.remind("2017-03-17")
    desk.clock.set("2017-03-18")
    with desk.session.store.write() as work:
        assert outbox.resend(work.connection, desk.messages()[0].id)
    (sent,) = desk.reminders.send(date(2017, 3, 18), at_once=True, asked_for=True)
    assert sent.state is State.SENT
