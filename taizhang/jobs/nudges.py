"""Pressing for answers: one message to whoever sees to a unit that has not answered, past the outbox, once a day.

The messages go out beside the pages, one after the other; what came of them is counted where the button is.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from threading import Thread

from ledger.problem import Problem, Refused, StoreError
from ledger.text import Text
from reminders.contacts import Person, Role
from reminders.delivery import Channel, Doubtful, NotDelivered
from reminders.mail import BadMailSetting
from reminders.store import contacts, nudges
from reminders.trial import notice
from taizhang.app.ledger import OpenLedger
from taizhang.app.settings import Settings
from taizhang.jobs.reminders import channels_of, links_of, translate_for

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A unit that has not answered, what it was asked, and until when."""

    unit: str
    name: str
    words: str
    due: date


@dataclass(frozen=True, slots=True)
class Addressees:
    """Who is written to for whom; and the units that nobody can be written to for."""

    people: list[tuple[Person, list[Waiting]]]
    without: list[Waiting]


def addressees(session: OpenLedger, waiting: Sequence[Waiting], channels: Sequence[str]) -> Addressees:
    """Return who sees to each unit of *waiting*: everybody once, whatever he has to do with."""
    with session.store.read() as work:
        book = contacts.book(work.connection)
    people: dict[str, tuple[Person, list[Waiting]]] = {}
    without = []
    for each in waiting:
        found = {
            contact.person.id: contact.person
            for contact in book.of(each.unit)
            if contact.role is Role.SECRETARY and contact.person.channel in channels
        }
        for key, person in found.items():
            people.setdefault(key, (person, []))[1].append(each)
        if not found:
            without.append(each)
    return Addressees(list(people.values()), without)


def nudge(
    session: OpenLedger, settings: Settings, campaign: str, waiting: Sequence[Waiting], *, by: str
) -> Thread:
    """Write to who has not answered *campaign*; return the thread that does. Raises Refused where nobody can be."""
    if session.settings.demo_today is not None:
        raise _refused(Text("演示台账里的人都是编的，不发邮件"))
    try:
        channels = channels_of(settings)
    except BadMailSetting as error:
        raise _refused(error.text) from error
    found = addressees(session, waiting, list(channels))
    if not found.people:
        raise _refused(
            Text("未办的单位都没有留下收提醒的人；请系统管理员在“管理→联系人”里添加")
            if "email" in channels
            else Text("服务器上还没有设好邮件，请系统管理员设 TAIZHANG_SMTP_URL 和 TAIZHANG_MAIL_FROM")
        )
    now = session.clock()
    with session.store.write() as work:
        if not nudges.claim(work.connection, campaign, session.clock.today(), by, len(found.people)):
            raise _refused(Text("今天已经催过一次；一天最多催一次，免得打扰"))
    sending = _Sending(session, settings, channels, campaign, session.clock.today(), now)
    thread = Thread(target=sending.run, args=(found.people,), daemon=True, name="nudges")
    thread.start()
    return thread


def _refused(text: Text) -> Refused:
    return Refused([Problem("nudge", text)])


@dataclass
class _Sending:
    session: OpenLedger
    settings: Settings
    channels: dict[str, Channel]
    campaign: str
    day: date
    now: datetime

    def run(self, people: Sequence[tuple[Person, list[Waiting]]]) -> None:
        """Send to all; one that does not arrive keeps nobody from his."""
        try:
            for person, waiting in people:
                arrived = self._send(person, waiting)
                with self.session.store.write() as work:
                    nudges.count(work.connection, self.campaign, self.day, arrived=arrived)
        except StoreError:
            log.exception("nudges of %s", self.campaign)
        finally:
            for channel in self.channels.values():
                channel.close()

    def _send(self, person: Person, waiting: Sequence[Waiting]) -> bool:
        links = links_of(self.settings)
        notes = [
            Text(
                "{name}：“{words}”还没有办，期限 {due}。办了请登录台账记入：{link}",
                name=each.name,
                words=each.words,
                due=each.due,
                link=links.unit(each.unit),
            )
            for each in waiting
        ]
        subject = Text("催办：{words}", words=waiting[0].words[:60])
        translate = translate_for(person.language)
        _alike, written = notice(person.address, person.language, subject, notes, translate, self.now)
        # The same day and person make the same id: whatever happens, nobody is written to twice.
        id_ = sha256(f"{self.campaign} {self.day} {person.id}".encode()).hexdigest()[:24]
        try:
            self.channels[person.channel].send(f"nudge-{id_}", person, written, lambda: None)
        except (NotDelivered, Doubtful) as error:
            log.warning("nudge %s: %s", id_, type(error).__name__)
            return False
        return True
