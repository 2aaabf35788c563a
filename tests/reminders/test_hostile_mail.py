"""Servers that refuse at every step, in the words of the providers, and for how long the mail is tried again."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import date

import pytest

from ledger.text import Text
from reminders.delivery import NotDelivered
from reminders.mail import Mail, mail_sender, mail_server
from reminders.outbox import State, last_day_of_use

from .scripted import Script, scripted
from .support import Desk, unit

DAY = date(2017, 3, 17)


@pytest.fixture
def script(desk: Desk) -> Iterator[Script]:
    with scripted(Script()) as there:
        use(desk, there)
        yield there


def use(desk: Desk, script: Script, login: str = "") -> None:
    mail = Mail(
        mail_server(f"smtp://{login}127.0.0.1:{script.port}"), mail_sender("台账 <ledger@example.cn>")
    )
    desk.reminders._channels = {"email": mail}


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "end"])
@pytest.mark.parametrize(
    "reply", ["501 Ip frequency limited", "554 rcpt to user exceed daily limit", "552 mailbox is full"]
)
def test_a_limit_passes_whichever_command_it_answers(
    desk: Desk, script: Script, step: str, reply: str
) -> None:
    script.answers[step] = reply.encode()
    assert [each.state for each in desk.remind("2017-03-17")] == [State.FAILED]
    assert desk.messages()[0].next_try is not None
    script.answers.clear()
    desk.clock.advance(hours=6)
    assert [each.state for each in desk.reminders.send(DAY)] == [State.SENT]
    assert script.taken == 1


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "end"])
def test_an_address_that_is_not_there_is_left_to_a_person(desk: Desk, script: Script, step: str) -> None:
    script.answers[step] = b"550 User not found"
    assert [each.state for each in desk.remind("2017-03-17")] == [State.FAILED]
    assert desk.messages()[0].next_try is None


def test_a_refusal_in_gbk_can_be_read(desk: Desk, script: Script) -> None:
    script.answers["rcpt"] = "550 发件人频率受限".encode("gbk")
    (failed,) = desk.remind("2017-03-17")
    assert str(failed.problem) == "邮件服务器拒收：550 发件人频率受限"


def test_a_login_that_is_locked_is_tried_again_later(desk: Desk, script: Script) -> None:
    use(desk, script, "ledger:secret@")
    script.answers |= {
        "ehlo": b"250-scripted\r\n250 AUTH PLAIN",
        "auth": b"535 Error: authentication failed, system busy",
    }
    (failed,) = desk.remind("2017-03-17")
    assert "535 Error: authentication failed, system busy" in str(failed.problem)
    del script.answers["auth"]
    desk.clock.advance(minutes=29)
    assert desk.reminders.send(DAY) == []
    desk.clock.advance(minutes=1)
    assert [each.state for each in desk.reminders.send(DAY)] == [State.SENT]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("党办-电脑", "[127.0.0.1]"),
        ("DANG BAN PC", "[127.0.0.1]"),
        ("localhost", "[127.0.0.1]"),
        ("-x.example.cn", "[127.0.0.1]"),
        ("a" * 300 + ".cn", "[127.0.0.1]"),
        ("ledger.example.cn", "ledger.example.cn"),
    ],
)
def test_how_this_machine_calls_itself(
    desk: Desk, script: Script, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: name)
    assert [each.state for each in desk.remind("2017-03-17")] == [State.SENT]
    assert script.commands[0] == f"ehlo {said}"


def test_the_last_reminder_of_a_quarter_outlives_a_night_without_mail_server(desk: Desk) -> None:
    """It was planned on the 30th at eight; the server came back on the 31st at nine, the last day to act."""
    desk.clock.set("2017-03-29")
    desk.reminders.tick()
    desk.channel.delivered.clear()
    desk.channel.before = _down
    desk.clock.set("2017-03-30", 8)
    for _ in range(25 * 4):
        desk.reminders.tick()
        desk.clock.advance(minutes=15)
    desk.channel.before = None
    for _ in range(2 * 4):
        desk.reminders.tick()
        desk.clock.advance(minutes=15)
    ((address, written),) = desk.channel.delivered
    assert address == "shuji@example.invalid"
    assert "期限 2017-03-31，今天到期" in written.text


def test_it_is_tried_until_everything_is_due_a_week_at_least_and_a_month_at_most(desk: Desk) -> None:
    planned = date(2017, 3, 17)
    assert last_day_of_use(planned, [date(2017, 3, 18)]) == date(2017, 3, 24)
    assert last_day_of_use(planned, [date(2017, 3, 31), date(2017, 3, 18)]) == date(2017, 3, 31)
    assert last_day_of_use(planned, [date(2017, 12, 31)]) == date(2017, 4, 17)
    desk.channel.before = _down
    desk.remind("2017-03-17")  # speaks also of the year's pace
    desk.clock.set("2017-04-17", 20)
    assert [each.state for each in desk.reminders.send(date(2017, 4, 17))] == [State.FAILED]
    assert desk.messages()[0].next_try is not None
    desk.clock.advance(minutes=235)
    desk.reminders.send(date(2017, 4, 17))
    assert desk.messages()[0].next_try is None


def test_what_would_meet_every_message_is_met_once_a_run(desk: Desk) -> None:
    desk.record(unit("wj-02"))
    desk.contact("wj-02", "other@example.invalid")
    tries = []

    def down(person: object) -> None:
        tries.append(person)
        _down(person)

    desk.channel.before = down
    assert [each.state for each in desk.remind("2017-03-17")] == [State.FAILED, State.FAILED]
    assert len(tries) == 1
    desk.channel.before = None
    assert [each.state for each in desk.reminders.send(DAY, at_once=True)] == [State.SENT, State.SENT]


def _down(person: object) -> None:
    raise NotDelivered(Text("连不上邮件服务器：{reason}", reason="Connection refused"), for_all=True)
