"""Sending: claim, look again, hand over, mark. Any number of senders may work on one outbox.

A message is handed over by the sender that holds its lease and by nobody else. Who dies before handing over leaves it
to others; who dies after leaves it unknown. Each step is a transaction of its own, and none is open while a server is
talked to.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ledger.events.event import SHANGHAI
from ledger.store.protocol import Store
from ledger.text import Text

from .contacts import Person
from .delivery import Channel, Doubtful, NotDelivered, NotOurs
from .outbox import Message, State, last_day_of_use, wait_after
from .plan import Item
from .rendered_message import RenderedMessage
from .store import contacts, outbox
from .store.failing import clear_failing, mark_failing

BATCH = 20
_MINUTE = timedelta(minutes=1)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Worded:
    """A message in words (None: nothing in it is unmet any more), and the items that fell away."""

    written: RenderedMessage | None
    done: tuple[Item, ...] = ()


Word = Callable[[Message, Person, Sequence[Item]], Worded]
"""Puts a message into words from the state of the ledger now."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one message in this run."""

    message: Message
    person: Person | None
    subject: str
    items: tuple[Item, ...]
    state: State
    problem: Text | None = None


class Sender:
    """One sender, under a name of its own."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        word: Word,
        clock: Callable[[], datetime],
        name: str,
        batch: int = BATCH,
    ) -> None:
        self._store = store
        self._channels = channels
        self._word = word
        self._clock = clock
        self._name = name
        self._batch = batch
        self._stuck: dict[str, NotDelivered] = {}
        """What every message over a channel would meet in this run: found out once, not once a message."""

    def run(self, *, at_once: bool = False) -> list[Sent]:
        """Send what waits, each message once in this run; *at_once*: also what failed and would wait longer."""
        self.recover()
        self._stuck.clear()
        begun = self._clock()
        if at_once:
            with self._store.write() as work:
                outbox.retry_now(work.connection, begun)
        done: list[Sent] = []
        while True:
            # What fails now waits until after this run's beginning, so that it is not claimed again.
            with self._store.write() as work:
                claimed = outbox.claim(work.connection, self._name, self._clock(), begun, self._batch)
                # On a server another sender may have been quicker with these, and more may wait behind them.
                if not claimed and not outbox.any_waiting(work.connection, begun):
                    return done
            done += [result for message in claimed if (result := self._send(message)) is not None]

    def recover(self) -> list[str]:
        """Take over from senders that died; return the ids of what they may have sent."""
        repeatable = [name for name, channel in self._channels.items() if channel.removes_duplicates]
        with self._store.write() as work:
            return outbox.recover(work.connection, self._clock(), repeatable)

    def _send(self, message: Message) -> Sent | None:
        with self._store.read() as work:
            person = contacts.person_with_id(work.connection, message.person)
            items = tuple(outbox.items(work.connection, message.id))
        if person is None:
            return self._mark(message, None, "", items, State.OBSOLETE, Text("联系人已经删除"))
        channel = self._channels.get(message.channel)
        if channel is None:
            return self._failed(message, person, "", items, NotDelivered(_not_set_up(message.channel)))
        if message.channel in self._stuck:
            return self._failed(message, person, "", items, self._stuck[message.channel])
        if self._too_fast(person, channel):
            return self._mark(
                message, person, "", items, State.PLANNED, next_try=self._clock() + _MINUTE, refund=True
            )
        handing = _HandOver(
            self._store, message, self._name, self._clock, counted=channel.per_minute is not None
        )
        try:
            return self._deliver(message, person, items, channel, handing)
        except NotOurs:
            return None
        except Exception as error:  # noqa: BLE001 - one message must not stop the others
            _log.exception("message %s", message.id)
            problem = Text("程序出错：{error}", error=f"{type(error).__name__}: {error}"[:200])
            if handing.done:
                return self._mark(message, person, message.subject, items, State.UNKNOWN, problem)
            return self._failed(message, person, message.subject, items, NotDelivered(problem))

    def _deliver(
        self,
        message: Message,
        person: Person,
        items: tuple[Item, ...],
        channel: Channel,
        handing: _HandOver,
    ) -> Sent:
        worded = self._word(message, person, items)
        items = tuple(item for item in items if item not in worded.done)
        if worded.written is None:
            return self._mark(message, person, "", items, State.OBSOLETE, Text("发送前已经全部完成"))
        subject = worded.written.subject
        try:
            channel.send(message.id, person, worded.written, handing)
        except NotDelivered as error:
            return self._failed(message, person, subject, items, error)
        except Doubtful as error:
            if channel.removes_duplicates:
                return self._failed(message, person, subject, items, NotDelivered(error.text))
            return self._mark(message, person, subject, items, State.UNKNOWN, error.text)
        return self._mark(message, person, subject, items, State.SENT, done=worded.done)

    def _failed(
        self, message: Message, person: Person, subject: str, items: tuple[Item, ...], error: NotDelivered
    ) -> Sent:
        if error.for_all:
            self._stuck[message.channel] = error
        next_try = self._next_try(message, items, error)
        # What only one of many addresses meets, for good, is the address's fault: its owner and the operator are told.
        dead = error.lasting and not error.about_message
        return self._mark(
            message, person, subject, items, State.FAILED, error.text, next_try=next_try, dead=dead
        )

    def _next_try(self, message: Message, items: Sequence[Item], error: NotDelivered) -> datetime | None:
        if error.lasting:
            return None
        growing = wait_after(message.attempts)
        moment = self._clock() + max(growing, error.wait or growing)
        last_day = last_day_of_use(message.day, (item.due for item in items))
        return moment if moment.astimezone(SHANGHAI).date() <= last_day else None

    def _too_fast(self, person: Person, channel: Channel) -> bool:
        if channel.per_minute is None:
            return False
        with self._store.read() as work:
            lately = outbox.posts_since(work.connection, person.id, self._clock() - _MINUTE)
        return lately >= channel.per_minute

    def _mark(
        self,
        message: Message,
        person: Person | None,
        subject: str,
        items: tuple[Item, ...],
        state: State,
        problem: Text | None = None,
        *,
        next_try: datetime | None = None,
        refund: bool = False,
        done: Sequence[Item] = (),
        dead: bool = False,
    ) -> Sent:
        with self._store.write() as work:
            outbox.mark(
                work.connection, message.id, self._name, state, problem=problem, next_try=next_try, subject=subject,
                sent_at=self._clock() if state is State.SENT else None, refund=refund,
            )  # fmt: skip
            outbox.drop_items(work.connection, message.id, done)
            if person is not None and state is State.SENT:
                clear_failing(work.connection, person.id)
            elif person is not None and dead:
                assert problem is not None
                mark_failing(work.connection, person.id, problem, self._clock())
        return Sent(message, person, subject, items, state, problem)


class _HandOver:
    """Notes that a message is handed over, just before it is; raises NotOurs when somebody else has it."""

    def __init__(
        self, store: Store, message: Message, sender: str, clock: Callable[[], datetime], *, counted: bool
    ) -> None:
        self.done = False
        self._store = store
        self._message = message
        self._sender = sender
        self._clock = clock
        self._counted = counted

    def __call__(self) -> None:
        now = self._clock()
        with self._store.write() as work:
            self.done = outbox.hand_over(work.connection, self._message.id, self._sender, now)
            if self.done and self._counted:
                outbox.note_post(work.connection, self._message.person, self._message.id, now)
        if not self.done:
            raise NotOurs


def _not_set_up(channel: str) -> Text:
    if channel == "email":
        return Text("没有设置邮件服务器；请设置 TAIZHANG_SMTP_URL 和 TAIZHANG_MAIL_FROM")
    return Text("没有“{channel}”这个渠道", channel=channel)
