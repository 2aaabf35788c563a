"""A small ledger with reminders over it: a clock that is set, channels that are watched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from ledger.events.event import SHANGHAI
from ledger.intake.clock_guard import leave_unguarded
from ledger.store.protocol import Recorder
from ledger.text import Text
from reminders.contacts import Person, Role
from reminders.delivery import Doubtful, HandOver, NotDelivered
from reminders.links import Links
from reminders.outbox import Message, State
from reminders.rendered_message import RenderedMessage
from reminders.service import Reminders
from reminders.store import contacts, outbox
from taizhang.app.ledger import OpenLedger
from taizhang.jobs.reminders import translate_for
from taizhang.startup.open_ledger import open_ledger

BASE = "http://ledger.example.cn"


@dataclass
class SetClock:
    """A clock that stands still until it is set."""

    now: datetime = datetime(2017, 3, 17, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def set(self, day: str, hour: int = 9) -> None:
        """Set it to an hour of a day in Shanghai."""
        self.now = datetime.combine(date.fromisoformat(day), datetime.min.time(), SHANGHAI).replace(hour=hour)

    def advance(self, **how: float) -> None:
        self.now += timedelta(**how)


@dataclass
class Watched:
    """A channel that keeps what it delivers; `fault` may raise before or after handing over."""

    delivered: list[tuple[str, RenderedMessage]] = field(default_factory=list)
    removes_duplicates: bool = False
    per_minute: int | None = None
    before: Callable[[Person], None] | None = None
    after: Callable[[Person], None] | None = None

    def send(self, id_: str, person: Person, written: RenderedMessage, hand_over: HandOver) -> None:
        if self.before:
            self.before(person)
        hand_over()
        if self.after:
            self.after(person)
        self.delivered.append((person.address, written))

    def close(self) -> None:
        pass


def refuse(person: Person) -> None:
    raise NotDelivered(Text("邮件服务器拒收：{code} {reply}", code=451, reply="later"))


def refuse_for_good(person: Person) -> None:
    raise NotDelivered(Text("邮件服务器拒收：{code} {reply}", code=550, reply="no such user"), lasting=True)


def fall_silent(person: Person) -> None:
    raise Doubtful(Text("机器人的答复看不懂，不知是否已送达"))


@dataclass
class Desk:
    """What a test of reminders works at."""

    session: OpenLedger
    clock: SetClock
    channel: Watched
    reminders: Reminders

    def record(self, *events: dict[str, Any]) -> None:
        """Append events, recorded at the clock."""
        lines = [(None, orjson.dumps(event)) for event in events]
        self.session.store.append(lines, by=Recorder("tests"), now=self.clock())

    def contact(self, unit: str, address: str, role: str = "secretary", **wishes: Any) -> Person:
        """Give somebody a place at a unit; he hears as it comes unless *weekly* says otherwise."""
        from dataclasses import replace

        with self.session.store.write() as work:
            person = contacts.find_person(work.connection, "email", address)
            person = replace(person or contacts.new_person("email", address), **({"weekly": False} | wishes))
            contacts.keep_person(work.connection, person)
            contacts.keep_contact(work.connection, unit, person.id, Role(role))
        return person

    def remind(self, day: str, *, catch_up: bool = False, at_once: bool = True) -> list[Any]:
        """Do what `taizhang remind` does on *day*."""
        self.clock.set(day)
        as_of = date.fromisoformat(day)
        self.reminders.keep(self.reminders.drafts(as_of, catch_up=catch_up), as_of, catch_up=catch_up)
        return self.reminders.send(as_of, at_once=at_once)

    def messages(self, *states: State) -> list[Message]:
        with self.session.store.read() as work:
            return outbox.messages(work.connection, states)

    def told(self) -> list[dict[str, Any]]:
        """Return the reminder.sent events."""
        events = [orjson.loads(body) for body in self.session.store.export()]
        return [event for event in events if event["type"] == "reminder.sent"]


@contextmanager
def desk_over(place: Path | str) -> Iterator[Desk]:
    """Open a ledger, a file or an address, with reminders over it."""
    clock, channel = SetClock(), Watched()
    url = place if isinstance(place, str) else f"sqlite:///{place}"
    with open_ledger(url, durable=False, new=True) as session:
        with session.store.write() as work:
            # Tests go to and fro between days.
            leave_unguarded(work.connection)
        yield Desk(session, clock, channel, reminders_over(session, clock, channel))


def reminders_over(session: OpenLedger, clock: SetClock, channel: Any) -> Reminders:
    return Reminders(
        session.store,
        session.projections,
        links=Links(BASE),
        channels={"email": channel},
        translate=translate_for,
        clock=clock,
    )


def event(event_id: str, event_type: str, subject: str, day: str, /, **data: Any) -> dict[str, Any]:
    """Return an event in client form."""
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": "urn:tests",
        "type": event_type,
        "subject": subject,
        "time": day,
        "data": data,
    }


def unit(name: str = "wj-01", title: str = "红梅小学党支部", **data: Any) -> dict[str, Any]:
    """Return the registration of a unit that is a branch without committee and groups."""
    settled = {
        "name": title,
        "kind": "branch",
        "has_committee": False,
        "has_groups": False,
        "term_ends_on": "2020-06-30",
    }
    return event(f"{name}-0", "organization.registered", name, "2017-01-01", **(settled | data))


def activity(event_id: str, subject: str, day: str, *kinds: str) -> dict[str, Any]:
    return event(event_id, "activity.held", subject, day, kinds=list(kinds), topic="学习")
