"""A letter came back to the sender's mailbox: its address is marked by whoever reads that, and the mark taken back."""

from __future__ import annotations

from datetime import datetime

from ledger.problem import Problem, Refused
from ledger.text import Text
from reminders.store.contacts import find_person
from reminders.store.failing import forget_failing, mark_failing
from taizhang.accounts.journal import Deed, note
from taizhang.app.ledger import OpenLedger

REASON_LENGTH_MAX = 200


def mark_bounced(session: OpenLedger, address: str, reason: str, *, by: str, now: datetime) -> None:
    """Mark the contact with the mail *address*; *reason* is what the returned letter says. Raises Refused."""
    said = " ".join(reason.split())[:REASON_LENGTH_MAX]
    problem = Text("发出的邮件被退了回来：{reason}", reason=said) if said else Text("发出的邮件被退了回来")
    _change(session, address, problem, by=by, now=now)


def unmark(session: OpenLedger, address: str, *, by: str, now: datetime) -> None:
    """Take the mark back: letters arrive there. Raises Refused."""
    _change(session, address, None, by=by, now=now)


def _change(session: OpenLedger, address: str, problem: Text | None, *, by: str, now: datetime) -> None:
    with session.store.write() as work:
        person = find_person(work.connection, "email", address.strip())
        if person is None:
            raise Refused(
                [Problem("address", Text("没有一个联系人用“{address}”这个邮箱", address=address[:80]))]
            )
        if problem is None:
            if not forget_failing(work.connection, person.id):
                raise Refused([Problem("address", Text("“{address}”没有标过退信", address=address[:80]))])
        else:
            mark_failing(work.connection, person.id, problem, now, is_late=True)
        # The journal is told no address.
        note(work.connection, now, by, Deed.CONTACT, "", person.id)
