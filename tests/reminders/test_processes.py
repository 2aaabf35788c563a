"""Several servers on one outbox, and servers that are killed: nothing twice, nothing lost, what is doubtful is said."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

from reminders.contacts import Role
from reminders.outbox import State
from reminders.plan import Draft, Item, Telling
from reminders.store import contacts, outbox
from taizhang.startup.open_ledger import open_ledger

from .mailserver import Mailbox, mail_server
from .senders import START

ROOT = Path(__file__).parents[2]
DAY = date(2017, 3, 17)


def fill(ledger: str, people: int) -> None:
    """Plan a message for each of so many people."""
    with open_ledger(ledger, durable=False, new=True) as session, session.store.write() as work:
        for number in range(people):
            person = contacts.new_person("email", f"p{number}@example.invalid")
            contacts.keep_person(work.connection, person)
            item = Item("wj-01", Role.SECRETARY, "wujin-2017@1", "2.1", "", DAY, "1")
            draft = Draft(person, DAY, DAY, None, {(person.id, "wj-01", "2.1", "", DAY.isoformat()): item})
            outbox.keep_draft(work.connection, draft, Telling(), START)


def run_senders(*arguments: object) -> None:
    command = [sys.executable, "-m", "tests.reminders.senders", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def states_of(ledger: str) -> dict[str, State]:
    with open_ledger(ledger, new=True) as session, session.store.read() as work:
        return {message.id: message.state for message in outbox.messages(work.connection)}


def test_eight_senders_send_ten_thousand_messages_none_twice(tmp_path: Path) -> None:
    ledger = f"sqlite:///{tmp_path / 'ledger.db'}"
    fill(ledger, people=10_000)
    run_senders("many", ledger, tmp_path, 8)
    sent = [line for file in tmp_path.glob("sender-*.txt") for line in file.read_text().split()]
    assert len(sent) == len(set(sent)) == 10_000
    assert Counter(states_of(ledger).values()) == {State.SENT: 10_000}
    # All of them had a share of it.
    assert all(file.stat().st_size for file in tmp_path.glob("sender-*.txt"))


def test_killed_a_hundred_times_nothing_is_lost_and_nothing_doubtful_is_sent_again(tmp_path: Path) -> None:
    ledger = f"sqlite:///{tmp_path / 'ledger.db'}"
    fill(ledger, people=400)
    mailbox = Mailbox(slow_seconds=0.002)
    with mail_server(mailbox) as port:
        run_senders("killed", ledger, port, 100, 2017)
    arrived = Counter(str(mail["Message-ID"]).strip("<>").partition("@")[0] for mail in mailbox.mails)
    states = states_of(ledger)
    assert len(states) == 400
    assert set(states.values()) <= {State.SENT, State.UNKNOWN}, "nothing is lost"
    assert {message for message, count in arrived.items() if count > 1} == set(), "nothing is sent twice"
    assert {message for message, state in states.items() if state is State.SENT} <= arrived.keys()
    # What arrived and was not marked is doubtful, and each killed sender leaves one doubtful message at most.
    assert {message for message in arrived if states[message] is not State.SENT} <= {
        message for message, state in states.items() if state is State.UNKNOWN
    }
    assert sum(state is State.UNKNOWN for state in states.values()) <= 100
