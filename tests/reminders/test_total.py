"""Whatever a ledger holds, its mails go out: hostile text in older events, a unit whose duties cannot be worked out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default

import pytest
import vobject

from ledger.text import Text
from projections.requirement import Status
from projections.service import Projections
from reminders.contacts import Person
from reminders.deadlines import Deadline, calendar_file
from reminders.letter import Group, Letter, Line, UnitPart, Watched, WatchedClause, WatchedUnit
from reminders.mail import mail_message, mail_sender
from reminders.outbox import State
from reminders.plain import lines, one_line
from reminders.rendered_message import write
from reminders.robots import markdown

from .support import Desk, unit

NOW, DAY = datetime(2017, 3, 17, 1, tzinfo=UTC), date(2017, 3, 17)
HOSTILE = [
    "名\r\nBcc: everybody@example.cn",
    "名\n\nBEGIN:VCALENDAR",
    "名\x00\x08\x1b[31m",
    "名\u2028\u2029\x85\x0b\x0c",
    "名\ud800",
    " \t\n ",
    "\ue123𰻝",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_letter_about_anything_can_be_sent_over_every_channel(text: str) -> None:
    line = Line("2.1", Text(text), Text(text), DAY, 1, Status.OPEN, Group.DUE, Text("x"), "http://x")
    part = UnitPart("wj-01", text, "http://x", "1", "2", (line,))
    row, needy = (
        WatchedClause("2.1", Text(text), DAY, 1, 0, 0),
        WatchedUnit("wj-02", text, "http://x", 1, "1"),
    )
    watched = Watched((row,), (needy,), 1, 1, "http://x")
    person = Person("p", "email", "a@example.cn", name=text)
    for parts, table in (((part,), None), ((), watched), ((part, part), watched)):
        written = write(Letter("id", person, DAY, None, parts, table, "http://x"), str, NOW)
        assert "\n" not in written.subject
        raw = mail_message("id", person, written, mail_sender("台账 <l@example.cn>")).as_bytes()
        mail = message_from_bytes(raw, policy=default)
        assert mail["Bcc"] is None
        assert set(mail.keys()) >= {"From", "To", "Subject", "Message-ID"}
        assert markdown(written, 4096).encode()
        assert all(each.words.isprintable() or "\ue123" in each.words for each in written.chat)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_calendar_of_anything_can_be_read_back(text: str) -> None:
    deadline = Deadline("wj-01", "2.1", "", DAY, Status.OPEN, Text(text), Text(text), "http://x")
    content = calendar_file(text, [deadline], NOW, str, feed=True)
    (entry,) = vobject.readOne(content.decode()).vevent_list
    assert entry.summary.value.startswith("○ 待完成 2.1")


def test_what_can_be_shown_is_kept() -> None:
    assert one_line("王\ue123 𰻝·阿卜杜拉") == "王\ue123 𰻝·阿卜杜拉"
    assert one_line("名\r\nBcc: x") == "名  Bcc: x"
    assert lines("一\n二\x00三") == "一\n二 三"


def test_a_unit_whose_duties_cannot_be_worked_out_silences_nobody_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk.record(unit("wj-02"))
    desk.contact("wj-02", "other@example.invalid")
    working = Projections.duties

    def failing(self: Projections, work: object, unit_id: str, *rest: object, **how: object) -> object:
        if unit_id == "wj-01":
            raise ArithmeticError
        return working(self, work, unit_id, *rest, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(Projections, "duties", failing)
    desk.clock.set("2017-03-17")
    assert [each.state for each in desk.reminders.tick()] == [State.SENT]
    assert [address for address, _ in desk.channel.delivered] == ["other@example.invalid"]
    assert "wj-01" in caplog.text


def test_a_message_that_cannot_be_worded_is_told_and_holds_up_no_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reminders import service

    desk.record(unit("wj-02"))
    desk.contact("wj-02", "other@example.invalid")
    wording = service.write

    def failing(letter: Letter, *rest: object) -> object:
        if letter.person.address == "shuji@example.invalid":
            raise ValueError("no words")
        return wording(letter, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(service, "write", failing)
    found = {each.person.address: each for each in desk.remind("2017-03-17")}
    assert found["other@example.invalid"].state is State.SENT
    failed = found["shuji@example.invalid"]
    assert failed.state is State.FAILED
    assert "no words" in str(failed.problem)
    monkeypatch.setattr(service, "write", wording)
    desk.clock.advance(minutes=5)
    assert [each.state for each in desk.reminders.send(DAY)] == [State.SENT]
