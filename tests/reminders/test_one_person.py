"""One mailbox, however its address is spelt, is one person with one mail a day."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from reminders.outbox import State
from reminders.store import contacts
from reminders.store.schema import create_reminders, one_person_an_address
from taizhang.entry.contact import Entered, keep_contact

from .support import Desk, unit


def test_two_spellings_are_one_person_with_one_mail(desk: Desk) -> None:
    desk.record(unit("wj-02"))
    keep_contact(desk.session, Entered("wj-01", address="SHUJI@Example.INVALID"))
    keep_contact(desk.session, Entered("wj-02", address=" Shuji@example.invalid "))
    with desk.session.store.read() as work:
        people = {each.person.id: each.person for each in contacts.contacts(work.connection)}
        found = contacts.find_person(work.connection, "email", "shuji@EXAMPLE.invalid")
    ((_, person),) = people.items()
    assert person.address == "shuji@example.invalid"  # as it was typed first
    assert found == person
    assert [each.state for each in desk.remind("2017-03-17")] == [State.SENT]


def test_an_address_stays_as_it_was_typed(desk: Desk) -> None:
    kept = keep_contact(desk.session, Entered("wj-01", address="Li.Na@Example.CN"))
    assert kept.person.address == "Li.Na@Example.CN"
    robots = (
        (
            "https://Qyapi.weixin.qq.com/cgi-bin/send?key=aB",
            "https://qyapi.WEIXIN.qq.com/cgi-bin/send?key=aB",
        ),
        ("https://qyapi.weixin.qq.com/cgi-bin/send?key=ab",),
    )
    for number, spellings in enumerate(robots, 1):
        for address in spellings:
            keep_contact(desk.session, Entered("wj-01", channel="wecom", address=address))
        with desk.session.store.read() as work:
            of_robots = [
                each for each in contacts.contacts(work.connection) if each.person.channel == "wecom"
            ]
        assert len(of_robots) == number


def test_who_stood_in_an_older_store_twice_becomes_one_with_the_wishes_of_both(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "old.db")
    create_reminders(connection)
    for person, address, quiet, only_overdue in (
        ("a", "A@x.cn", '[["2017-07-01","2017-07-02"]]', 0),
        ("b", "a@X.cn", '[["2017-01-01","2017-01-02"]]', 1),
        ("c", "c@x.cn", "[]", 0),
    ):
        connection.execute(
            "INSERT INTO reminder_people (person, channel, address, name, language, quiet, only_overdue, secret, token)"
            " VALUES (?, 'email', ?, '', 'zh-CN', ?, ?, '', ?)",
            (person, address, quiet, only_overdue, person),
        )
    for unit_id, person in (("wj-01", "a"), ("wj-01", "b"), ("wj-02", "b"), ("wj-02", "c")):
        connection.execute("INSERT INTO reminder_contacts VALUES (?, ?, 'secretary')", (unit_id, person))
    for message, person, day in (
        ("m1", "a", "2017-03-17"),
        ("m2", "b", "2017-03-17"),
        ("m3", "b", "2017-03-18"),
    ):
        connection.execute(
            "INSERT INTO reminder_messages (id, person, day, channel, planned_at, state, attempts, told, subject,"
            " items) VALUES (?, ?, ?, 'email', '', 'failed', 1, 0, '', '[]')",
            (message, person, day),
        )
    one_person_an_address(connection)
    assert connection.execute(
        "SELECT person, reach, quiet, only_overdue FROM reminder_people ORDER BY person"
    ).fetchall() == [
        ("a", "a@x.cn", '[["2017-01-01","2017-01-02"],["2017-07-01","2017-07-02"]]', 1),
        ("c", "c@x.cn", "[]", 0),
    ]
    assert connection.execute(
        "SELECT unit, person FROM reminder_contacts ORDER BY unit, person"
    ).fetchall() == [
        ("wj-01", "a"),
        ("wj-02", "a"),
        ("wj-02", "c"),
    ]
    told = connection.execute("SELECT id, person FROM reminder_messages ORDER BY id").fetchall()
    assert told == [("m1", "a"), ("m2", "b"), ("m3", "a")]
