"""Sender processes over one outbox, forked from a process of their own: many at once, or killed at random instants.

python -m tests.reminders.senders many LEDGER FOLDER COUNT
python -m tests.reminders.senders killed LEDGER PORT TIMES SEED
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ledger.store.protocol import Store
from reminders.contacts import Person
from reminders.delivery import Channel, HandOver
from reminders.mail import Mail, mail_sender, mail_server
from reminders.rendered_message import RenderedMessage
from reminders.send import Sender, Worded
from taizhang.startup.open_ledger import open_ledger

START = datetime(2017, 3, 17, 1, tzinfo=UTC)
LEASE_AND_MORE = timedelta(minutes=11)


class Noted:
    """A channel that writes each id into a file of its own."""

    removes_duplicates = False
    per_minute: int | None = None

    def __init__(self, path: Path) -> None:
        self._file = path.open("a")

    def send(self, id_: str, person: Person, written: RenderedMessage, hand_over: HandOver) -> None:
        hand_over()
        self._file.write(f"{id_}\n")

    def close(self) -> None:
        self._file.close()


def words(*_: object) -> Worded:
    return Worded(
        RenderedMessage("到期提醒", "有一项快到期了。\n", "<p>有一项快到期了。</p>", (), None, "", START)
    )


def sender_over(store: Store, channel: Channel, name: str, now: datetime) -> Sender:
    return Sender(store, {"email": channel}, words, lambda: now, name)


def forked(work: Callable[[], object]) -> int:
    """Run *work* in a child process; return its id."""
    child = os.fork()
    if child:
        return child
    try:
        work()
    finally:
        os._exit(0)


def many(ledger: str, folder: str, count: str) -> None:
    """Let so many senders empty the outbox together."""

    def send(number: int) -> None:
        channel = Noted(Path(folder) / f"sender-{number}.txt")
        with open_ledger(ledger, durable=False, new=True) as session:
            sender_over(session.store, channel, f"sender-{number}", START).run()
        channel.close()

    children = [forked(lambda number=number: send(number)) for number in range(int(count))]  # type: ignore[misc]
    for child in children:
        os.waitpid(child, 0)


def killed(ledger: str, port: str, times: str, seed: str) -> None:
    """Start a sender and kill it at a random instant, so many times; then let one finish the work."""
    chance = random.Random(int(seed))
    ready, begin = os.pipe()

    def send(number: int) -> None:
        mail = Mail(mail_server(f"smtp://127.0.0.1:{port}"), mail_sender("ledger@example.cn"))
        with open_ledger(ledger, durable=False, new=True) as session:
            os.write(begin, b".")
            # By then the lease of the one before has run out.
            sender_over(session.store, mail, f"sender-{number}", START + number * LEASE_AND_MORE).run()
        mail.close()

    for number in range(int(times)):
        child = forked(lambda number=number: send(number))  # type: ignore[misc]
        os.read(ready, 1)
        time.sleep(chance.uniform(0, 0.025))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    send(int(times))


if __name__ == "__main__":
    {"many": many, "killed": killed}[sys.argv[1]](*sys.argv[2:])
